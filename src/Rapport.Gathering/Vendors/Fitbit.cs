using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Answers of Fitbit's service: pulse and steps of a day or days, weight, sleep, logged activities. Times are those on the wall.</summary>
internal static class Fitbit
{
    private const string Vendor = "Fitbit";
    private const string InMetric = "the answer does not say its units: Fitbit's are metric unless asked otherwise";

    private static readonly FrozenDictionary<string, (Metric Metric, string Ucum)> Kinds = new Dictionary<string, (Metric Metric, string Ucum)>
    {
        ["heart"] = (Metrics.HeartRate, "/min"),
        ["steps"] = (Metrics.Steps, "{steps}"),
        ["distance"] = (Metrics.Distance, "km"),
        ["floors"] = (Metrics.FlightsClimbed, "{flights}"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Metric> Stages = new Dictionary<string, Metric>
    {
        ["asleep"] = Metrics.TimeAsleep, ["light"] = Metrics.LightSleep, ["deep"] = Metrics.DeepSleep, ["rem"] = Metrics.RemSleep, ["wake"] = Metrics.TimeAwake, ["awake"] = Metrics.TimeAwake,
    }.ToFrozenDictionary();

    internal static bool Read(VendorReading reading, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var property in root.EnumerateObject())
        {
            if (property.Name.StartsWith("activities-", StringComparison.Ordinal) && !property.Name.EndsWith("-intraday", StringComparison.Ordinal))
            {
                TakeDays(reading, root, property.Name);
            }
        }

        foreach (var (weight, path) in reading.Items(root, "weight"))
        {
            TakeWeight(reading, weight, path);
        }

        foreach (var (sleep, path) in reading.Items(root, "sleep"))
        {
            TakeSleep(reading, sleep, path);
        }

        foreach (var (activity, path) in reading.Items(root, "activities"))
        {
            TakeActivity(reading, activity, path);
        }

        if (root.Child("summary") is not null)
        {
            reading.Skip("summary, which does not say of which day", NotTakenReason.NoTime, "summary");
        }

        if (root.Child("goals") is not null)
        {
            reading.Skip("goals", NotTakenReason.NotAboutPatient, "goals");
        }

        return true;
    }

    /// <summary>A day minute by minute where that is there, else a sum for each day.</summary>
    private static void TakeDays(VendorReading reading, JsonElement root, string name)
    {
        var intraday = root.Child(name + "-intraday");
        var known = Kinds.TryGetValue(name["activities-".Length..], out var kind);
        foreach (var (day, path) in reading.Items(root, name))
        {
            var date = day.Text("dateTime");
            reading.AddPoint(Metrics.RestingHeartRate, Vendor, VendorTime.Wall(date, "yyyy-MM-dd"), TimeSpan.FromDays(1), day.Child("value")?.Number("restingHeartRate"), "/min", path);
            if (!known)
            {
                reading.Skip(name, NotTakenReason.UnknownKind, path);
            }
            else if (intraday is { } minutes)
            {
                TakeMinutes(reading, minutes, kind, date, name + "-intraday.");
            }
            else if (kind.Metric.Sum == MetricSum.Total && ValueOf(day) is { } sum)
            {
                reading.AddPoint(kind.Metric, Vendor, VendorTime.Wall(date, "yyyy-MM-dd"), TimeSpan.FromDays(1), sum == 0 ? null : sum, kind.Ucum, path);
            }
            else
            {
                reading.Skip($"{name}: what a day sums up", NotTakenReason.UnknownKind, path);
            }
        }
    }

    private static void TakeMinutes(VendorReading reading, JsonElement minutes, (Metric Metric, string Ucum) kind, string? date, string path)
    {
        var interval = minutes.Number("datasetInterval") is > 0 and <= 1_440 and var number ? (int)number : 1;
        var length = kind.Metric.Sum == MetricSum.Mean ? TimeSpan.Zero : minutes.Text("datasetType") == "second" ? TimeSpan.FromSeconds(interval) : TimeSpan.FromMinutes(interval);
        foreach (var (point, place) in reading.Items(minutes, "dataset", path))
        {
            var isNothing = kind.Metric.Sum == MetricSum.Total && point.Number("value") == 0;
            reading.AddPoint(kind.Metric, Vendor, VendorTime.Wall($"{date} {point.Text("time")}", "yyyy-MM-dd HH:mm:ss"), length, isNothing ? null : point.Number("value"), kind.Ucum, place);
        }
    }

    private static void TakeWeight(VendorReading reading, JsonElement log, string path)
    {
        (string Field, string Measurand, string Ucum)[] measures = [("weight", "weight", "kg"), ("bmi", "bmi", "kg/m2"), ("fat", "body-fat", "%")];
        foreach (var (field, measurand, ucum) in measures)
        {
            if (log.Number(field) is { } value)
            {
                reading.Add(
                    new VendorEntry
                    {
                        Vendor = Vendor, Key = KeyOf(log), Display = "", Category = "", Start = VendorTime.Wall($"{log.Text("date")} {log.Text("time")}", "yyyy-MM-dd HH:mm:ss"),
                        Device = log.Text("source") ?? Vendor, Value = (value, ucum), Converted = ucum == "kg" ? [InMetric] : [],
                    }.Of(measurand),
                    log,
                    path);
            }
        }
    }

    private static void TakeSleep(VendorReading reading, JsonElement sleep, string path)
    {
        reading.Add(
            new VendorEntry
            {
                Vendor = Vendor, Key = KeyOf(sleep), Display = "Sleep duration", Loinc = "93832-4", Category = "activity", Start = TimeOf(sleep.Text("startTime")), End = TimeOf(sleep.Text("endTime")), Device = Vendor,
                Value = sleep.Number("minutesAsleep") is { } asleep ? (asleep, "min") : null,
                Parts =
                [
                    ("Time in bed", null, sleep.Number("timeInBed"), "min"), ("Time awake", null, sleep.Number("minutesAwake"), "min"), ("Time until asleep", null, sleep.Number("minutesToFallAsleep"), "min"),
                    ("Sleep efficiency", null, sleep.Number("efficiency"), "%"),
                ],
            },
            sleep,
            path);
        if (sleep.Child("levels") is not { } levels)
        {
            return;
        }

        foreach (var (stretch, place) in reading.Items(levels, "data", path + ".levels."))
        {
            var level = stretch.Text("level") ?? "";
            if (!Stages.TryGetValue(level, out var stage))
            {
                reading.Skip($"sleep level {level}", NotTakenReason.UnknownKind, place);
            }
            else if (stretch.Number("seconds") is >= 0 and < 1_000_000 and var seconds)
            {
                reading.AddPoint(stage, Vendor, TimeOf(stretch.Text("dateTime")), TimeSpan.FromSeconds((double)seconds), seconds, "s", place);
            }
        }
    }

    private static void TakeActivity(VendorReading reading, JsonElement activity, string path)
    {
        var hasTime = activity.Child("hasStartTime") is not { ValueKind: JsonValueKind.False };
        var start = hasTime ? VendorTime.Wall($"{activity.Text("startDate")} {activity.Text("startTime")}", "yyyy-MM-dd HH:mm") : VendorTime.Wall(activity.Text("startDate"), "yyyy-MM-dd");
        var length = activity.Number("duration") is > 0 and < 10_000_000_000 and var milliseconds ? TimeSpan.FromMilliseconds((double)milliseconds) : TimeSpan.Zero;
        reading.Add(
            new VendorEntry
            {
                Vendor = Vendor, Key = KeyOf(activity), Display = "Exercise activity", Loinc = "73985-4", Category = "activity", Start = start, IsDay = !hasTime, End = hasTime && start is { } began ? began with { At = began.At + length } : null,
                Words = activity.Text("name"), Note = activity.Text("description"), Device = Vendor, Converted = activity.Number("distance") is null ? [] : [InMetric],
                Parts =
                [
                    ("Exercise duration", "55411-3", activity.Number("duration"), "ms"), ("Distance", null, activity.Number("distance"), "km"), ("Steps", null, activity.Number("steps"), "{steps}"),
                    ("Calories burned", "41981-2", activity.Number("calories"), "kcal"),
                ],
            },
            activity,
            path);
    }

    private static string KeyOf(JsonElement log) => log.Number("logId")?.ToString(CultureInfo.InvariantCulture) ?? log.GetRawText();

    private static decimal? ValueOf(JsonElement day) =>
        day.Number("value") ?? (decimal.TryParse(day.Text("value"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null);

    private static VendorTime? TimeOf(string? text) => VendorTime.Wall(text, "yyyy-MM-dd'T'HH:mm:ss.fff", "yyyy-MM-dd'T'HH:mm:ss");
}
