namespace Rapport.Fhir;

/// <summary>R4's dates and times. The calendar is the Gregorian one, years 0001 to 9999; a second may be 60, a leap second.</summary>
internal static class DateFormats
{
    private static ReadOnlySpan<byte> DaysOfMonth => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    public static bool IsDate(ReadOnlySpan<byte> text) => DateLength(text) is int length && length > 0 && length == text.Length;

    public static bool IsDateTime(ReadOnlySpan<byte> text)
    {
        var length = DateLength(text);
        return length > 0 && (length == text.Length || (length == 10 && IsTimeWithZone(text[10..])));
    }

    public static bool IsInstant(ReadOnlySpan<byte> text) => text.Length > 10 && DateLength(text) == 10 && IsTimeWithZone(text[10..]);

    public static bool IsTime(ReadOnlySpan<byte> text) => TimeLength(text) is int length && length > 0 && length == text.Length;

    /// <summary>How much of the text is a year, a month or a day; 0 when it does not start with one.</summary>
    private static int DateLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 4 || !Two(text, 0, out int century) || !Two(text, 2, out int year) || (year += 100 * century) == 0)
        {
            return 0;
        }
        if (text.Length < 7 || text[4] != '-')
        {
            return 4;
        }
        if (!Two(text, 5, out int month) || month is < 1 or > 12)
        {
            return 0;
        }
        if (text.Length < 10 || text[7] != '-')
        {
            return 7;
        }
        var days = month == 2 && DateTime.IsLeapYear(year) ? 29 : DaysOfMonth[month - 1];
        return Two(text, 8, out var day) && day >= 1 && day <= days ? 10 : 0;
    }

    private static bool IsTimeWithZone(ReadOnlySpan<byte> text)
    {
        if (text[0] != 'T')
        {
            return false;
        }
        text = text[1..];
        var length = TimeLength(text);
        if (length == 0 || length == text.Length)
        {
            return false;
        }
        text = text[length..];
        if (text[0] == 'Z')
        {
            return text.Length == 1;
        }
        return text.Length == 6 && text[0] is (byte)'+' or (byte)'-' && text[3] == ':'
            && Two(text, 1, out var hour) && Two(text, 4, out var minute) && minute < 60 && (hour < 14 || (hour == 14 && minute == 0));
    }

    /// <summary>How much of the text is a time of day with seconds and perhaps a fraction; 0 when it does not start with one.</summary>
    private static int TimeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 8 || text[2] != ':' || text[5] != ':' || !Two(text, 0, out var hour) || !Two(text, 3, out var minute)
            || !Two(text, 6, out int second) || hour > 23 || minute > 59 || second > 60)
        {
            return 0;
        }
        if (text.Length == 8 || text[8] != '.')
        {
            return 8;
        }
        var at = 9;
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
        {
            at++;
        }
        return at > 9 ? at : 0;
    }

    private static bool Two(ReadOnlySpan<byte> text, int start, out int value)
    {
        uint tens = text[start] - (uint)'0';
        uint ones = text[start + 1] - (uint)'0';
        value = (int)((10 * tens) + ones);
        return tens <= 9 && ones <= 9;
    }
}
