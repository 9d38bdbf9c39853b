using System.Globalization;

namespace Rapport.Gathering;

/// <summary>A moment that a service tells.</summary>
/// <param name="At">The moment.</param>
/// <param name="Doubt">What of it was not told, in a sentence; null when all was.</param>
internal readonly record struct VendorTime(DateTimeOffset At, string? Doubt)
{
    private const string NoZone = "the source tells the clock on the wall and not its zone: its times stand with `+00:00`";
    private const string NoWall = "the source tells times in UTC and not the clock on the wall: they stand with `+00:00`";

    private const long MostSeconds = 4_102_444_800;

    /// <summary>A clock on a wall somewhere: <c>2016-12-13T11:02:30.000</c> by one of these forms.</summary>
    internal static VendorTime? Wall(string? text, params string[] forms) =>
        DateTime.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && at.Year is > 1900 and < 2100
            ? new VendorTime(new DateTimeOffset(at, TimeSpan.Zero), NoZone) : null;

    /// <summary>Seconds since 1970.</summary>
    internal static VendorTime? Unix(decimal? seconds, TimeZoneInfo? zone)
    {
        if (seconds is not { } value || value is <= 0 or > MostSeconds)
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)(value * 1000));
        return zone is null ? new VendorTime(at, NoWall) : new VendorTime(TimeZoneInfo.ConvertTime(at, zone), null);
    }

    /// <summary>Nanoseconds since 1970, as text.</summary>
    internal static VendorTime? Nanoseconds(string? text) =>
        decimal.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds) ? Unix(Math.Floor(nanoseconds / 1_000_000) / 1000, null) : null;

    /// <summary>Seconds since 1970 by the clock on the wall, whose offset is told beside it.</summary>
    internal static VendorTime? UnixWall(decimal? seconds, TimeSpan? offset)
    {
        if (Unix(seconds, null) is not { } wall)
        {
            return null;
        }

        return offset is { } ahead ? new VendorTime(new DateTimeOffset(wall.At.DateTime, ahead), null) : wall with { Doubt = NoZone };
    }

    /// <summary>An offset as hours and minutes (<c>-0700</c>) or as hours; null when it is none.</summary>
    internal static TimeSpan? Offset(string? text, decimal? hours)
    {
        if (text is { Length: 5 } && text[0] is '+' or '-' && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var minutes = ((number / 100) * 60) + (number % 100);
            return minutes <= 14 * 60 ? TimeSpan.FromMinutes(text[0] == '-' ? -minutes : minutes) : null;
        }

        return hours is >= -14 and <= 14 ? TimeSpan.FromMinutes((int)(hours.Value * 60)) : null;
    }
}
