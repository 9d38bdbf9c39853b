using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What the readers of services have in common: points, Observations, and what is not taken. Not thread safe.</summary>
internal sealed class VendorReading(Harvest harvest, CancellationToken cancel)
{
    private const int MostExcerpt = 2_000;

    private static readonly string[] Places = ["lat", "lon"];

    private readonly Dictionary<string, HashSet<string>> _doubts = [];

    internal Harvest Harvest => harvest;

    /// <summary>The items of a list, with their places; none where there is no list.</summary>
    internal IEnumerable<(JsonElement Item, string Path)> Items(JsonElement parent, string name, string path = "")
    {
        if (parent.Child(name) is not { ValueKind: JsonValueKind.Array } list)
        {
            yield break;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            cancel.ThrowIfCancellationRequested();
            yield return (item, $"{path}{name}[{index++}]");
        }
    }

    /// <summary>Adds a point, converted to the metric's unit.</summary>
    /// <param name="metric">What is measured.</param>
    /// <param name="device">What measured.</param>
    /// <param name="time">When; null where it does not say, which is named.</param>
    /// <param name="length">How long it went on.</param>
    /// <param name="value">The number; null where there is none.</param>
    /// <param name="ucum">Its unit.</param>
    /// <param name="path">Its place.</param>
    internal void AddPoint(Metric metric, string device, VendorTime? time, TimeSpan length, decimal? value, string ucum, string path)
    {
        if (value is not { } number)
        {
            return;
        }

        if (time is not { } when)
        {
            harvest.Skip(metric.Name, NotTakenReason.NoTime, path);
            return;
        }

        if (Units.Convert(number, ucum, metric.Unit, metric == Metrics.Glucose ? Analyte.Glucose : null) is not { } converted)
        {
            harvest.Skip(metric.Name, NotTakenReason.UnknownUnit, path);
            return;
        }

        var duration = length.TotalMilliseconds is >= 0 and <= int.MaxValue ? (int)length.TotalMilliseconds : -1;
        var point = new SeriesPoint(when.At.ToUnixTimeMilliseconds(), duration, (double)(ucum == metric.Unit ? number : Math.Round(converted, 6)), (short)when.At.Offset.TotalMinutes);
        if (!harvest.Series.Add(metric, device, point))
        {
            harvest.Skip(metric.Name, NotTakenReason.Implausible, path);
            return;
        }

        if (ucum != metric.Unit)
        {
            Doubt(metric, $"`{ucum}` became `{metric.UnitText}`");
        }

        if (when.Doubt is { } doubt)
        {
            Doubt(metric, doubt);
        }
    }

    /// <summary>Adds an Observation.</summary>
    internal void Add(VendorEntry entry, JsonElement original, string path)
    {
        if (entry.Start is not { } start)
        {
            harvest.Skip(entry.Display, NotTakenReason.NoTime, path);
            return;
        }

        if (entry.End is { } end && end.At < start.At)
        {
            harvest.Skip(entry.Display, NotTakenReason.Implausible, path);
            return;
        }

        harvest.Add($"wearable-service\n{entry.Vendor}\n{entry.Key}\n{entry.Display}", entry.ToFhir(start), new Provenance
        {
            Path = path,
            Section = entry.Vendor,
            Excerpt = ExcerptOf(original),
            Converted = [.. entry.Converted, .. start.Doubt is { } doubt ? [doubt] : Array.Empty<string>()],
        });
    }

    /// <summary>Names something as not taken.</summary>
    internal void Skip(string what, NotTakenReason why, string path) => harvest.Skip(what, why, path);

    /// <summary>Refuses what is empty in words of its own.</summary>
    internal void Finish()
    {
        if (harvest is { Entries.Count: 0, Series.Count: 0 })
        {
            harvest.IsEmpty = harvest.NotTaken.Count == 0;
            harvest.Refuse("not-found", "", harvest.NotTaken.Count == 0 ? "this answer of a service is empty: it has no measurement" : "nothing in this answer of a service is a measurement with a value and a time");
        }
    }

    /// <summary>The original, without the places in it.</summary>
    private static string ExcerptOf(JsonElement original)
    {
        var whole = original.GetRawText();
        if (whole.Contains("\"lat", StringComparison.OrdinalIgnoreCase))
        {
            whole = string.Join(", ", original.EnumerateObject()
                .Where(property => property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) && !Array.Exists(Places, place => property.Name.StartsWith(place, StringComparison.OrdinalIgnoreCase)))
                .Select(property => $"\"{property.Name}\": {property.Value.GetRawText()}"));
        }

