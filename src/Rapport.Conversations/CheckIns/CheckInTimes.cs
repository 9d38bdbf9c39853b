using Rapport.Data;
using System.Text.Json.Serialization;
using Rapport.Language;

namespace Rapport.Conversations;

/// <summary>How often a check-in is asked for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckInEvery>))]
public enum CheckInEvery
{
    /// <summary>Once, on any of its days.</summary>
    Once,

    /// <summary>Each day.</summary>
    Day,

    /// <summary>Each week.</summary>
    Week,

    /// <summary>Each month.</summary>
    Month,
}

/// <summary>
/// When a check-in can be answered: whole days on the clock of who asked, each time until the next begins. Immutable.
/// </summary>
/// <param name="Every">How often.</param>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day.</param>
/// <param name="Zone">The time zone of the days, by its IANA name.</param>
public sealed record CheckInTimes(CheckInEvery Every, DateOnly First, DateOnly Last, string Zone)
{
    /// <summary>For how many days one can be answered that is asked once.</summary>
    public const int OnceFor = 30;

    /// <summary>How often it is asked for at most.</summary>
    public const int Most = 100;

    private TimeZoneInfo Clock => TimeZones.Find(Zone) ?? TimeZoneInfo.Utc;

    /// <summary>How often it is asked for.</summary>
    [JsonIgnore]
    public int Count => Every == CheckInEvery.Once ? 1 : NumberOf(Last) + 1;

    /// <summary>Once, from a day on.</summary>
    public static CheckInTimes Once(DateOnly first, TimeZoneInfo zone) => new(CheckInEvery.Once, first, first.AddDays(OnceFor - 1), zone.Id);

    /// <summary>The last day that can be chosen.</summary>
    public static DateOnly LatestEnd(CheckInEvery every, DateOnly first) => every switch
    {
        CheckInEvery.Once => first.AddDays(OnceFor - 1),
        CheckInEvery.Day => first.AddDays(Most - 1),
        CheckInEvery.Week => first.AddDays(364),
        _ => first.AddYears(2).AddDays(-1),
    };

    /// <summary>Whether these are times that can be asked for.</summary>
    [JsonIgnore]
    public bool IsPossible => Last >= First && Last <= LatestEnd(Every, First) && TimeZones.Find(Zone) is not null;

    /// <summary>Which of its times an instant is in, from 0; null before the first and after the last.</summary>
    public int? At(DateTimeOffset instant)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Clock).DateTime);
        return day < First || day > Last ? null : Every == CheckInEvery.Once ? 0 : NumberOf(day);
    }

    /// <summary>The first day of one of its times.</summary>
    public DateOnly DayOf(int number) => Every switch
    {
        CheckInEvery.Day => First.AddDays(number),
        CheckInEvery.Week => First.AddDays(7 * number),
        CheckInEvery.Month => First.AddMonths(number),
        _ => First,
    };

    /// <summary>When one of its times begins.</summary>
    public DateTimeOffset BeginningOf(int number) => WallTime.InstantOf(Clock, DayOf(number), 0);

    /// <summary>When the last has passed.</summary>
    [JsonIgnore]
    public DateTimeOffset End => WallTime.InstantOf(Clock, Last.AddDays(1), 0);

    private int NumberOf(DateOnly day)
    {
        switch (Every)
        {
            case CheckInEvery.Day:
                return day.DayNumber - First.DayNumber;
            case CheckInEvery.Week:
                return (day.DayNumber - First.DayNumber) / 7;
            case CheckInEvery.Month:
                var months = ((day.Year - First.Year) * 12) + day.Month - First.Month;
                return First.AddMonths(months) > day ? months - 1 : months;
            default:
                return 0;
        }
    }
}

/// <summary>A check-in that goes on in a conversation: enough to say what waits, and nothing of what is asked or answered.</summary>
/// <param name="Seq">The line by which it was asked for.</param>
/// <param name="Asker">The member who asked.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Questions">How many questions it has.</param>
/// <param name="Minutes">How many minutes it takes.</param>
/// <param name="Times">When it can be answered.</param>
/// <param name="Answered">The last of its times that was answered; -1 for none.</param>
/// <param name="By">Who asked, in person; null where that was not noted.</param>
/// <param name="At">When.</param>
/// <param name="Answers">The lines by which it was answered; null where that was not noted.</param>
public sealed record RunningCheckIn(long Seq, string Asker, string Title, int Questions, int Minutes, CheckInTimes Times, int Answered = -1, PersonId? By = null, DateTimeOffset At = default,
    IReadOnlyList<long>? Answers = null)
{
    /// <summary>The most that go on in one conversation at the same time.</summary>
    public const int Most = 5;

    /// <summary>Which of its times can be answered now; null where it was answered, and where there is none.</summary>
    public int? WaitsAt(DateTimeOffset now) => Times.At(now) is { } time && time > Answered ? time : null;

    /// <summary>Whether none of its times can be answered any more.</summary>
    public bool IsOver(DateTimeOffset now) => now >= Times.End || Answered >= Times.Count - 1;
}
