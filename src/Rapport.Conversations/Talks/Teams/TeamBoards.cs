using System.Collections.Concurrent;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>
/// How all conversations of a team stand, in memory as long as nothing changed: each look asks for the number of the team's newest news and for how many conversations it has, and then reads what changed since. Thread safe.
/// </summary>
internal sealed class TeamBoards(TeamTalkIndex index, NewsTable news)
{
    private const int MostTeams = 200, MostNews = 500;

    private readonly ConcurrentDictionary<string, Board> _known = new();

    /// <summary>How each conversation of a team stands now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyCollection<TeamTalk>> OfAsync(string team, CancellationToken cancel)
    {
        // The number is asked for first: what is read afterwards is at least as new.
        var number = (await news.NewestAsync([team], cancel)).GetValueOrDefault(team);
        var count = await index.CountAsync(team, cancel);
        if (_known.TryGetValue(team, out var board) && board.Number == number && board.Talks.Count == count)
        {
            return board.Talks.Values;
        }

        var talks = board is not null && await RenewedAsync(team, board, number, cancel) is { } renewed && renewed.Count == count ? renewed
            : (await index.AllAsync(team, cancel)).ToDictionary(static talk => talk.Conversation);
        if (_known.Count >= MostTeams)
        {
            _known.Clear();
        }

        _known[team] = new Board(number, talks);
        return talks.Values;
    }

    /// <summary>What there was, with what changed since; null where too much did, or what is not told by news.</summary>
    private async Task<Dictionary<ConversationId, TeamTalk>?> RenewedAsync(string team, Board board, long number, CancellationToken cancel)
    {
        if (number - board.Number is <= 0 or > MostNews || await news.ReadAsync(team, board.Number, cancel) is not { Count: > 0 } told || told.Count < number - board.Number)
        {
            return null;
        }

        var talks = new Dictionary<ConversationId, TeamTalk>(board.Talks);
        foreach (var talk in await index.SomeAsync(team, [.. told.Select(static one => one.News.Conversation).Distinct()], cancel))
        {
            talks[talk.Conversation] = talk;
        }

        return talks;
    }

    private sealed record Board(long Number, Dictionary<ConversationId, TeamTalk> Talks);
}
