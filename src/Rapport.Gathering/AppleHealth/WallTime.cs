namespace Rapport.Gathering;

/// <summary>A moment as Apple's export writes it, <c>2018-09-10 02:28:55 -0700</c>: by the clock on the wall where the export was made.</summary>
/// <param name="Utc">Milliseconds since 1970 in UTC.</param>
/// <param name="OffsetMinutes">How far the clock on the wall was ahead of UTC.</param>
internal readonly record struct WallTime(long Utc, short OffsetMinutes)
{
    private const int Length = 25;
    private const int MostOffset = 14 * 60;

    /// <summary>The moment as FHIR writes it.</summary>
    internal string Fhir => R4.DateTime(DateTimeOffset.FromUnixTimeMilliseconds(Utc).ToOffset(TimeSpan.FromMinutes(OffsetMinutes)));

    internal static bool TryParse(ReadOnlySpan<char> text, out WallTime time)
    {
        time = default;
        if (text.Length != Length || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':' || text[19] != ' ')
        {
            return false;
        }

        int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
        int hour = Digits(text, 11, 2), minute = Digits(text, 14, 2), second = Digits(text, 17, 2);
        if (year is < 1900 or > 2099 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
        {
            return false;
        }

        if (OffsetOf(text[20..]) is not { } offset)
        {
            return false;
        }

        var wall = (new DateTime(year, month, day, hour, minute, second).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
        time = new WallTime(wall - (offset * 60_000L), offset);
        return true;
    }

    /// <summary>One moment, or a stretch of time, as an Observation has it.</summary>
    internal static void SetEffective(System.Text.Json.Nodes.JsonObject resource, WallTime start, WallTime end)
    {
        if (end.Utc <= start.Utc)
        {
            resource["effectiveDateTime"] = start.Fhir;
        }
        else
        {
            resource["effectivePeriod"] = R4.Period(start.Fhir, end.Fhir);
        }
    }

    private static short? OffsetOf(ReadOnlySpan<char> text)
    {
        int hours = Digits(text, 1, 2), minutes = Digits(text, 3, 2);
        var total = (hours * 60) + minutes;
        return hours < 0 || minutes is < 0 or > 59 || total > MostOffset ? null
            : text[0] switch { '+' => (short)total, '-' => (short)-total, _ => null };
    }

    /// <summary>A whole number of some digits; far below 0 when a character is none.</summary>
    private static int Digits(ReadOnlySpan<char> text, int at, int count)
    {
        var value = 0;
        foreach (var c in text.Slice(at, count))
        {
            if (!char.IsAsciiDigit(c))
            {
                return int.MinValue / 2;
            }

            value = (value * 10) + (c - '0');
        }

        return value;
    }
}
