using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>What a care team promises to whoever writes to it. Immutable.</summary>
public sealed record TeamPromise
{
    private static readonly TimeSpan RemindBefore = TimeSpan.FromHours(1);

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

    /// <summary>When somebody is reminded of what is promised: an hour of opening before it; null where there is no such hour since it was sent.</summary>
    public DateTimeOffset? RemindsAt(DateTimeOffset sent, DateTimeOffset by) => Hours.Before(by, RemindBefore, sent);

    /// <summary>By when it answers what is sent at an instant; null when it does not read so much within a year.</summary>
    public DateTimeOffset? AnswersBy(Topic topic, DateTimeOffset sent) => ByTopic.GetValueOrDefault(topic, Usual).After(sent, Hours);
}
