using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Takes data points into a harvest. Not thread safe.</summary>
internal sealed class OmhReading(Harvest harvest)
{
    private const int MostExcerpt = 2_000;
    private const string Newest = "99.0";

    private static readonly (string Field, string Display)[] Details =
    [
        ("specimen_source", "Specimen"), ("blood_specimen_type", "Specimen"), ("temporal_relationship_to_meal", "Time in relation to a meal"),
        ("temporal_relationship_to_sleep", "Time in relation to sleep"), ("temporal_relationship_to_physical_activity", "Time in relation to physical activity"),
        ("body_posture", "Posture"), ("position_during_measurement", "Posture"), ("reported_activity_intensity", "Intensity, as reported"), ("minute_volume_type", "Of breathing"),
        ("oxygen_therapy_mode_of_administration", "Way of giving oxygen"), ("measurement_method", "Method"), ("system", "Where it was measured"), ("descriptive_statistic_denominator", "For each"),
    ];

    private static readonly (string Field, string Display, string? Loinc)[] Numbers =
    [
        Known("systolic_blood_pressure", Measurand.Systolic), Known("diastolic_blood_pressure", Measurand.Diastolic), ("distance", "Distance", null),
        ("kcal_burned", "Calories burned", "41981-2"), ("met_value", "Effort in metabolic equivalents", null), ("supplemental_oxygen_flow_rate", "Inhaled oxygen flow rate", "3151-8"),
        ("latency_to_sleep_onset", "Time until asleep", null), ("latency_to_arising", "Time until getting up", null), ("total_sleep_time", "Time asleep", null),
        ("wake_after_sleep_onset", "Time awake after falling asleep", null), ("number_of_awakenings", "Times awake", null), ("sleep_maintenance_efficiency_percentage", "Sleep efficiency", null),
    ];

    private static readonly Dictionary<string, string> Statistics = new()
    {
        ["average"] = "average", ["maximum"] = "maximum", ["minimum"] = "minimum", ["standard deviation"] = "std-dev", ["variance"] = "variance", ["sum"] = "sum", ["median"] = "median",
        ["count"] = "count", ["20th percentile"] = "20-percent", ["80th percentile"] = "80-percent", ["lower quartile"] = "4-lower", ["upper quartile"] = "4-upper", ["quartile deviation"] = "4-dev",
        ["1st quintile"] = "5-1", ["2nd quintile"] = "5-2", ["3rd quintile"] = "5-3", ["4th quintile"] = "5-4",
    };

    // What is no measurement of a body.
    private static readonly HashSet<string> Surroundings = ["omh/ambient-temperature", "omh/acceleration", "omh/orientation", "omh/magnetic-force"];

    /// <summary>Takes a data point, or names why not.</summary>
    /// <param name="point">Header and body, or a body alone.</param>
    /// <param name="path">Its place.</param>
    /// <param name="line">Its line, where each stands on its own.</param>
    /// <param name="isAlone">Whether it is the whole source, which is refused when it is not as it should be.</param>
    internal void Take(JsonElement point, string path, long? line, bool isAlone)
    {
        var where = line is null ? path : $"line {line}";
        var (schema, version, body, bodyPath) = Open(point, path, out var problem);
        if (problem is null && schema is not null && OmhSchemas.Find(schema, version) is { } shape)
        {
            problem = shape.Check(body, bodyPath);
        }

        if (problem is { } wrong)
        {
            Refuse(isAlone, line is null ? wrong.Path.TrimStart('.') : $"line {line}, {wrong.Path.TrimStart('.')}", wrong.Text);
        }
        else if (schema is null || OmhKind.Find(schema) is not { } kind)
        {
            harvest.Skip(schema is null ? "a data point that does not say its schema" : $"{schema} {version}".TrimEnd(), schema is not null && Surroundings.Contains(schema) ? NotTakenReason.NotAboutPatient : NotTakenReason.UnknownKind, where);
        }
        else if (OmhTime.Of(body) is not { } time)
        {
            harvest.Skip(schema, NotTakenReason.NoTime, where);
        }
        else
        {
            Take(new OmhPoint(schema, kind, point, body, time, new Provenance { Path = path.Length == 0 ? null : path, Line = line, Section = schema }));
        }
    }

    private static (string? Schema, string Version, JsonElement Body, string Path) Open(JsonElement point, string path, out OmhProblem? problem)
    {
        problem = null;
        if (point.Child("header") is not { } header)
        {
            problem = point.Child("body") is null ? null : new OmhProblem(path, "`header` is missing");
            var guess = OmhKind.Guess(point);
            return (guess, VersionOf(guess, point), point, path);
        }

        var isIeee = header.Child("uuid") is not null;
        problem = (isIeee ? OmhSchemas.IeeeHeader : OmhSchemas.Header).Check(header, $"{path}.header");
        if (problem is not null || point.Child("body") is not { } body)
        {
            problem ??= new OmhProblem(path, "`body` is missing");
            return (null, "", point, path);
        }

        var id = header.Child("schema_id")!.Value;
        return ($"{id.Text("namespace")}/{id.Text("name")}", id.Text("version") ?? "", body, $"{path}.body");
    }

