using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>A page beside the step of what goes along: entries are searched for and ticked, that alone go along or stay home all the same. It leads back to that step.</summary>
internal static class PickEndpoints
{
    /// <summary>Where it stands.</summary>
    public const string Entries = "/share/entries";

    /// <summary>What is picked: those that alone go along, or those that stay home.</summary>
    public const string Only = "only", But = "but";

    public static void MapSharingPicks(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Entries, AskAsync);
        pages.MapPost(Entries, TakeAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext http, SharingSteps steps, string? draft, string? pick, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(draft, cancel) is not { Recipient: { } recipient, InWho.Count: 0 } reading)
        {
            return steps.Begin(draft);
        }

        var (named, found) = await OfferAsync(steps, reading, pick == Only, cancel);
        return new RazorComponentResult<EntriesPage>(new Dictionary<string, object?>
        {
            [nameof(EntriesPage.Draft)] = draft,
            [nameof(EntriesPage.IsOnly)] = pick == Only,
            [nameof(EntriesPage.Recipient)] = recipient,
            [nameof(EntriesPage.Named)] = named,
            [nameof(EntriesPage.Found)] = found,
            [nameof(EntriesPage.Find)] = reading.Draft.FindEntry,
        });
    }

    private static async Task<IResult> TakeAsync(HttpContext http, IFormCollection fields, SharingSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(fields["draft"], cancel) is not { } before)
        {
            return steps.Begin(null);
        }

        var isOnly = fields["pick"] == Only;
        var (named, found) = await OfferAsync(steps, before, isOnly, cancel);
        var form = steps.Fit(before.Draft.WithPicks(fields, [.. named, .. found], isOnly));

        // The Enter key sends the form without a button of its own: it looks up what was typed anew, if anything was.
        if (fields["step"] == "find" || (fields["step"] == "enter" && form.FindEntry is not null && form.FindEntry != before.Draft.FindEntry))
        {
            return new SeeOther($"{Entries}?draft={steps.Seal(form)}&pick={(isOnly ? Only : But)}#found");
        }

        form = form with { FindEntry = null };
        if (isOnly)
        {
            // Who ticked some means these; who ticks none any more has the kinds again.
            form = form with { Scope = form.Only.Count > 0 ? SharingScope.Entries : form.Scope == SharingScope.Entries ? SharingScope.Kinds : form.Scope };
        }

        return steps.To(SharingSteps.What, form, form.TooManyEntries ? "&check=1#exactly" : "#exactly");
    }

    /// <summary>What is picked already, and what is found or newest beside it: of the kinds that go along where it is to stay home.</summary>
    private static async Task<(IReadOnlyList<PickedEntry> Named, IReadOnlyList<PickedEntry> Found)> OfferAsync(SharingSteps steps, DraftReading reading, bool isOnly, CancellationToken cancel)
    {
        var named = isOnly ? reading.Only : reading.But;
        List<string>? types = isOnly || reading.Draft.Scope != SharingScope.Kinds || reading.Draft.Kinds.Count == 0
            ? null
            : [.. Kind.Shareable.Where(kind => reading.Draft.Kinds.Contains(kind.Name)).SelectMany(kind => kind.TypesAmong(reading.Overview.ByType.Keys))];
        var found = types is { Count: 0 } ? [] : await EntryPicks.OffersAsync(steps.Own, types, reading.Draft.FindEntry, cancel);
        return (named, [.. found.Where(entry => named.All(other => other.Reference != entry.Reference && !other.With.Contains(entry.Reference)))]);
    }
}
