namespace Rapport.People;

/// <summary>Something that waits for somebody.</summary>
/// <param name="Topic">What it is about.</param>
/// <param name="Key">Names it; its first letter names the kind of thing.</param>
/// <param name="Number">Grows when there is something new in it.</param>
/// <param name="IsGoneWhenSeen">Whether it waits no more once its person has seen it or dealt with it. What else there is, is told even so: nobody knows whether they saw it.</param>
public sealed record Waiting(NoticeTopic Topic, string Key, long Number, bool IsGoneWhenSeen = true);

/// <summary>What was found when somebody looked at what waits for a person.</summary>
/// <param name="Kinds">Kinds of things that were looked at: of the others nothing is known.</param>
/// <param name="Things">What waits of these kinds.</param>
public sealed record NoticeLook(string Kinds, IReadOnlyList<Waiting> Things);

/// <summary>Something that somebody is to be told of by a way.</summary>
/// <param name="Thing">What.</param>
/// <param name="Since">When it was found.</param>
public sealed record ToTell(Waiting Thing, DateTimeOffset Since);

/// <summary>What is to be told by one way.</summary>
/// <param name="Things">What it is about: one notice is for all of them.</param>
/// <param name="SentAt">When the last one went out; null for never.</param>
/// <param name="NotBefore">When it may be tried again, after it could not be delivered.</param>
/// <param name="Tries">How often in a row it could not.</param>
public sealed record WayState(IReadOnlyList<ToTell> Things, DateTimeOffset? SentAt = null, DateTimeOffset? NotBefore = null, int Tries = 0);

/// <summary>
/// What is known of somebody's notices: what they were told of, or are to be told of, so that nothing is told twice; and what is due by which way. Immutable.
/// </summary>
public sealed record NoticeState
{
    /// <summary>Things that were found, by their key, with the number they had.</summary>
    public IReadOnlyDictionary<string, long> Found { get; init; } = new Dictionary<string, long>();

    /// <summary>What is to be told by push.</summary>
    public WayState Push { get; init; } = new([]);

    /// <summary>What is to be told by mail.</summary>
    public WayState Mail { get; init; } = new([]);

    /// <summary>How far whoever looks has come with what is only added to; it gives meaning to it.</summary>
    public IReadOnlyDictionary<string, string> Read { get; init; } = new Dictionary<string, string>();

    /// <summary>What is to be told by a way.</summary>
    public WayState Of(NoticeWay way) => way == NoticeWay.Push ? Push : Mail;

    /// <summary>The same with another state of a way.</summary>
    public NoticeState With(NoticeWay way, WayState state) => way == NoticeWay.Push ? this with { Push = state } : this with { Mail = state };

    /// <summary>Whether another one says the same.</summary>
    public bool IsSame(NoticeState other) => IsSame(Found, other.Found) && IsSame(Read, other.Read) && IsSame(Push, other.Push) && IsSame(Mail, other.Mail);

    private static bool IsSame(WayState one, WayState other) => one.Things.SequenceEqual(other.Things) && one with { Things = other.Things } == other;

    private static bool IsSame<T>(IReadOnlyDictionary<string, T> one, IReadOnlyDictionary<string, T> other)
        where T : notnull => one.Count == other.Count && one.All(known => other.TryGetValue(known.Key, out var there) && there.Equals(known.Value));
}
