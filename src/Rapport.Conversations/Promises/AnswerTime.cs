namespace Rapport.Conversations;

/// <summary>In what an answer time is counted.</summary>
public enum AnswerUnit
{
    /// <summary>Hours in which the team reads.</summary>
    OpenHours,

    /// <summary>Days on which the team reads, after the day on which the message came: the answer comes before the last of them ends.</summary>
    OpenDays,
}

/// <summary>Within which time a team promises to answer. Time in which it does not read does not count.</summary>
/// <param name="Amount">How many: 1 to <see cref="Most"/>.</param>
/// <param name="Unit">Of what.</param>
public readonly record struct AnswerTime(int Amount, AnswerUnit Unit)
{
    /// <summary>The most hours or days that can be promised.</summary>
    public const int Most = 60;

    /// <summary>By when what was sent at an instant is answered; null when the team does not read so much within <see cref="TeamHours.MostDaysAhead"/> days, so that nothing can be promised.</summary>
    /// <exception cref="InvalidOperationException">The amount is not one that can be promised.</exception>
    public DateTimeOffset? After(DateTimeOffset sent, TeamHours hours) =>
        Amount is < 1 or > Most ? throw new InvalidOperationException("an answer time is of 1 to 60 hours or days")
        : Unit == AnswerUnit.OpenHours ? AfterHours(sent, hours)
        : AfterDays(sent, hours);

    private DateTimeOffset? AfterHours(DateTimeOffset sent, TeamHours hours)
    {
        var left = TimeSpan.FromHours(Amount);
        foreach (var (from, to, _) in hours.OpenFrom(sent))
        {
            if (to - from >= left)
            {
                return from + left;
            }

            left -= to - from;
        }

        return null;
    }

    private DateTimeOffset? AfterDays(DateTimeOffset sent, TeamHours hours)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(sent, hours.Zone).DateTime);
        var (days, last, ends) = (0, today, (DateTimeOffset?)null);
        foreach (var (_, to, day) in hours.OpenFrom(sent))
        {
            if (day <= today)
            {
                continue;
            }

            if (day != last)
            {
                if (days == Amount)
                {
                    break;
                }

                (days, last) = (days + 1, day);
            }

            ends = to;
        }

        return days == Amount ? ends : null;
    }
}
