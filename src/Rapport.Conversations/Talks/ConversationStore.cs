using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A conversation as it is stored: how it stands, and the key of what was said.</summary>
internal sealed record StoredConversation(ConversationId Id, Conversation State, Sealer Key);

/// <summary>What became of adding to a conversation.</summary>
/// <param name="State">How it stands now.</param>
/// <param name="Seq">The line that was added, or that the same message was before.</param>
internal sealed record Added(Conversation State, long Seq);

/// <summary>
/// Where conversations are stored. Lines are added by compare-and-swap on how many there are, with what is new for each member in the same transaction: what is acknowledged is stored and will be told. Thread safe.
/// </summary>
internal sealed partial class ConversationStore(Database database, Keyring keyring, ConversationKeys keys)
{
    private const int MostAtOnce = 500;

    /// <summary>How the seats of members are named.</summary>
    internal KeyedTable Seats { get; } = SeatsOf(keyring);

    /// <summary>Told of what does not open.</summary>
    internal DamageWatch Damage { get; } = new();

    /// <summary>What is new for each member.</summary>
    internal NewsTable News => field ??= new(database, keyring, Damage);

    /// <summary>How far each has read.</summary>
    internal MarkTable Marks => field ??= new(database, keyring, News, Damage);

    /// <summary>How conversations stand for teams.</summary>
    internal TeamTalkIndex Teams => field ??= new(database, keyring, Damage);

    /// <summary>The same of all conversations of a team at once.</summary>
    internal TeamBoards Boards => field ??= new(Teams, News);

    /// <summary>How far members of teams have read.</summary>
    internal TeamReadings Readings => field ??= new(database, keyring, News, Damage);

    /// <summary>Begins a conversation; null when there is one of this id, or no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<StoredConversation?> BeginAsync(ConversationId id, OpenedLine opened, CancellationToken cancel)
    {
        if (await keys.NewAsync(opened.Patient, id, cancel) is not var (key, wrapped))
        {
            return null;
        }

        var ready = Ready(id, key, Conversation.Begin(opened), opened);
        var state = ready.State;
        var isNew = await database.WriteTogetherAsync(
            async t =>
            {
                if (await t.Connection!.ExecuteAsync(
                    "INSERT INTO conversation (conversation_id, size, data_key, state) VALUES (@id, 1, @wrapped, @body) ON CONFLICT (conversation_id) DO NOTHING",
                    new { id = id.ToString(), wrapped, body = ready.StateBody },
                    t) == 0)
                {
                    return false;
                }

                await WriteAsync(t, id, ready);
                return true;
            },
            ready.Rows,
            cancel);
        if (!isNew)
        {
            return null;
        }

        News.Hears?.Invoke([.. state.Seats.Select(static seat => seat.Member.Reference)]);
        return new StoredConversation(id, state, key);
    }

    /// <summary>
    /// Adds a line that <paramref name="make"/> makes of how the conversation stands at that moment; null where it makes none. When the task completes, it is stored.
    /// </summary>
    /// <param name="known">The conversation as it was read.</param>
    /// <param name="once">Tells a repetition from another message; null where repeating does no harm.</param>
    /// <param name="make">Makes the line; asked again when somebody else added one meanwhile.</param>
    /// <param name="also">What happens in the same transaction, only where the line is added; what it throws undoes both. Null for nothing.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="FileGoneException">It names a file that is not there, or that another message has: nothing was written.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<Added?> AddAsync(StoredConversation known, string? once, Func<Conversation, ConversationLine?> make, Func<DbTransaction, Task>? also, CancellationToken cancel)
    {
        var onceHash = once is null ? null : keyring.LookupHash("conversation-once", once);
        while (true)
        {
            // Made and sealed before it is this one's turn to write: whoever else writes waits for none of it. If somebody adds a line meanwhile, it is made anew.
            var before = known;
            var ready = make(known.State) is { } line ? Ready(known.Id, known.Key, known.State.After(line), line) : null;
            if (ready is null && onceHash is null)
            {
                return null;
            }

            var (added, isLost) = await database.WriteTogetherAsync(t => TryAddAsync(t, before, onceHash, ready, also), ready?.Rows ?? 1, cancel);
            if (!isLost)
            {
                if (added is not null)
                {
                    News.Hears?.Invoke([.. added.State.Seats.Concat(known.State.Seats).Select(static seat => seat.Member.Reference).Distinct()]);
                }

                return added;
            }

            if ((await ReadRowsAsync([known.Id], cancel)).SingleOrDefault() is not { } row)
            {
                return null;
            }

            known = known with { State = OpenState(known.Id, row, known.Key) };
        }
    }

    /// <inheritdoc cref="AddAsync(StoredConversation, string?, Func{Conversation, ConversationLine?}, Func{DbTransaction, Task}?, CancellationToken)"/>
    internal Task<Added?> AddAsync(StoredConversation known, string? once, Func<Conversation, ConversationLine?> make, CancellationToken cancel) => AddAsync(known, once, make, null, cancel);

    private async Task<(Added? Added, bool IsLost)> TryAddAsync(DbTransaction t, StoredConversation known, byte[]? once, ReadyLine? ready, Func<DbTransaction, Task>? also)
    {
        var name = known.Id.ToString();
        if (once is not null)
        {
            var said = await t.Connection!.QuerySingleOrDefaultAsync<long?>("SELECT seq FROM conversation_once WHERE conversation_id = @name AND once = @once", new { name, once }, t);
            if (said is { } before)
            {
                return (new Added(known.State, before), false);
            }
        }

        if (ready is null)
        {
            return (null, false);
        }

        var moved = await t.Connection!.ExecuteAsync(
            "UPDATE conversation SET size = @size, state = @body WHERE conversation_id = @name AND size = @before",
            new { name, size = ready.State.Size, before = known.State.Size, body = ready.StateBody },
            t);
        if (moved == 0)
        {
            return (null, true);
        }

        await (also?.Invoke(t) ?? Task.CompletedTask);
        await WriteAsync(t, known.Id, ready);
        if (once is not null)
        {
            await t.Connection!.ExecuteAsync("INSERT INTO conversation_once (conversation_id, once, seq) VALUES (@name, @once, @seq)", new { name, once, seq = ready.State.Size }, t);
        }

        return (new Added(ready.State, ready.State.Size), false);
    }

