using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>What a care team promises to whoever writes to it. Immutable.</summary>
public sealed record TeamPromise
{
    /// <summary>Less than that before it is late nobody can do much.</summary>
    private static readonly TimeSpan LeastLeft = TimeSpan.FromMinutes(30);

    private const int PartLeft = 4;

    /// <summary>When it reads, by its own clock.</summary>
    public required TeamHours Hours { get; init; }

    /// <summary>Within which time it answers what is of no topic that has a time of its own.</summary>
    public required AnswerTime Usual { get; init; }

    /// <summary>Topics that it answers within another time.</summary>
    public IReadOnlyDictionary<Topic, AnswerTime> ByTopic { get; init; } = new Dictionary<Topic, AnswerTime>();

    /// <summary>Who of the team is told of what waits longer than promised; null for nobody.</summary>
    public PersonId? ToldOfOverdue { get; init; }

    /// <summary>Their name.</summary>
    public string? ToldOfOverdueName { get; init; }

    /// <summary>Who is told when that one is not there; null for who was there last.</summary>
    public PersonId? ToldNext { get; init; }

    /// <summary>Their name.</summary>
    public string? ToldNextName { get; init; }

    /// <summary>What it says to whoever writes, such as what it does not answer here; null for nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>When the team is reminded of what is promised: when a quarter of its time since it was sent is left, and half an hour at least; null where there is not so much.</summary>
    public DateTimeOffset? RemindsAt(DateTimeOffset sent, DateTimeOffset by)
    {
        var left = Hours.OpenBetween(sent, by) / PartLeft;
        return Hours.Before(by, left > LeastLeft ? left : LeastLeft, sent);
    }

    /// <summary>By when it answers what is sent at an instant; null when it does not read so much within a year.</summary>
    public DateTimeOffset? AnswersBy(Topic topic, DateTimeOffset sent) => ByTopic.GetValueOrDefault(topic, Usual).After(sent, Hours);
}
