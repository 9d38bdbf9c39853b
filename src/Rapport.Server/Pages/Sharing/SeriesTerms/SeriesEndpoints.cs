using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>A page beside the step of what goes along: series are searched for and ticked, that alone go along or stay home all the same. It leads back to that step.</summary>
internal static class SeriesEndpoints
{
    /// <summary>Where it stands.</summary>
    public const string Place = "/share/series";

    /// <summary>What is picked, as the address says it.</summary>
    public const string Only = PickEndpoints.Only, But = PickEndpoints.But;

    /// <summary>The buttons that lead here.</summary>
    public const string StepOnly = "series-only", StepBut = "series-but";

    public static void MapSharingSeries(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Place, AskAsync);
        pages.MapPost(Place, TakeAsync);
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
        return new RazorComponentResult<SeriesChoicePage>(new Dictionary<string, object?>
        {
            [nameof(SeriesChoicePage.Draft)] = draft,
            [nameof(SeriesChoicePage.IsOnly)] = pick == Only,
            [nameof(SeriesChoicePage.Recipient)] = recipient,
            [nameof(SeriesChoicePage.Named)] = named,
            [nameof(SeriesChoicePage.Found)] = found,
            [nameof(SeriesChoicePage.Find)] = reading.Draft.FindEntry,
            [nameof(SeriesChoicePage.IsGone)] = (pick == Only ? reading.Draft.Series : reading.Draft.ButSeries).Count > named.Count,
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
        var form = steps.Fit(before.Draft.WithSeries(fields, [.. named, .. found], isOnly));

        // The Enter key sends the form without a button of its own: it looks up what was typed anew, if anything was.
        if (fields["step"] == "find" || (fields["step"] == "enter" && form.FindEntry is not null && form.FindEntry != before.Draft.FindEntry))
        {
            return new SeeOther($"{Place}?draft={steps.Seal(form)}&pick={(isOnly ? Only : But)}#found");
        }

        form = form with { FindEntry = null };
        if (isOnly)
        {
            // Who ticked some means these; who ticks none any more has the kinds again.
            form = form with { Scope = form.Series.Count > 0 ? SharingScope.Series : form.Scope == SharingScope.Series ? SharingScope.Kinds : form.Scope };
        }

        return steps.To(SharingSteps.What, form, form.TooManySeries || (isOnly ? form.Series : form.ButSeries).Any(key => named.Concat(found).All(offer => offer.Key != key)) ? "&check=1#exactly" : "#exactly");
    }

    /// <summary>What is picked already, and what is found or longest beside it: of the kinds that go along where it is to stay home.</summary>
    private static async Task<(IReadOnlyList<PickedSeries> Named, IReadOnlyList<PickedSeries> Found)> OfferAsync(SharingSteps steps, DraftReading reading, bool isOnly, CancellationToken cancel)
    {
        var (draft, named) = (reading.Draft, isOnly ? reading.Series : reading.ButSeries);
        List<string>? types = isOnly || draft.Scope != SharingScope.Kinds || draft.Kinds.Count == 0 ? null
            : [.. Kind.Shareable.Where(kind => draft.Kinds.Contains(kind.Name)).SelectMany(static kind => kind.Types)];
        return (named, (await steps.Reader.SeriesAsync(draft, cancel)).Offers(types, draft.FindEntry, named));
    }
}