    /// <summary>Bodies alone are held against the newest version, but for what older ones said otherwise.</summary>
    private static string VersionOf(string? schema, JsonElement body) =>
        body.Child("effective_time_frame") is null || (schema == "omh/step-count" && body.Child("step_count") is { ValueKind: JsonValueKind.Number })
            || body.Child("effective_time_frame")?.Child("time_interval")?.Child("date") is not null
            || (schema == "omh/body-mass-index" && body.Child("body_mass_index")?.Text("unit") == "kg/m2") ? "1.0" : Newest;

    private void Refuse(bool isAlone, string where, string text)
    {
        if (isAlone)
        {
            harvest.Refuse("invalid", where, text);
        }
        else
        {
            harvest.Damaged(where, text);
        }
    }

    private void Take(OmhPoint point)
    {
        var value = point.Kind.Field is { } field ? QuantityOf(point.Body, field) : null;
        if (!TakeAsPoint(point, value))
        {
            TakeAsEntry(point, value);
        }
    }

    /// <summary>A value and a time and nothing else is a point of a series.</summary>
    private bool TakeAsPoint(OmhPoint point, OmhQuantity? value)
    {
        if (point.Kind.Metric is not { } metric || value is not { Ucum: { } unit } quantity || point.Time.Start is not { } start || point.Body.Child("descriptive_statistic") is not null
            || Array.Exists(Details, detail => point.Body.Child(detail.Field) is not null) || point.Body.Child("supplemental_oxygen_flow_rate") is not null)
        {
            return false;
        }

        if (Units.Convert(quantity.Value, unit, metric.Unit, metric == Metrics.Glucose ? Analyte.Glucose : null) is not { } converted)
        {
            return false;
        }

        var length = (point.Time.End - start)?.TotalMilliseconds ?? 0;
        if (length > int.MaxValue)
        {
            return false;
        }

        if (unit != metric.Unit)
        {
            harvest.Series.Converted(metric, $"`{quantity.Unit}` became `{metric.UnitText}`");
        }

        var number = (double)(unit == metric.Unit ? converted : Math.Round(converted, 6));
        if (!harvest.Series.Add(metric, point.Device, new SeriesPoint(start.ToUnixTimeMilliseconds(), (int)length, number, (short)start.Offset.TotalMinutes)))
        {
            harvest.Skip($"{point.Schema}: {metric.Name}", NotTakenReason.Implausible, point.Where);
        }

        return true;
    }

    private void TakeAsEntry(OmhPoint point, OmhQuantity? value)
    {
        var observation = MeasuredObservation.Of(CodeOf(point, value), point.Kind.Category, point.Device, point.WasTyped);
        point.Time.SetEffective(observation);
        var components = new JsonArray();
        if (!SetValue(point, value, observation, components))
        {
            harvest.Skip(point.Schema, NotTakenReason.NoValue, point.Where);
            return;
        }

        observation.With("bodySite", point.Body.Text("measurement_location") is { } site ? R4.Concept(site) : null);
        AddDetails(point, components);
        observation.With("component", components);
        var excerpt = point.Whole.GetRawText();
        harvest.Add(point.Key(excerpt), observation, point.Place with { Excerpt = excerpt[..Math.Min(excerpt.Length, MostExcerpt)] });
    }

    /// <summary>A statistic over a time is no measurement: it stands as a part that says which statistic it is, and the Observation has no value of its own.</summary>
    private static bool SetValue(OmhPoint point, OmhQuantity? value, JsonObject observation, JsonArray components)
    {
        var statistic = point.Body.Text("descriptive_statistic") is { } words ? Statistics.GetValueOrDefault(words) : null;
        if (point.Kind.Field == "activity_name")
        {
            observation["valueCodeableConcept"] = R4.Concept(point.Body.Text("activity_name") ?? "exercise");
            return true;
        }

        if (value is { } quantity)
        {
            if (statistic is null)
            {
                observation["valueQuantity"] = quantity.ToFhir();
            }
            else
            {
                components.Add((JsonNode)new JsonObject { ["code"] = R4.Concept(R4.ObservationStatistics, statistic, null), ["valueQuantity"] = quantity.ToFhir() });
            }

            return true;
        }

        if (point.Schema == "omh/sleep-episode" && QuantityOf(point.Body, "total_sleep_time") is { } asleep)
        {
            observation["valueQuantity"] = asleep.ToFhir();
        }

        if (statistic is not null)
        {
            components.Add((JsonNode)new JsonObject { ["code"] = R4.Concept("Kind of statistic"), ["valueCodeableConcept"] = R4.Concept(R4.ObservationStatistics, statistic, null) });
        }

        return point.Kind.Field is null;
    }

