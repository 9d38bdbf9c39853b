using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>Something that home devices write into columns, in one of its units.</summary>
/// <param name="Name">Short name, as mappings say it.</param>
/// <param name="Loinc">LOINC code for this unit.</param>
/// <param name="Display">LOINC's name.</param>
/// <param name="Unit">UCUM unit.</param>
/// <param name="UnitText">The unit as people write it.</param>
/// <param name="Low">No living person's value is below.</param>
/// <param name="High">No living person's value is above.</param>
/// <param name="IsPlain">Whether this is the unit where none is named, because there is no other.</param>
/// <param name="Metric">The series that many of them become; null for none.</param>
internal sealed record CsvMeasure(
    string Name, string Loinc, string Display, string Unit, string UnitText, decimal Low, decimal High, bool IsPlain = false, Metric? Metric = null)
{
    internal const string Systolic = "systolic", Diastolic = "diastolic";

    internal static IReadOnlyList<CsvMeasure> All { get; } =
    [
        new(Systolic, "8480-6", "Systolic blood pressure", "mm[Hg]", "mmHg", 30, 350, true),
        new(Diastolic, "8462-4", "Diastolic blood pressure", "mm[Hg]", "mmHg", 20, 250, true),
        new("pulse", "8867-4", "Heart rate", "/min", "beats/min", 10, 400, true, Metrics.HeartRate),
        new("respiratory-rate", "9279-1", "Respiratory rate", "/min", "breaths/min", 1, 150, true, Metrics.RespiratoryRate),
        new("oxygen", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%", "%", 10, 100, true, Metrics.OxygenSaturation),
        new("weight", "29463-7", "Body weight", "kg", "kg", 0.2m, 700),
        new("weight", "29463-7", "Body weight", "[lb_av]", "lb", 0.5m, 1500),
        new("height", "8302-2", "Body height", "cm", "cm", 20, 280),
        new("height", "8302-2", "Body height", "[in_i]", "in", 8, 110),
        new("bmi", "39156-5", "Body mass index (BMI) [Ratio]", "kg/m2", "kg/m2", 5, 200, true),
        new("temperature", "8310-5", "Body temperature", "Cel", "°C", 20, 46, false, Metrics.BodyTemperature),
        new("temperature", "8310-5", "Body temperature", "[degF]", "°F", 68, 115),
        new("glucose", "2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", "mg/dL", 5, 2000, false, Metrics.Glucose),
        new("glucose", "15074-8", "Glucose [Moles/volume] in Blood", "mmol/L", "mmol/L", 0.3m, 110),
        new("interstitial-glucose", "99504-3", "Glucose [Mass/volume] in Interstitial fluid", "mg/dL", "mg/dL", 5, 2000, false, Metrics.InterstitialGlucose),
        new("hba1c", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", "%", 2, 25),
        new("hba1c", "59261-8", "Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol", "mmol/mol", "mmol/mol", 5, 250),
        new("inr", "6301-6", "INR in Platelet poor plasma by Coagulation assay", "{INR}", "INR", 0.3m, 30, true),
        new("peak-flow", "19935-6", "Maximum expiratory gas flow Respiratory system airway by Peak flow meter", "L/min", "L/min", 20, 1200),
    ];

    /// <summary>The one of a name in a unit; null when it is not measured so, or the unit is missing where there are several.</summary>
    internal static CsvMeasure? Find(string name, string? unit)
    {
        var code = string.IsNullOrEmpty(unit) ? null : Ucum.CodeOf(unit) ?? unit;
        return All.FirstOrDefault(measure => measure.Name == name && (code is null ? measure.IsPlain : measure.Unit == code || string.Equals(measure.UnitText, unit, StringComparison.OrdinalIgnoreCase)));
    }
}
