using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>The emergency card: chosen, printed, saved, told when the record says something else, made anew, ended.</summary>
internal static class EmergencyCardEndpoints
{
    public static void MapEmergencyCard(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(EmergencyCardPlaces.Home, ShowAsync);
        pages.MapPost(EmergencyCardPlaces.Home, MakeAsync);
        pages.MapGet(EmergencyCardPlaces.Edit, AskAsync);
        pages.MapPost(EmergencyCardPlaces.End, EndAsync);
        pages.MapGet(EmergencyCardPlaces.Home + "/paper", (HttpContext http, RecordDoor door, TimeProvider clock, string? lang) => GiveAsync(http, door, clock, lang, isFile: false));
        pages.MapGet(EmergencyCardPlaces.Home + "/file", (HttpContext http, RecordDoor door, TimeProvider clock, string? lang) => GiveAsync(http, door, clock, lang, isFile: true));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        return await EmergencyCardView.OfAsync(own, http.GetPerson().DisplayName, clock.GetUtcNow(), cancel) is { } view
            ? new RazorComponentResult<EmergencyCardPage>(new Dictionary<string, object?> { [nameof(EmergencyCardPage.View)] = view, [nameof(EmergencyCardPage.Done)] = done })
            : new SeeOther(EmergencyCardPlaces.Edit + (done == "ended" ? "?done=ended" : ""));
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, EmergencyCardForms forms, TimeProvider clock, string? draft, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var content = await EmergencyCardContent.OfAsync(own, http.GetPerson().DisplayName, clock.GetUtcNow(), cancel);
        var known = await EmergencyCardView.FindAsync(own, clock.GetUtcNow(), cancel);
        var form = forms.Open(http.GetPerson().Id, draft) ?? EmergencyCardForm.Propose(content, known?.Card);
        return Page(form, content, known is not null, done, [], StatusCodes.Status200OK);
    }

    private static RazorComponentResult<EmergencyCardFormPage> Page(EmergencyCardForm form, EmergencyCardContent content, bool isAnew, string? done, Dictionary<string, string> problems, int status) => new(new Dictionary<string, object?>
    {
        [nameof(EmergencyCardFormPage.Form)] = form,
        [nameof(EmergencyCardFormPage.Content)] = content,
        [nameof(EmergencyCardFormPage.IsAnew)] = isAnew,
        [nameof(EmergencyCardFormPage.Done)] = done,
        [nameof(EmergencyCardFormPage.Problems)] = problems,
    })
    { StatusCode = status };

    private static async Task<IResult> MakeAsync(HttpContext http, IFormCollection fields, RecordDoor door, EmergencyCardForms forms, LinkGiving giving, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var (name, now) = (http.GetPerson().DisplayName, clock.GetUtcNow());
        var content = await EmergencyCardContent.OfAsync(own, name, now, cancel);
        var known = await EmergencyCardView.FindAsync(own, now, cancel);
        var form = EmergencyCardForm.Of(fields, content);
        if (form.Problems() is { Count: > 0 } problems)
        {
            return Page(form, content, known is not null, null, problems, StatusCodes.Status422UnprocessableEntity);
        }

        var chosen = content.Lines.Where(line => form.Entries.Contains(line.Reference)).ToList();
        if (chosen.Exists(line => line.IsSensitive) && !http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{EmergencyCardPlaces.Edit}?draft={forms.Seal(http.GetPerson().Id, form)}"));
        }

        var said = await EmergencyCardView.SaidAsync(own, name, now, cancel);
        var card = new EmergencyCard
        {
            MadeAt = now,
            Contacts = form.Contacts,
            Languages = form.Languages,
            Note = form.Note,
            Lines = [.. chosen.Where(line => said.ContainsKey(line.Reference)).Select(line => new EmergencyCardLine(line.Reference, line.Name, said[line.Reference], line.IsSensitive))],
            Offered = [.. content.Lines.Select(line => line.Reference).Take(EmergencyCard.MostOffered)],
        };
        var terms = new LinkTerms
        {
            Purpose = "ETREAT",
            HasKinds = false,
            Entries = [.. chosen.Select(line => line.Reference).Concat(chosen.Select(line => line.Needs).OfType<string>()).Prepend($"Patient/{own.Patient}").Distinct()],
        };
        return await giving.GiveCardAsync(http, own, known, card, terms)
            ? new SeeOther(EmergencyCardPlaces.Home + "?done=made")
            : new SeeOther(Links.LinkPlaces.All + "?done=toomany");
    }

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection fields, RecordDoor door, TimeProvider clock, CancellationToken cancel)
    {
        _ = fields; // Bound so that its antiforgery token is checked.
        return await door.OpenOwnAsync(http, TokenScopes.Share) is { } own && await EmergencyCardView.FindAsync(own, clock.GetUtcNow(), cancel) is { } link && await SharingEndpoints.EndAsync(own, link.Id, cancel)
            ? new SeeOther(EmergencyCardPlaces.Home + "?done=ended")
            : TypedResults.NotFound();
    }

    /// <summary>The sheet or the file, in the language that was asked for. What the record says otherwise by now is not printed again: first the card is made anew.</summary>
    private static async Task<IResult> GiveAsync(HttpContext http, RecordDoor door, TimeProvider clock, string? lang, bool isFile)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        // Within this method and what it awaits alone, so the answer is written here too.
        var language = Languages.Find(lang) ?? Languages.Current;
        CultureInfo.CurrentUICulture = language.Culture;
        if (await EmergencyCardView.OfAsync(own, http.GetPerson().DisplayName, clock.GetUtcNow(), http.RequestAborted) is not { IsOld: false } view)
        {
            return new SeeOther(EmergencyCardPlaces.Home);
        }

        if (isFile)
        {
            http.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "emergency-card.html" }.ToString();
            await new RazorComponentResult<EmergencyCardFile>(new Dictionary<string, object?> { [nameof(EmergencyCardFile.View)] = view }).ExecuteAsync(http);
        }
        else
        {
            await new RazorComponentResult<EmergencyCardPaperPage>(new Dictionary<string, object?> { [nameof(EmergencyCardPaperPage.View)] = view }).ExecuteAsync(http);
        }

        return Results.Empty;
    }
}
