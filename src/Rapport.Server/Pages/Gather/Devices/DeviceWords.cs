using System.Collections.Frozen;
using Rapport.Gathering;

namespace Rapport.Server.Pages.Gather.Devices;

/// <summary>What devices may send, as people say it.</summary>
internal static class DeviceWords
{
    public static string Of(string measure) => MeasurandWords.Find(measure) ?? MetricWords.Of(measure);

    /// <summary>An example of a measurement, as a program sends it.</summary>
    public static string Example(DeviceMeasure measure, string at) => measure.Name == "blood-pressure"
        ? $$"""{"metric": "{{measure.Name}}", "at": "{{at}}", "systolic": 120, "diastolic": 80, "unit": "{{measure.Units[0]}}"}"""
        : $$"""{"metric": "{{measure.Name}}", "at": "{{at}}", "value": {{Values.GetValueOrDefault(measure.Name, 1)}}, "unit": "{{measure.Units[0]}}"}""";

    private static readonly FrozenDictionary<string, int> Values = new Dictionary<string, int>
    {
        ["heart-rate"] = 61, ["steps"] = 80, ["weight"] = 72, ["glucose"] = 95, ["interstitial-glucose"] = 101, ["oxygen-saturation"] = 97, ["temperature"] = 37, ["respiratory-rate"] = 14,
        ["heart-rate-variability"] = 45, ["active-energy"] = 12, ["walking-distance"] = 60, ["peak-flow"] = 420, ["body-fat"] = 24, ["height"] = 171, ["inr"] = 2,
    }.ToFrozenDictionary();
}
