using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Puts the stretches of sleep that a device saw together to nights: stretches with less than three hours between them are one. A stretch is also a
/// point of its stage's series, so the course of each night is kept as it was seen.
/// </summary>
internal sealed class SleepNights(AppleExport export)
{
    private const string Type = "HKCategoryTypeIdentifierSleepAnalysis";
    private const string ValueStart = "HKCategoryValueSleepAnalysis";
    private const long MostBetween = 3 * 60 * 60 * 1000;
    private const int MostStretches = 1_000_000;

    private static readonly Stage[] Stages =
    [
        new("InBed", Metrics.TimeInBed, "Duration in bed", "103213-5", false),
        new("Awake", Metrics.TimeAwake, "Time awake", null, false),
        new("AsleepUnspecified", Metrics.TimeAsleep, "Time asleep, stage not told", null, true),
        new("AsleepCore", Metrics.LightSleep, "Light sleep duration", "93830-8", true),
        new("AsleepDeep", Metrics.DeepSleep, "Deep sleep duration", "93831-6", true),
        new("AsleepREM", Metrics.RemSleep, "REM sleep duration", "93829-0", true),
        new("Asleep", Metrics.TimeAsleep, "Time asleep, stage not told", null, true),
    ];

    private readonly Dictionary<string, List<Stretch>> _byDevice = [];
    private int _count;

    /// <summary>Whether there was any.</summary>
    internal bool Any => _count > 0;

    internal void Add(AppleElement record)
    {
        var stage = Array.FindIndex(Stages, stage => record["value"] == ValueStart + stage.Value);
        if (stage < 0)
        {
            export.Skip($"{Type} {record["value"]}", NotTakenReason.UnknownKind, record.Line);
            return;
        }

        if (export.Begin(record) is not { } about)
        {
            return;
        }

        if (about.End.Utc <= about.Start.Utc || about.End.Utc - about.Start.Utc > 48 * 60 * 60 * 1000)
        {
            export.Skip(Type, NotTakenReason.Implausible, record.Line);
            return;
        }

        if (++_count > MostStretches)
        {
            throw TooMuch.Of($"the export has more than the {MostStretches} stretches of sleep that are read at once");
        }

        if (!_byDevice.TryGetValue(about.Device, out var stretches))
        {
            _byDevice[about.Device] = stretches = [];
        }

        stretches.Add(new Stretch(about.Start, about.End, stage, (int)Math.Min(int.MaxValue, record.Line)));
        export.AddPoint(Stages[stage].Metric, about.Device, about.Start, about.End, (about.End.Utc - about.Start.Utc) / 60_000.0, record.Line);
    }

    /// <summary>Makes an Observation of each night.</summary>
    internal void Finish()
    {
        foreach (var (device, stretches) in _byDevice)
        {
            stretches.Sort();
            List<Stretch> night = [];
            long end = 0;
            foreach (var stretch in stretches.Distinct())
            {
                if (night.Count > 0 && stretch.Start.Utc - end >= MostBetween)
                {
                    Add(device, night);
                    night = [];
                    end = 0;
                }

                night.Add(stretch);
                end = Math.Max(end, stretch.End.Utc);
            }

            Add(device, night);
        }

        _byDevice.Clear();
    }

    private void Add(string device, List<Stretch> night)
    {
        var last = night.MaxBy(stretch => stretch.End.Utc).End;
        var observation = Sighting.New(AppleCode.Of("Sleep", "93832-4", Type, "Sleep duration"), "activity", device, night[0].Start, last, wasTyped: false);
        if (night.Exists(stretch => Stages[stretch.Stage].IsAsleep))
        {
            observation["valueQuantity"] = Minutes(Cover(night.Where(stretch => Stages[stretch.Stage].IsAsleep)));
        }
        else
        {
            observation["dataAbsentReason"] = R4.Concept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown");
        }

        observation["component"] = new JsonArray([.. night.GroupBy(stretch => Stages[stretch.Stage].Metric.Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Component)]);
        export.Harvest.Add($"sleep\n{device}\n{night[0].Start.Fhir}", observation, new Provenance
        {
            Line = night.Min(stretch => stretch.Line),
            Path = Type,
            Converted = [$"{night.Count} stretches of sleep became one night, and their lengths minutes of each stage; `Core` is light sleep"],
        });
    }

    private static JsonNode Component(IGrouping<string, Stretch> stretches)
    {
        var stage = Stages[stretches.First().Stage];
        return new JsonObject { ["code"] = AppleCode.Of(stage.Display, stage.Loinc, ValueStart + stage.Value), ["valueQuantity"] = Minutes(Cover(stretches)) };
    }

    /// <summary>How long any of them goes on: what two of them cover counts once.</summary>
    private static long Cover(IEnumerable<Stretch> stretches)
    {
        long total = 0, covered = long.MinValue;
        foreach (var stretch in stretches)
        {
            var from = Math.Max(covered, stretch.Start.Utc);
            total += Math.Max(0, stretch.End.Utc - from);
            covered = Math.Max(covered, stretch.End.Utc);
        }

        return total;
    }

    private static JsonObject Minutes(long milliseconds) => R4.Quantity(Math.Round(milliseconds / 60_000m, 2), "min", "min");

    /// <param name="Value">What follows the start of HealthKit's name.</param>
    /// <param name="Metric">The series of its stretches.</param>
    /// <param name="Display">English name.</param>
    /// <param name="Loinc">LOINC code; null where none fits.</param>
    /// <param name="IsAsleep">Whether one sleeps in it.</param>
    private sealed record Stage(string Value, Metric Metric, string Display, string? Loinc, bool IsAsleep);

    private readonly record struct Stretch(WallTime Start, WallTime End, int Stage, int Line) : IComparable<Stretch>
    {
        public int CompareTo(Stretch other) =>
            Start.Utc != other.Start.Utc ? Start.Utc.CompareTo(other.Start.Utc)
            : End.Utc != other.End.Utc ? End.Utc.CompareTo(other.End.Utc)
            : Stage.CompareTo(other.Stage);

        public bool Equals(Stretch other) => (Start.Utc, End.Utc, Stage) == (other.Start.Utc, other.End.Utc, other.Stage);

        public override int GetHashCode() => HashCode.Combine(Start.Utc, End.Utc, Stage);
    }
}
