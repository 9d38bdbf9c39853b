namespace Rapport.Gathering;

/// <summary>Something that a device may be allowed to send.</summary>
public sealed record DeviceMeasure
{
    private DeviceMeasure(string name, Metric? metric, string[] loincs) => (Name, Metric, Loincs) = (name, metric, loincs);

    /// <summary>All of them, the most common first.</summary>
    public static IReadOnlyList<DeviceMeasure> All { get; } =
    [
        Dense(Metrics.HeartRate),
        Dense(Metrics.Steps),
        new(BloodPressure, null, [MeasuredObservation.PressureLoinc, MeasuredObservation.OtherPressureLoinc]),
        Single("weight"),
        Single("glucose"),
        Dense(Metrics.InterstitialGlucose, "interstitial-glucose"),
        Dense(Metrics.OxygenSaturation, "oxygen"),
        Single("temperature"),
        Dense(Metrics.RespiratoryRate),
        Dense(Metrics.HeartRateVariability),
        Dense(Metrics.ActiveEnergy),
        Dense(Metrics.WalkingDistance),
        Single("peak-flow"),
        Single("body-fat"),
        Single("height"),
        Single("inr"),
    ];

    /// <summary>Short name, as devices and forms send it.</summary>
    public string Name { get; }

    /// <summary>The series that its points become; null for what becomes an entry each.</summary>
    internal Metric? Metric { get; }

    /// <summary>LOINC codes of entries that are this.</summary>
    internal IReadOnlyList<string> Loincs { get; }

    /// <summary>The units it is sent in, as UCUM codes.</summary>
    public IReadOnlyList<string> Units => Metric is { } metric ? [metric.Unit] : Name == BloodPressure ? ["mm[Hg]"] : [.. Measurand.Of(Name).Select(measure => measure.Unit)];

    /// <summary>The name of the one that has two numbers.</summary>
    public const string BloodPressure = "blood-pressure";

    /// <summary>The one of a name; null when there is none.</summary>
    public static DeviceMeasure? Find(string? name) => All.FirstOrDefault(measure => measure.Name == name);

    /// <summary>What a series of this metric is; null when no device sends it.</summary>
    internal static DeviceMeasure? Of(Metric metric) => Find(metric.Name);

    /// <summary>What an entry with one of these codes is; null when no device sends it.</summary>
    internal static DeviceMeasure? Of(IReadOnlyCollection<string> loincs) => All.FirstOrDefault(measure => measure.Loincs.Any(loincs.Contains));

    private static DeviceMeasure Dense(Metric metric, string? measurand = null) => new(metric.Name, metric, [metric.Loinc!, .. measurand is null ? [] : LoincsOf(measurand)]);

    private static DeviceMeasure Single(string name) => new(name, null, [.. LoincsOf(name)]);

    private static IEnumerable<string> LoincsOf(string measurand) => Measurand.Of(measurand).SelectMany(unit => unit.OtherLoincs.Prepend(unit.Loinc)).Distinct();
}
