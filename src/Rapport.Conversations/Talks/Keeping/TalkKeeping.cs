using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>
/// Deletes conversations by the operator's rule, with their keys: those in which nothing happened for so long, 30 days after everybody in one began to be told. One of a patient under age stays, and one in which a promised answer is due. What
/// is half done by a crash is done by the next sweep, and two nodes that sweep at once do it once. Thread safe.
/// </summary>
public sealed class TalkKeeping
{
    private const int PlacesAtOnce = 1000;

    private static readonly string[] Tables = ["conversation_line", "conversation_once", "conversation_mark", "conversation_piece", "conversation_file", "conversation_notice", "team_draft", "conversation"];

    private readonly Database _database;
    private readonly ConversationStore _store;
    private readonly TimeProvider _clock;

    /// <param name="database">The database, with this module's schema.</param>
    /// <param name="keyring">What seals.</param>
    /// <param name="records">The keys of records.</param>
    /// <param name="clock">The one clock.</param>
    public TalkKeeping(Database database, Keyring keyring, RecordKeys records, TimeProvider clock) =>
        (_database, _store, _clock) = (database, new ConversationStore(database, keyring, new ConversationKeys(records)), clock);

    /// <summary>Told why a conversation is left as it is that does not open: it was changed at rest. Quick, and throws nothing.</summary>
    public Action<Exception>? FindsDamage { get => _store.Damage.Found; set => _store.Damage.Found = value; }

    /// <summary>When each of some conversations goes unless somebody writes in it; none of which nobody is told.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<ConversationId, DateTimeOffset>> GoingAsync(IReadOnlyCollection<TalkView> views, CancellationToken cancel)
    {
        var last = views.ToDictionary(static view => view.Id.ToString(), static view => view);
        var rows = await _database.ReadAsync(
            c => c.QueryAmongAsync<(string Id, long ToldAt)>(_database.Dialect, "SELECT conversation_id, told_at FROM conversation_notice WHERE conversation_id", last.Keys.ToList()), cancel);
        return rows.Select(row => (View: last[row.Id], ToldAt: DateTimeOffset.FromUnixTimeMilliseconds(row.ToldAt)))
            .Where(static told => told.View.State.LastAt < told.ToldAt).ToDictionary(static told => told.View.Id, static told => told.ToldAt + KeepingRule.Notice);
    }

