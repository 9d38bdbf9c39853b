using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Works out what the series of a source add to one state of a record. Each metric, device and month is one entry, an Observation that sums the month
/// up, so that consents, labels and dates apply to it as to all else; its points are the entry's parts. Points that are new make a new version.
/// </summary>
internal sealed class SeriesPlan
{
    // Entries are JSON that is read by JSON parsers, not spliced into pages.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<EntryDraft> _drafts = [];
    private readonly List<ImportedEntry> _entries = [];

    private SeriesPlan()
    {
    }

    internal IReadOnlyList<EntryDraft> Drafts => _drafts;

    internal IReadOnlyList<ImportedEntry> Entries => _entries;

    internal static async Task<SeriesPlan> MakeAsync(SeriesHarvest series, GatheringView view, CancellationToken cancel)
    {
        var plan = new SeriesPlan();
        foreach (var key in series.Keys)
        {
            cancel.ThrowIfCancellationRequested();
            await plan.AddAsync(key, series.PointsOf(key), view, cancel);
        }

        return plan;
    }

    private async Task AddAsync(SeriesKey key, SeriesPoint[] points, GatheringView view, CancellationToken cancel)
    {
        var origin = Origins.OfAbsolute($"urn:x-rapport:series:{key.Metric.Name}\n{key.Device}\n{key.Month}");
        var known = view.FindOrigin(origin);
        if (known is { Local: not null } before)
        {
            var there = SeriesParts.ReadAll(await view.ReadPartsAsync(before, cancel));
            var union = SeriesMerge.Union(there, points);
            if (union.Length == there.Length)
            {
                _entries.Add(new ImportedEntry(-1, "Observation", ImportedAs.Unchanged, $"{view.Patient}.{before.Local}", before.Version));
                return;
            }

            points = union;
        }

        var local = known?.Local ?? LocalId.New();
        var version = (known?.Version ?? 0) + 1;
        var body = JsonSerializer.SerializeToUtf8Bytes(Describe(key, points, $"{view.Patient}.{local}", version, view), Relaxed);
        _drafts.Add(new EntryDraft(local, version, body, origin, Origins.DigestOf(body))
        {
            Parts = SeriesParts.Write(points),
            Provenance = new Provenance { Path = key.Metric.Name, Section = key.Device },
        });
        _entries.Add(new ImportedEntry(-1, "Observation", version == 1 ? ImportedAs.Added : ImportedAs.Updated, $"{view.Patient}.{local}", version));
    }

    /// <summary>The month in short.</summary>
    private static JsonObject Describe(SeriesKey key, SeriesPoint[] points, string id, int version, GatheringView view)
    {
        var metric = key.Metric;
        var observation = R4.Resource("Observation");
        observation["id"] = id;
        observation["meta"] = new JsonObject { ["versionId"] = version.ToString(), ["lastUpdated"] = view.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ") };
        observation["status"] = "final";
        observation["category"] = R4.List(R4.Concept(R4.ObservationCategory, metric.Category, null));
        var own = R4.Coding(Metric.System, metric.Name);
        observation["code"] = metric.Loinc is { } loinc ? R4.Concept(metric.Display, R4.Coding(R4.Loinc, loinc, metric.Display), own) : R4.Concept(metric.Display, own);
        observation["subject"] = R4.Reference($"Patient/{view.Patient}");
        observation["effectivePeriod"] = R4.Period(Wall(points[0], points[0].Start), Wall(points[^1], points[^1].Start + points[^1].Duration));
        if (key.Device.Length > 0)
        {
            observation["device"] = new JsonObject { ["display"] = key.Device };
        }

        double min = double.MaxValue, max = double.MinValue, sum = 0;
        foreach (var point in points)
        {
            (min, max, sum) = (Math.Min(min, point.Value), Math.Max(max, point.Value), sum + point.Value);
        }

        var components = new JsonArray { Statistic("count", points.Length, "{count}", "measurements") };
        if (metric.Sum == MetricSum.Total)
        {
            components.Add((JsonNode)Statistic("sum", sum, metric.Unit, metric.UnitText));
        }
        else
        {
            components.Add((JsonNode)Statistic("average", sum / points.Length, metric.Unit, metric.UnitText));
            components.Add((JsonNode)Statistic("minimum", min, metric.Unit, metric.UnitText));
            components.Add((JsonNode)Statistic("maximum", max, metric.Unit, metric.UnitText));
        }

        observation["component"] = components;
        return observation;
    }

    private static JsonObject Statistic(string code, double value, string unit, string unitText) => new()
    {
        ["code"] = R4.Concept(R4.ObservationStatistics, code, null),
        ["valueQuantity"] = R4.Quantity(Math.Round((decimal)value, 3), unitText, unit),
    };

    private static string Wall(in SeriesPoint point, long at) =>
        R4.DateTime(DateTimeOffset.FromUnixTimeMilliseconds(at).ToOffset(TimeSpan.FromMinutes(Math.Clamp((int)point.OffsetMinutes, -840, 840))));
}
