using Rapport.Data;
using Rapport.People;

namespace Rapport.Conversations;

/// <summary>What is new, as somebody may know of it: decided by what holds when it is asked, in as few questions as can be, however much is new. Thread safe.</summary>
/// <remarks>What is new MUST be asked for before it is asked who is told: what comes after that is told only when both are asked for again. Nothing of one answer is for anybody else, or for another moment.</remarks>
public sealed class TalkTelling
{
    private readonly ConversationStore _store;
    private readonly PeopleModule _people;

    internal TalkTelling(ConversationStore store, PeopleModule people) => (_store, _people) = (store, people);

    /// <summary>
    /// The numbers that move when what became of messages changes where somebody is: that somebody has read, or that something has reached them. Not where they act for somebody, since that would tell of conversations that are not for them.
    /// </summary>
    public static IReadOnlyList<string> StatesOf(Talker talker) => [.. talker.Capacities.Where(static capacity => !capacity.IsActing).Select(static capacity => NewsTable.StatesOf(capacity.Reference))];

    /// <summary>What is new for some members, each after a number of theirs: the first of it where it is very much.</summary>
    /// <param name="after">The members, each with the number.</param>
    /// <param name="states">What of <see cref="StatesOf"/> is asked for with it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<NewsSince> SinceAsync(IReadOnlyDictionary<string, long> after, IReadOnlyCollection<string> states, CancellationToken cancel) => _store.News.SinceAsync(after, states, cancel);

    /// <summary>What somebody is told of what is new for the members that they are now, in its order. What they do not see, or are told of as another member that they are, is left out, and what is damaged.</summary>
    /// <param name="talker">Who they are now.</param>
    /// <param name="news">What is new for these members.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ToldNews>> ReadAsync(Talker talker, IReadOnlyList<FreshNews> news, CancellationToken cancel)
    {
        if (news.Count == 0)
        {
            return [];
        }

        var wanted = news.Where(static one => !one.News.IsReminder).Select(static one => (one.News.Conversation, one.News.Seq)).ToHashSet();
        var found = await _store.ReadToldAsync([.. news.Select(static one => one.News.Conversation).Distinct()], wanted, talker.References, talker.Person.Id, cancel);
        var withheld = new Withheld(await _people.Blocks.SinceAsync(talker.Person.Id, cancel));
        Dictionary<ConversationId, (TalkView View, ToldConversation Told)> views = [];
        foreach (var told in found)
        {
            if (TalkView.Of(talker, told.Stored, told.Mark, withheld) is { } view)
            {
                views[view.Id] = (view, told);
            }
        }

        return
        [
            .. from one in news
               where views.ContainsKey(one.News.Conversation)
               let known = views[one.News.Conversation]
               let told = one.News.IsReminder ? Reminder(one, known.View) : Line(talker, one, known.View, known.Told)
               where told is not null
               select told,
        ];
    }

    private static ToldNews? Reminder(FreshNews news, TalkView view) =>
        view.IsTeam && view.State.Of(view.Capacity.Reference).Waits is { } waits && waits.Seq == news.News.Seq ? new ToldNews(news, view, null, waits) : null;

    private static ToldNews? Line(Talker talker, FreshNews news, TalkView view, ToldConversation told) =>
        news.News.Seq >= view.From && ToldAs(talker, view, news.News.Seq) == news.Member && told.Lines.TryGetValue(news.News.Seq, out var line) && ConversationDesk.Seen(view, line) is not WithheldLine and var seen
            ? new ToldNews(news, view, new TalkLine(news.News.Seq, seen), null) : null;

    /// <summary>As which of the members that they are somebody is told of a line: the first who was in the conversation by then, so that whoever becomes another member too is told nothing twice and misses nothing.</summary>
    private static string? ToldAs(Talker talker, TalkView view, long seq) => talker.Capacities.FirstOrDefault(capacity =>
        view.State.SeatOf(capacity.Reference) is { } seat && seat.From <= seq && capacity.MayBeIn(view.State))?.Reference;
}
