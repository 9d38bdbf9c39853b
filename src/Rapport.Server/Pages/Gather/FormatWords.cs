using System.Collections.Frozen;

namespace Rapport.Server.Pages.Gather;

/// <summary>The short names that reports use for formats, as people say them.</summary>
internal static class FormatWords
{
    private static readonly FrozenDictionary<string, Func<string>> Words = new Dictionary<string, Func<string>>
    {
        ["fhir"] = () => FormatText.Fhir,
        ["zip"] = () => FormatText.Zip,
        ["ccda"] = () => FormatText.Ccda,
        ["apple-health"] = () => FormatText.AppleHealth,
        ["fit"] = () => FormatText.Fit,
        ["open-mhealth"] = () => FormatText.OpenMHealth,
        ["wearable-service"] = () => FormatText.WearableService,
        ["csv"] = () => FormatText.Csv,
        ["health-card"] = () => FormatText.HealthCard,
        ["health-link"] = () => FormatText.HealthLink,
        ["paper"] = () => FormatText.Paper,
    }.ToFrozenDictionary();

    /// <summary>The words; the short name itself for one without words.</summary>
    public static string Of(string format) => Words.TryGetValue(format, out var words) ? words() : format;
}

/// <summary>Kinds that a source usually has, as people say them.</summary>
internal static class LackingWords
{
    private static readonly FrozenDictionary<string, Func<string>> Words = new Dictionary<string, Func<string>>
    {
        ["allergies"] = () => LackingText.Allergies,
        ["medications"] = () => LackingText.Medications,
        ["problems"] = () => LackingText.Problems,
        ["results"] = () => LackingText.Results,
        ["vital-signs"] = () => LackingText.VitalSigns,
        ["immunizations"] = () => LackingText.Immunizations,
        ["procedures"] = () => LackingText.Procedures,
        ["encounters"] = () => LackingText.Encounters,
        ["notes"] = () => LackingText.Notes,
        ["ecg"] = () => LackingText.Ecg,
        ["clinical-records"] = () => LackingText.ClinicalRecords,
        ["sleep"] = () => LackingText.Sleep,
        ["workouts"] = () => LackingText.Workouts,
    }.ToFrozenDictionary();

    /// <summary>The words; the short name itself for one without words.</summary>
    public static string Of(string kind) => Words.TryGetValue(kind, out var words) ? words() : kind;
}

/// <summary>Metrics of series, as people say them.</summary>
internal static class MetricWords
{
    private static readonly FrozenDictionary<string, Func<string>> Words = new Dictionary<string, Func<string>>
    {
        ["heart-rate"] = () => MetricText.HeartRate,
        ["resting-heart-rate"] = () => MetricText.RestingHeartRate,
        ["walking-heart-rate"] = () => MetricText.WalkingHeartRate,
        ["heart-rate-variability"] = () => MetricText.HeartRateVariability,
        ["respiratory-rate"] = () => MetricText.RespiratoryRate,
        ["oxygen-saturation"] = () => MetricText.OxygenSaturation,
        ["body-temperature"] = () => MetricText.BodyTemperature,
        ["wrist-temperature"] = () => MetricText.WristTemperature,
        ["glucose"] = () => MetricText.Glucose,
        ["interstitial-glucose"] = () => MetricText.InterstitialGlucose,
        ["steps"] = () => MetricText.Steps,
        ["walking-distance"] = () => MetricText.WalkingDistance,
        ["cycling-distance"] = () => MetricText.CyclingDistance,
        ["swimming-distance"] = () => MetricText.SwimmingDistance,
        ["distance"] = () => MetricText.Distance,
        ["flights-climbed"] = () => MetricText.FlightsClimbed,
        ["active-energy"] = () => MetricText.ActiveEnergy,
        ["resting-energy"] = () => MetricText.RestingEnergy,
        ["exercise-time"] = () => MetricText.ExerciseTime,
        ["stand-time"] = () => MetricText.StandTime,
        ["walking-speed"] = () => MetricText.WalkingSpeed,
        ["step-length"] = () => MetricText.StepLength,
        ["walking-asymmetry"] = () => MetricText.WalkingAsymmetry,
        ["double-support"] = () => MetricText.DoubleSupport,
        ["speed"] = () => MetricText.Speed,
        ["cadence"] = () => MetricText.Cadence,
        ["power"] = () => MetricText.Power,
        ["altitude"] = () => MetricText.Altitude,
        ["sound-level"] = () => MetricText.SoundLevel,
        ["headphone-level"] = () => MetricText.HeadphoneLevel,
        ["time-in-daylight"] = () => MetricText.TimeInDaylight,
    }.ToFrozenDictionary();

    /// <summary>The words; the short name itself for one without words.</summary>
    public static string Of(string metric) => Words.TryGetValue(metric, out var words) ? words() : metric;
}