    /// <summary>Writes a line, and what follows from it.</summary>
    private async Task WriteAsync(DbTransaction t, ConversationId id, ReadyLine ready)
    {
        await t.Connection!.ExecuteAsync(
            "INSERT INTO conversation_line (conversation_id, seq, body, written_at) VALUES (@id, @seq, @body, @at)",
            new { id = id.ToString(), seq = ready.State.Size, body = ready.Body, at = ready.News.At },
            t);
        if (ready.Places.Count > 0)
        {
            var (sql, values) = ManyAtOnce.Insert("conversation_place (holder, place, body)", ready.Places);
            await t.Connection!.ExecuteAsync(sql, values, t);
        }

        if (ready.Line is SaidLine { Files: { } files })
        {
            await FileStore.GiveAsync(t, id, files);
        }
        else if (ready.Line is LeftLine left)
        {
            await DropPlaceAsync(t, left.Reference, id);
        }

        await Teams.KeepAsync(t, id, ready.State);
        await NewsTable.TellAsync(t, ready.News);
    }

    /// <summary>A line with all that is written with it, sealed.</summary>
    private ReadyLine Ready(ConversationId id, Sealer key, Conversation state, ConversationLine line)
    {
        IEnumerable<string> come = line switch
        {
            OpenedLine opened => opened.Members.Select(static member => member.Reference),
            JoinedLine joined => [joined.Member.Reference],
            _ => [],
        };
        return new ReadyLine(
            line,
            state,
            key.Seal(StatePlace(id, state.Size), state, SealedTalk.Json.Conversation),
            key.Seal(LinePlace(id, state.Size), line, SealedTalk.Json.ConversationLine),
            [.. come.Select(member => PlaceRow(member, state.Patient, id))],
            News.Seal([.. state.Seats.Select(static seat => seat.Member.Reference)], new News(id, state.Size), line.At));
    }

    private object[] PlaceRow(string member, PatientId patient, ConversationId id)
    {
        var place = PlaceHash(member, id);
        return [SeatHolderOf(member), place, keyring.Installation.Seal(SeatPlace(place), new Seated(id, patient), SealedTalk.Json.Seated)];
    }

    /// <summary>Reminds people of a team of what waits for it: they alone are told. Nothing where it does not wait any more, or they were.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task RemindAsync(StoredConversation known, DueTalk due, Awaited waits, IReadOnlyList<PersonId> people, CancellationToken cancel)
    {
        List<string> members = [.. people.Select(Talker.PrivateReferenceOf)];
        var news = News.Seal(members, new News(known.Id, waits.Seq, IsReminder: true), waits.Promise.RemindAt ?? waits.Since, waits.Promise.Who);
        var isNew = await database.WriteTogetherAsync(
            async t =>
            {
                // Changes nothing, and makes those wait who write in it at the same moment.
                if (await t.Connection!.ExecuteAsync("UPDATE conversation SET size = size WHERE conversation_id = @id AND size = @size", new { id = known.Id.ToString(), size = known.State.Size }, t) == 0
                    || !await Teams.RemindedAsync(t, due, people))
                {
                    return false;
                }

                await NewsTable.TellAsync(t, news);
                return true;
            },
            cancel);
        if (isNew)
        {
            News.Hears?.Invoke(members);
        }
    }

    /// <summary>Somebody is not in it any more, or it is no more.</summary>
    internal async Task DropPlaceAsync(DbTransaction t, string member, ConversationId id)
    {
        await t.Connection!.ExecuteAsync("DELETE FROM conversation_place WHERE holder = @holder AND place = @place", new { holder = SeatHolderOf(member), place = PlaceHash(member, id) }, t);
        await Teams.DropAsync(t, id, member);
    }

    internal static KeyedTable SeatsOf(Keyring keyring) => new(keyring, "conversation_place");

    /// <summary>How the seats of a member are found: by a hash of the one under which they are told what is new, so that nobody else knows the two as one.</summary>
    internal static byte[] SeatHolderOf(KeyedTable seats, byte[] holder) => seats.Hash("holder", Convert.ToHexString(holder));

    private byte[] SeatHolderOf(string member) => SeatHolderOf(Seats, News.HolderOf(member));

    private byte[] PlaceHash(string member, ConversationId id) => keyring.LookupHash("conversation-place", $"{member}\n{id}");

    private static Place StatePlace(ConversationId id, long size) => Place.Of("conversation", id, size);

    private static Place LinePlace(ConversationId id, long seq) => Place.Of("conversation-line", id, seq);

    private static Place SeatPlace(byte[] place) => SealedTalk.PlaceOf("conversation-place", place, 0);

    /// <summary>A line that can be written: how the conversation stands after it, and what is written with it.</summary>
    private sealed record ReadyLine(ConversationLine Line, Conversation State, byte[] StateBody, byte[] Body, IReadOnlyList<object[]> Places, SealedNews News)
    {
        /// <summary>How many rows are written, about.</summary>
        internal int Rows => 4 + Places.Count + (2 * News.For.Count);
    }
}
