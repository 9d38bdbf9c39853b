namespace Rapport.Gathering;

/// <summary>Times of FIT: seconds since the end of 1989 in UTC. Smaller ones count from when the device was switched on and say nothing of a date.</summary>
internal static class FitTime
{
    private const long Epoch = 631_065_600;
    private const uint LeastDate = 0x1000_0000;
    private const int MostOffset = 14 * 60;
    private const int QuarterHour = 15;

    /// <summary>Whether it is a date.</summary>
    internal static bool IsDate(uint time) => time >= LeastDate;

    /// <summary>Milliseconds since 1970; null where it is no date.</summary>
    internal static long? Milliseconds(uint? time) => time is { } seconds && IsDate(seconds) ? (seconds + Epoch) * 1000 : null;

    /// <summary>How far a clock on the wall was ahead of UTC, in minutes; null when the two do not fit together.</summary>
    internal static short? Offset(long? local, uint? utc)
    {
        if (local is not { } wall || utc is not { } time || !IsDate(time) || wall < LeastDate)
        {
            return null;
        }

        // Clocks on walls are seconds apart from true ones, and their zones quarters of hours.
        var quarters = Math.Round((wall - time) / 60.0 / QuarterHour);
        var minutes = quarters * QuarterHour;
        return Math.Abs(minutes) <= MostOffset && Math.Abs(wall - time - (minutes * 60)) <= 120 ? (short)minutes : null;
    }

    /// <summary>A moment as FHIR writes it.</summary>
    internal static string Fhir(long milliseconds, short offset) => R4.DateTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToOffset(TimeSpan.FromMinutes(offset)));
}
