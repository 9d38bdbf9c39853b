using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>
/// Where files of messages are stored: in pieces, each sealed under the key of the conversation for its place, padded to a <see cref="StoredLength"/>. What a message takes stays as long as it does; what none takes goes after a day. Thread safe.
/// </summary>
internal sealed class FileStore(Database database, Keyring keyring)
{
    /// <summary>Bytes of a piece.</summary>
    internal const int PieceLength = 256 * 1024;

    private const int MostSweptAtOnce = 200;

    /// <summary>Begins to write a file; null when it is there. Whoever began before and did not end does not end it any more.</summary>
    /// <returns>The number of this attempt.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<long?> BeginAsync(StoredConversation known, LocalId id, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel) => database.WriteTogetherAsync(
        t => t.Connection!.ExecuteScalarAsync<long?>(
            """
            INSERT INTO conversation_file (conversation_id, file_id, attempt, written_at, until) VALUES (@conversation, @file, 1, @now, @until)
            ON CONFLICT (conversation_id, file_id) DO UPDATE SET attempt = conversation_file.attempt + 1, until = @until WHERE conversation_file.body IS NULL
            RETURNING attempt
            """,
            new { conversation = known.Id.ToString(), file = id.ToString(), now = now.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() },
            t),
        cancel);

    /// <summary>Writes a piece.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task WritePieceAsync(StoredConversation known, LocalId id, long attempt, long piece, ReadOnlyMemory<byte> plain, CancellationToken cancel)
    {
        var body = known.Key.Seal(PiecePlace(id, attempt, piece), plain.Span);
        return database.WriteTogetherAsync(
            t => t.Connection!.ExecuteAsync(
                "INSERT INTO conversation_piece (conversation_id, file_id, attempt, piece, body) VALUES (@conversation, @file, @attempt, @piece, @body)",
                new { conversation = known.Id.ToString(), file = id.ToString(), attempt, piece, body },
                t),
            cancel);
    }

    /// <summary>Ends writing a file: from then on it is there. False when another attempt began meanwhile, or it is gone.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<bool> EndAsync(StoredConversation known, LocalId id, StoredFile file, CancellationToken cancel) => database.WriteTogetherAsync(
        async t =>
        {
            var key = new { conversation = known.Id.ToString(), file = id.ToString(), attempt = file.Attempt, body = known.Key.Seal(FilePlace(id), file, SealedTalk.Json.StoredFile) };
            var ended = await t.Connection!.ExecuteAsync(
                "UPDATE conversation_file SET body = @body WHERE conversation_id = @conversation AND file_id = @file AND attempt = @attempt AND body IS NULL", key, t) == 1;

            // What other attempts left, or this one where it is not the one.
            await t.Connection!.ExecuteAsync(
                $"DELETE FROM conversation_piece WHERE conversation_id = @conversation AND file_id = @file AND attempt {(ended ? "<>" : "=")} @attempt", key, t);
            return ended;
        },
        cancel);

    /// <summary>A file of a conversation, and whether a message has it; null where none is, or it is still being written.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<(StoredFile File, bool IsSent)?> FindAsync(StoredConversation known, LocalId id, CancellationToken cancel)
    {
        var row = await database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<(byte[]? Body, long? Until)>(
                "SELECT body, until FROM conversation_file WHERE conversation_id = @conversation AND file_id = @file", new { conversation = known.Id.ToString(), file = id.ToString() }),
            cancel);
        return row.Body is null ? null : (known.Key.Open(FilePlace(id), row.Body, SealedTalk.Json.StoredFile), row.Until is null);
    }

    /// <summary>A piece of a file.</summary>
    /// <exception cref="SealBrokenException">It was changed, moved or taken away.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<byte[]> ReadPieceAsync(StoredConversation known, LocalId id, long attempt, long piece, CancellationToken cancel)
    {
        var body = await database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<byte[]>(
                "SELECT body FROM conversation_piece WHERE conversation_id = @conversation AND file_id = @file AND attempt = @attempt AND piece = @piece",
                new { conversation = known.Id.ToString(), file = id.ToString(), attempt, piece }),
            cancel);
        return known.Key.Open(PiecePlace(id, attempt, piece), body ?? []);
    }

    /// <summary>Gives files to a message, in the transaction that adds it.</summary>
    /// <exception cref="FileGoneException">One of them is not there any more, or another message has it.</exception>
    internal static async Task GiveAsync(DbTransaction t, ConversationId conversation, IReadOnlyList<TalkFile> files)
    {
        foreach (var file in files)
        {
            if (await t.Connection!.ExecuteAsync(
                "UPDATE conversation_file SET until = NULL WHERE conversation_id = @conversation AND file_id = @file AND body IS NOT NULL AND until IS NOT NULL",
                new { conversation = conversation.ToString(), file = file.Id.ToString() },
                t) != 1)
            {
                throw new FileGoneException();
            }
        }
    }

    /// <summary>Removes a file that no message has.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task RemoveAsync(ConversationId conversation, LocalId id, CancellationToken cancel) => RemoveAsync(conversation.ToString(), id.ToString(), long.MaxValue, cancel);

    /// <summary>Removes what no message took in time, and what is told of days that are over.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task SweepAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var before = now.ToUnixTimeMilliseconds();
        IReadOnlyCollection<(string Conversation, string File)> over;
        do
        {
            over = [.. await database.ReadAsync(
                c => c.QueryAsync<(string, string)>("SELECT conversation_id, file_id FROM conversation_file WHERE until < @before ORDER BY until LIMIT @most", new { before, most = MostSweptAtOnce }), cancel)];
            foreach (var (conversation, file) in over)
            {
                await RemoveAsync(conversation, file, before, cancel);
            }
        }
        while (over.Count == MostSweptAtOnce);
        await database.WriteTogetherAsync(t => t.Connection!.ExecuteAsync("DELETE FROM conversation_file_room WHERE day < @day", new { day = DayOf(now) }, t), cancel);
    }

    /// <summary>Takes of the room that somebody has in a day; false, and nothing is taken, where there is not as much.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<bool> TakeRoomAsync(PersonId person, DateTimeOffset now, long size, long most, CancellationToken cancel)
    {
        var day = DayOf(now);
        var sender = keyring.LookupHash("conversation-file-room", $"{person}\n{day}");
        return database.WriteTogetherAsync(
            async t => await t.Connection!.ExecuteScalarAsync<long?>(
                """
                INSERT INTO conversation_file_room (sender, day, size) VALUES (@sender, @day, @size)
                ON CONFLICT (sender) DO UPDATE SET size = conversation_file_room.size + @size WHERE conversation_file_room.size + @size <= @most
                RETURNING size
                """,
                new { sender, day, size, most },
                t) is not null,
            cancel);
    }

    private Task<bool> RemoveAsync(string conversation, string file, long before, CancellationToken cancel) => database.WriteTogetherAsync(
        async t =>
        {
            var isGone = await t.Connection!.ExecuteAsync(
                "DELETE FROM conversation_file WHERE conversation_id = @conversation AND file_id = @file AND until < @before", new { conversation, file, before }, t) == 1;
            if (isGone)
            {
                await t.Connection!.ExecuteAsync("DELETE FROM conversation_piece WHERE conversation_id = @conversation AND file_id = @file", new { conversation, file }, t);
            }

            return isGone;
        },
        cancel);

    private static long DayOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 86_400;

    private static Place FilePlace(LocalId id) => new("conversation-file", Bits(id), 0);

    private static Place PiecePlace(LocalId id, long attempt, long piece) => new("conversation-piece", ((UInt128)(ulong)attempt << 64) | Bits(id), piece);

    private static UInt128 Bits(LocalId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.WriteBytes(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
