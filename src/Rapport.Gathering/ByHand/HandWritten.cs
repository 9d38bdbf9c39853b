using System.Globalization;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// What a patient writes down: a measurement, a symptom, a medicine taken, a note. Each is a source of its own that can be taken back; the same written
/// twice for the same minute is one. Stateless.
/// </summary>
public static class HandWritten
{
    /// <summary>The longest text.</summary>
    public const int MostText = 4_000;

    private const string Format = "by-hand";

    // SNOMED CT severities, as the value set condition-severity has them.
    private static readonly Dictionary<string, (string Code, string Display)> Severities = new()
    {
        ["mild"] = ("255604002", "Mild"), ["moderate"] = ("6736007", "Moderate"), ["severe"] = ("24484000", "Severe"),
    };

    /// <summary>A measurement; null when the value cannot be read or no living person can have it.</summary>
    /// <param name="measure">What was measured.</param>
    /// <param name="written">The value as written: a number with point or comma, <c>120/80</c> for a blood pressure.</param>
    /// <param name="at">When.</param>
    /// <param name="by">Who else than the patient writes it down, and where they work; null for the patient.</param>
    public static HarvestedSource? Measurement(HandMeasure measure, string written, DateTimeOffset at, string? by = null)
    {
        var parts = written.Split('/', StringSplitOptions.TrimEntries);
        if (measure != HandMeasure.BloodPressure)
        {
            return parts.Length == 1 && Read(parts[0], measure.Measurand) is { } value
                ? Of(By(by, MeasuredObservation.Of(measure.Measurand, value, byPatient: true)).At(R4.DateTime(at)), at, $"{measure.Name}\n{written}") : null;
        }

        return parts.Length == 2 && Read(parts[0], Measurand.Named(Measurand.Systolic)) is { } upper && Read(parts[1], Measurand.Named(Measurand.Diastolic)) is { } lower && lower < upper
            ? Of(By(by, MeasuredObservation.OfPressure(upper, lower, byPatient: true)).At(R4.DateTime(at)), at, $"{measure.Name}\n{written}")
            : null;
    }

    /// <summary>A symptom.</summary>
    /// <param name="text">What, in the patient's words.</param>
    /// <param name="severity"><c>mild</c>, <c>moderate</c> or <c>severe</c>; anything else for none.</param>
    /// <param name="at">When.</param>
    public static HarvestedSource Symptom(string text, string? severity, DateTimeOffset at)
    {
        var observation = Observation("survey", R4.Concept(text), at);
        if (severity is not null && Severities.TryGetValue(severity, out var strength))
        {
            observation["valueCodeableConcept"] = R4.Concept(R4.Snomed, strength.Code, strength.Display);
        }

        return Of(observation, at, $"symptom\n{text}\n{severity}");
    }

    /// <summary>A medicine taken.</summary>
    /// <param name="name">Which.</param>
    /// <param name="dose">How much; empty when not said.</param>
    /// <param name="at">When.</param>
    public static HarvestedSource Medicine(string name, string dose, DateTimeOffset at)
    {
        var statement = R4.Resource("MedicationStatement");
        statement["status"] = "completed";
        statement["medicationCodeableConcept"] = R4.Concept(name);
        statement["subject"] = R4.Self();
        statement["effectiveDateTime"] = R4.DateTime(at);
        statement["informationSource"] = R4.Self();
        if (dose.Length > 0)
        {
            statement["dosage"] = R4.List(new JsonObject { ["text"] = dose });
        }

        return Of(statement, at, $"medicine\n{name}\n{dose}");
    }

    /// <summary>A note.</summary>
    /// <param name="title">A few words.</param>
    /// <param name="text">All of it.</param>
    /// <param name="at">When.</param>
    /// <param name="by">Who else than the patient writes it down, and where they work; null for the patient.</param>
    public static HarvestedSource Note(string title, string text, DateTimeOffset at, string? by = null)
    {
        var observation = By(by, Observation("survey", R4.Concept(title), at));
        observation["valueString"] = text;
        return Of(observation, at, $"note\n{title}\n{text}");
    }

    private static JsonObject By(string? by, JsonObject observation) => by is null ? observation : observation.With("performer", R4.List(new JsonObject { ["display"] = by }));

    private static JsonObject Observation(string category, JsonObject code, DateTimeOffset at) => MeasuredObservation.Of(code, category, byPatient: true).At(R4.DateTime(at));

    private static decimal? Read(string written, Measurand measurand) =>
        written.Length is > 0 and <= 12 && decimal.TryParse(written.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && measurand.IsPossible(value) ? value : null;

    private static HarvestedSource Of(JsonObject resource, DateTimeOffset at, string content)
    {
        var harvest = new Harvest(Format, new HarvestLimits());
        harvest.Add($"{at:yyyy-MM-ddTHH:mmzzz}\n{content}", resource, new Provenance());
        return HarvestedSource.Of(harvest, new ImportOptions { SourceName = Format }, () => [], CancellationToken.None);
    }
}
