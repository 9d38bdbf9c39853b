using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>Writes what was measured as R4 Observations: the same from whatever it comes.</summary>
internal static class MeasuredObservation
{
    /// <summary>LOINC's code of a blood pressure, of which the two values are parts.</summary>
    internal const string PressureLoinc = "85354-9";

    /// <summary>LOINC's name of it.</summary>
    internal const string PressureDisplay = "Blood pressure panel with all children optional";

    /// <summary>Another code that says the same.</summary>
    internal const string OtherPressureLoinc = "55284-4";

    /// <summary>An Observation without value and time.</summary>
    /// <param name="code">What was measured.</param>
    /// <param name="category">Code of <c>observation-category</c>; null for none.</param>
    /// <param name="device">What measured; empty when nobody says.</param>
    /// <param name="byPatient">Whether the patient wrote it down.</param>
    /// <param name="meta">Its <c>meta</c>; null for none.</param>
    internal static JsonObject Of(JsonObject code, string? category, string? device = null, bool byPatient = false, JsonObject? meta = null)
    {
        var observation = R4.Resource("Observation").With("meta", meta).With("status", "final");
        observation.With("category", category is null ? null : R4.List(R4.Concept(R4.ObservationCategory, category, null)));
        observation["code"] = code;
        observation["subject"] = R4.Self();
        observation.With("performer", byPatient ? R4.List(R4.Self()) : null);
        return observation.With("device", new JsonObject().With("display", device));
    }

    /// <summary>A value of a measure, without its time.</summary>
    internal static JsonObject Of(Measurand measure, decimal value, string? device = null, bool byPatient = false)
    {
        var observation = Of(measure.Code(), measure.Category, device, byPatient);
        observation["valueQuantity"] = measure.Quantity(value);
        return observation;
    }

    /// <summary>A blood pressure in mmHg, without its time; what is null is left out.</summary>
    internal static JsonObject OfPressure(decimal? systolic, decimal? diastolic, string? device = null, bool byPatient = false)
    {
        var observation = Of(R4.Concept(R4.Loinc, PressureLoinc, PressureDisplay), "vital-signs", device, byPatient);
        var components = new JsonArray();
        foreach (var (name, value) in new[] { (Measurand.Systolic, systolic), (Measurand.Diastolic, diastolic) })
        {
            if (value is { } number)
            {
                components.Add((JsonNode)Measurand.Named(name).Component(number));
            }
        }

        observation["component"] = components;
        return observation;
    }

    /// <summary>Says when: at a moment or on a day.</summary>
    internal static JsonObject At(this JsonObject observation, string when)
    {
        observation["effectiveDateTime"] = when;
        return observation;
    }
}
