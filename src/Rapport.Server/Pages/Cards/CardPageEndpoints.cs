using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.CardsIssued;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Cards;

/// <summary>The signed health cards that a patient made, and the way to a new one in two steps. What was chosen goes along in the address, sealed.</summary>
internal static class CardPageEndpoints
{
    private const string FileType = "application/smart-health-card";

    public static void MapCardPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CardPlaces.New, AskAsync);
        pages.MapPost(CardPlaces.New, TakeAsync);
        pages.MapGet(CardPlaces.Review, ReviewAsync);
        pages.MapPost(CardPlaces.Review, MakeAsync);
        pages.MapPost(CardPlaces.End, EndAsync);
        pages.MapGet(CardPlaces.Of("{id}"), (HttpContext http, string id, RecordDoor door, TimeProvider clock, string? done) => ShowAsync(http, id, door, clock, done, isPaper: false));
        pages.MapGet(CardPlaces.Paper("{id}"), (HttpContext http, string id, RecordDoor door, TimeProvider clock) => ShowAsync(http, id, door, clock, null, isPaper: true));
        pages.MapGet(CardPlaces.File("{id}"), SaveAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, CardForms forms, TimeProvider clock, string? of, string? entry, string? draft, string? check, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = forms.Open(http.GetPerson().Id, draft) ?? new CardForm { IsSummary = of == "summary", Entries = entry is null ? null : [entry] };
        var candidates = await CardCandidate.AllAsync(own, form.IsSummary, cancel);

        // The least that serves: of vaccinations nobody but the patient knows what is asked for; of a summary, what is not sensitive.
        form = form with { Entries = form.Entries ?? [.. candidates.Where(candidate => form.IsSummary && !candidate.IsSensitive).Take(CardDraft.MostEntries).Select(candidate => candidate.Reference)] };
        return new RazorComponentResult<NewCardPage>(new Dictionary<string, object?>
        {
            [nameof(NewCardPage.Form)] = form,
            [nameof(NewCardPage.Candidates)] = candidates,
            [nameof(NewCardPage.Problems)] = check is null ? new Dictionary<string, string>() : ProblemsOf(form),
            [nameof(NewCardPage.Now)] = clock.GetUtcNow(),
        });
    }

    private static async Task<IResult> TakeAsync(HttpContext http, IFormCollection fields, RecordDoor door, CardForms forms, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = CardForm.Of(fields, await CardCandidate.AllAsync(own, fields["of"] == "summary", cancel));
        var draft = forms.Seal(http.GetPerson().Id, form.Entries!.Count > CardDraft.MostEntries ? form with { Entries = [] } : form);
        return new SeeOther(ProblemsOf(form).Count > 0 ? $"{CardPlaces.New}?draft={draft}&check=1" : $"{CardPlaces.Review}?draft={draft}");
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, RecordDoor door, CardForms forms, TimeProvider clock, string? draft, CancellationToken cancel) =>
        await ReadAsync(http, door, forms, draft, CardPlaces.Review, cancel) switch
        {
            (_, { } elsewhere, _, _) => elsewhere,
            (_, _, { } form, { } chosen) => new RazorComponentResult<CardReviewPage>(new Dictionary<string, object?>
            {
                [nameof(CardReviewPage.Draft)] = draft,
                [nameof(CardReviewPage.Form)] = form,
                [nameof(CardReviewPage.Chosen)] = chosen,
                [nameof(CardReviewPage.Until)] = CardForm.EndOf(form.Lasting, clock.GetUtcNow()),
                [nameof(CardReviewPage.Done)] = http.Request.Query["done"].ToString(),
            }),
            _ => TypedResults.NotFound(),
        };

    private static async Task<IResult> MakeAsync(HttpContext http, IFormCollection fields, RecordDoor door, CardForms forms, CardMaking making, TimeProvider clock, CancellationToken cancel)
    {
        var draft = fields["draft"].ToString();
        if (await ReadAsync(http, door, forms, draft, CardPlaces.Review, cancel) is not ({ } own, null, { } form, { } chosen))
        {
            return (await ReadAsync(http, door, forms, draft, CardPlaces.Review, cancel)).Elsewhere ?? TypedResults.NotFound();
        }

        if (fields["step"] == "back")
        {
            return new SeeOther($"{CardPlaces.New}?draft={draft}");
        }

        var entries = chosen.Select(candidate => candidate.Reference).Concat(chosen.Select(candidate => candidate.Medicine).OfType<string>()).Prepend($"Patient/{own.Patient}").Distinct();
        var card = await making.MakeAsync(http, own, new CardDraft(form.Label, [.. entries], CardForm.EndOf(form.Lasting, clock.GetUtcNow())));
        return new SeeOther(card is null ? $"{CardPlaces.Review}?draft={draft}&done=nothing" : CardPlaces.Of(card.Id.ToString()) + "?done=made");
    }

    /// <summary>What was chosen, as long as it is in the record; else where to go instead: back to choosing, or to show who one is where something sensitive was chosen.</summary>
    private static async Task<(OwnAccess? Own, IResult? Elsewhere, CardForm? Form, IReadOnlyList<CardCandidate>? Chosen)> ReadAsync(
        HttpContext http, RecordDoor door, CardForms forms, string? draft, string here, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return (null, TypedResults.NotFound(), null, null);
        }

        if (forms.Open(http.GetPerson().Id, draft) is not { Entries: { } entries } form)
        {
            return (own, new SeeOther(CardPlaces.New), null, null);
        }

        if (ProblemsOf(form).Count > 0)
        {
            return (own, new SeeOther($"{CardPlaces.New}?draft={draft}&check=1"), null, null);
        }

        var chosen = (await CardCandidate.AllAsync(own, form.IsSummary, cancel)).Where(candidate => entries.Contains(candidate.Reference)).ToList();
        return chosen.Exists(candidate => candidate.IsSensitive) && !http.IsFreshEnough() ? (own, new SeeOther(Fresh.ConfirmPath($"{here}?draft={draft}")), null, null) : (own, null, form, chosen);
    }

    private static Dictionary<string, string> ProblemsOf(CardForm form)
    {
        Dictionary<string, string> problems = [];
        if (form.Entries is not { Count: > 0 and <= CardDraft.MostEntries })
        {
            problems["what"] = Say.Fill(HealthCardText.ChooseWhat, Say.Number(CardDraft.MostEntries));
        }

        if (LinkDraft.LabelOf(form.Label) is null)
        {
            problems["name"] = Links.LinkPagesText.WriteName;
        }

        return problems;
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string id, RecordDoor door, TimeProvider clock, string? done, bool isPaper)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || await FindAsync(http, id, door) is not { } card)
        {
            return TypedResults.NotFound();
        }

        var view = CardView.Of(card, clock.GetUtcNow());
        return !isPaper ? new RazorComponentResult<HealthCardPage>(new Dictionary<string, object?> { [nameof(HealthCardPage.View)] = view, [nameof(HealthCardPage.Patient)] = own.Patient.ToString(), [nameof(HealthCardPage.Done)] = done })
            : view.IsOver ? TypedResults.NotFound()
            : new RazorComponentResult<HealthCardPaperPage>(new Dictionary<string, object?> { [nameof(HealthCardPaperPage.View)] = view });
    }

    private static async Task SaveAsync(HttpContext http, string id, RecordDoor door)
    {
        if (await FindAsync(http, id, door) is not { IsRevoked: false } card)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        http.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "health-card.smart-health-card" }.ToString();
        http.Response.ContentType = FileType;
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["verifiableCredential"] = new JsonArray(card.Jws) }), http.RequestAborted);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel) =>
        await FindAsync(http, fields["id"].ToString(), door) is { } card && await door.OpenOwnAsync(http, TokenScopes.Share) is { } own && await SharingEndpoints.EndAsync(own, card.Id, cancel)
            ? new SeeOther(CardPlaces.Of(card.Id.ToString()) + "?done=ended")
            : TypedResults.NotFound();

    private static async Task<IssuedCard?> FindAsync(HttpContext http, string id, RecordDoor door) =>
        await door.OpenOwnAsync(http, TokenScopes.Share) is { } own && LocalId.TryParse(id, out var local) ? await own.Cards.FindAsync(local, http.RequestAborted) : null;
}
