using System.Collections.Frozen;

namespace Rapport.Gathering;

/// <summary>The metrics that are kept as series.</summary>
internal static class Metrics
{
    private const string Vital = "vital-signs";
    private const string Activity = "activity";
    private const string Laboratory = "laboratory";

    internal static readonly Metric HeartRate = new("heart-rate", "8867-4", "Heart rate", "/min", "beats/min", MetricSum.Mean, Vital, 10, 400);

    internal static readonly Metric RestingHeartRate = new("resting-heart-rate", "40443-4", "Heart rate --resting", "/min", "beats/min", MetricSum.Mean, Vital, 10, 400);

    internal static readonly Metric WalkingHeartRate = new("walking-heart-rate", null, "Heart rate while walking", "/min", "beats/min", MetricSum.Mean, Vital, 10, 400);

    internal static readonly Metric HeartRateVariability =
        new("heart-rate-variability", "80404-7", "R-R interval.standard deviation (Heart rate variability)", "ms", "ms", MetricSum.Mean, Vital, 0, 1_000);

    internal static readonly Metric RespiratoryRate = new("respiratory-rate", "9279-1", "Respiratory rate", "/min", "breaths/min", MetricSum.Mean, Vital, 1, 150);

    internal static readonly Metric OxygenSaturation =
        new("oxygen-saturation", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%", "%", MetricSum.Mean, Vital, 10, 100);

    internal static readonly Metric BodyTemperature = new("body-temperature", "8310-5", "Body temperature", "Cel", "°C", MetricSum.Mean, Vital, 20, 46);

    internal static readonly Metric WristTemperature = new("wrist-temperature", null, "Temperature at the wrist while asleep", "Cel", "°C", MetricSum.Mean, Activity, 10, 50);

    internal static readonly Metric Glucose = new("glucose", "2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", "mg/dL", MetricSum.Mean, Laboratory, 5, 2_000);

    internal static readonly Metric InterstitialGlucose =
        new("interstitial-glucose", "99504-3", "Glucose [Mass/volume] in Interstitial fluid", "mg/dL", "mg/dL", MetricSum.Mean, Laboratory, 5, 2_000);

    internal static readonly Metric Steps =
        new("steps", "55423-8", "Number of steps in unspecified time Pedometer", "{steps}", "steps", MetricSum.Total, Activity, 0, 300_000);

    internal static readonly Metric WalkingDistance =
        new("walking-distance", "55430-3", "Walking distance unspecified time Pedometer", "m", "m", MetricSum.Total, Activity, 0, 500_000);

    internal static readonly Metric CyclingDistance = new("cycling-distance", null, "Cycling distance", "m", "m", MetricSum.Total, Activity, 0, 2_000_000);

    internal static readonly Metric SwimmingDistance = new("swimming-distance", null, "Swimming distance", "m", "m", MetricSum.Total, Activity, 0, 200_000);

    internal static readonly Metric FlightsClimbed = new("flights-climbed", null, "Flights of stairs climbed", "{flights}", "flights", MetricSum.Total, Activity, 0, 10_000);

    internal static readonly Metric ActiveEnergy = new("active-energy", "41981-2", "Calories burned", "kcal", "kcal", MetricSum.Total, Activity, 0, 30_000);

    internal static readonly Metric RestingEnergy = new("resting-energy", null, "Energy used at rest", "kcal", "kcal", MetricSum.Total, Activity, 0, 30_000);

    internal static readonly Metric ExerciseTime = new("exercise-time", null, "Time of exercise", "min", "min", MetricSum.Total, Activity, 0, 1_440);

    internal static readonly Metric StandTime = new("stand-time", null, "Time standing", "min", "min", MetricSum.Total, Activity, 0, 1_440);

    internal static readonly Metric WalkingSpeed = new("walking-speed", null, "Walking speed", "m/s", "m/s", MetricSum.Mean, Activity, 0, 15);

    internal static readonly Metric StepLength = new("step-length", null, "Length of a step", "cm", "cm", MetricSum.Mean, Activity, 0, 300);

    internal static readonly Metric WalkingAsymmetry = new("walking-asymmetry", null, "Walking asymmetry", "%", "%", MetricSum.Mean, Activity, 0, 100);

    internal static readonly Metric DoubleSupport = new("double-support", null, "Walking with both feet on the ground", "%", "%", MetricSum.Mean, Activity, 0, 100);

    internal static readonly Metric Speed = new("speed", null, "Speed", "m/s", "m/s", MetricSum.Mean, Activity, 0, 150);

    internal static readonly Metric Cadence = new("cadence", null, "Cadence", "/min", "per min", MetricSum.Mean, Activity, 0, 500);

    internal static readonly Metric Power = new("power", null, "Power", "W", "W", MetricSum.Mean, Activity, 0, 4_000);

    internal static readonly Metric Altitude = new("altitude", null, "Altitude", "m", "m", MetricSum.Mean, Activity, -500, 20_000);

    internal static readonly Metric SoundLevel = new("sound-level", null, "Sound level around", "dB[SPL]", "dB", MetricSum.Mean, Activity, 0, 200);

    internal static readonly Metric HeadphoneLevel = new("headphone-level", null, "Sound level in headphones", "dB[SPL]", "dB", MetricSum.Mean, Activity, 0, 200);

    internal static readonly Metric TimeInDaylight = new("time-in-daylight", null, "Time in daylight", "min", "min", MetricSum.Total, Activity, 0, 1_440);

    internal static readonly Metric Distance = Total("distance", "Distance", "m", "m", 2_000_000);

    internal static readonly Metric WheelchairDistance = Total("wheelchair-distance", "Distance in a wheelchair", "m", "m", 500_000);

    internal static readonly Metric SnowSportsDistance = Total("snow-sports-distance", "Distance of snow sports", "m", "m", 500_000);

    internal static readonly Metric RowingDistance = Total("rowing-distance", "Distance of rowing and paddling", "m", "m", 500_000);

    internal static readonly Metric SkatingDistance = Total("skating-distance", "Distance of skating", "m", "m", 500_000);

    internal static readonly Metric WheelchairPushes = Total("wheelchair-pushes", "Pushes of a wheelchair", "{pushes}", "pushes", 300_000);

    internal static readonly Metric SwimmingStrokes = Total("swimming-strokes", "Swimming strokes", "{strokes}", "strokes", 100_000);

    internal static readonly Metric MoveTime = Total("move-time", "Time of moving", "min", "min", 1_440);

    internal static readonly Metric MindfulTime = Total("mindful-time", "Time of mindfulness", "min", "min", 1_440);

    internal static readonly Metric ToothbrushingTime = Total("toothbrushing-time", "Time of brushing teeth", "min", "min", 1_440);

    internal static readonly Metric HandwashingTime = Total("handwashing-time", "Time of washing hands", "min", "min", 1_440);

    internal static readonly Metric StandHours = Total("stand-hours", "Hours with standing", "{hours}", "hours", 24);

    internal static readonly Metric InhalerUsage = Total("inhaler-usage", "Uses of an inhaler", "{uses}", "uses", 1_000);

    internal static readonly Metric Insulin = Total("insulin", "Insulin given", "[iU]", "IU", 2_000);

    internal static readonly Metric BasalInsulin = Total("insulin-basal", "Basal insulin given", "[iU]", "IU", 2_000);

    internal static readonly Metric BolusInsulin = Total("insulin-bolus", "Bolus insulin given", "[iU]", "IU", 2_000);

    internal static readonly Metric RunningSpeed = Mean("running-speed", "Running speed", "m/s", "m/s", 0, 20);

    internal static readonly Metric CyclingSpeed = Mean("cycling-speed", "Cycling speed", "m/s", "m/s", 0, 60);

    internal static readonly Metric StairAscentSpeed = Mean("stair-ascent-speed", "Speed upstairs", "m/s", "m/s", 0, 10);

    internal static readonly Metric StairDescentSpeed = Mean("stair-descent-speed", "Speed downstairs", "m/s", "m/s", 0, 10);

    internal static readonly Metric RunningStride = Mean("running-stride", "Length of a running stride", "m", "m", 0, 10);

    internal static readonly Metric VerticalOscillation = Mean("vertical-oscillation", "Vertical oscillation while running", "cm", "cm", 0, 100);

    internal static readonly Metric GroundContact = Mean("ground-contact", "Time of contact with the ground while running", "ms", "ms", 0, 5_000);

    internal static readonly Metric PhysicalEffort = Mean("physical-effort", "Physical effort", "kcal/(h.kg)", "kcal/h·kg", 0, 100);

    internal static readonly Metric WalkingSteadiness = Mean("walking-steadiness", "Walking steadiness", "%", "%", 0, 100);

    internal static readonly Metric PerfusionIndex = Mean("perfusion-index", "Perfusion index of the periphery", "%", "%", 0, 100);

    internal static readonly Metric SkinConductance = Mean("skin-conductance", "Conductance of the skin", "uS", "µS", 0, 1_000);

    internal static readonly Metric SleepingBreathing = Mean("sleeping-breathing-disturbances", "Disturbances of breathing while asleep", "{disturbances}", "disturbances", 0, 500);

    internal static readonly Metric SoundReduction = Mean("sound-reduction", "Reduction of sound around", "dB[SPL]", "dB", 0, 200);

    internal static readonly Metric UvExposure = Mean("uv-exposure", "Ultraviolet index", "{index}", "index", 0, 30);

    internal static readonly Metric UnderwaterDepth = Mean("underwater-depth", "Depth under water", "m", "m", 0, 400);

    internal static readonly Metric WaterTemperature = Mean("water-temperature", "Temperature of the water", "Cel", "°C", -5, 60);

    internal static readonly Metric TimeInBed = Total("sleep-in-bed", "Time in bed", "min", "min", 1_440);

    internal static readonly Metric TimeAwake = Total("sleep-awake", "Time awake at night", "min", "min", 1_440);

    internal static readonly Metric TimeAsleep = Total("sleep-unspecified", "Time asleep, stage not told", "min", "min", 1_440);

    internal static readonly Metric LightSleep = Total("sleep-light", "Light sleep duration", "min", "min", 1_440, "93830-8");

    internal static readonly Metric DeepSleep = Total("sleep-deep", "Deep sleep duration", "min", "min", 1_440, "93831-6");

    internal static readonly Metric RemSleep = Total("sleep-rem", "REM sleep duration", "min", "min", 1_440, "93829-0");

    /// <summary>All of them by name.</summary>
    internal static readonly FrozenDictionary<string, Metric> ByName = new[]
    {
        HeartRate, RestingHeartRate, WalkingHeartRate, HeartRateVariability, RespiratoryRate, OxygenSaturation, BodyTemperature, WristTemperature, Glucose,
        InterstitialGlucose, Steps, WalkingDistance, CyclingDistance, SwimmingDistance, FlightsClimbed, ActiveEnergy, RestingEnergy, ExerciseTime, StandTime,
        WalkingSpeed, StepLength, WalkingAsymmetry, DoubleSupport, Speed, Cadence, Power, Altitude, SoundLevel, HeadphoneLevel, TimeInDaylight,
        Distance, WheelchairDistance, SnowSportsDistance, RowingDistance, SkatingDistance, WheelchairPushes, SwimmingStrokes, MoveTime, MindfulTime, ToothbrushingTime,
        HandwashingTime, StandHours, InhalerUsage, Insulin, BasalInsulin, BolusInsulin, RunningSpeed, CyclingSpeed, StairAscentSpeed, StairDescentSpeed,
        RunningStride, VerticalOscillation, GroundContact, PhysicalEffort, WalkingSteadiness, PerfusionIndex, SkinConductance, SleepingBreathing, SoundReduction,
        UvExposure, UnderwaterDepth, WaterTemperature, TimeInBed, TimeAwake, TimeAsleep, LightSleep, DeepSleep, RemSleep,
    }.Concat(DietMetrics.All.Values).ToFrozenDictionary(metric => metric.Name);

    private static Metric Total(string name, string display, string unit, string unitText, double high, string? loinc = null) =>
        new(name, loinc, display, unit, unitText, MetricSum.Total, Activity, 0, high);

    private static Metric Mean(string name, string display, string unit, string unitText, double low, double high) =>
        new(name, null, display, unit, unitText, MetricSum.Mean, Activity, low, high);
}
