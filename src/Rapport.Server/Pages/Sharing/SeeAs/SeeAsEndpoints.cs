using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeeAs;

/// <summary>The record through the eyes of somebody the patient shares with, and one entry with who sees it and who does not, each with the rule that decides.</summary>
internal static class SeeAsEndpoints
{
    private const string See = "/share/see";

    /// <summary>People whom one page tells of: more is read on the pages of the agreements.</summary>
    private const int MostPeople = 60;

    public static void MapSeeAs(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(See, ShowAsync);
        pages.MapGet(See + "/items", ListAsync);
        pages.MapGet("/record/{type}/{id}/who", WhoAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? who, string? @for, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || await FindAsync(http, own, people, clock, who, @for, cancel) is not { } eyes)
        {
            return TypedResults.NotFound();
        }

        var preview = await PreviewAsync(own, eyes, eyes.Purpose, cancel);
        return new RazorComponentResult<SeeAsPage>(new Dictionary<string, object?>
        {
            [nameof(SeeAsPage.Eyes)] = eyes,
            [nameof(SeeAsPage.Summary)] = SharingSummary.Of(
                preview, [.. AgreedTerms.With(await own.ConsentsAsync(cancel), eyes.Recipient.References, eyes.Purpose, clock.GetUtcNow())], await LeavesOutAsync(own, eyes, preview, cancel)),
        });
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? who, string? @for, string? @in, int? page, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || await FindAsync(http, own, people, clock, who, @for, cancel) is not { } eyes
            || @in?.Split('.') is not [(SummarySide.Seen or SummarySide.Home) and var side, var name] || Kind.Find(name) is not { } kind)
        {
            return TypedResults.NotFound();
        }

        var preview = await PreviewAsync(own, eyes, eyes.Purpose, cancel);
        return ItemsPage.Of(page, SharingSummary.ListOf(preview, await LeavesOutAsync(own, eyes, preview, cancel), side, kind), preview, new()
        {
            [nameof(ItemsPage.Back)] = eyes.Href(eyes.Purpose),
            [nameof(ItemsPage.Action)] = See + "/items",
            [nameof(ItemsPage.Fields)] = (IReadOnlyList<(string, string)>)[("who", eyes.Recipient.Reference), ("for", eyes.Purpose)],
            [nameof(ItemsPage.Recipient)] = eyes.Recipient,
            [nameof(ItemsPage.Side)] = side,
            [nameof(ItemsPage.Kind)] = kind,
        });
    }

    private static async Task<IResult> WhoAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string type, string id, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || !LocalReference.TryParseId(id, out var patient, out var local) || patient != own.Patient)
        {
            return TypedResults.NotFound();
        }

        var answers = new List<WhoSees>();
        EntryLine? line = null;
        foreach (var eyes in await Eyes.AllAsync(own, people, http.GetPerson().Id, clock.GetUtcNow(), MostPeople, cancel))
        {
            foreach (var purpose in eyes.Purposes)
            {
                var preview = await PreviewAsync(own, eyes, purpose, cancel);
                if (preview.Find(type, local) is not { } found)
                {
                    return TypedResults.NotFound();
                }

                line ??= EntryReader.Line(preview.Read(found.Entry));
                answers.Add(new WhoSees(eyes, purpose, found.Reason));
            }
        }

        // Nobody around: the entry itself tells its name.
        if (line is null)
        {
            var answer = await own.QueryAsync(new RecordQuery.ById(type, local), cancel);
            if (answer.Count == 0)
            {
                return TypedResults.NotFound();
            }

            line = EntryReader.Line(answer.ReadResource(0));
        }

        return new RazorComponentResult<WhoSeesPage>(new Dictionary<string, object?>
        {
            [nameof(WhoSeesPage.Reference)] = $"{type}/{id}",
            [nameof(WhoSeesPage.Line)] = line,
            [nameof(WhoSeesPage.Answers)] = answers,
        });
    }

    private static async Task<Eyes?> FindAsync(HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock, string? who, string? purpose, CancellationToken cancel)
    {
        var known = await Eyes.AllAsync(own, people, http.GetPerson().Id, clock.GetUtcNow(), int.MaxValue, cancel);
        return who is not null && known.FirstOrDefault(eyes => eyes.Recipient.IsNamed(who)) is { } found ? found.For(purpose) : null;
    }

    /// <summary>What whoever has a link does not get although it is permitted, since the link is one to a summary; null for anybody else.</summary>
    private static async Task<Func<AnsweredEntry, DecisionReason?>?> LeavesOutAsync(OwnAccess own, Eyes eyes, SharingPreview preview, CancellationToken cancel) =>
        (await own.Links.ListAsync(cancel)).Any(link => link.IsSummary && link.Holder == eyes.Recipient.Reference) ? await LinkPreview.NotInSummaryAsync(preview, cancel) : null;

    /// <summary>Decided as a request of theirs would be at this moment; not released to anybody, so not in the ledger.</summary>
    private static Task<SharingPreview> PreviewAsync(OwnAccess own, Eyes eyes, string purpose, CancellationToken cancel) => own.PreviewAsync(
        new Actor(PersonId.New(), eyes.Recipient.Reference, eyes.Recipient.Name, eyes.Recipient.References), purpose, null, cancel);
}
