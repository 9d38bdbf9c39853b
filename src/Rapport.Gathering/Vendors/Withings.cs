using System.Collections.Frozen;
using System.Text.Json;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Groups of measurements of Withings' devices: whole numbers with a power of ten, times in UTC, the zone of the account beside them.</summary>
internal static class Withings
{
    private const string Vendor = "Withings";
    private const int Diastolic = 9, Systolic = 10;

    private static readonly FrozenDictionary<int, (string Display, string? Loinc, string Category, string Ucum)> Singles = new Dictionary<int, (string Display, string? Loinc, string Category, string Ucum)>
    {
        [1] = Known("weight", "kg"), [4] = Known("height", "m"), [5] = ("Fat-free mass", null, "exam", "kg"), [6] = Known("body-fat", "%"),
        [8] = ("Fat mass", null, "exam", "kg"), [12] = ("Temperature", null, "exam", "Cel"), [71] = Known("temperature", "Cel"), [73] = ("Temperature of the skin", null, "exam", "Cel"),
        [76] = ("Muscle mass", null, "exam", "kg"), [77] = ("Body water", null, "exam", "kg"), [88] = ("Bone mass", null, "exam", "kg"), [91] = ("Pulse wave velocity", null, "exam", "m/s"),
    }.ToFrozenDictionary();

    internal static bool Read(VendorReading reading, JsonElement root)
    {
        var body = root.Child("body") ?? root;
        var zone = body.Text("timezone") is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : null;
        foreach (var (group, path) in reading.Items(body, "measuregrps", "body."))
        {
            if (group.Number("category") == 2)
            {
                reading.Skip("measuregrps of a goal", NotTakenReason.NotAboutPatient, path);
            }
            else
            {
                Take(reading, group, VendorTime.Unix(group.Number("date"), zone), path);
            }
        }

        return root.ValueKind == JsonValueKind.Object;
    }

    private static void Take(VendorReading reading, JsonElement group, VendorTime? time, string path)
    {
        decimal? systolic = null, diastolic = null;
        var entry = new VendorEntry { Vendor = Vendor, Key = group.Number("grpid")?.ToString() ?? group.GetRawText(), Display = "", Category = "", Start = time, Device = group.Text("model") ?? Vendor, WasTyped = group.Number("attrib") is 2 or 4 };
        foreach (var (measure, place) in reading.Items(group, "measures", path + "."))
        {
            var type = measure.Number("type") is >= 0 and < 10_000 and var number ? (int)number : -1;
            if (ValueOf(measure) is not { } value)
            {
                reading.Skip($"measure {type}", NotTakenReason.NoValue, place);
            }
            else if (type == Systolic)
            {
                systolic = value;
            }
            else if (type == Diastolic)
            {
                diastolic = value;
            }
            else if (type is 11 or 54)
            {
                reading.AddPoint(type == 11 ? Metrics.HeartRate : Metrics.OxygenSaturation, entry.Device, time, TimeSpan.Zero, value, type == 11 ? "/min" : "%", place);
            }
            else if (Singles.TryGetValue(type, out var single))
            {
                reading.Add(entry with { Display = single.Display, Loinc = single.Loinc, Category = single.Category, Value = (value, single.Ucum) }, group, place);
            }
            else
            {
                reading.Skip($"measure {type}", NotTakenReason.UnknownKind, place);
            }
        }

        if (systolic is not null || diastolic is not null)
        {
            reading.Add(entry.OfPressure(systolic, diastolic, "mm[Hg]"), group, path);
        }
    }

    private static (string Display, string? Loinc, string Category, string Ucum) Known(string measurand, string ucum) =>
        (Measurand.Named(measurand).Display, Measurand.Named(measurand).Loinc, Measurand.Named(measurand).Category, ucum);

    private static decimal? ValueOf(JsonElement measure)
    {
        if (measure.Number("value") is not { } value || measure.Number("unit") is not (>= -9 and <= 9 and var power) || Math.Abs(value) > 1_000_000_000_000)
        {
            return null;
        }

        for (; power < 0; power++)
        {
            value /= 10;
        }

        for (; power > 0; power--)
        {
            value *= 10;
        }

        return value;
    }
}
