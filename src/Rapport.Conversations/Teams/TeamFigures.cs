namespace Rapport.Conversations;

/// <summary>A question to a team that was answered.</summary>
/// <param name="Came">When it came.</param>
/// <param name="By">By when an answer was promised; null for no time.</param>
/// <param name="Answered">When it was answered, or the conversation closed as answered.</param>
internal sealed record Round(DateTimeOffset Came, DateTimeOffset? By, DateTimeOffset Answered);

/// <summary>How a team did with what came within some time.</summary>
/// <param name="Came">How many questions came.</param>
/// <param name="Answered">How many of them are answered.</param>
/// <param name="Due">How many of them had a promised time that has passed, or were answered before it did.</param>
/// <param name="Kept">How many of these were answered by then.</param>
/// <param name="Median">Half of the answered ones were answered within so much time; null where none was.</param>
/// <param name="Ninetieth">Nine of ten were.</param>
public sealed record FiguresOf(int Came, int Answered, int Due, int Kept, TimeSpan? Median, TimeSpan? Ninetieth);

/// <summary>How a team does, for itself: of the team, never of one of it. Immutable.</summary>
/// <param name="Weeks">By the week in which the question came, by its Monday and the team's clock, the oldest first.</param>
/// <param name="Topics">By what the conversation is about, over all these weeks: of at least <see cref="LeastOfATopic"/> questions.</param>
/// <param name="OpenNow">How many wait now.</param>
/// <param name="LateNow">How many of them wait longer than promised.</param>
public sealed record TeamFigures(IReadOnlyList<(DateOnly Monday, FiguresOf Figures)> Weeks, IReadOnlyList<(Topic Topic, FiguresOf Figures)> Topics, int OpenNow, int LateNow)
{
    /// <summary>Fewer questions of a topic are not told apart.</summary>
    public const int LeastOfATopic = 11;

    /// <summary>How many weeks are told, the current one among them.</summary>
    public const int WeeksTold = 13;

    /// <summary>Works them out.</summary>
    /// <param name="talks">How all of the team's conversations stand.</param>
    /// <param name="zone">The team's clock.</param>
    /// <param name="now">The instant.</param>
    internal static TeamFigures Of(IReadOnlyCollection<TeamTalk> talks, TimeZoneInfo zone, DateTimeOffset now)
    {
        var current = MondayOf(now, zone);
        var first = current.AddDays(-7 * (WeeksTold - 1));
        List<Question> all =
        [
            .. from talk in talks
               from question in (talk.Rounds ?? []).Select(round => new Question(round.Came, round.By, round.Answered, talk.Topic))
                   .Concat(talk.Waits is { } waits ? [new Question(waits.Since, waits.Promise.By, null, talk.Topic)] : [])
               where MondayOf(question.Came, zone) >= first
               select question,
        ];
        var byWeek = all.ToLookup(question => MondayOf(question.Came, zone));
        return new TeamFigures(
            [.. Enumerable.Range(0, WeeksTold).Select(week => first.AddDays(7 * week)).Select(monday => (monday, Of([.. byWeek[monday]], now)))],
            [.. all.GroupBy(static question => question.Topic).Where(static of => of.Count() >= LeastOfATopic).OrderBy(static of => of.Key).Select(of => (of.Key, Of([.. of], now)))],
            talks.Count(static talk => talk.Waits is not null),
            talks.Count(talk => talk.Waits?.Promise.By <= now));
    }

    private static FiguresOf Of(IReadOnlyList<Question> questions, DateTimeOffset now)
    {
        var times = questions.Where(static question => question.Answered is not null).Select(static question => question.Answered!.Value - question.Came).Order().ToList();
        return new FiguresOf(
            questions.Count, times.Count, questions.Count(question => question.By is { } by && (question.Answered is not null || by <= now)), questions.Count(static question => question.Answered <= question.By), Nth(times, 0.5), Nth(times, 0.9));
    }

    /// <summary>The least of the values that so large a share of them does not exceed.</summary>
    private static TimeSpan? Nth(List<TimeSpan> sorted, double share) => sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];

    private static DateOnly MondayOf(DateTimeOffset at, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        return day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
    }

    private readonly record struct Question(DateTimeOffset Came, DateTimeOffset? By, DateTimeOffset? Answered, Topic Topic);
}
