using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>
/// Vital signs that were taken together. FHIR has a blood pressure as one observation with two components, CDA as two: a pair of one moment becomes one.
/// </summary>
internal static class VitalSigns
{
    private const string Systolic = "8480-6";
    private const string Diastolic = "8462-4";

    internal static void MapOrganizer(Statement statement, CcdaReading reading)
    {
        if (PairOf(statement) is { } pair)
        {
            MapPressure(pair.Systolic, pair.Diastolic, reading);
        }

        Observations.MapOrganizer(statement, reading);
    }

    private static (Statement Systolic, Statement Diastolic)? PairOf(Statement statement)
    {
        Statement[] systolic = [.. statement.Children.Where(child => IsPressure(child, Systolic))];
        Statement[] diastolic = [.. statement.Children.Where(child => IsPressure(child, Diastolic))];
        return systolic is [var high] && diastolic is [var low] && TimeOf(high) == TimeOf(low) && high.Status == low.Status ? (high, low) : null;
    }

    private static bool IsPressure(Statement child, string code) =>
        child is { Kind: "observation", Mood: "EVN", IsNegated: false } && child.HasCode(code) && CdaValues.TryNumber(child.Value.At("value"), out _)
            && child.Fate == StatementFate.Open && !child.IsAboutSomebodyElse;

    private static string? TimeOf(Statement statement) => statement.Time is { } time ? Outline.Content(time) : null;

    private static void MapPressure(Statement systolic, Statement diastolic, CcdaReading reading)
    {
        var entry = reading.Begin(systolic, "Observation");
        entry.Json.Remove("identifier");
        var identifiers = new JsonArray([.. CdaId.Identifiers(systolic.Node).Concat(CdaId.Identifiers(diastolic.Node)).DistinctBy(id => id!.ToJsonString())
            .Select(id => id!.DeepClone())]);
        entry.Json.With("identifier", identifiers);
        entry.Json["status"] = Observations.StateOf(systolic);
        Observations.PutCategory(entry, (R4.ObservationCategory, "vital-signs"));
        entry.Json["code"] = R4.Concept(R4.Loinc, "85354-9", "Blood pressure panel with all children optional");
        entry.Json["component"] = R4.List(Component(entry, systolic), Component(entry, diastolic));
        var components = entry.Json["component"]!;
        Observations.Finish(entry, reading);
        foreach (var only in (ReadOnlySpan<string>)["valueQuantity", "interpretation", "referenceRange"])
        {
            entry.Json.Remove(only);
        }

        entry.Json["component"] = components.DeepClone();
        entry.Values.Convert("the systolic and the diastolic pressure became one blood pressure");
        if (reading.Add(entry, reading.KeyOf(systolic, "BloodPressure") + "\n" + reading.KeyOf(diastolic, "")) is not null)
        {
            CcdaReading.Fold(diastolic);
        }
    }

    private static JsonObject Component(CcdaEntry entry, Statement statement)
    {
        var component = new JsonObject { ["code"] = entry.Values.Concept(statement.Code), ["valueQuantity"] = entry.Values.Quantity(statement.Value) };
        var part = new CcdaEntry(statement, "Observation", entry.Values);
        return component.With("interpretation", Shared.Concepts(part, "interpretationCode")).With("referenceRange", Observations.References(part));
    }
}
