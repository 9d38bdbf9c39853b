using System.Collections.Frozen;

namespace Rapport.Gathering;

/// <summary>The metrics that are kept as series.</summary>
internal static class Metrics
{
    private const string Vital = "vital-signs";
    private const string Activity = "activity";

    internal static readonly Metric HeartRate = new("heart-rate", "8867-4", "Heart rate", "/min", "beats/min", MetricSum.Mean, Vital, 10, 400);

    internal static readonly Metric RestingHeartRate = new("resting-heart-rate", "40443-4", "Heart rate --resting", "/min", "beats/min", MetricSum.Mean, Vital, 10, 400);

    internal static readonly Metric WalkingHeartRate = new("walking-heart-rate", null, "Heart rate while walking", "/min", "beats/min", MetricSum.Mean, Vital, 10, 400);

    internal static readonly Metric HeartRateVariability =
        new("heart-rate-variability", "80404-7", "R-R interval.standard deviation (Heart rate variability)", "ms", "ms", MetricSum.Mean, Vital, 0, 1_000);

    internal static readonly Metric RespiratoryRate = new("respiratory-rate", "9279-1", "Respiratory rate", "/min", "breaths/min", MetricSum.Mean, Vital, 1, 150);

    internal static readonly Metric OxygenSaturation =
        new("oxygen-saturation", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%", "%", MetricSum.Mean, Vital, 10, 100);

    internal static readonly Metric BodyTemperature = new("body-temperature", "8310-5", "Body temperature", "Cel", "°C", MetricSum.Mean, Vital, 10, 50);

    internal static readonly Metric WristTemperature = new("wrist-temperature", null, "Temperature at the wrist while asleep", "Cel", "°C", MetricSum.Mean, Activity, 10, 50);

    internal static readonly Metric Glucose = new("glucose", "2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", "mg/dL", MetricSum.Mean, Vital, 5, 2_000);

    internal static readonly Metric InterstitialGlucose =
        new("interstitial-glucose", "99504-3", "Glucose [Mass/volume] in Interstitial fluid", "mg/dL", "mg/dL", MetricSum.Mean, Vital, 5, 2_000);

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

    /// <summary>All of them by name.</summary>
    internal static readonly FrozenDictionary<string, Metric> ByName = new[]
    {
        HeartRate, RestingHeartRate, WalkingHeartRate, HeartRateVariability, RespiratoryRate, OxygenSaturation, BodyTemperature, WristTemperature, Glucose,
        InterstitialGlucose, Steps, WalkingDistance, CyclingDistance, SwimmingDistance, FlightsClimbed, ActiveEnergy, RestingEnergy, ExerciseTime, StandTime,
        WalkingSpeed, StepLength, WalkingAsymmetry, DoubleSupport, Speed, Cadence, Power, Altitude, SoundLevel, HeadphoneLevel, TimeInDaylight,
    }.ToFrozenDictionary(metric => metric.Name);
}