    private static void AddDetails(OmhPoint point, JsonArray components)
    {
        foreach (var (field, display, loinc) in Numbers)
        {
            if (field != point.Kind.Field && QuantityOf(point.Body, field) is { } quantity)
            {
                components.Add((JsonNode)new JsonObject { ["code"] = loinc is null ? R4.Concept(display) : R4.Concept(display, R4.Coding(R4.Loinc, loinc, display)), ["valueQuantity"] = quantity.ToFhir() });
            }
        }

        foreach (var (field, display) in Details)
        {
            if (point.Body.Text(field) is { } words)
            {
                components.Add((JsonNode)new JsonObject { ["code"] = R4.Concept(display), ["valueCodeableConcept"] = R4.Concept(words) });
            }
        }

        if (point.Body.Child("is_main_sleep") is { ValueKind: JsonValueKind.True or JsonValueKind.False } main)
        {
            components.Add((JsonNode)new JsonObject { ["code"] = R4.Concept("Main sleep of the day"), ["valueBoolean"] = main.GetBoolean() });
        }

        if (point.Time.Part is { } part)
        {
            components.Add((JsonNode)new JsonObject { ["code"] = R4.Concept("Part of the day"), ["valueCodeableConcept"] = R4.Concept(part) });
        }
    }

    private static JsonObject CodeOf(OmhPoint point, OmhQuantity? value)
    {
        var own = R4.Coding($"urn:x-rapport:open-mhealth:{point.Schema.Split('/')[0]}", point.Schema.Split('/')[1]);
        var (display, loinc) = point.Schema == "omh/blood-glucose" ? GlucoseCode(point.Body, value?.Ucum == "mmol/L") : (point.Kind.Display, point.Kind.Loinc);
        return loinc is null ? R4.Concept(display, own) : R4.Concept(display, R4.Coding(R4.Loinc, loinc, display), own);
    }

    private static (string Display, string? Loinc) GlucoseCode(JsonElement body, bool inMoles) =>
        ((body.Text("specimen_source") ?? body.Text("blood_specimen_type") ?? "whole blood"), inMoles) switch
        {
            ("whole blood" or "capillary blood", _) => CodeIn("glucose", inMoles),
            ("plasma" or "serum", false) => ("Glucose [Mass/volume] in Serum or Plasma", "2345-7"),
            ("plasma" or "serum", true) => ("Glucose [Moles/volume] in Serum or Plasma", "14749-6"),
            ("interstitial fluid", _) => CodeIn("interstitial-glucose", inMoles),
            (var specimen, _) => ($"Glucose in {specimen}", null),
        };

    private static (string Display, string? Loinc) CodeIn(string measurand, bool inMoles) => Measurand.Find(measurand, inMoles ? "mmol/L" : "mg/dL") is { } known ? (known.Display, known.Loinc) : default;

    private static (string Field, string Display, string? Loinc) Known(string field, string measurand) => (field, Measurand.Named(measurand).Display, Measurand.Named(measurand).Loinc);

    private static OmhQuantity? QuantityOf(JsonElement body, string field)
    {
        if (body.Child(field) is not { } child)
        {
            return null;
        }

        if (SafeJson.Number(child) is { } plain)
        {
            return new OmhQuantity(plain, field == "step_count" ? "steps" : null, field switch { "step_count" => "{steps}", "met_value" => "[MET]", _ => "1" });
        }

        return child.Number("value") is { } value && child.Text("unit") is { } unit
            ? new OmhQuantity(value, unit, unit switch { "gr" => "[gr]", "Ton" => "[ston_av]", "Mo" => "mo", "dB" => "dB", _ => Units.CodeOf(unit) }) : null;
    }
}

/// <summary>A number with its unit as the source writes it.</summary>
internal sealed record OmhQuantity(decimal Value, string? Unit, string? Ucum)
{
    internal JsonObject ToFhir() => R4.Quantity(Value, Unit, Ucum);
}

/// <summary>A data point that is as its schema asks.</summary>
internal sealed record OmhPoint(string Schema, OmhKind Kind, JsonElement Whole, JsonElement Body, OmhTime Time, Provenance Place)
{
    private JsonElement? Header => Whole.Child("header");

    /// <summary>What measured, by the name that the header gives.</summary>
    internal string Device => Header?.Child("acquisition_provenance")?.Text("source_name") ?? "";

    /// <summary>Whether somebody wrote it down instead of a sensor.</summary>
    internal bool WasTyped => (Header?.Child("acquisition_provenance")?.Text("modality") ?? Header?.Text("modality")) == "self-reported";

    internal string Where => Place.Line is { } line ? $"line {line}" : Place.Path ?? "";

    /// <summary>The id that the point has, else what it says.</summary>
    internal string Key(string content) => (Header?.Text("id") ?? Header?.Text("uuid")) is { } id ? $"open-mhealth\n{id}" : $"open-mhealth\n{Schema}\n{Time.Key}\n{content}";
}