    /// <summary>Tells, and deletes what everybody was told of long enough ago.</summary>
    /// <param name="rule">The rule; null for none, where nobody is told of anything any more.</param>
    /// <param name="isKept">Whether a patient's conversations stay whatever the rule says.</param>
    /// <param name="endSharing">Ends what is shared in a conversation: it MUST have ended when the task completes.</param>
    /// <param name="cancel">Gives up between two conversations.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<int> SweepAsync(
        KeepingRule? rule, Func<PatientId, CancellationToken, Task<bool>> isKept, Func<PatientId, ConversationId, CancellationToken, Task> endSharing, CancellationToken cancel)
    {
        if (rule is null)
        {
            await _database.WriteTogetherAsync(static t => t.Connection!.ExecuteAsync("DELETE FROM conversation_notice", transaction: t), cancel);
            return 0;
        }

        var now = _clock.GetUtcNow();
        var quietSince = rule.Before(now) + KeepingRule.Notice;
        var told = await ForgetAsync(quietSince, cancel);
        var deleted = 0;
        foreach (var stored in await QuietAsync(quietSince, cancel))
        {
            if (stored.State.Waits is not null || await isKept(stored.State.Patient, cancel))
            {
                await WriteAsync("DELETE FROM conversation_notice WHERE conversation_id = @id", stored.Id, now, cancel);
            }
            else if (!told.TryGetValue(stored.Id.ToString(), out var since))
            {
                await WriteAsync("INSERT INTO conversation_notice (conversation_id, told_at) VALUES (@id, @now) ON CONFLICT (conversation_id) DO NOTHING", stored.Id, now, cancel);
            }
            else if (since + KeepingRule.Notice <= now && stored.State.LastAt <= rule.Before(now))
            {
                await endSharing(stored.State.Patient, stored.Id, cancel);
                deleted += await _database.WriteTogetherAsync(t => DeleteAsync(t, stored), cancel) ? 1 : 0;
            }
        }

        return deleted;
    }

    /// <summary>Nobody is told any more of a conversation in which something happened.</summary>
    /// <returns>Since when everybody is told of the others.</returns>
    private Task<Dictionary<string, DateTimeOffset>> ForgetAsync(DateTimeOffset quietSince, CancellationToken cancel) => _database.WriteTogetherAsync(
        async t =>
        {
            await t.Connection!.ExecuteAsync($"DELETE FROM conversation_notice WHERE conversation_id NOT IN ({Quiet})", new { since = quietSince.ToUnixTimeMilliseconds() }, t);
            var rows = await t.Connection!.QueryAsync<(string Id, long ToldAt)>("SELECT conversation_id, told_at FROM conversation_notice", transaction: t);
            return rows.ToDictionary(static row => row.Id, static row => DateTimeOffset.FromUnixTimeMilliseconds(row.ToldAt));
        },
        cancel);

    private const string Quiet =
        "SELECT c.conversation_id FROM conversation c JOIN conversation_line l ON l.conversation_id = c.conversation_id AND l.seq = c.size WHERE l.written_at <= @since";

    /// <summary>Conversations in which nothing happened since. Which patient's they are stands only, sealed, where a member has a seat: those are gone through. What does not open is left as it is.</summary>
    private async Task<IReadOnlyList<StoredConversation>> QuietAsync(DateTimeOffset since, CancellationToken cancel)
    {
        var quiet = (await _database.ReadAsync(c => c.QueryAsync<string>(Quiet, new { since = since.ToUnixTimeMilliseconds() }), cancel)).ToHashSet();
        Dictionary<string, Seated> seats = [];
        byte[] holder = [], place = [];
        while (seats.Count < quiet.Count)
        {
            var (h, p) = (holder, place);
            var rows = (await _database.ReadAsync(
                c => c.QueryAsync<(byte[] Holder, byte[] Place, byte[] Body)>(
                    "SELECT holder, place, body FROM conversation_place WHERE holder > @h OR (holder = @h AND place > @p) ORDER BY holder, place LIMIT @most", new { h, p, most = PlacesAtOnce }),
                cancel)).ToList();
            foreach (var row in rows)
            {
                if (_store.SeatedIn(row.Place, row.Body, Tell) is { } seated && quiet.Contains(seated.Conversation.ToString()))
                {
                    seats.TryAdd(seated.Conversation.ToString(), seated);
                }
            }

            if (rows.Count < PlacesAtOnce)
            {
                break;
            }

            (holder, place, _) = rows[^1];
        }

        return await _store.OpenAsync(seats, Tell, cancel);
    }

    private void Tell(Exception damage) => FindsDamage?.Invoke(damage);

    private async Task<bool> DeleteAsync(DbTransaction t, StoredConversation stored)
    {
        // Changes nothing, and makes those wait who write in it at the same moment: whoever was first keeps it.
        var id = stored.Id.ToString();
        if (await t.Connection!.ExecuteAsync("UPDATE conversation SET size = size WHERE conversation_id = @id AND size = @size", new { id, size = stored.State.Size }, t) == 0)
        {
            return false;
        }

        foreach (var seat in stored.State.Seats)
        {
            await _store.DropPlaceAsync(t, seat.Member.Reference, stored.Id);
        }

        foreach (var reader in await _store.Marks.ReadersAsync(t, stored))
        {
            await _store.Readings.DropAsync(t, stored.Id, reader);
        }

        foreach (var table in Tables)
        {
            await t.Connection!.ExecuteAsync($"DELETE FROM {table} WHERE conversation_id = @id", new { id }, t);
        }

        return true;
    }

    private Task<int> WriteAsync(string sql, ConversationId id, DateTimeOffset now, CancellationToken cancel) =>
        _database.WriteTogetherAsync(t => t.Connection!.ExecuteAsync(sql, new { id = id.ToString(), now = now.ToUnixTimeMilliseconds() }, t), cancel);
}
