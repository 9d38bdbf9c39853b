using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Where entries are searched for and ticked, that alone go along or stay home all the same.</summary>
internal sealed class PickEndpoints() : Picking<PickedEntry, EntriesPage>(Entries, SharingScope.Entries)
{
    /// <summary>Where it stands.</summary>
    public const string Entries = "/share/entries";

    protected override SharingDraft Tick(SharingDraft draft, IFormCollection fields, PickOffer<PickedEntry> offer, bool isOnly) => draft.WithPicks(fields, offer.All, isOnly);

    protected override IReadOnlyList<string> PickedIn(SharingDraft draft, bool isOnly) => isOnly ? draft.Only : draft.But;

    protected override bool IsToCheck(SharingDraft form, PickOffer<PickedEntry> offer, bool isOnly) => form.TooManyEntries;

    /// <summary>What else can be ticked is the newest where nothing is searched for.</summary>
    protected override async Task<PickOffer<PickedEntry>> OfferAsync(SharingSteps steps, DraftReading reading, bool isOnly, CancellationToken cancel)
    {
        var named = isOnly ? reading.Only : reading.But;
        List<string>? types = isOnly || reading.Draft.Scope != SharingScope.Kinds || reading.Draft.Kinds.Count == 0
            ? null
            : [.. Kind.Shareable.Where(kind => reading.Draft.Kinds.Contains(kind.Name)).SelectMany(kind => kind.TypesAmong(reading.Overview.ByType.Keys))];
        var found = types is { Count: 0 } ? [] : await EntryPicks.OffersAsync(steps.Own, types, reading.Draft.FindEntry, cancel);
        return new(named, [.. found.Where(entry => named.All(other => other.Reference != entry.Reference && !other.With.Contains(entry.Reference)))]);
    }
}
