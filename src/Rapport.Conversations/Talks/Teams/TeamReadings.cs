using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>How far a member of a team has read in a conversation.</summary>
internal sealed record TeamReading(ConversationId Conversation, long Seq);

/// <summary>
/// How far members of teams have read, each in all of their teams' conversations at once. What was read stays in memory as long as the number that stands for it in the database is the same. Thread safe.
/// </summary>
internal sealed class TeamReadings(Database database, Keyring keyring, NewsTable news, DamageWatch damage)
{
    private const int MostReaders = 500;

    private readonly ConcurrentDictionary<PersonId, (long Number, IReadOnlyDictionary<ConversationId, long> Seqs)> _known = new();

    /// <summary>Notes it, in the transaction that notes it for the others of the conversation.</summary>
    internal async Task NoteAsync(DbTransaction t, ConversationId conversation, ReadMark mark)
    {
        var (reader, place) = (ReaderHash(mark.Reader), PlaceHash(mark.Reader, conversation));
        await t.Connection!.ExecuteAsync(
            "INSERT INTO team_reading (reader, place, body) VALUES (@reader, @place, @body) ON CONFLICT (reader, place) DO UPDATE SET body = @body",
            new { reader, place, body = keyring.Installation.Seal(SealedTalk.PlaceOf("team-reading", place, 0), new TeamReading(conversation, mark.Seq), SealedTalk.Json.TeamReading) },
            t);
        await news.MoveAsync(t, NumberOf(mark.Reader));
    }

    /// <summary>How far somebody has read in each of their teams' conversations; none where they have not begun, or where it is damaged.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyDictionary<ConversationId, long>> OfAsync(PersonId reader, CancellationToken cancel)
    {
        // The number is asked for first: what is read afterwards is at least as new.
        var number = (await news.NewestAsync([NumberOf(reader)], cancel)).GetValueOrDefault(NumberOf(reader));
        if (_known.TryGetValue(reader, out var known) && known.Number == number)
        {
            return known.Seqs;
        }

        var hash = ReaderHash(reader);
        var rows = await database.ReadAsync(c => c.QueryAsync<(byte[] Place, byte[] Body)>("SELECT place, body FROM team_reading WHERE reader = @hash", new { hash }), cancel);
        var seqs = rows.Select(row => damage.Sound(() => keyring.Installation.Open(SealedTalk.PlaceOf("team-reading", row.Place, 0), row.Body, SealedTalk.Json.TeamReading))).OfType<TeamReading>().ToDictionary(static one => one.Conversation, static one => one.Seq);
        if (_known.Count >= MostReaders)
        {
            _known.Clear();
        }

        _known[reader] = (number, seqs);
        return seqs;
    }

    /// <summary>Forgets it, where the conversation goes.</summary>
    internal Task DropAsync(DbTransaction t, ConversationId conversation, PersonId reader) =>
        t.Connection!.ExecuteAsync("DELETE FROM team_reading WHERE reader = @hash AND place = @place", new { hash = ReaderHash(reader), place = PlaceHash(reader, conversation) }, t);

    private byte[] ReaderHash(PersonId reader) => keyring.LookupHash("team-reader", reader.ToString());

    private byte[] PlaceHash(PersonId reader, ConversationId conversation) => keyring.LookupHash("team-reading", $"{reader}\n{conversation}");

    private static string NumberOf(PersonId reader) => $"team-reading/{reader}";
}
