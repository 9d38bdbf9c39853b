using System.Globalization;
using System.Text;

namespace Rapport.Bench.AppleHealth;

/// <summary>
/// Makes an export as a phone and a watch of an invented person write it, always the same one: by type, then by time, with the shares that the kinds of
/// records have where a watch is worn. Nothing in it is anybody's.
/// </summary>
internal static class ExportGenerator
{
    private const string Watch =
        "sourceName=\"Iris’s Apple Watch\" sourceVersion=\"10.1\" device=\"&lt;&lt;HKDevice: 0x283a1b2c0&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:10.1&gt;\"";

    private const string Phone = "sourceName=\"Iris’s iPhone\" sourceVersion=\"17.1\" device=\"&lt;&lt;HKDevice: 0x283a19f40&gt;, name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone13,2, software:17.1&gt;\"";

    private const string Scale = "sourceName=\"Scale\" sourceVersion=\"2.1\"";

    private static readonly string[] Stages = ["AsleepCore", "AsleepDeep", "AsleepREM", "Awake"];

    private static readonly DateTimeOffset First = new(2018, 1, 1, 0, 0, 0, TimeSpan.FromHours(1));

    private static readonly Kind[] Kinds =
    [
        new("HKQuantityTypeIdentifierHeartRate", "count/min", Watch, 0.30, 0, random => random.Next(48, 150).ToString(CultureInfo.InvariantCulture), "HKMetadataKeyHeartRateMotionContext"),
        new("HKQuantityTypeIdentifierActiveEnergyBurned", "kcal", Watch, 0.28, 60, random => Fraction(random, 0.05, 3)),
        new("HKQuantityTypeIdentifierBasalEnergyBurned", "kcal", Watch, 0.14, 600, random => Fraction(random, 8, 14)),
        new("HKQuantityTypeIdentifierDistanceWalkingRunning", "km", Phone, 0.10, 300, random => Fraction(random, 0.01, 0.4)),
        new("HKQuantityTypeIdentifierStepCount", "count", Phone, 0.09, 300, random => random.Next(5, 600).ToString(CultureInfo.InvariantCulture)),
        new("HKQuantityTypeIdentifierOxygenSaturation", "%", Watch, 0.02, 0, random => $"0.{random.Next(92, 100)}", "HKMetadataKeyBarometricPressure"),
        new("HKQuantityTypeIdentifierRespiratoryRate", "count/min", Watch, 0.03, 0, random => (random.Next(20, 44) / 2.0).ToString(CultureInfo.InvariantCulture)),
        new("HKQuantityTypeIdentifierEnvironmentalAudioExposure", "dBASPL", Watch, 0.025, 1800, random => Fraction(random, 30, 90)),
        new("HKQuantityTypeIdentifierWalkingSpeed", "km/hr", Phone, 0.008, 10, random => Fraction(random, 2, 6)),
        new("HKQuantityTypeIdentifierHeartRateVariabilitySDNN", "ms", Watch, 0.003, 60, random => Fraction(random, 15, 110)),
        new("HKQuantityTypeIdentifierBodyMass", "kg", Scale, 0.002, 0, random => (random.Next(680, 760) / 10.0).ToString(CultureInfo.InvariantCulture), "HKWasUserEntered"),
        new("HKCategoryTypeIdentifierSleepAnalysis", null, Watch, 0.012, 900, random => "HKCategoryValueSleepAnalysis" + Stages[random.Next(Stages.Length)], "HKTimeZone") { IsAtNight = true },
        new("HKCategoryTypeIdentifierAppleStandHour", null, Watch, 0.01, 3600, random => random.Next(2) == 0 ? "HKCategoryValueAppleStandHourStood" : "HKCategoryValueAppleStandHourIdle"),
    ];

    /// <summary>Writes an export of about so many bytes.</summary>
    /// <returns>How many it became.</returns>
    internal static long Write(string path, long bytes)
    {
        using var stream = File.Create(path);
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16) { NewLine = "\n" };
        writer.WriteLine("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE HealthData [\n<!-- HealthKit Export Version: 14 -->\n<!ELEMENT HealthData ANY>\n]>\n<HealthData locale=\"en_US\">");
        writer.WriteLine(" <ExportDate value=\"2026-01-11 09:00:00 +0100\"/>\n <Me HKCharacteristicTypeIdentifierDateOfBirth=\"1971-05-17\"/>");
        foreach (var kind in Kinds)
        {
            Write(writer, kind, (long)(bytes * kind.Share));
        }

        writer.WriteLine("</HealthData>");
        writer.Flush();
        return stream.Length;
    }

    private static void Write(StreamWriter writer, Kind kind, long bytes)
    {
        // Seeded by the kind, so that a larger export begins as a smaller one.
        var random = new Random(kind.Type.Length * 7919);
        var inside = kind.Metadata is null ? "/>" : $">\n  <MetadataEntry key=\"{kind.Metadata}\" value=\"1\"/>\n </Record>";
        var unit = kind.Unit is null ? "" : $" unit=\"{kind.Unit}\"";
        var length = 170 + kind.Source.Length + kind.Type.Length + unit.Length + inside.Length;
        var count = Math.Max(1, bytes / length);
        var step = TimeSpan.FromDays(8 * 365) / count;
        for (var i = 0L; i < count; i++)
        {
            var start = First + (kind.IsAtNight ? AtNight(i) : step * i) + TimeSpan.FromSeconds(random.Next(0, 5));
            var end = start.AddSeconds(Math.Min(kind.Seconds, Math.Max(1, step.TotalSeconds)) * Math.Sign(kind.Seconds));
            writer.Write($" <Record type=\"{kind.Type}\" {kind.Source}{unit} creationDate=\"{Time(end)}\" startDate=\"{Time(start)}\" endDate=\"{Time(end)}\" value=\"{kind.Value(random)}\"{inside}\n");
        }
    }

    /// <summary>Stretches of sleep come in nights of 32, a quarter of an hour each, as long as there are nights.</summary>
    private static TimeSpan AtNight(long number) => TimeSpan.FromDays(number / 32 % (8 * 365)) + TimeSpan.FromHours(22) + (TimeSpan.FromMinutes(15) * (number % 32));

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss +0100", CultureInfo.InvariantCulture);

    private static string Fraction(Random random, double low, double high) => Math.Round(low + (random.NextDouble() * (high - low)), 3).ToString(CultureInfo.InvariantCulture);

    /// <param name="Type">HealthKit's identifier.</param>
    /// <param name="Unit">Unit; null for categories.</param>
    /// <param name="Source">Attributes of what measured.</param>
    /// <param name="Share">Its share of the bytes.</param>
    /// <param name="Seconds">How long one goes on.</param>
    /// <param name="Value">A value.</param>
    /// <param name="Metadata">A key that stands inside each; null for none.</param>
    private sealed record Kind(string Type, string? Unit, string Source, double Share, int Seconds, Func<Random, string> Value, string? Metadata = null)
    {
        /// <summary>Whether they come one after the other at night, instead of evenly over the years.</summary>
        internal bool IsAtNight { get; init; }
    }
}
