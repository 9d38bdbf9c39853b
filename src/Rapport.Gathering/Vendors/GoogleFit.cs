using System.Collections.Frozen;
using System.Text.Json;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>A data set of Google Fit: points of one kind with times in nanoseconds.</summary>
internal static class GoogleFit
{
    private static readonly FrozenDictionary<string, (Metric Metric, string Ucum)> Series = new Dictionary<string, (Metric Metric, string Ucum)>
    {
        ["com.google.heart_rate.bpm"] = (Metrics.HeartRate, "/min"),
        ["com.google.step_count.delta"] = (Metrics.Steps, "{steps}"),
        ["com.google.calories.expended"] = (Metrics.ActiveEnergy, "kcal"),
        ["com.google.distance.delta"] = (Metrics.Distance, "m"),
        ["com.google.speed"] = (Metrics.Speed, "m/s"),
        ["com.google.oxygen_saturation"] = (Metrics.OxygenSaturation, "%"),
        ["com.google.active_minutes"] = (Metrics.ExerciseTime, "min"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (string Measurand, string Ucum)> Singles = new Dictionary<string, (string Measurand, string Ucum)>
    {
        ["com.google.weight"] = ("weight", "kg"),
        ["com.google.height"] = ("height", "m"),
        ["com.google.body.fat.percentage"] = ("body-fat", "%"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> Activities = new Dictionary<int, string>
    {
        [1] = "Cycling", [7] = "Walking", [8] = "Running", [9] = "Aerobics", [10] = "Badminton", [14] = "Handcycling", [15] = "Mountain biking", [16] = "Road biking", [17] = "Spinning", [18] = "Stationary cycling",
        [19] = "Utility cycling", [20] = "Boxing", [21] = "Calisthenics", [22] = "Circuit training", [24] = "Dancing", [25] = "Elliptical", [29] = "Soccer", [32] = "Golf", [33] = "Gymnastics", [35] = "Hiking", [40] = "Kayaking",
        [41] = "Kettlebell training", [44] = "Martial arts", [49] = "Pilates", [52] = "Rock climbing", [53] = "Rowing", [54] = "Rowing machine", [56] = "Jogging", [58] = "Treadmill running", [59] = "Sailing", [65] = "Skiing",
        [77] = "Stair climbing", [80] = "Strength training", [82] = "Swimming", [83] = "Swimming in a pool", [84] = "Swimming in open water", [85] = "Table tennis", [87] = "Tennis", [88] = "Treadmill", [93] = "Walking for fitness",
        [94] = "Nordic walking", [95] = "Walking on a treadmill", [97] = "Weightlifting", [100] = "Yoga", [101] = "Zumba", [108] = "Other exercise", [113] = "CrossFit", [114] = "Interval training", [116] = "Walking with a stroller",
    }.ToFrozenDictionary();

    // In a vehicle, still, not known, tilting.
    private static readonly FrozenSet<int> Nothing = [0, 3, 4, 5];

    private static readonly FrozenDictionary<int, Metric> Sleep = new Dictionary<int, Metric>
    {
        [72] = Metrics.TimeAsleep, [109] = Metrics.LightSleep, [110] = Metrics.DeepSleep, [111] = Metrics.RemSleep, [112] = Metrics.TimeAwake,
    }.ToFrozenDictionary();

    internal static bool Read(VendorReading reading, JsonElement root)
    {
        foreach (var (point, path) in reading.Items(root, "point"))
        {
            var type = point.Text("dataTypeName") ?? "a point without a type";
            var origin = point.Text("originDataSourceId") ?? root.Text("dataSourceId") ?? "";
            var (start, end) = (VendorTime.Nanoseconds(point.Text("startTimeNanos")), VendorTime.Nanoseconds(point.Text("endTimeNanos")));
            if (type == "com.google.activity.segment")
            {
                TakeSegment(reading, point, origin, start, end, path);
            }
            else
            {
                Take(reading, point, type, origin, start, end, path);
            }
        }

        return root.ValueKind == JsonValueKind.Object;
    }

    private static void Take(VendorReading reading, JsonElement point, string type, string origin, VendorTime? start, VendorTime? end, string path)
    {
        var known = Series.TryGetValue(type, out var series);
        if (!known && !Singles.ContainsKey(type))
        {
            reading.Skip(type, NotTakenReason.UnknownKind, path);
            return;
        }

        if (ValueOf(point) is not { } value || start is null)
        {
            reading.Skip(type, start is null ? NotTakenReason.NoTime : NotTakenReason.NoValue, path);
            return;
        }

        if (known)
        {
            // What a body uses at rest is reckoned from height and weight.
            var metric = origin.EndsWith(":from_bmr", StringComparison.Ordinal) ? Metrics.RestingEnergy : series.Metric;
            reading.AddPoint(metric, DeviceOf(origin), start, LengthOf(start, end), value, series.Ucum, path);
            return;
        }

        var single = Singles[type];
        reading.Add(
            new VendorEntry
            {
                Vendor = "Google Fit", Key = $"{origin}\n{point.Text("startTimeNanos")}", Display = "", Category = "", Start = start, Device = DeviceOf(origin),
                WasTyped = IsTyped(origin), Value = (value, single.Ucum),
            }.Of(single.Measurand),
            point,
            path);
    }

    private static void TakeSegment(VendorReading reading, JsonElement point, string origin, VendorTime? start, VendorTime? end, string path)
    {
        var code = ValueOf(point) is >= 0 and < 1_000 and var number ? (int)number : -1;
        if (Sleep.TryGetValue(code, out var stage))
        {
            var length = LengthOf(start, end);
            reading.AddPoint(stage, DeviceOf(origin), start, length, (decimal)length.TotalMinutes, "min", path);
        }
        else if (Nothing.Contains(code) || !Activities.TryGetValue(code, out var activity))
        {
            reading.Skip($"com.google.activity.segment {code}", Nothing.Contains(code) ? NotTakenReason.SaysNothing : NotTakenReason.UnknownKind, path);
        }
        else
        {
            reading.Add(
                new VendorEntry
                {
                    Vendor = "Google Fit", Key = $"{origin}\n{point.Text("startTimeNanos")}", Display = "Exercise activity", Loinc = "73985-4", Category = "activity", Start = start, End = end, Words = activity,
                    Device = DeviceOf(origin), WasTyped = IsTyped(origin),
                },
                point,
                path);
        }
    }

    private static decimal? ValueOf(JsonElement point)
    {
        if (point.Child("value") is { ValueKind: JsonValueKind.Array } values && values.GetArrayLength() > 0)
        {
            return values[0].Number("fpVal") ?? values[0].Number("intVal");
        }

        return null;
    }

    private static TimeSpan LengthOf(VendorTime? start, VendorTime? end) => start is { } from && end is { } to ? to.At - from.At : TimeSpan.Zero;

    private static bool IsTyped(string origin) => origin.EndsWith(":user_input", StringComparison.Ordinal);

    /// <summary>The app, and the maker and model of the device: <c>raw:type:app:maker:model:id:name</c>.</summary>
    private static string DeviceOf(string origin) => string.Join(' ', origin.Split(':') switch
    {
        [_, _, var app, var maker, var model, _, ..] => [app, maker, model],
        [_, _, var app, ..] => [app],
        _ => Array.Empty<string>(),
    }).Trim();
}
