using Rapport.Language;

namespace Rapport.Conversations;

/// <summary>A time of the week in which a team reads what is written to it, by its own clock.</summary>
/// <param name="Day">The day of the week.</param>
/// <param name="From">The minute of the day at which it begins: 0 to 1439.</param>
/// <param name="To">The minute of the day before which it ends: more than <paramref name="From"/>, 1440 at most.</param>
public readonly record struct OpenTime(DayOfWeek Day, int From, int To);

/// <summary>When a team reads what is written to it. Immutable.</summary>
public sealed class TeamHours
{
    /// <summary>The most times a week can have.</summary>
    public const int MostTimes = 50;

    /// <summary>The most days that can be named on which a team is away.</summary>
    public const int MostDaysAway = 400;

    /// <summary>How far ahead one looks for a time: who is not there within it promises nothing.</summary>
    internal const int MostDaysAhead = 366;

    private const int MinutesOfADay = 24 * 60;

    private readonly (int From, int To)[][] _week;

    /// <param name="zone">The team's clock.</param>
    /// <param name="week">Its times; those that touch or overlap are one.</param>
    /// <param name="away">Days on which it is not there although the week says so.</param>
    /// <exception cref="ArgumentException">A time ends before it begins or is not of a day, or there are too many.</exception>
    public TeamHours(TimeZoneInfo zone, IReadOnlyCollection<OpenTime> week, IReadOnlyCollection<DateOnly> away)
    {
        if (week.Count > MostTimes || away.Count > MostDaysAway || week.Any(static time => time.From < 0 || time.From >= time.To || time.To > MinutesOfADay || !Enum.IsDefined(time.Day)))
        {
            throw new ArgumentException("a team's times are within a day, and end after they begin", nameof(week));
        }

        (Zone, Away) = (zone, new HashSet<DateOnly>(away));
        _week = [.. Enumerable.Range(0, 7).Select(day => Join(week.Where(time => (int)time.Day == day)))];
    }

    /// <summary>The team's clock.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Days on which it is not there although the week says so.</summary>
    public IReadOnlySet<DateOnly> Away { get; }

    /// <summary>The times of the week, from Sunday's on; none touches another.</summary>
    public IEnumerable<OpenTime> Week => _week.SelectMany(static (times, day) => times.Select(time => new OpenTime((DayOfWeek)day, time.From, time.To)));

    /// <summary>Whether the team reads at an instant.</summary>
    public bool IsOpen(DateTimeOffset at) => OpenFrom(at).Take(1).Any(time => time.From <= at);

    /// <summary>How much of the team's time lies between two instants.</summary>
    public TimeSpan OpenBetween(DateTimeOffset from, DateTimeOffset until) => OpenFrom(from).TakeWhile(time => time.From < until)
        .Aggregate(TimeSpan.Zero, (sum, time) => sum + ((time.To < until ? time.To : until) - time.From));

    /// <summary>The instant from which there is so much time until another in which the team reads; null where there is not so much since a third.</summary>
    /// <param name="until">The later instant.</param>
    /// <param name="open">How much of the team's time lies between.</param>
    /// <param name="since">The earliest that it may be, exclusive.</param>
    public DateTimeOffset? Before(DateTimeOffset until, TimeSpan open, DateTimeOffset since)
    {
        var left = open;
        foreach (var (from, to, _) in OpenFrom(since).TakeWhile(time => time.From < until).Reverse())
        {
            var end = to < until ? to : until;
            if (end - from >= left)
            {
                return end - left > since ? end - left : null;
            }

            left -= end - from;
        }

        return null;
    }

    /// <summary>The times in which the team reads from an instant on, in their order, each with its day.</summary>
    internal IEnumerable<(DateTimeOffset From, DateTimeOffset To, DateOnly Day)> OpenFrom(DateTimeOffset at)
    {
        // A clock's day may begin late and end early where it leaps: the day before may still be open.
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
        for (var ahead = -1; ahead <= MostDaysAhead; ahead++)
        {
            if ((ahead < 0 && first == DateOnly.MinValue) || first.DayNumber + ahead >= DateOnly.MaxValue.DayNumber)
            {
                continue;
            }

            var day = first.AddDays(ahead);
            foreach (var (from, to) in Away.Contains(day) ? [] : _week[(int)day.DayOfWeek])
            {
                var (begins, ends) = (WallTime.InstantOf(Zone, day, from), WallTime.InstantOf(Zone, day, to));
                if (ends > at && ends > begins)
                {
                    yield return (begins > at ? begins : at, ends, day);
                }
            }
        }
    }

    private static (int From, int To)[] Join(IEnumerable<OpenTime> times)
    {
        List<(int From, int To)> joined = [];
        foreach (var time in times.OrderBy(static time => time.From))
        {
            if (joined is [.., var last] && time.From <= last.To)
            {
                joined[^1] = (last.From, Math.Max(last.To, time.To));
            }
            else
            {
                joined.Add((time.From, time.To));
            }
        }

        return [.. joined];
    }
}
