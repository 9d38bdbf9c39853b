using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>When something was, as closely as it is told.</summary>
/// <param name="Day">Days since 1970-01-01 by the calendar on the wall where it was written; of a month or a year, its first.</param>
/// <param name="Days">How many days it may be: 1 when the day is told.</param>
/// <param name="Moment">Unix milliseconds; null when no time of day is told.</param>
internal readonly record struct FactTime(int Day, int Days, long? Moment)
{
    private const long MsPerDay = 86_400_000;
    private const long MsPerMinute = 60_000;

    /// <summary>Zones are at most so far apart that the same clock time is told for the other side of the earth.</summary>
    private const long WidestZones = 14 * 60 * MsPerMinute;

    /// <summary>Zones differ by quarters of an hour.</summary>
    private const long ZoneStep = 15 * MsPerMinute;

    /// <summary>Reads a FHIR date, dateTime or instant; null when it is none.</summary>
    internal static FactTime? Of(string? text)
    {
        if (text is null || !DateRange.TryParse(text.AsSpan(0, Math.Min(text.Length, 10)), out var days))
        {
            return null;
        }

        long? moment = text.Length > 10 && DateRange.TryParse(text, out var range) ? range.Low : null;
        return new FactTime((int)Math.Floor((double)days.Low / MsPerDay), (int)((days.High - days.Low) / MsPerDay), moment);
    }

    /// <summary>How two times go together; null when they do not.</summary>
    internal static SameWhen? Compare(FactTime? one, FactTime? other)
    {
        if (one is not { } a || other is not { } b)
        {
            return SameWhen.Unknown;
        }

        if (a.Days > 1 || b.Days > 1)
        {
            return a.Day < b.Day + b.Days && b.Day < a.Day + a.Days ? SameWhen.Within : null;
        }

        if (a.Moment is { } left && b.Moment is { } right)
        {
            var apart = Math.Abs(left - right);
            return apart < MsPerMinute ? SameWhen.Moment
                : apart <= WidestZones && apart % ZoneStep == 0 ? SameWhen.ClockApart
                : a.Day == b.Day ? SameWhen.OtherTime
                : null;
        }

        return Math.Abs(a.Day - b.Day) switch
        {
            0 => SameWhen.Day,
            1 => SameWhen.DayApart,
            _ => null,
        };
    }
}
