using System.Globalization;

namespace Rapport.Gathering;

/// <summary>
/// HL7 version 3 points in time, <c>YYYYMMDDHHMMSS.UUUU+ZZZZ</c>, as FHIR writes them, no more precise than they are. FHIR has no time of day without the
/// offset of the clock on the wall, so one without it keeps its day alone. Seconds that are not said are zero, as FHIR asks.
/// </summary>
internal static class CdaTime
{
    private const int EarliestYear = 1800;
    private const int LatestYear = 2200;

    /// <summary>What a point in time became.</summary>
    /// <param name="Value">FHIR dateTime; null when it is none.</param>
    /// <param name="Lost">What of it could not be kept; null for nothing.</param>
    internal readonly record struct Read(string? Value, string? Lost);

    /// <summary>A FHIR dateTime.</summary>
    internal static Read DateTime(string? text)
    {
        if (text is null)
        {
            return default;
        }

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? text[..end] : text;
        if (DateOf(digits) is not { } date)
        {
            return new Read(null, $"the time `{text.Shorten(40)}` is none");
        }

        if (date.Length < 10 || digits.Length <= 8)
        {
            return new Read(date, date.Length < 10 && digits.Length > 6 ? $"the time `{text.Shorten(40)}` was taken as `{date}`" : null);
        }

        var offset = OffsetOf(text[digits.Length..]);
        return TimeOf(digits[8..]) is { } time && offset is not null
            ? new Read($"{date}T{time}{Fraction(text[digits.Length..])}{offset}", null)
            : new Read(date, $"of the time `{text.Shorten(40)}` only the day was taken: {(offset is null ? "it does not say in which time zone" : "the time of day is none")}");
    }

    /// <summary>A FHIR date.</summary>
    internal static string? Date(string? text) => DateTime(text).Value is { } value ? value[..Math.Min(10, value.Length)] : null;

    /// <summary>A FHIR instant; null when it is not said to the second.</summary>
    internal static string? Instant(string? text) => DateTime(text).Value is { Length: > 10 } value ? value : null;

    /// <summary>Year, month and day as far as they are said. Some write zeros for what they do not know.</summary>
    private static string? DateOf(string digits)
    {
        if (digits.Length < 4 || !int.TryParse(digits[..4], NumberStyles.None, null, out var year) || year is < EarliestYear or > LatestYear)
        {
            return null;
        }

        if (digits.Length < 6 || digits[4..6] == "00")
        {
            return digits[..4];
        }

        if (int.Parse(digits[4..6], NumberStyles.None) is var month && month > 12)
        {
            return null;
        }

        if (digits.Length < 8 || digits[6..8] == "00")
        {
            return $"{digits[..4]}-{digits[4..6]}";
        }

        return int.Parse(digits[6..8], NumberStyles.None) is var day && day <= System.DateTime.DaysInMonth(year, month)
            ? $"{digits[..4]}-{digits[4..6]}-{digits[6..8]}" : null;
    }

    private static string? TimeOf(string digits)
    {
        if (digits.Length is not (4 or 6))
        {
            return null;
        }

        var (hour, minute, second) = (digits[..2], digits[2..4], digits.Length == 6 ? digits[4..6] : "00");
        return string.CompareOrdinal(hour, "24") < 0 && string.CompareOrdinal(minute, "60") < 0 && string.CompareOrdinal(second, "60") < 0
            ? $"{hour}:{minute}:{second}" : null;
    }

    private static string Fraction(string rest)
    {
        if (!rest.StartsWith('.'))
        {
            return "";
        }

        var end = rest.AsSpan(1).IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest[1..] : rest[1..(end + 1)];
        return digits.Length == 0 || digits.All(c => c == '0') ? "" : "." + digits[..Math.Min(9, digits.Length)];
    }

    private static string? OffsetOf(string rest)
    {
        var at = rest.AsSpan().IndexOfAny("+-Z");
        if (at < 0)
        {
            return null;
        }

        var digits = rest[(at + 1)..].Replace(":", "", StringComparison.Ordinal);
        if (rest[at] == 'Z')
        {
            return digits.Length == 0 ? "Z" : null;
        }

        digits = digits.Length == 2 ? digits + "00" : digits;
        return digits.Length == 4 && digits.All(char.IsAsciiDigit) && string.CompareOrdinal(digits, "1400") <= 0 && string.CompareOrdinal(digits[2..], "60") < 0
            ? $"{rest[at]}{digits[..2]}:{digits[2..]}"
            : null;
    }
}
