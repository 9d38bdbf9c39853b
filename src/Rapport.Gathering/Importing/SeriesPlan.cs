using Rapport.Data;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Works out what the series of a source add to one state of a record. Each metric, device and month is one entry, an Observation that sums the month
/// up, so that consents, labels and dates apply to it as to all else; its points are the entry's parts. Points that are new make a new version.
/// </summary>
internal sealed class SeriesPlan
{
    private readonly List<EntryDraft> _drafts = [];
    private readonly List<ImportedEntry> _entries = [];

    private SeriesPlan()
    {
    }

    internal IReadOnlyList<EntryDraft> Drafts => _drafts;

    internal IReadOnlyList<ImportedEntry> Entries => _entries;

    /// <summary>Versions all of whose points the source says too.</summary>
    internal List<SaidVersion> AlsoSays { get; } = [];

    internal static async Task<SeriesPlan> MakeAsync(SeriesHarvest series, GatheringView view, CancellationToken cancel)
    {
        var plan = new SeriesPlan();
        foreach (var key in series.Keys)
        {
            cancel.ThrowIfCancellationRequested();
            await plan.AddAsync(key, series.PointsOf(key), series.ConversionsOf(key.Metric), view, cancel);
        }

        return plan;
    }

    private async Task AddAsync(SeriesKey key, SeriesPoint[] points, IReadOnlyList<string> converted, GatheringView view, CancellationToken cancel)
    {
        var origin = Origins.OfAbsolute($"urn:x-rapport:series:{key.Metric.Name}\n{key.Device}\n{key.Month}");
        var known = view.FindOrigin(origin);
        if (known is { Local: not null, IsWithdrawn: false } before)
        {
            var there = SeriesParts.ReadAll(await view.ReadPartsAsync(before, cancel));
            var union = SeriesMerge.Union(there, points);
            if (union.Length == points.Length)
            {
                AlsoSays.Add(new SaidVersion(before.Local.Value, before.ContentDigest));
            }

            if (union.Length == there.Length)
            {
                _entries.Add(new ImportedEntry(-1, "Observation", ImportedAs.Unchanged, $"{view.Patient}.{before.Local}", before.Version));
                return;
            }

            points = union;
        }

        var local = known?.Local ?? LocalId.New();
        var version = (known?.Version ?? 0) + 1;
        var body = SeriesEntry.Write(SeriesEntry.Describe(key.Metric, key.Device, points, view.Patient.ToString()), $"{view.Patient}.{local}", version, view, known);
        _drafts.Add(new EntryDraft(local, version, body, origin, Origins.DigestOf(body))
        {
            Parts = SeriesParts.Write(points),
            Provenance = new Provenance { Path = key.Metric.Name, Section = key.Device, Converted = converted },
        });
        _entries.Add(new ImportedEntry(-1, "Observation", known is null or { IsWithdrawn: true } ? ImportedAs.Added : ImportedAs.Updated, $"{view.Patient}.{local}", version));
    }
}
