using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>How far each reader has read. Thread safe.</summary>
internal sealed class MarkTable(Database database, Keyring keyring, NewsTable news, DamageWatch damage)
{
    /// <summary>How far each reader has read; nobody who has not begun, or of whom it is damaged.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<ReadMark>> ReadAsync(StoredConversation known, CancellationToken cancel)
    {
        var rows = await database.ReadAsync(
            c => c.QueryAsync<(byte[] Reader, byte[] Body)>("SELECT reader, body FROM conversation_mark WHERE conversation_id = @id", new { id = known.Id.ToString() }), cancel);
        return [.. rows.Select(row => Sound(known, row.Reader, row.Body)).OfType<ReadMark>()];
    }

    /// <summary>How far one reader has read in each of some conversations; none where they have not begun, and null where it is damaged.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyDictionary<ConversationId, ReadMark?>> ReadAsync(PersonId reader, IReadOnlyCollection<StoredConversation> among, CancellationToken cancel)
    {
        var known = among.ToDictionary(static stored => stored.Id.ToString(), static stored => stored);
        var pairs = among.Select(stored => (stored.Id.ToString(), ReaderHash(reader, stored.Id))).ToList();
        var rows = await database.ReadAsync(
            c => c.QueryPairsAsync<(string Id, byte[] Reader, byte[] Body)>(database.Dialect, "conversation_id, reader, body", "conversation_mark", ("conversation_id", false, "reader"), pairs), cancel);
        return rows.ToDictionary(row => known[row.Id].Id, row => Sound(known[row.Id], row.Reader, row.Body));
    }

    /// <summary>Who has read something of a conversation; nobody of whom it is damaged.</summary>
    internal async Task<IReadOnlyList<PersonId>> ReadersAsync(DbTransaction t, StoredConversation known)
    {
        var rows = await t.Connection!.QueryAsync<(byte[] Reader, byte[] Body)>("SELECT reader, body FROM conversation_mark WHERE conversation_id = @id", new { id = known.Id.ToString() }, t);
        return [.. rows.Select(row => Sound(known, row.Reader, row.Body)).OfType<ReadMark>().Select(static mark => mark.Reader)];
    }

    /// <summary>Notes how far somebody has read. Nobody reads less than before.</summary>
    /// <param name="known">Where.</param>
    /// <param name="mark">How far.</param>
    /// <param name="also">What else is noted with it, of what holds now; null for nothing.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task WriteAsync(StoredConversation known, ReadMark mark, Func<DbTransaction, ReadMark, Task>? also, CancellationToken cancel) => WriteAsync([(known, mark, [])], also, cancel);

    /// <summary>The same in some conversations at once, which are in the order of their ids: so two who do it never wait for each other in a circle. In each the members who are told that what became of messages changed.</summary>
    /// <inheritdoc cref="WriteAsync(StoredConversation, ReadMark, Func{DbTransaction, ReadMark, Task}, CancellationToken)"/>
    internal async Task WriteAsync(IReadOnlyList<(StoredConversation Known, ReadMark Mark, IReadOnlyList<string> Told)> marks, Func<DbTransaction, ReadMark, Task>? also, CancellationToken cancel)
    {
        var moved = await database.WriteTogetherAsync(
            async t =>
            {
                HashSet<string> numbers = [];
                foreach (var (known, mark, told) in marks)
                {
                    var (had, has) = await WriteAsync(t, known, mark, also);
                    if (has.Seq != had.Seq || has.Cleared != had.Cleared)
                    {
                        numbers.Add(NumberOf(mark.Reader));
                    }

                    if (has.Seq != had.Seq || has.Reached != had.Reached)
                    {
                        numbers.UnionWith(told.Select(NewsTable.StatesOf));
                    }
                }

                // Last: whoever marks several at the same moment waits for no other who does.
                await (numbers.Count > 0 ? news.MoveAsync(t, numbers) : Task.CompletedTask);
                return numbers;
            },
            marks.Count,
            cancel);
        if (moved.Count > 0)
        {
            news.Hears?.Invoke(moved);
        }
    }

    /// <summary>The number that moves with what somebody has read, or deleted for themself.</summary>
    internal static string NumberOf(PersonId reader) => $"reading/{reader}";

    /// <summary>How far they had read before, and have now.</summary>
    private async Task<(ReadMark Had, ReadMark Has)> WriteAsync(DbTransaction t, StoredConversation known, ReadMark mark, Func<DbTransaction, ReadMark, Task>? also)
    {
        var (id, reader) = (known.Id.ToString(), ReaderHash(mark.Reader, known.Id));

        if (await HoldAsync() == 0)
        {
            // Two who begin at the same moment have no row yet to wait for: one makes it, the other waits for that.
            if (await t.Connection!.ExecuteAsync(
                "INSERT INTO conversation_mark (conversation_id, reader, body) VALUES (@id, @reader, @body) ON CONFLICT (conversation_id, reader) DO NOTHING", new { id, reader, body = Seal(mark) }, t) == 1)
            {
                await (also?.Invoke(t, mark) ?? Task.CompletedTask);
                return (new ReadMark(mark.Reader, 0, mark.At), mark);
            }

            await HoldAsync();
        }

        var before = await t.Connection!.QuerySingleAsync<byte[]>("SELECT body FROM conversation_mark WHERE conversation_id = @id AND reader = @reader", new { id, reader }, t);
        var had = Sound(known, reader, before);
        var next = had?.With(mark) ?? mark;
        if (next != had)
        {
            await t.Connection!.ExecuteAsync("UPDATE conversation_mark SET body = @body WHERE conversation_id = @id AND reader = @reader", new { id, reader, body = Seal(next) }, t);
            await (also?.Invoke(t, next) ?? Task.CompletedTask);
        }

        return (had ?? new ReadMark(mark.Reader, 0, mark.At), next);

        // Changes nothing, and makes those wait who mark the same at the same moment.
        Task<int> HoldAsync() => t.Connection!.ExecuteAsync("UPDATE conversation_mark SET body = body WHERE conversation_id = @id AND reader = @reader", new { id, reader }, t);

        byte[] Seal(ReadMark next) => known.Key.Seal(PlaceOf(reader), next, SealedTalk.Json.ReadMark);
    }

    /// <summary>A mark as it was stored; null where it is damaged.</summary>
    internal ReadMark? Sound(StoredConversation known, byte[] reader, byte[] body) => damage.Sound(() => known.Key.Open(PlaceOf(reader), body, SealedTalk.Json.ReadMark));

    /// <summary>How the mark of a reader is found.</summary>
    internal byte[] ReaderHash(PersonId reader, ConversationId id) => keyring.LookupHash("conversation-reader", $"{reader}\n{id}");

    private static Place PlaceOf(byte[] reader) => SealedTalk.PlaceOf("conversation-mark", reader, 0);
}
