using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A conversation of which somebody is told.</summary>
/// <param name="Stored">It.</param>
/// <param name="Mark">How far they have read; null where they have not begun.</param>
/// <param name="Lines">The lines of which they may be told, by their numbers.</param>
internal sealed record ToldConversation(StoredConversation Stored, ReadMark? Mark, IReadOnlyDictionary<long, ConversationLine> Lines);

/// <content>Finding what is told of conversations.</content>
internal sealed partial class ConversationStore
{
    /// <summary>Some conversations in which one of these members is, with how far somebody has read and some of their lines: one question for all, and one for the keys, which are asked for last. What is damaged is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<ToldConversation>> ReadToldAsync(
        IReadOnlyCollection<ConversationId> ids, IReadOnlyCollection<(ConversationId Conversation, long Seq)> lines, IReadOnlyCollection<string> members, PersonId reader, CancellationToken cancel)
    {
        var questions = new ManyQuestions(database.Dialect);
        var (names, readers) = (ids.Select(static id => id.ToString()).ToList(), ids.ToDictionary(static id => id.ToString(), id => Marks.ReaderHash(reader, id)));
        questions.Pairs("place, body", "conversation_place", ("holder", true, "place"), [.. from member in members let holder = Convert.ToHexString(SeatHolderOf(member)) from id in ids select (holder, PlaceHash(member, id))]);
        questions.Among($"{SelectRow} WHERE conversation_id", names);
        questions.Pairs("conversation_id, body", "conversation_mark", ("conversation_id", false, "reader"), [.. names.Select(name => (name, readers[name]))]);
        questions.Pairs("conversation_id, seq, body", "conversation_line", ("conversation_id", "seq"), [.. lines.Select(static line => (line.Conversation.ToString(), line.Seq))]);
        var (places, rows, marks, bodies) = await database.ReadAsync(
            async c =>
            {
                using var answers = await questions.AskAsync(c);
                return (
                    await answers.ReadAsync<(byte[] Place, byte[] Body)>(), await answers.ReadAsync<Row>(), await answers.ReadAsync<(string Id, byte[] Body)>(), await answers.ReadAsync<(string Id, long Seq, byte[] Body)>());
            },
            cancel);
        var seats = places.Select(row => SeatedIn(row.Place, row.Body, Found)).OfType<Seated>().DistinctBy(static seated => seated.Conversation).ToDictionary(static seated => seated.Conversation.ToString());
        if (seats.Count == 0)
        {
            return [];
        }

        var (read, said) = (marks.ToDictionary(static row => row.Id, static row => row.Body), bodies.ToLookup(static row => row.Id));
        var of = await keys.OfAsync([.. seats.Values.Select(static seated => seated.Patient)], cancel);
        List<ToldConversation> told = [];
        foreach (var row in rows.Where(row => seats.ContainsKey(row.ConversationId)))
        {
            if (Sound(Found, () => Open(seats[row.ConversationId], row, of)) is { } stored && stored.State.SeenFrom(members) is not null)
            {
                var mark = read.TryGetValue(row.ConversationId, out var body) ? Marks.Sound(stored, readers[row.ConversationId], body) : null;

                // Where their mark is damaged nobody knows what of it they deleted for themselves.
                if (body is null || mark is not null)
                {
                    told.Add(new ToldConversation(stored, mark, OpenLines(stored, said[row.ConversationId])));
                }
            }
        }

        return told;
    }

    /// <summary>The numbers of some members and of one that stands for itself, and how many places the members have in conversations: by these it is seen whether anything of theirs changed.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<(IReadOnlyDictionary<string, long> Numbers, long Places)> CountedAsync(IReadOnlyCollection<string> members, string own, CancellationToken cancel)
    {
        var questions = new ManyQuestions(database.Dialect);
        questions.Among("SELECT holder, seq FROM conversation_holder WHERE holder", [.. members.Select(News.HolderOf), News.HolderOf(own)]);
        questions.Among("SELECT COUNT(*) FROM conversation_place WHERE holder", members.Select(SeatHolderOf).ToList());
        return await database.ReadAsync(
            async c =>
            {
                using var answers = await questions.AskAsync(c);
                var numbers = await answers.ReadAsync<(byte[] Holder, long Seq)>();
                return ((IReadOnlyDictionary<string, long>)numbers.ToDictionary(static row => Convert.ToHexString(row.Holder), static row => row.Seq), await answers.ReadSingleAsync<long>());
            },
            cancel);
    }

    private Dictionary<long, ConversationLine> OpenLines(StoredConversation stored, IEnumerable<(string Id, long Seq, byte[] Body)> rows) =>
        (from row in rows let line = Sound(Found, () => OpenLine(stored, row.Seq, row.Body)) where line is not null select (row.Seq, Line: line)).ToDictionary(static one => one.Seq, static one => one.Line);

    private void Found(Exception e) => Damage.Found?.Invoke(e);
}
