using System.Globalization;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// A FHIR date, dateTime or instant as it was written, to be said to people: in the precision and by the clock that whoever wrote it chose, wherever the reader is. UTC is named, for it is nobody's
/// clock. See <c>docs/decisions/2026-11-22-times-by-the-readers-clock.md</c>.
/// </summary>
internal static class FhirDate
{
    /// <summary><c>2026</c>, <c>May 2026</c>, <c>3 May 2026</c>, <c>3 May 2026 at 14:05</c> or <c>3 May 2026 at 14:05 UTC</c>; the text itself when it is no date.</summary>
    public static string Say(string text) => Day(text) is { } day && HasTime(text) ? Language.Say.Fill(ReadingText.DayTime, day, Time(text) + Clock(text)) : Day(text) ?? text;

    /// <summary>The same without the time of day; null when it is no date.</summary>
    public static string? Day(string text) => TryParts(text, out var year, out var month, out var day)
        ? (month, day) switch { (0, _) => $"{year}", (_, 0) => Language.Say.Month(year, month), _ => Language.Say.Day(new DateOnly(year, month, day)) }
        : null;

    /// <summary>The same in short, for charts.</summary>
    public static string? DayShort(string text) => TryParts(text, out var year, out var month, out var day) && day > 0 ? Language.Say.DayShort(new DateOnly(year, month, day)) : Day(text);

    /// <summary><c>May 2026</c> or <c>2026</c>: the heading an entry of this date stands under; null when it is no date.</summary>
    public static string? Month(string text) => TryParts(text, out var year, out var month, out _) ? month == 0 ? $"{year}" : Language.Say.Month(year, month) : null;

    /// <summary><c>2026</c>; null when it is no date.</summary>
    public static string? Year(string text) => TryParts(text, out var year, out _, out _) ? $"{year}" : null;

    /// <summary>A point in time to put in order or draw by, in the writer's own time; what is not said of it is its beginning. Null when it is no date.</summary>
    public static DateTime? At(string text)
    {
        if (!TryParts(text, out var year, out var month, out var day))
        {
            return null;
        }

        var at = new DateTime(year, Math.Max(month, 1), Math.Max(day, 1), 0, 0, 0, DateTimeKind.Unspecified);
        return HasTime(text) && TimeSpan.TryParseExact(text.AsSpan(11, 5), @"hh\:mm", CultureInfo.InvariantCulture, out var time) ? at + time : at;
    }

    /// <summary>From one date to another, without saying twice what is the same.</summary>
    public static string Period(string? start, string? end) => (start, end) switch
    {
        (null, null) => "",
        (null, _) => Language.Say.Fill(HasDay(end) ? ReadingText.UntilDay : ReadingText.Until, Say(end)),
        (_, null) => Since(start),
        _ when Say(start) == Say(end) => Say(start),
        _ when Day(start) is { } day && day == Day(end) && HasTime(start) && HasTime(end) => Language.Say.Fill(
            ReadingText.FromTo, Language.Say.Fill(ReadingText.DayTime, day, Time(start) + (Clock(start) == Clock(end) ? "" : Clock(start))), Time(end) + Clock(end)),
        _ when HasTime(start) && HasTime(end) => Language.Say.Fill(ReadingText.FromTo, Say(start), Say(end)),
        _ => Language.Say.Fill(ReadingText.FromTo, Day(start) ?? start, Day(end) ?? end),
    };

    /// <summary><c>since 3 May 2026</c>.</summary>
    public static string Since(string start) => Language.Say.Fill(HasDay(start) ? ReadingText.SinceDay : ReadingText.Since, Say(start));

    /// <summary>Whether it names a day: some languages give days an article, and not months and years.</summary>
    private static bool HasDay(string text) => TryParts(text, out _, out _, out var day) && day > 0;

    private static bool HasTime(string text) => text.Length >= 16 && text[10] == 'T';

    private static string Time(string text) => text.Substring(11, 5);

    private static string Clock(string text) => text.EndsWith('Z') ? " UTC" : "";

    /// <summary>Whether the text begins as a date; <paramref name="month"/> and <paramref name="day"/> are 0 where it does not say.</summary>
    private static bool TryParts(string text, out int year, out int month, out int day)
    {
        month = day = 0;
        var date = text.AsSpan(0, Math.Min(text.Length, 10));
        if (date.Length is not (4 or 7 or 10) || !int.TryParse(date[..4], NumberStyles.None, null, out year) || year == 0)
        {
            year = 0;
            return false;
        }

        return (date.Length < 7 || (date[4] == '-' && int.TryParse(date.Slice(5, 2), NumberStyles.None, null, out month) && month is >= 1 and <= 12))
            && (date.Length < 10 || (date[7] == '-' && int.TryParse(date.Slice(8, 2), NumberStyles.None, null, out day) && day >= 1 && day <= DateTime.DaysInMonth(year, month)));
    }
}
