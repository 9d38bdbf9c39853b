using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>Where series are searched for and ticked, that alone go along or stay home all the same.</summary>
internal sealed class SeriesEndpoints() : Picking<PickedSeries, SeriesChoicePage>(Place, SharingScope.Series)
{
    /// <summary>Where it stands.</summary>
    public const string Place = "/share/series";

    /// <summary>The buttons that lead here.</summary>
    public const string StepOnly = "series-only", StepBut = "series-but";

    protected override SharingDraft Tick(SharingDraft draft, IFormCollection fields, PickOffer<PickedSeries> offer, bool isOnly) => draft.WithSeries(fields, offer.All, isOnly);

    protected override IReadOnlyList<string> PickedIn(SharingDraft draft, bool isOnly) => isOnly ? draft.Series : draft.ButSeries;

    /// <summary>What was offered when the page was made, and is not any more, is told.</summary>
    protected override bool IsToCheck(SharingDraft form, PickOffer<PickedSeries> offer, bool isOnly) => form.TooManySeries || PickedIn(form, isOnly).Any(key => offer.All.All(series => series.Key != key));

    /// <summary>What else can be ticked are the longest where nothing is searched for.</summary>
    protected override async Task<PickOffer<PickedSeries>> OfferAsync(SharingSteps steps, DraftReading reading, bool isOnly, CancellationToken cancel)
    {
        var (draft, named) = (reading.Draft, isOnly ? reading.Series : reading.ButSeries);
        List<string>? types = isOnly || draft.Scope != SharingScope.Kinds || draft.Kinds.Count == 0 ? null
            : [.. Kind.Shareable.Where(kind => draft.Kinds.Contains(kind.Name)).SelectMany(static kind => kind.Types)];
        return new(named, (await steps.Reader.SeriesAsync(draft, cancel)).Offers(types, draft.FindEntry, named));
    }
}
