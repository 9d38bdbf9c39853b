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
        ["by-hand"] = () => FormatText.ByHand,
        ["device"] = () => FormatText.Device,
        ["message"] = () => FormatText.Message,
        ["document"] = () => FormatText.Document,
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
        ["cycling-speed"] = () => MetricText.CyclingSpeed,
        ["running-speed"] = () => MetricText.RunningSpeed,
        ["running-stride"] = () => MetricText.RunningStride,
        ["ground-contact"] = () => MetricText.GroundContact,
        ["vertical-oscillation"] = () => MetricText.VerticalOscillation,
        ["stair-ascent-speed"] = () => MetricText.StairAscentSpeed,
        ["stair-descent-speed"] = () => MetricText.StairDescentSpeed,
        ["rowing-distance"] = () => MetricText.RowingDistance,
        ["skating-distance"] = () => MetricText.SkatingDistance,
        ["snow-sports-distance"] = () => MetricText.SnowSportsDistance,
        ["wheelchair-distance"] = () => MetricText.WheelchairDistance,
        ["wheelchair-pushes"] = () => MetricText.WheelchairPushes,
        ["swimming-strokes"] = () => MetricText.SwimmingStrokes,
        ["move-time"] = () => MetricText.MoveTime,
        ["mindful-time"] = () => MetricText.MindfulTime,
        ["toothbrushing-time"] = () => MetricText.ToothbrushingTime,
        ["handwashing-time"] = () => MetricText.HandwashingTime,
        ["stand-hours"] = () => MetricText.StandHours,
        ["inhaler-usage"] = () => MetricText.InhalerUsage,
        ["insulin"] = () => MetricText.Insulin,
        ["insulin-basal"] = () => MetricText.InsulinBasal,
        ["insulin-bolus"] = () => MetricText.InsulinBolus,
        ["physical-effort"] = () => MetricText.PhysicalEffort,
        ["walking-steadiness"] = () => MetricText.WalkingSteadiness,
        ["perfusion-index"] = () => MetricText.PerfusionIndex,
        ["skin-conductance"] = () => MetricText.SkinConductance,
        ["sleeping-breathing-disturbances"] = () => MetricText.SleepingBreathingDisturbances,
        ["sound-reduction"] = () => MetricText.SoundReduction,
        ["uv-exposure"] = () => MetricText.UvExposure,
        ["underwater-depth"] = () => MetricText.UnderwaterDepth,
        ["water-temperature"] = () => MetricText.WaterTemperature,
        ["sleep-in-bed"] = () => MetricText.SleepInBed,
        ["sleep-awake"] = () => MetricText.SleepAwake,
        ["sleep-unspecified"] = () => MetricText.SleepUnspecified,
        ["sleep-light"] = () => MetricText.SleepLight,
        ["sleep-deep"] = () => MetricText.SleepDeep,
        ["sleep-rem"] = () => MetricText.SleepRem,
        ["dietary-energy"] = () => MetricText.DietaryEnergy,
        ["dietary-protein"] = () => MetricText.DietaryProtein,
        ["dietary-carbohydrates"] = () => MetricText.DietaryCarbohydrates,
        ["dietary-fiber"] = () => MetricText.DietaryFiber,
        ["dietary-sugar"] = () => MetricText.DietarySugar,
        ["dietary-fat"] = () => MetricText.DietaryFat,
        ["dietary-saturated-fat"] = () => MetricText.DietarySaturatedFat,
        ["dietary-monounsaturated-fat"] = () => MetricText.DietaryMonounsaturatedFat,
        ["dietary-polyunsaturated-fat"] = () => MetricText.DietaryPolyunsaturatedFat,
        ["dietary-water"] = () => MetricText.DietaryWater,
        ["dietary-cholesterol"] = () => MetricText.DietaryCholesterol,
        ["dietary-sodium"] = () => MetricText.DietarySodium,
        ["dietary-potassium"] = () => MetricText.DietaryPotassium,
        ["dietary-calcium"] = () => MetricText.DietaryCalcium,
        ["dietary-chloride"] = () => MetricText.DietaryChloride,
        ["dietary-copper"] = () => MetricText.DietaryCopper,
        ["dietary-iron"] = () => MetricText.DietaryIron,
        ["dietary-magnesium"] = () => MetricText.DietaryMagnesium,
        ["dietary-manganese"] = () => MetricText.DietaryManganese,
        ["dietary-phosphorus"] = () => MetricText.DietaryPhosphorus,
        ["dietary-zinc"] = () => MetricText.DietaryZinc,
        ["dietary-niacin"] = () => MetricText.DietaryNiacin,
        ["dietary-pantothenic-acid"] = () => MetricText.DietaryPantothenicAcid,
        ["dietary-riboflavin"] = () => MetricText.DietaryRiboflavin,
        ["dietary-thiamin"] = () => MetricText.DietaryThiamin,
        ["dietary-vitamin-b6"] = () => MetricText.DietaryVitaminB6,
        ["dietary-vitamin-c"] = () => MetricText.DietaryVitaminC,
        ["dietary-vitamin-e"] = () => MetricText.DietaryVitaminE,
        ["dietary-caffeine"] = () => MetricText.DietaryCaffeine,
        ["dietary-biotin"] = () => MetricText.DietaryBiotin,
        ["dietary-chromium"] = () => MetricText.DietaryChromium,
        ["dietary-folate"] = () => MetricText.DietaryFolate,
        ["dietary-iodine"] = () => MetricText.DietaryIodine,
        ["dietary-molybdenum"] = () => MetricText.DietaryMolybdenum,
        ["dietary-selenium"] = () => MetricText.DietarySelenium,
        ["dietary-vitamin-a"] = () => MetricText.DietaryVitaminA,
        ["dietary-vitamin-b12"] = () => MetricText.DietaryVitaminB12,
        ["dietary-vitamin-d"] = () => MetricText.DietaryVitaminD,
        ["dietary-vitamin-k"] = () => MetricText.DietaryVitaminK,
    }.ToFrozenDictionary();

    /// <summary>The words; the short name itself for one without words.</summary>
    public static string Of(string metric) => Find(metric) ?? metric;

    /// <summary>The words; null for what is no metric.</summary>
    public static string? Find(string metric) => Words.TryGetValue(metric, out var words) ? words() : null;
}
