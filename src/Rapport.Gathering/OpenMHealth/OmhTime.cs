using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>When a measurement was: a moment, an interval, or a part of a day.</summary>
/// <param name="Start">The moment, or when the interval began; null for a part of a day.</param>
/// <param name="End">When the interval ended; null for a moment.</param>
/// <param name="Date">The day of a part of a day.</param>
/// <param name="Part">The part.</param>
internal sealed record OmhTime(DateTimeOffset? Start, DateTimeOffset? End, string? Date, string? Part)
{
    private const decimal MostMilliseconds = 100m * 366 * 86_400_000;

    private static readonly Dictionary<string, decimal> Milliseconds = new()
    {
        ["ps"] = 0.000_000_001m, ["ns"] = 0.000_001m, ["us"] = 0.001m, ["ms"] = 1, ["sec"] = 1_000, ["min"] = 60_000, ["h"] = 3_600_000, ["d"] = 86_400_000, ["wk"] = 604_800_000,
    };

    /// <summary>What identifies it, for a measurement without an id.</summary>
    internal string Key => $"{Start:O}/{End:O}/{Date}/{Part}";

    /// <summary>The time of a body; null when it has none that can be read.</summary>
    internal static OmhTime? Of(JsonElement body)
    {
        if (body.Child("effective_time_frame") is not { } frame)
        {
            return null;
        }

        if (frame.Child("time_interval") is { } interval)
        {
            return OfInterval(interval);
        }

        return SafeJson.Time(frame.Text("date_time")) is { } at ? new OmhTime(at, null, null, null) : null;
    }

    /// <summary>Says when an Observation was.</summary>
    internal void SetEffective(JsonObject observation)
    {
        if (Start is not { } start)
        {
            observation["effectiveDateTime"] = Date;
        }
        else if (End is { } end && end != start)
        {
            observation["effectivePeriod"] = R4.Period(R4.DateTime(start), R4.DateTime(end));
        }
        else
        {
            observation["effectiveDateTime"] = R4.DateTime(start);
        }
    }

    private static OmhTime? OfInterval(JsonElement interval)
    {
        if (interval.Text("date") is { } date)
        {
            return new OmhTime(null, null, date, interval.Text("part_of_day"));
        }

        var (start, end) = (SafeJson.Time(interval.Text("start_date_time")), SafeJson.Time(interval.Text("end_date_time")));
        try
        {
            start ??= end is { } ended ? Move(ended, interval.Child("duration"), -1) : null;
            end ??= start is { } began ? Move(began, interval.Child("duration"), 1) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }

        return start is null || end is null || end < start ? null : new OmhTime(start, end, null, null);
    }

    private static DateTimeOffset? Move(DateTimeOffset from, JsonElement? duration, int sign)
    {
        if (duration is not { } length || length.Number("value") is not { } value || length.Text("unit") is not { } unit || Math.Abs(value) > 1_000_000_000_000_000m)
        {
            return null;
        }

        if (unit is "Mo" or "yr")
        {
            return value is > -2_000 and < 2_000 && value == decimal.Truncate(value) ? from.AddMonths(sign * (int)value * (unit == "yr" ? 12 : 1)) : null;
        }

        return Milliseconds.TryGetValue(unit, out var factor) && Math.Abs(value * factor) <= MostMilliseconds ? from.AddMilliseconds(sign * (double)(value * factor)) : null;
    }
}
