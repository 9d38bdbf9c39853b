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
        Single("blood-pressure", "85354-9", "55284-4"),
        Single("weight", "29463-7", "3141-9"),
        Single("glucose", "2339-0", "15074-8", "2345-7", "14749-6"),
        Dense(Metrics.InterstitialGlucose, "105272-9"),
        Dense(Metrics.OxygenSaturation, "2708-6"),
        Single("temperature", "8310-5"),
        Dense(Metrics.RespiratoryRate),
        Dense(Metrics.HeartRateVariability),
        Dense(Metrics.ActiveEnergy),
        Dense(Metrics.WalkingDistance),
        Single("peak-flow", "19935-6"),
        Single("body-fat", "41982-0"),
        Single("height", "8302-2"),
        Single("inr", "6301-6"),
    ];

    /// <summary>Short name, as devices and forms send it.</summary>
    public string Name { get; }

    /// <summary>The series that its points become; null for what becomes an entry each.</summary>
    internal Metric? Metric { get; }

    /// <summary>LOINC codes of entries that are this.</summary>
    internal IReadOnlyList<string> Loincs { get; }

    /// <summary>The units it is sent in, as UCUM codes.</summary>
    public IReadOnlyList<string> Units => Metric is { } metric ? [metric.Unit] : Name == BloodPressure ? ["mm[Hg]"] : [.. CsvMeasure.Of(Name).Select(measure => measure.Unit)];

    /// <summary>The name of the one that has two numbers.</summary>
    internal const string BloodPressure = "blood-pressure";

    /// <summary>The one of a name; null when there is none.</summary>
    public static DeviceMeasure? Find(string? name) => All.FirstOrDefault(measure => measure.Name == name);

    /// <summary>What a series of this metric is; null when no device sends it.</summary>
    internal static DeviceMeasure? Of(Metric metric) => Find(metric.Name);

    /// <summary>What an entry with one of these codes is; null when no device sends it.</summary>
    internal static DeviceMeasure? Of(IReadOnlyCollection<string> loincs) => All.FirstOrDefault(measure => measure.Loincs.Any(loincs.Contains));

    private static DeviceMeasure Dense(Metric metric, params string[] more) => new(metric.Name, metric, [metric.Loinc!, .. more]);

    private static DeviceMeasure Single(string name, params string[] loincs) => new(name, null, loincs);
}
