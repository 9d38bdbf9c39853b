namespace Rapport.Conversations;

/// <summary>Something that is new for a member.</summary>
/// <param name="Member">For whom.</param>
/// <param name="Seq">Its number among what is new for them.</param>
/// <param name="News">What.</param>
public sealed record FreshNews(string Member, long Seq, News News);

/// <summary>What is new for some members.</summary>
/// <param name="Newest">The number of the newest news of each, and the others that were asked for; none of whom nothing was ever told.</param>
/// <param name="Until">Up to which number of each it is all here: the newest, but where there is much.</param>
/// <param name="News">What is new, for one member after the other, in its order.</param>
public sealed record NewsSince(IReadOnlyDictionary<string, long> Newest, IReadOnlyDictionary<string, long> Until, IReadOnlyList<FreshNews> News)
{
    /// <summary>Whether there is more.</summary>
    public bool HasMore => Until.Any(until => until.Value < Newest.GetValueOrDefault(until.Key));
}

/// <summary>What somebody is told of something new.</summary>
/// <param name="News">What it is of.</param>
/// <param name="View">The conversation, as they see it.</param>
/// <param name="Line">The line, as they see it; null where they are reminded of it.</param>
/// <param name="Waits">What they are reminded of; null where it is a line.</param>
public sealed record ToldNews(FreshNews News, TalkView View, TalkLine? Line, Awaited? Waits);
