using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>The Observation that stands for the points of one metric, device and month.</summary>
internal static class SeriesEntry
{
    // Entries are JSON that is read by JSON parsers, not spliced into pages.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The JSON of a version. What the version before was marked with stays.</summary>
    internal static byte[] Write(JsonObject observation, string id, int version, GatheringView view, KnownEntry? before, IReadOnlyList<Element>? labels = null)
    {
        var root = Resource.Read(JsonSerializer.SerializeToUtf8Bytes(observation, Relaxed)).Root;
        return ResourceRewriter.Rewrite(root, new RewriteOptions
        {
            Id = id,
            VersionId = version.ToString(),
            LastUpdated = view.Now,
            SecurityLabels = [.. (before is { } known ? view.LabelsMissing(known, root) : []).Concat(labels ?? []).DistinctBy(LabelOf)],
        });
    }

    /// <summary>The month in short.</summary>
    internal static JsonObject Describe(Metric metric, string device, SeriesPoint[] points, string patient)
    {
        var own = R4.Coding(Metric.System, metric.Name);
        var code = metric.Loinc is { } loinc ? R4.Concept(metric.Display, R4.Coding(R4.Loinc, loinc, metric.Display), own) : R4.Concept(metric.Display, own);
        var observation = MeasuredObservation.Of(code, metric.Category, device);
        observation["subject"] = R4.Reference($"Patient/{patient}");
        observation["effectivePeriod"] = R4.Period(Wall(points[0], points[0].Start), Wall(points[^1], points[^1].Start + points[^1].Duration));
        observation["component"] = Statistics(metric, points);
        return observation;
    }

    private static JsonArray Statistics(Metric metric, SeriesPoint[] points)
    {
        double min = double.MaxValue, max = double.MinValue, sum = 0;
        foreach (var point in points)
        {
            (min, max, sum) = (Math.Min(min, point.Value), Math.Max(max, point.Value), sum + point.Value);
        }

        var components = new JsonArray { Statistic("count", points.Length, "{count}", "measurements") };
        if (metric.Sum == MetricSum.Total)
        {
            components.Add((JsonNode)Statistic("sum", sum, metric.Unit, metric.UnitText));

            // A month may have just begun: how much a day is what can be compared.
            var days = points.Select(point => Math.DivRem(point.LocalHour, 24).Quotient).Distinct().Count();
            components.Add((JsonNode)Statistic("average", sum / days, $"{metric.Unit}/d", $"{metric.UnitText}/d"));
        }
        else
        {
            components.Add((JsonNode)Statistic("average", sum / points.Length, metric.Unit, metric.UnitText));
            components.Add((JsonNode)Statistic("minimum", min, metric.Unit, metric.UnitText));
            components.Add((JsonNode)Statistic("maximum", max, metric.Unit, metric.UnitText));
        }

        return components;
    }

    private static JsonObject Statistic(string code, double value, string unit, string unitText) => new()
    {
        ["code"] = R4.Concept(R4.ObservationStatistics, code, null),
        ["valueQuantity"] = R4.Quantity(Math.Round((decimal)value, 3), unitText, unit),
    };

    private static string Wall(in SeriesPoint point, long at) =>
        R4.DateTime(DateTimeOffset.FromUnixTimeMilliseconds(at).ToOffset(TimeSpan.FromMinutes(Math.Clamp((int)point.OffsetMinutes, -840, 840))));

    /// <summary>The security labels in a <c>meta</c>.</summary>
    internal static List<Element> LabelsIn(Element meta)
    {
        List<Element> labels = [];
        foreach (var child in meta.Children)
        {
            if (child.Name == "security")
            {
                labels.Add(child);
            }
        }

        return labels;
    }

    /// <summary>The system and code of a label.</summary>
    internal static (string? System, string? Code) LabelOf(Element label) => (
        label.TryGetChild("system", out var system) ? system.GetString() : null,
        label.TryGetChild("code", out var code) ? code.GetString() : null);

    /// <summary>What an entry made here measures.</summary>
    internal static Metric MetricOf(Element observation) => FindMetric(observation) ?? throw new InvalidDataException("a stored series does not say what it measures");

    /// <summary>What an observation measures, if it is one of the series kept here.</summary>
    internal static Metric? FindMetric(Element observation)
    {
        if (observation.TryGetChild("code", out var code))
        {
            foreach (var coding in code.Children)
            {
                if (coding.Name == "coding" && coding.TryGetChild("system", out var system) && system.GetString() == Metric.System
                    && coding.TryGetChild("code", out var name) && name.GetString() is { } text && Metrics.ByName.TryGetValue(text, out var metric))
                {
                    return metric;
                }
            }
        }

        return null;
    }

    /// <summary>What measured it; empty when nobody said.</summary>
    internal static string DeviceOf(Element observation) =>
        observation.TryGetChild("device", out var device) && device.TryGetChild("display", out var display) ? display.GetString() ?? "" : "";
}
