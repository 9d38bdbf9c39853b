using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Works out what the series of a source add to one state of a record. Each metric, device and month is one entry, an Observation that sums the month
/// up, so that consents, labels and dates apply to it as to all else; its points are the entry's parts. Points that are new make a new version.
/// </summary>
internal sealed class SeriesPlan(IReadOnlyDictionary<ulong, (LocalId Local, int Index)> places)
{
    private readonly List<EntryDraft> _drafts = [];
    private readonly List<ImportedEntry> _entries = [];

    internal IReadOnlyList<EntryDraft> Drafts => _drafts;

    internal IReadOnlyList<ImportedEntry> Entries => _entries;

    /// <summary>Points that were there and that the source says too.</summary>
    internal List<SaidPoints> AlsoSays { get; } = [];

    /// <summary>What a series is known by.</summary>
    internal static ulong OriginOf(in SeriesKey key) => Origins.OfAbsolute($"urn:x-rapport:series:{key.Metric.Name}\n{key.Device}\n{key.Month}");

    /// <param name="series">What the source has.</param>
    /// <param name="places">Ids that series have already, by their origins, and where they stood in the source.</param>
    /// <param name="view">The record.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<SeriesPlan> MakeAsync(
        SeriesHarvest series, IReadOnlyDictionary<ulong, (LocalId Local, int Index)> places, GatheringView view, CancellationToken cancel)
    {
        var plan = new SeriesPlan(places);
        foreach (var key in series.Keys)
        {
            cancel.ThrowIfCancellationRequested();
            await plan.AddAsync(key, series.PointsOf(key), series.ConversionsOf(key.Metric), series.LabelsOf(key), view, cancel);
        }

        return plan;
    }

    private async Task AddAsync(
        SeriesKey key, SeriesPoint[] points, IReadOnlyList<string> converted, IReadOnlyList<Element> labels, GatheringView view, CancellationToken cancel)
    {
        var origin = OriginOf(key);
        (LocalId Local, int Index) place = places.TryGetValue(origin, out var given) ? given : (LocalId.New(), -1);
        var known = view.FindOrigin(origin);
        if (known is { Local: not null, IsWithdrawn: false } before)
        {
            // What was exported from here has labels that no source said.
            var added = view.LabelsAdded(before);
            labels = [.. labels.Where(label => !added.Contains(SecurityLabel.Of(label)))];
            var there = SeriesParts.ReadAll(await view.ReadPartsAsync(before, cancel));
            var union = SeriesMerge.Union(there, points);
            if (SaidPoints.Of(before.Local.Value, before.Version, there, points) is { } said)
            {
                AlsoSays.Add(said);
            }

            if (union.Length == there.Length && IsMarked(view, before, labels))
            {
                _entries.Add(new ImportedEntry(place.Index, "Observation", ImportedAs.Unchanged, $"{view.Patient}.{before.Local}", before.Version));
                return;
            }

            points = union;
        }

        var local = known?.Local ?? place.Local;
        var version = (known?.Version ?? 0) + 1;
        var body = SeriesEntry.Write(SeriesEntry.Describe(key.Metric, key.Device, points, view.Patient.ToString()), $"{view.Patient}.{local}", version, view, known, labels);
        _drafts.Add(new EntryDraft(local, version, body, origin, Origins.DigestOf(body))
        {
            Parts = SeriesParts.Write(points),
            Provenance = new Provenance { Path = key.Metric.Name, Section = key.Device, Converted = converted },
        });
        _entries.Add(new ImportedEntry(place.Index, "Observation", known is null or { IsWithdrawn: true } ? ImportedAs.Added : ImportedAs.Updated, $"{view.Patient}.{local}", version));
    }

    private static bool IsMarked(GatheringView view, in KnownEntry known, IReadOnlyList<Element> labels)
    {
        var there = Resource.Read(view.ReadBody(known)).Root.TryGetChild("meta", out var meta) ? SeriesEntry.LabelsIn(meta).Select(SeriesEntry.LabelOf).ToHashSet() : [];
        return labels.All(label => there.Contains(SeriesEntry.LabelOf(label)));
    }
}
