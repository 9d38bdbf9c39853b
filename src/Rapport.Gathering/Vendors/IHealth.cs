using System.Text.Json;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Lists of iHealth's cuffs, meters, scales and trackers. Their times are seconds since 1970 by the clock on the wall, with its offset beside; 0 is how they say that there is no value.</summary>
internal static class IHealth
{
    private const string Vendor = "iHealth";

    private static readonly (string List, Action<VendorReading, JsonElement, JsonElement, string> Take)[] Lists =
    [
        ("BPDataList", TakePressure), ("BGDataList", TakeGlucose), ("BODataList", TakeOxygen), ("WeightDataList", TakeWeight), ("ARDataList", TakeActivity), ("SRDataList", TakeSleep), ("SPORTDataList", TakeSport),
    ];

    internal static bool Read(VendorReading reading, JsonElement root)
    {
        foreach (var (list, take) in Lists)
        {
            foreach (var (item, path) in reading.Items(root, list))
            {
                take(reading, root, item, path);
                if (item.Number("Lat") is not (null or 0 or -1) || item.Number("Lon") is not (null or 0 or -1))
                {
                    reading.Skip("Lat, Lon: where it was", NotTakenReason.NotAboutPatient, path);
                }
            }
        }

        return root.ValueKind == JsonValueKind.Object;
    }

    private static void TakePressure(VendorReading reading, JsonElement root, JsonElement item, string path)
    {
        var unit = root.Number("BPUnit") == 1 ? "kPa" : "mm[Hg]";
        if (Measured(item, "HP") is { } systolic && Measured(item, "LP") is { } diastolic)
        {
            reading.Add(Entry(item).OfPressure(systolic, diastolic, unit), item, path);
        }
        else
        {
            reading.Skip("BPDataList", NotTakenReason.NoValue, path);
        }

        reading.AddPoint(Metrics.HeartRate, Vendor, TimeOf(item, "MDate"), TimeSpan.Zero, Measured(item, "HR"), "/min", path);
    }

    private static void TakeGlucose(VendorReading reading, JsonElement root, JsonElement item, string path)
    {
        if (Measured(item, "BG") is not { } value)
        {
            reading.Skip("BGDataList", NotTakenReason.NoValue, path);
            return;
        }

        var glucose = Measurand.Find("glucose", root.Number("BGUnit") == 1 ? "mmol/L" : "mg/dL")!;
        string?[] words = [item.Text("DinnerSituation"), item.Text("DrugSituation")];
        reading.Add(
            Entry(item, glucose.Display, glucose.Loinc, glucose.Category) with
            {
                Value = (value, glucose.Unit),
                Note = string.Join("; ", words.Append(item.Text("Note")).OfType<string>().Select(word => word.Replace('_', ' '))) is { Length: > 0 } note ? note : null,
            },
            item,
            path);
    }

    private static void TakeOxygen(VendorReading reading, JsonElement root, JsonElement item, string path)
    {
        if (Measured(item, "BO") is null)
        {
            reading.Skip("BODataList", NotTakenReason.NoValue, path);
        }

        reading.AddPoint(Metrics.OxygenSaturation, Vendor, TimeOf(item, "MDate"), TimeSpan.Zero, Measured(item, "BO"), "%", path);
        reading.AddPoint(Metrics.HeartRate, Vendor, TimeOf(item, "MDate"), TimeSpan.Zero, Measured(item, "HR"), "/min", path);
        NameNote(reading, item, path);
    }

    private static void TakeWeight(VendorReading reading, JsonElement root, JsonElement item, string path)
    {
        var unit = root.Number("WeightUnit") switch { 1 => "[lb_av]", 2 => "[stone_av]", _ => "kg" };
        (string Field, VendorEntry Entry, string Ucum)[] measures =
        [
            ("WeightValue", Entry(item).Of("weight"), unit), ("BMI", Entry(item).Of("bmi"), "kg/m2"), ("FatValue", Entry(item).Of("body-fat"), "%"),
            ("WaterValue", Entry(item, "Body water", null, "exam"), "%"), ("BoneValue", Entry(item, "Bone mass", null, "exam"), unit), ("MuscaleValue", Entry(item, "Muscle mass", null, "exam"), unit),
            ("DCI", Entry(item, "Energy to eat in a day, by the scale", null, "exam"), "kcal/d"),
        ];
        if (Array.TrueForAll(measures, measure => Measured(item, measure.Field) is null))
        {
            reading.Skip("WeightDataList", NotTakenReason.NoValue, path);
        }

        foreach (var (field, entry, ucum) in measures)
        {
            if (Measured(item, field) is { } value)
            {
                reading.Add(entry with { Value = (value, ucum) }, item, path);
            }
        }
    }

    private static void TakeActivity(VendorReading reading, JsonElement root, JsonElement item, string path)
    {
        // A day's sums; the distance is in kilometres or miles.
        var day = TimeSpan.FromDays(1);
        var start = TimeOf(item, "MDate") is { } at ? at with { At = new DateTimeOffset(at.At.Date, at.At.Offset) } : (VendorTime?)null;
        reading.AddPoint(Metrics.Steps, Vendor, start, day, Measured(item, "Steps"), "{steps}", path);
        reading.AddPoint(Metrics.Distance, Vendor, start, day, Measured(item, "DistanceTraveled"), root.Number("DistanceUnit") == 1 ? "[mi_i]" : "km", path);
        if (Measured(item, "Calories") is not null)
        {
            reading.Skip("ARDataList: Calories, of rest and movement together", NotTakenReason.NoMeaning, path);
        }

        NameNote(reading, item, path);
    }

    private static void TakeSleep(VendorReading reading, JsonElement root, JsonElement item, string path) => reading.Add(
        Entry(item, "Sleep duration", "93832-4", "activity") with
        {
            Start = TimeOf(item, "StartTime"), End = TimeOf(item, "EndTime"), Value = item.Number("HoursSlept") is { } minutes ? (minutes, "min") : null,
            Parts = [("Times awake", null, item.Number("Awaken"), "{times}"), ("Sleep efficiency", null, Measured(item, "SleepEfficiency"), "%"), ("Time until asleep", null, item.Number("FallSleep"), "min")],
        },
        item,
        path);

    private static void TakeSport(VendorReading reading, JsonElement root, JsonElement item, string path) => reading.Add(
        Entry(item, "Exercise activity", "73985-4", "activity") with
        {
            Start = TimeOf(item, "SportStartTime"), End = TimeOf(item, "SportEndTime"), Words = item.Text("SportName"), Parts = [("Calories burned", "41981-2", Measured(item, "Calories"), "kcal")],
        },
        item,
        path);

    private static VendorEntry Entry(JsonElement item, string display = "", string? loinc = null, string category = "") => new()
    {
        Vendor = Vendor, Key = item.Text("DataID") ?? item.GetRawText(), Display = display, Loinc = loinc, Category = category, Start = TimeOf(item, "MDate"), Device = Vendor,
        WasTyped = item.Text("DataSource") == "Manual", Note = item.Text("Note", 2_000),
    };

    private static void NameNote(VendorReading reading, JsonElement item, string path)
    {
        if (item.Text("Note") is not null)
        {
            reading.Skip("Note beside a point of a series", NotTakenReason.UnknownKind, path);
        }
    }

    private static decimal? Measured(JsonElement item, string field) => item.Number(field) is { } value and not 0 ? value : null;

    private static VendorTime? TimeOf(JsonElement item, string field) => VendorTime.UnixWall(item.Number(field), VendorTime.Offset(item.Text("TimeZone"), item.Number("TimeZone")));
}
