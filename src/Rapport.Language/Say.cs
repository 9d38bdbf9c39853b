using System.Globalization;
using System.Text;

namespace Rapport.Language;

/// <summary>Dates, counts, lists and sentences as people say them, in the language of <see cref="Languages.Current"/>. Thread safe.</summary>
public static class Say
{
    /// <summary><c>3 May 2026</c>: the day it was where the reader is.</summary>
    public static string Day(DateTimeOffset instant) => Day(TimeZones.DayOf(instant));

    /// <summary><c>3 May 2026</c>.</summary>
    public static string Day(DateOnly day) => Fill(LanguageText.Day, Plain(day.Day), MonthName(day.Month), Plain(day.Year));

    /// <summary><c>3 May 2026</c> with the month cut short: for tables and charts.</summary>
    public static string DayShort(DateOnly day) => Fill(LanguageText.DayShort, Plain(day.Day), Part(LanguageText.MonthsShort, day.Month - 1), Plain(day.Year));

    /// <summary><c>3 May</c>, where the year stands above.</summary>
    public static string DayOfYear(DateOnly day) => Fill(LanguageText.DayOfYear, Plain(day.Day), MonthName(day.Month));

    /// <summary><c>May 2026</c>.</summary>
    public static string Month(int year, int month) => Fill(LanguageText.Month, MonthName(month), Plain(year));

    /// <summary><c>May</c>.</summary>
    /// <param name="month">1 to 12.</param>
    public static string MonthName(int month) => Part(LanguageText.Months, month - 1);

    /// <summary><c>Tuesday</c>.</summary>
    public static string Weekday(DayOfWeek day) => Part(LanguageText.Weekdays, (int)day);

    /// <summary><c>Tuesday, 2 June 2026</c>: the day it was where the reader is.</summary>
    public static string DayOfWeek(DateTimeOffset instant) => Fill(LanguageText.WeekdayOf, Weekday(TimeZones.DayOf(instant).DayOfWeek), Day(instant));

    /// <summary><c>Tuesday, 2 June 2026 at 12:00</c>, as <see cref="Moment"/>: for what people wait for.</summary>
    public static string MomentOfWeek(DateTimeOffset instant) =>
        Fill(LanguageText.WeekdayOf, Weekday((TimeZones.IsUtc ? DateOnly.FromDateTime(instant.UtcDateTime) : TimeZones.DayOf(instant)).DayOfWeek), Moment(instant));

    /// <summary><c>today</c>, <c>yesterday</c>, <c>5 days ago</c>, <c>in 3 days</c>; a date when it is more than two weeks away.</summary>
    public static string Away(DateOnly day, DateOnly today) => (day.DayNumber - today.DayNumber) switch
    {
        0 => LanguageText.Today,
        -1 => LanguageText.Yesterday,
        1 => LanguageText.Tomorrow,
        < 0 and >= -14 and var ago => Count(LanguageText.DaysAgo, -ago),
        > 0 and <= 14 and var ahead => Count(LanguageText.InDays, ahead),
        _ => Day(day),
    };

    /// <summary>
    /// <c>3 May 2026 at 14:05</c> on the reader's clock. UTC is named, for it is nobody's clock; and the distance to it in the hour that a clock passes twice.
    /// </summary>
    public static string Moment(DateTimeOffset instant)
    {
        var local = TimeZones.Local(instant);
        return TimeZones.IsUtc ? ExactMoment(instant)
            : TimeZones.Current.IsAmbiguousTime(local) ? Fill(LanguageText.MomentIn, Day(instant), Time(instant), Offset(local))
            : Fill(LanguageText.Moment, Day(instant), Time(instant));
    }

    /// <summary><c>3 May 2026 at 14:05 (Madrid time, UTC+2)</c>: for what leaves the page on which the zone stands.</summary>
    public static string NamedMoment(DateTimeOffset instant) => TimeZones.IsUtc
        ? ExactMoment(instant)
        : Fill(LanguageText.NamedMoment, Day(instant), Time(instant), TimeZones.PlaceOf(TimeZones.Current), Offset(TimeZones.Local(instant)));