        return whole[..Math.Min(whole.Length, MostExcerpt)];
    }

    private void Doubt(Metric metric, string sentence)
    {
        if (!_doubts.TryGetValue(metric.Name, out var told))
        {
            _doubts[metric.Name] = told = [];
        }

        if (told.Add(sentence))
        {
            harvest.Series.Converted(metric, sentence);
        }
    }
}

/// <summary>An Observation that a service tells of.</summary>
internal sealed record VendorEntry
{
    /// <summary>Whose service.</summary>
    internal required string Vendor { get; init; }

    /// <summary>The service's own id, else what it says: by this it is known when it comes again.</summary>
    internal required string Key { get; init; }

    /// <summary>English name; LOINC's own where there is a code.</summary>
    internal required string Display { get; init; }

    /// <summary>LOINC code; null where LOINC has none that fits.</summary>
    internal string? Loinc { get; init; }

    /// <summary>Code of <c>observation-category</c>.</summary>
    internal required string Category { get; init; }

    internal required VendorTime? Start { get; init; }

    internal VendorTime? End { get; init; }

    /// <summary>Whether only the day of <see cref="Start"/> is told.</summary>
    internal bool IsDay { get; init; }

    internal string Device { get; init; } = "";

    internal bool WasTyped { get; init; }

    /// <summary>The number with its unit as UCUM; null for an Observation of parts or words.</summary>
    internal (decimal Value, string Ucum)? Value { get; init; }

    internal string? Words { get; init; }

    internal string? Note { get; init; }

    /// <summary>What it is of: a measurand with one code in all its units.</summary>
    internal VendorEntry Of(string measurand)
    {
        var known = Measurand.Named(measurand);
        return this with { Display = known.Display, Loinc = known.Loinc, Category = known.Category };
    }

    /// <summary>The same as a blood pressure.</summary>
    internal VendorEntry OfPressure(decimal? systolic, decimal? diastolic, string ucum)
    {
        var (upper, lower) = (Measurand.Named(Measurand.Systolic), Measurand.Named(Measurand.Diastolic));
        return this with
        {
            Display = MeasuredObservation.PressureDisplay,
            Loinc = MeasuredObservation.PressureLoinc,
            Category = upper.Category,
            Parts = [(upper.Display, upper.Loinc, systolic, ucum), (lower.Display, lower.Loinc, diastolic, ucum)],
        };
    }

    /// <summary>Its parts; those without a number are left out.</summary>
    internal (string Display, string? Loinc, decimal? Value, string Ucum)[] Parts { get; init; } = [];

    internal IReadOnlyList<string> Converted { get; init; } = [];

    internal JsonObject ToFhir(VendorTime start)
    {
        var observation = MeasuredObservation.Of(Concept(Display, Loinc), Category, Device, WasTyped);
        SetEffective(observation, start);
        observation.With("valueQuantity", Value is { } value ? Quantity(value.Value, value.Ucum) : null);
        observation.With("valueCodeableConcept", Words is { } words ? R4.Concept(words) : null);
        observation.With("note", Note is { } note ? R4.List(new JsonObject { ["text"] = note }) : null);
        var components = new JsonArray();
        foreach (var (display, loinc, number, ucum) in Parts)
        {
            if (number is { } part)
            {
                components.Add((JsonNode)new JsonObject { ["code"] = Concept(display, loinc), ["valueQuantity"] = Quantity(part, ucum) });
            }
        }

        return observation.With("component", components);
    }

    private void SetEffective(JsonObject observation, VendorTime start)
    {
        if (End is { } end && end.At > start.At)
        {
            observation["effectivePeriod"] = R4.Period(R4.DateTime(start.At), R4.DateTime(end.At));
        }
        else
        {
            observation["effectiveDateTime"] = IsDay ? start.At.ToString("yyyy-MM-dd") : R4.DateTime(start.At);
        }
    }

    private static JsonObject Concept(string display, string? loinc) => loinc is null ? R4.Concept(display) : R4.Concept(display, R4.Coding(R4.Loinc, loinc, display));

    private static JsonObject Quantity(decimal value, string ucum) =>
        R4.Quantity(value, ucum switch { "[lb_av]" => "lb", "[stone_av]" => "st", "mm[Hg]" => "mmHg", "{steps}" => "steps", "{times}" => "times", _ => ucum }, ucum);
}
