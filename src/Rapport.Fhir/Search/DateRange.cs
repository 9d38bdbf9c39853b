namespace Rapport.Fhir;

/// <summary>
/// A span of time in Unix milliseconds, UTC: <see cref="Low"/> inclusive, <see cref="High"/> exclusive. A partial date such as <c>2024-02</c> is the
/// whole span it names. An open end is <see cref="long.MinValue"/> or <see cref="long.MaxValue"/>. The default value is empty.
/// </summary>
public readonly record struct DateRange(long Low, long High)
{
    /// <summary>All of time: what an absent pair of ends means.</summary>
    public static DateRange All { get; } = new(long.MinValue, long.MaxValue);

    public bool Contains(DateRange other) => other.Low >= Low && other.High <= High;

    public bool Overlaps(DateRange other) => other.Low < High && Low < other.High;

    /// <summary>
    /// Reads a FHIR date, dateTime or instant, in whole or in part: year, month, day, minute, second or fraction of a second. A value
    /// without a time zone is taken as UTC. Digits beyond the millisecond are dropped.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateRange range)
    {
        range = default;
        if (!TryDigits(utf8, 0, 4, out var year) || year == 0)
        {
            return false;
        }

        if (utf8.Length == 4)
        {
            range = Days(DayNumber(year, 1, 1), DayNumber(year + 1, 1, 1));
            return true;
        }

        if (!At(utf8, 4, '-') || !TryDigits(utf8, 5, 2, out var month) || month is < 1 or > 12)
        {
            return false;
        }

        if (utf8.Length == 7)
        {
            range = Days(DayNumber(year, month, 1), month == 12 ? DayNumber(year + 1, 1, 1) : DayNumber(year, month + 1, 1));
            return true;
        }

        if (!At(utf8, 7, '-') || !TryDigits(utf8, 8, 2, out var day) || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        var first = DayNumber(year, month, day);
        if (utf8.Length == 10)
        {
            range = Days(first, first + 1);
            return true;
        }

        return At(utf8, 10, 'T') && TryTime(utf8[11..], first * MsPerDay, out range);
    }

    /// <summary>Reads a date written as text: see <see cref="TryParse(ReadOnlySpan{byte}, out DateRange)"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateRange range)
    {
        range = default;
        Span<byte> utf8 = stackalloc byte[64];
        return text.Length <= utf8.Length
            && System.Text.Encoding.UTF8.TryGetBytes(text, utf8, out var written)
            && TryParse(utf8[..written], out range);
    }

    private const long MsPerDay = 86_400_000;

    private static bool TryTime(ReadOnlySpan<byte> time, long midnight, out DateRange range)
    {
        range = default;
        if (!TryDigits(time, 0, 2, out var hour) || hour > 24 || !At(time, 2, ':') || !TryDigits(time, 3, 2, out var minute) || minute > 59)
        {
            return false;
        }

        var low = midnight + (hour * 3_600_000L) + (minute * 60_000L);
        var width = 60_000;
        var at = 5;
        if (At(time, at, ':'))
        {
            // 60 is a leap second.
            if (!TryDigits(time, at + 1, 2, out var second) || second > 60)
            {
                return false;
            }

            low += second * 1000L;
            width = 1000;
            at += 3;
            if (At(time, at, '.') && !TryFraction(time, ref at, ref low, ref width))
            {
                return false;
            }
        }

        if (!TryOffset(time[at..], out var offsetMs))
        {
            return false;
        }

        range = new(low - offsetMs, low - offsetMs + width);
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> time, ref int at, ref long low, ref int width)
    {
        var start = ++at;
        while (at < time.Length && time[at] is >= (byte)'0' and <= (byte)'9')
        {
            if (width > 1)
            {
                width /= 10;
                low += (time[at] - '0') * width;
            }

            at++;
        }

        return at > start;
    }

    private static bool TryOffset(ReadOnlySpan<byte> zone, out long offsetMs)
    {
        offsetMs = 0;
        if (zone.IsEmpty || (zone.Length == 1 && zone[0] == 'Z'))
        {
            return true;
        }

        if (zone.Length != 6 || zone[0] is not ((byte)'+' or (byte)'-') || !At(zone, 3, ':')
            || !TryDigits(zone, 1, 2, out var hours) || !TryDigits(zone, 4, 2, out var minutes) || hours > 14 || minutes > 59)
        {
            return false;
        }

        offsetMs = ((hours * 60L) + minutes) * (zone[0] == '-' ? -60_000 : 60_000);
        return true;
    }

    private static DateRange Days(long first, long afterLast) => new(first * MsPerDay, afterLast * MsPerDay);

    /// <summary>Days since 1970-01-01 in the proleptic Gregorian calendar; year 10000 is allowed, as the end of 9999.</summary>
    private static long DayNumber(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = y / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }

    private static bool At(ReadOnlySpan<byte> utf8, int index, char c) => index < utf8.Length && utf8[index] == c;

    private static bool TryDigits(ReadOnlySpan<byte> utf8, int start, int count, out int value)
    {
        value = 0;
        if (start + count > utf8.Length)
        {
            return false;
        }

        foreach (var b in utf8.Slice(start, count))
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (b - '0');
        }

        return true;
    }
}
