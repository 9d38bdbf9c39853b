using System.Globalization;
using System.Text.Json;
using Rapport.Conversations;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations.Telling;

/// <summary>Tells people what is new in their conversations, each by what holds when it is asked. Thread safe.</summary>
internal sealed class TalkTeller
{
    private const string Told = "message", Reminded = "reminder";

    private readonly TalkTelling _telling;
    private readonly PersonAgain _again;
    private readonly TalkRounds _rounds;

    public TalkTeller(ConversationDesk desk, PersonAgain again)
    {
        (_telling, _again) = (desk.Telling, again);
        _rounds = new TalkRounds(MakeAsync);
    }

    /// <summary>What somebody is told now.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public Task<TalkRound> AskAsync(TalkAsk ask, CancellationToken cancel) => _rounds.AskAsync(ask, cancel);

    /// <summary>Not cancelled by whoever began it: others wait for it too.</summary>
    private async Task<TalkRound> MakeAsync(TalkAsk ask)
    {
        // Asked before it is asked who they are: what comes after that is told only when they are asked for again.
        var news = await _telling.SinceAsync(ask.Heard.ToDictionary(static heard => heard.Member, static heard => heard.Seq), ask.States, CancellationToken.None);
        var (talker, open) = await _again.FindAsync(ask.Person, ask.Passes, CancellationToken.None);
        var told = talker is not null && talker.References.SequenceEqual(ask.Heard.Select(static heard => heard.Member)) ? await _telling.ReadAsync(talker, news.News, CancellationToken.None) : [];
        return new TalkRound(talker, open, news, [.. told.Select(Of)]);
    }

    private static ToldEvent Of(ToldNews told) => told.Line is { } line
        ? new ToldEvent(told.News.Member, told.News.Seq, Told, JsonSerializer.Serialize(new TalkEvent(told.View.Id.ToString(), MessageTold.Of(told.View, line)), TalkJson.Default.TalkEvent))
        : new ToldEvent(
            told.News.Member, told.News.Seq, Reminded,
            JsonSerializer.Serialize(new ReminderEvent(told.View.Id.ToString(), told.News.News.Seq.ToString(CultureInfo.InvariantCulture), told.Waits!.Promise.By), TalkJson.Default.ReminderEvent));
}