    /// <summary><c>3 May 2026 at 12:05 UTC</c>, wherever the reader is: as a proof has it.</summary>
    public static string ExactMoment(DateTimeOffset instant) =>
        Fill(LanguageText.MomentIn, Day(DateOnly.FromDateTime(instant.UtcDateTime)), instant.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture), "UTC");

    /// <summary><c>14:05</c> on the reader's clock.</summary>
    public static string Time(DateTimeOffset instant) => TimeZones.Local(instant).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>How far a clock is from UTC: <c>UTC+2</c>, <c>UTC−3:30</c>.</summary>
    public static string Offset(DateTimeOffset local)
    {
        var (sign, away) = (local.Offset < TimeSpan.Zero ? "−" : "+", local.Offset.Duration());
        return $"UTC{sign}{Plain(away.Hours)}" + (away.Minutes == 0 ? "" : away.ToString(@"\:mm", CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// The first day of what begins at an instant. A beginning at midnight in UTC is that of a day which was written without a time, and is the same day everywhere.
    /// </summary>
    public static string FirstDay(DateTimeOffset start) => IsOfPlainDay(start) ? Day(DateOnly.FromDateTime(start.UtcDateTime)) : Day(start);

    /// <summary>
    /// The last day before an instant that is not part of it any more: what ends as 4 May begins is said to last until 3 May. An end at midnight in UTC is that of a day which was written
    /// without a time, and is the same day everywhere.
    /// </summary>
    public static string LastDay(DateTimeOffset end) => Day(LastDayOf(end));

    /// <summary>The same day, as a day.</summary>
    public static DateOnly LastDayOf(DateTimeOffset end) => IsOfPlainDay(end) ? DateOnly.FromDateTime(end.UtcDateTime.AddTicks(-1)) : TimeZones.DayOf(end.AddTicks(-1));

    /// <summary>An instant as the <c>datetime</c> of a <c>time</c> element.</summary>
    public static string Iso(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);

    /// <summary><c>1 entry</c>, <c>1,204 entries</c>.</summary>
    /// <param name="forms">The form for one and the form for many, separated by a bar: <c>{0} entry|{0} entries</c>; between them one for two, where there is a word for it: <c>|both entries|</c>. Hole 0 is the count.</param>
    /// <param name="count">How many.</param>
    /// <param name="others">What holes 1 and up hold.</param>
    public static string Count(string forms, long count, params ReadOnlySpan<string> others) =>
        Fill(forms.Split('|') switch { [var one, ..] when count == 1 => one, [_, var two, _] when count == 2 => two, [.., var many] => many, [] => "" }, [Number(count), .. others]);

    /// <summary><c>1,204</c>.</summary>
    public static string Number(long number) => Number(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// A number as it was written, with all its digits, in the signs of the language: <c>1204.50</c> is <c>1,204.50</c>, in Spanish <c>1204,50</c>. What is no plain number stays as it is.
    /// </summary>
    /// <param name="written">Digits with an optional minus, and a point before the parts.</param>
    public static string Number(string written)
    {
        var sign = written.StartsWith('-') ? 1 : 0;
        var point = written.IndexOf('.', StringComparison.Ordinal);
        var digits = written.AsSpan()[sign..(point < 0 ? written.Length : point)];
        var parts = point < 0 ? default : written.AsSpan(point + 1);
        if (!AreDigits(digits) || (point >= 0 && !AreDigits(parts)))
        {
            return written;
        }

        var text = new StringBuilder(written, 0, sign, written.Length + 8);
        var isGrouped = digits.Length >= int.Parse(LanguageText.GroupFrom, CultureInfo.InvariantCulture);
        for (var i = 0; i < digits.Length; i++)
        {
            if (isGrouped && i > 0 && (digits.Length - i) % 3 == 0)
            {
                text.Append(LanguageText.GroupSeparator);
            }

            text.Append(digits[i]);
        }

        return point < 0 ? text.ToString() : text.Append(LanguageText.DecimalSeparator).Append(parts).ToString();

        static bool AreDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary><c>64 MB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => Count(LanguageText.Bytes, bytes),
        < 1024 * 1024 => $"{Number(bytes / 1024)} KB",
        < 2L * 1024 * 1024 * 1024 => $"{Number(bytes / (1024 * 1024))} MB",
        _ => $"{Number(bytes / (1024L * 1024 * 1024))} GB",
    };

    /// <summary><c>a, b and c</c>.</summary>
    public static string List(IReadOnlyList<string> parts) => Join(parts, BeginsWithI(parts) ? LanguageText.AndBeforeI : LanguageText.And);

    /// <summary><c>a, b or c</c>.</summary>
    public static string Choice(IReadOnlyList<string> parts) => Join(parts, BeginsWithO(parts) ? LanguageText.OrBeforeO : LanguageText.Or);

    /// <summary>A sentence with its holes filled: <c>{0}</c> is the first. What fills them is not read for holes itself.</summary>
    public static string Fill(string sentence, params ReadOnlySpan<string> holes)
    {
        var text = new StringBuilder(sentence.Length + 32);
        for (var i = 0; i < sentence.Length; i++)
        {
            if (sentence[i] == '{' && i + 2 < sentence.Length && sentence[i + 2] == '}' && sentence[i + 1] - '0' is >= 0 and var hole && hole < holes.Length)
            {
                text.Append(holes[hole]);
                i += 2;
            }
            else
            {
                text.Append(sentence[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>With a capital at the start; what is written in a way of its own, such as <c>eGFR</c>, stays so.</summary>
    public static string Sentence(string text) => text is [var first, ..] && !(text is [_, var second, ..] && char.IsUpper(second)) ? char.ToUpperInvariant(first) + text[1..] : text;

    private static bool IsOfPlainDay(DateTimeOffset edge) => edge.UtcDateTime.TimeOfDay == TimeSpan.Zero;

    private static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Part(string bars, int index) => bars.Split('|')[index];

    private static string Join(IReadOnlyList<string> parts, string lastTwo) => parts.Count <= 1
        ? string.Concat(parts)
        : Fill(lastTwo, string.Join(", ", parts.Take(parts.Count - 1)), parts[^1]);

    /// <summary>Spanish says <c>e</c> for <c>y</c> before the sound of i, but not before a diphthong: <c>madre e hija</c>, <c>agua y hielo</c>.</summary>
    private static bool BeginsWithI(IReadOnlyList<string> parts) => parts is [_, .., var last]
        && Begins(last, "i", "í", "hi", "hí") && !Begins(last, "hie", "ia", "ie", "io", "hia", "hio");

    /// <summary>And <c>u</c> for <c>o</c> before the sound of o: <c>siete u ocho</c>.</summary>
    private static bool BeginsWithO(IReadOnlyList<string> parts) => parts is [_, .., var last] && Begins(last, "o", "ó", "ho", "hó");

    private static bool Begins(string text, params ReadOnlySpan<string> starts)
    {
        foreach (var start in starts)
        {
            if (text.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
