using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What a scale or a cuff measured: Observations in the unit of the profile.</summary>
internal sealed class FitMeasures(FitReading reading)
{
    private const long Calculating = 0xFFFE;
    private const int Complete = 0, Irregular = 4;

    private static readonly Measure[] Body =
    [
        Of(0, Measurand.Find("weight", "kg")!, "weight", 100),
        Of(13, Measurand.Named("bmi"), "bmi", 10),
        Of(1, Measurand.Named("body-fat"), "percent_fat", 100),
        new(2, "Body water", null, "exam", "percent_hydration", 100, "%", "%"),
        new(3, "Visceral fat mass", null, "exam", "visceral_fat_mass", 100, "kg", "kg"),
        new(4, "Bone mass", null, "exam", "bone_mass", 100, "kg", "kg"),
        new(5, "Muscle mass", null, "exam", "muscle_mass", 100, "kg", "kg"),
        new(7, "Energy used at rest, estimated", null, "exam", "basal_met", 4, "kcal/d", "kcal/d"),
        new(8, "Rating of physique by the scale", null, "exam", "physique_rating", 1, "1", "1"),
        new(9, "Energy used when active, estimated", null, "exam", "active_met", 4, "kcal/d", "kcal/d"),
        new(10, "Metabolic age by the scale", null, "exam", "metabolic_age", 1, "a", "a"),
        new(11, "Rating of visceral fat by the scale", null, "exam", "visceral_fat_rating", 1, "1", "1"),
    ];

    private static readonly Measure[] Pressures =
    [
        Of(0, Measurand.Named(Measurand.Systolic), "systolic_pressure", 1),
        Of(1, Measurand.Named(Measurand.Diastolic), "diastolic_pressure", 1),
        new(2, "Mean blood pressure", "8478-0", "", "mean_arterial_pressure", 1, "mmHg", "mm[Hg]"),
        new(3, "Mean blood pressure of three measurements", null, "", "map_3_sample_mean", 1, "mmHg", "mm[Hg]"),
        new(4, "Mean blood pressure in the morning", null, "", "map_morning_values", 1, "mmHg", "mm[Hg]"),
        new(5, "Mean blood pressure in the evening", null, "", "map_evening_values", 1, "mmHg", "mm[Hg]"),
    ];

    internal void TakeWeight(in FitMessage message)
    {
        if (reading.TimeOf(message) is not { } at)
        {
            return;
        }

        if (message.Integer(0) == Calculating)
        {
            reading.Harvest.Skip("weight_scale: weight that is still being measured", NotTakenReason.SaysNothing, $"byte {message.At}");
        }

        foreach (var measure in Body)
        {
            if (message.Integer(measure.Field) is not (null or Calculating) && message.Exact(measure.Field, measure.Scale) is { } value)
            {
                var observation = MeasuredObservation.Of(measure.Code("weight_scale"), measure.Category, reading.Device).At(reading.Fhir(at));
                observation["valueQuantity"] = R4.Quantity(value, measure.Unit, measure.Ucum);
                reading.Harvest.Add($"fit\n{measure.Name}\n{reading.Outline.Serial}\n{at}", observation, reading.Provenance(message));
            }
        }
    }

    internal void TakePressure(in FitMessage message)
    {
        if (reading.TimeOf(message) is not { } at)
        {
            return;
        }

        if (message.Integer(8) is { } status and not (Complete or Irregular))
        {
            reading.Harvest.Skip($"blood_pressure with error {status}", NotTakenReason.SaysNothing, $"byte {message.At}");
            return;
        }

        AddPressure(message, at);
        reading.AddPoint(Metrics.HeartRate, at, 0, message.Number64(6), message);
    }

    private void AddPressure(in FitMessage message, long at)
    {
        var components = new JsonArray();
        foreach (var measure in Pressures)
        {
            if (message.Exact(measure.Field) is { } value)
            {
                components.Add((JsonNode)FitCode.Component(measure.Code("blood_pressure"), value, measure.Unit, measure.Ucum));
            }
        }

        if (components.Count == 0)
        {
            reading.Harvest.Skip("blood_pressure", NotTakenReason.NoValue, $"byte {message.At}");
            return;
        }

        if (message.Integer(8) == Irregular)
        {
            components.Add((JsonNode)new JsonObject { ["code"] = FitCode.Of("Irregular pulse, by the device", null, "blood_pressure.status"), ["valueBoolean"] = true });
        }

        var observation = MeasuredObservation.Of(FitCode.Of(MeasuredObservation.PressureDisplay, MeasuredObservation.PressureLoinc, "blood_pressure"), "vital-signs", reading.Device).At(reading.Fhir(at));
        observation["component"] = components;
        reading.Harvest.Add($"fit\nblood_pressure\n{reading.Outline.Serial}\n{at}", observation, reading.Provenance(message));
    }

    private static Measure Of(byte field, Measurand measurand, string name, decimal scale) =>
        new(field, measurand.Display, measurand.Loinc, measurand.Category, name, scale, measurand.UnitText, measurand.Unit);

    private sealed record Measure(byte Field, string Display, string? Loinc, string Category, string Name, decimal Scale, string Unit, string Ucum)
    {
        internal JsonObject Code(string message) => FitCode.Of(Display, Loinc, $"{message}.{Name}");
    }
}
