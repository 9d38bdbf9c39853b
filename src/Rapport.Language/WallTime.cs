namespace Rapport.Language;

/// <summary>What a clock on a wall shows, as instants: it is put forward and back.</summary>
public static class WallTime
{
    /// <summary>When a minute of a day is. One that the clock passes twice is the later; one that it leaps over is the moment of the leap.</summary>
    /// <param name="zone">The clock.</param>
    /// <param name="day">The day.</param>
    /// <param name="minute">Minutes from its midnight on.</param>
    public static DateTimeOffset InstantOf(TimeZoneInfo zone, DateOnly day, int minute)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        var isLeapt = zone.IsInvalidTime(local);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(-1);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime().AddMinutes(isLeapt ? 1 : 0);
    }
}
