using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;

namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>The emergency card, one's own or that of a small child whom one looks after: chosen, printed, saved, told when the record says something else, made anew, ended.</summary>
internal static class EmergencyCardEndpoints
{
    public static void MapEmergencyCard(this IEndpointRouteBuilder pages)
    {
        foreach (var home in new[] { CardPlace.OwnHome, CardPlace.ChildsHome })
        {
            pages.MapGet(home, ShowAsync);
            pages.MapPost(home, MakeAsync);
            pages.MapGet(home + "/edit", AskAsync);
            pages.MapPost(home + "/end", EndAsync);
            pages.MapGet(home + "/paper", (HttpContext http, RecordDoor door, TimeProvider clock, string? lang) => GiveAsync(http, door, clock, lang, isFile: false));
            pages.MapGet(home + "/file", (HttpContext http, RecordDoor door, TimeProvider clock, string? lang) => GiveAsync(http, door, clock, lang, isFile: true));
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await CardDesk.OpenAsync(http, door) is not { } desk)
        {
            return TypedResults.NotFound();
        }

        return await EmergencyCardView.OfAsync(desk, clock.GetUtcNow(), cancel) is { } view
            ? new RazorComponentResult<EmergencyCardPage>(new Dictionary<string, object?> { [nameof(EmergencyCardPage.View)] = view, [nameof(EmergencyCardPage.Done)] = done })
            : new SeeOther(desk.Place.Edit + (done == "ended" ? "?done=ended" : ""));
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, EmergencyCardForms forms, TimeProvider clock, string? draft, string? done, CancellationToken cancel)
    {
        if (await CardDesk.OpenAsync(http, door) is not { } desk || await EmergencyCardSource.ReadAsync(desk, cancel) is not { } source)
        {
            return TypedResults.NotFound();
        }

        var content = EmergencyCardContent.Of(source, clock.GetUtcNow());
        var known = await desk.Keeping.FindAsync(cancel);
        var form = forms.Open(http.GetPerson().Id, draft) ?? EmergencyCardForm.Propose(content, known?.Card);
        return Page(desk, form, content, known is not null, done, [], StatusCodes.Status200OK);
    }

    private static RazorComponentResult<EmergencyCardFormPage> Page(CardDesk desk, EmergencyCardForm form, EmergencyCardContent content, bool isAnew, string? done, Dictionary<string, string> problems, int status) => new(new Dictionary<string, object?>
    {
        [nameof(EmergencyCardFormPage.Place)] = desk.Place,
        [nameof(EmergencyCardFormPage.Form)] = form,
        [nameof(EmergencyCardFormPage.Content)] = content,
        [nameof(EmergencyCardFormPage.IsAnew)] = isAnew,
        [nameof(EmergencyCardFormPage.Done)] = done,
        [nameof(EmergencyCardFormPage.Problems)] = problems,
    })
    { StatusCode = status };

    private static async Task<IResult> MakeAsync(HttpContext http, IFormCollection fields, RecordDoor door, EmergencyCardForms forms, LinkGiving giving, TimeProvider clock, CancellationToken cancel)
    {
        if (await CardDesk.OpenAsync(http, door) is not { } desk || await EmergencyCardSource.ReadAsync(desk, cancel) is not { } source)
        {
            return TypedResults.NotFound();
        }

        var now = clock.GetUtcNow();
        var content = EmergencyCardContent.Of(source, now);
        var known = await desk.Keeping.FindAsync(cancel);
        var form = EmergencyCardForm.Of(fields, content);
        if (form.Problems() is { Count: > 0 } problems)
        {
            return Page(desk, form, content, known is not null, null, problems, StatusCodes.Status422UnprocessableEntity);
        }

        var chosen = content.Lines.Where(line => form.Entries.Contains(line.Reference)).ToList();
        if (chosen.Exists(line => line.IsSensitive) && !http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{desk.Place.Edit}?draft={forms.Seal(http.GetPerson().Id, form)}"));
        }

        var said = EmergencyCardView.Said(source, now);
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
            Entries = [.. chosen.Select(line => line.Reference).Concat(chosen.Select(line => line.Needs).OfType<string>()).Prepend($"Patient/{desk.Keeping.Patient}").Distinct()],
        };
        return await giving.GiveCardAsync(http, desk.Keeping, known, card, terms)
            ? new SeeOther(desk.Place.Home + "?done=made")
            : new SeeOther(desk.Place.Child is null ? Links.LinkPlaces.All + "?done=toomany" : desk.Place.Edit);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel)
    {
        _ = fields; // Bound so that its antiforgery token is checked.
        return await CardDesk.OpenAsync(http, door) is { } desk && await desk.Keeping.FindAsync(cancel) is { } link && await desk.Keeping.EndAsync(link, cancel)
            ? new SeeOther(desk.Place.Home + "?done=ended")
            : TypedResults.NotFound();
    }

    /// <summary>The sheet or the file, in the language that was asked for. What the record says otherwise by now is not printed again: first the card is made anew.</summary>
    private static async Task<IResult> GiveAsync(HttpContext http, RecordDoor door, TimeProvider clock, string? lang, bool isFile)
    {
        if (await CardDesk.OpenAsync(http, door) is not { } desk)
        {
            return TypedResults.NotFound();
        }

        // Within this method and what it awaits alone, so the answer is written here too.
        var language = Languages.Find(lang) ?? Languages.Current;
        CultureInfo.CurrentUICulture = language.Culture;
        if (await EmergencyCardView.OfAsync(desk, clock.GetUtcNow(), http.RequestAborted) is not { IsOld: false } view)
        {
            return new SeeOther(desk.Place.Home);
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
