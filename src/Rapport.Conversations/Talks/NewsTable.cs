using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>What is new for each member, numbered for each in the order in which it came. Thread safe.</summary>
internal sealed class NewsTable(Database database, Keyring keyring)
{
    private const int MostAtOnce = 500;

    /// <summary>Hears, on this node, of the members to whom something was told just now; quick, and throws nothing.</summary>
    internal Action<IReadOnlyCollection<string>>? Hears { get; set; }

    /// <summary>Numbers are given out under the lock of the member's row, in the order of the members' hashes: so nobody is told of a later one before an earlier one, and two who write never wait for each other in a circle.</summary>
    /// <param name="t">The transaction.</param>
    /// <param name="members">Who is told.</param>
    /// <param name="news">What.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="moved">Whose number moves although they are told nothing: what is kept of theirs changed.</param>
    internal async Task TellAsync(DbTransaction t, IEnumerable<string> members, News news, DateTimeOffset at, string? moved = null)
    {
        foreach (var (holder, isTold) in members.Select(member => (HolderOf(member), true)).Concat(moved is null ? [] : [(HolderOf(moved), false)]).OrderBy(static one => Convert.ToHexString(one.Item1), StringComparer.Ordinal))
        {
            var number = await NextAsync(t, holder);
            if (!isTold)
            {
                continue;
            }

            await t.Connection!.ExecuteAsync(
                "INSERT INTO conversation_news (holder, seq, body, written_at) VALUES (@holder, @number, @body, @at)",
                new { holder, number, body = keyring.Installation.Seal(PlaceOf(holder, number), news, SealedTalk.Json.News), at = at.ToUnixTimeMilliseconds() },
                t);
        }
    }

    /// <summary>Moves a number of its own, which nothing else has: whoever keeps in memory what it stands for reads it anew. To be called after <see cref="TellAsync"/>, if at all.</summary>
    internal Task MoveAsync(DbTransaction t, string name) => NextAsync(t, HolderOf(name));

    /// <summary>What is new for a member after a number, oldest first, and each with its number.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<(long Seq, News News)>> ReadAsync(string member, long after, CancellationToken cancel)
    {
        var holder = HolderOf(member);
        var rows = await database.ReadAsync(
            c => c.QueryAsync<(long Seq, byte[] Body)>(
                "SELECT seq, body FROM conversation_news WHERE holder = @holder AND seq > @after ORDER BY seq LIMIT @most", new { holder, after, most = MostAtOnce }),
            cancel);
        return [.. rows.Select(row => (row.Seq, keyring.Installation.Open(PlaceOf(holder, row.Seq), row.Body, SealedTalk.Json.News)))];
    }

    /// <summary>The number of the newest news of each of these members; none of whom nothing was ever told.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyDictionary<string, long>> NewestAsync(IReadOnlyCollection<string> members, CancellationToken cancel)
    {
        var hashed = members.Distinct().ToDictionary(member => Convert.ToHexString(HolderOf(member)), static member => member);
        var holders = hashed.Keys.Select(Convert.FromHexString).ToArray();
        var rows = await database.ReadAsync(
            c => c.QueryAmongAsync<(byte[] Holder, long Seq)>(database, "SELECT holder, seq FROM conversation_holder", "holder", holders), cancel);
        return rows.ToDictionary(row => hashed[Convert.ToHexString(row.Holder)], static row => row.Seq);
    }

    /// <summary>How a member is found without keeping their reference in clear.</summary>
    internal byte[] HolderOf(string member) => keyring.LookupHash("conversation-holder", member);

    private static Task<long> NextAsync(DbTransaction t, byte[] holder) => t.Connection!.ExecuteScalarAsync<long>(
        "INSERT INTO conversation_holder (holder, seq) VALUES (@holder, 1) ON CONFLICT (holder) DO UPDATE SET seq = conversation_holder.seq + 1 RETURNING seq", new { holder }, t);

    private static Place PlaceOf(byte[] holder, long seq) => SealedTalk.PlaceOf("conversation-news", holder, seq);
}
