using Dapper;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <content>Finding conversations, and opening what they say.</content>
internal sealed partial class ConversationStore
{
    private const string SelectRow = "SELECT conversation_id, size, data_key, state FROM conversation";

    /// <summary>The number of the line that was added with a key; null when none was.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<long?> FindOnceAsync(ConversationId conversation, string once, CancellationToken cancel) => database.ReadAsync(
        c => c.QuerySingleOrDefaultAsync<long?>(
            "SELECT seq FROM conversation_once WHERE conversation_id = @id AND once = @once", new { id = conversation.ToString(), once = keyring.LookupHash("conversation-once", once) }),
        cancel);

    /// <summary>The lines from a number on, oldest first: at most <paramref name="count"/>.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<(long Seq, ConversationLine Line)>> LinesAsync(StoredConversation known, long from, int count, CancellationToken cancel)
    {
        var rows = await database.ReadAsync(
            c => c.QueryAsync<(long Seq, byte[] Body)>(
                "SELECT seq, body FROM conversation_line WHERE conversation_id = @id AND seq >= @from ORDER BY seq LIMIT @count", new { id = known.Id.ToString(), from, count = Math.Min(count, MostAtOnce) }),
            cancel);
        return [.. rows.Select(row => (row.Seq, OpenLine(known, row.Seq, row.Body)))];
    }

    private static ConversationLine OpenLine(StoredConversation known, long seq, byte[] body) => known.Key.Open(LinePlace(known.Id, seq), body, SealedTalk.Json.ConversationLine);

    /// <summary>The lines that put right some lines, oldest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<(long Seq, ConversationLine Line)>> CorrectionsAsync(StoredConversation known, long from, long to, CancellationToken cancel)
    {
        if (known.State.Corrections is null)
        {
            return await CorrectionsAmongAllAsync(known, from, to, cancel);
        }

        List<long> found = [];
        var some = known.State.Corrections;
        while (some is not null)
        {
            found.AddRange(some.Newest.Where(one => one.Of >= from && one.Of <= to).Select(static one => one.Line));

            // What stands before the first of these lines puts none of them right.
            some = some.Before > from && await LinesAsync(known, some.Before.Value, 1, cancel) is [(_, CorrectedLine { Earlier: { } earlier })] ? earlier : null;
        }

        return await LinesAsync(known, found, cancel);
    }

    /// <summary>Some lines, by their numbers, oldest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<(long Seq, ConversationLine Line)>> LinesAsync(StoredConversation known, IEnumerable<long> numbers, CancellationToken cancel)
    {
        List<(long Seq, ConversationLine Line)> lines = [];
        foreach (var chunk in numbers.Order().Chunk(MostAtOnce))
        {
            var rows = await database.ReadAsync(
                c => c.QueryAmongAsync<(long Seq, byte[] Body)>(database.Dialect, "SELECT seq, body FROM conversation_line WHERE conversation_id = @id AND seq", known.Id.ToString(), chunk), cancel);
            lines.AddRange(rows.OrderBy(static row => row.Seq).Select(row => (row.Seq, OpenLine(known, row.Seq, row.Body))));
        }

        return lines;
    }

    /// <summary>The same in a conversation of which that was not noted when it was begun.</summary>
    private async Task<IReadOnlyList<(long Seq, ConversationLine Line)>> CorrectionsAmongAllAsync(StoredConversation known, long from, long to, CancellationToken cancel)
    {
        List<(long Seq, ConversationLine Line)> found = [];
        for (var next = from + 1; next <= known.State.Size;)
        {
            var lines = await LinesAsync(known, next, MostAtOnce, cancel);
            found.AddRange(lines.Where(line => line.Line is CorrectedLine corrected && corrected.Seq >= from && corrected.Seq <= to));
            next = lines.Count == 0 ? long.MaxValue : lines[^1].Seq + 1;
        }

        return found;
    }

    /// <summary>The conversation of an id, where one of these members is in it; null where none is, and where there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">It is damaged.</exception>
    internal async Task<StoredConversation?> FindAsync(ConversationId id, IReadOnlyCollection<string> members, CancellationToken cancel)
    {
        var pairs = members.Select(member => (Convert.ToHexString(SeatHolderOf(member)), PlaceHash(member, id))).ToList();
        var rows = await database.ReadAsync(c => c.QueryPairsAsync<(byte[] Holder, byte[] Place, byte[] Body)>(database.Dialect, "holder, place, body", "conversation_place", ("holder", true, "place"), pairs), cancel);
        return (await OpenAsync(rows, members, null, cancel)).SingleOrDefault();
    }

    /// <summary>All conversations of these members, in no order. What is damaged is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<StoredConversation>> ListAsync(IReadOnlyCollection<string> members, CancellationToken cancel)
    {
        var holders = members.Select(SeatHolderOf).ToList();
        var rows = await database.ReadAsync(c => c.QueryAmongAsync<(byte[] Holder, byte[] Place, byte[] Body)>(database.Dialect, "SELECT holder, place, body FROM conversation_place WHERE holder", holders), cancel);
        return await OpenAsync(rows, members, e => Damage.Found?.Invoke(e), cancel);
    }

    /// <summary>What opens of some places; the keys are asked for last: whose record is erased before the call, of them nothing does.</summary>
    /// <exception cref="SealBrokenException">Something was changed at rest, and nobody is to be told of it.</exception>
    private async Task<List<StoredConversation>> OpenAsync(
        IEnumerable<(byte[] Holder, byte[] Place, byte[] Body)> places, IReadOnlyCollection<string> members, Action<Exception>? findsDamage, CancellationToken cancel)
    {
        var opened = (from row in places
                      let seated = SeatedIn(row.Place, row.Body, findsDamage)
                      where seated is not null
                      select (row.Holder, row.Place, Seated: seated)).ToList();
        var seats = opened.Select(static one => one.Seated).Distinct().ToDictionary(static seated => seated.Conversation.ToString());
        if (seats.Count == 0)
        {
            return [];
        }

        var (found, of) = await OpenSeatsAsync(seats, findsDamage, cancel);
        await ForgetAsync([.. opened.Where(one => of.IsErased(one.Seated.Patient)).Take(MostAtOnce).Select(static one => (one.Holder, one.Place))], cancel);
        return [.. found.Where(stored => stored.State.SeenFrom(members) is not null)];
    }

    /// <summary>What opens of some conversations, whoever is in them.</summary>
    /// <exception cref="SealBrokenException">Something was changed at rest, and nobody is to be told of it.</exception>
    internal async Task<IReadOnlyList<StoredConversation>> OpenAsync(IReadOnlyDictionary<string, Seated> seats, Action<Exception>? findsDamage, CancellationToken cancel) => (await OpenSeatsAsync(seats, findsDamage, cancel)).Found;

    private async Task<(List<StoredConversation> Found, KeysOfRecords Keys)> OpenSeatsAsync(IReadOnlyDictionary<string, Seated> seats, Action<Exception>? findsDamage, CancellationToken cancel)
    {
        var rows = await ReadRowsAsync([.. seats.Values.Select(static seated => seated.Conversation)], cancel);
        var of = await keys.OfAsync([.. seats.Values.Select(static seated => seated.Patient)], cancel);
        return ([.. rows.Select(row => Sound(findsDamage, () => Open(seats[row.ConversationId], row, of))).OfType<StoredConversation>()], of);
    }

    /// <summary>Which conversation somebody has a seat in by a row; null for what was changed at rest, where somebody is told of that.</summary>
    internal Seated? SeatedIn(byte[] place, byte[] body, Action<Exception>? findsDamage) => Sound(findsDamage, () => keyring.Installation.Open(SeatPlace(place), body, SealedTalk.Json.Seated));

    /// <summary>Nobody has a place in what can never be opened again: it is not looked at any more.</summary>
    private async Task ForgetAsync(IReadOnlyList<(byte[] Holder, byte[] Place)> places, CancellationToken cancel)
    {
        if (places.Count == 0)
        {
            return;
        }

        try
        {
            await database.WriteTogetherAsync(
                async t =>
                {
                    foreach (var (holder, place) in places)
                    {
                        await t.Connection!.ExecuteAsync("DELETE FROM conversation_place WHERE holder = @holder AND place = @place", new { holder, place }, t);
                    }

                    return true;
                },
                places.Count,
                cancel);
        }
        catch (StorageException)
        {
            // Whoever asks next does it: that nothing can be written keeps nobody from reading.
        }
    }

    private static StoredConversation? Open(Seated seated, Row row, KeysOfRecords keys) =>
        ConversationKeys.Open(keys, seated.Patient, seated.Conversation, row.DataKey) is { } key ? new StoredConversation(seated.Conversation, OpenState(seated.Conversation, row, key), key) : null;

    /// <summary>What opens; null for what was changed at rest, where somebody is told of that.</summary>
    private static T? Sound<T>(Action<Exception>? findsDamage, Func<T?> open)
        where T : class
    {
        try
        {
            return open();
        }
        catch (SealBrokenException e) when (findsDamage is not null)
        {
            findsDamage(e);
            return null;
        }
    }

    private static Conversation OpenState(ConversationId id, Row row, Sealer key) => key.Open(StatePlace(id, row.Size), row.State, SealedTalk.Json.Conversation);

    private async Task<List<Row>> ReadRowsAsync(IReadOnlyCollection<ConversationId> ids, CancellationToken cancel) => [.. await database.ReadAsync(
        c => c.QueryAmongAsync<Row>(database.Dialect, $"{SelectRow} WHERE conversation_id", ids.Select(static id => id.ToString()).ToList()), cancel)];

    private sealed class Row
    {
        public required string ConversationId { get; init; }

        public required long Size { get; init; }

        public required byte[] DataKey { get; init; }

        public required byte[] State { get; init; }
    }
}
