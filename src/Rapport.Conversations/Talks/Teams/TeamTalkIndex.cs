using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A conversation of which somebody of a team must be told; its <see cref="Talk"/> is null where it was changed at rest.</summary>
internal sealed record DueTalk(TeamTalk? Talk, byte[] Holder, byte[] Place, long DueAt);

/// <summary>
/// How conversations stand for the teams in them: written in the transaction of each line, so that it is never behind. Rows of one team have its keyed hash in common, and nothing with the conversation's own rows. Thread safe.
/// </summary>
internal sealed class TeamTalkIndex(Database database, Keyring keyring, DamageWatch damage)
{
    /// <summary>Writes how a conversation stands for each team in it.</summary>
    internal async Task KeepAsync(DbTransaction t, ConversationId id, Conversation state)
    {
        foreach (var seat in state.Seats.Where(static seat => seat.Member.IsTeam))
        {
            var (holder, place) = (HolderOf(seat.Member.Reference), PlaceOf(seat.Member.Reference, id));
            var before = await t.Connection!.QuerySingleOrDefaultAsync<byte[]>("SELECT body FROM team_talk WHERE holder = @holder AND place = @place", new { holder, place }, t);
            var talk = TeamTalk.Of(id, state, seat, before is null ? null : damage.Sound(() => Open(place, before)));
            await t.Connection!.ExecuteAsync(
                "INSERT INTO team_talk (holder, place, due_at, body) VALUES (@holder, @place, @due, @body) ON CONFLICT (holder, place) DO UPDATE SET due_at = @due, body = @body",
                new { holder, place, due = talk.DueAt?.ToUnixTimeMilliseconds(), body = Seal(place, talk) },
                t);
        }
    }

    /// <summary>A team is not in it any more.</summary>
    internal Task DropAsync(DbTransaction t, ConversationId id, string team) =>
        t.Connection!.ExecuteAsync("DELETE FROM team_talk WHERE holder = @holder AND place = @place", new { holder = HolderOf(team), place = PlaceOf(team, id) }, t);

    /// <summary>Takes one out: what is said in it later puts it in again.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task ForgetAsync(ConversationId id, string team, CancellationToken cancel) => database.WriteTogetherAsync<bool>(
        async t =>
        {
            await DropAsync(t, id, team);
            return true;
        },
        cancel);

    /// <summary>How many conversations a team has.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<long> CountAsync(string team, CancellationToken cancel) =>
        database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM team_talk WHERE holder = @holder", new { holder = HolderOf(team) }), cancel);

    /// <summary>How all of them stand; what is damaged is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<TeamTalk>> AllAsync(string team, CancellationToken cancel)
    {
        var rows = await database.ReadAsync(c => c.QueryAsync<(byte[] Place, byte[] Body)>("SELECT place, body FROM team_talk WHERE holder = @holder", new { holder = HolderOf(team) }), cancel);
        return Sound(rows);
    }

    /// <summary>How some of them stand; what is damaged is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<TeamTalk>> SomeAsync(string team, IReadOnlyList<ConversationId> some, CancellationToken cancel)
    {
        var holder = Convert.ToHexString(HolderOf(team));
        var places = some.Select(id => (holder, PlaceOf(team, id))).ToList();
        var rows = await database.ReadAsync(c => c.QueryPairsAsync<(byte[] Place, byte[] Body)>(database.Dialect, "place, body", "team_talk", ("holder", true, "place"), places), cancel);
        return Sound(rows);
    }

    /// <summary>Of what somebody must be told by an instant, what has been due longest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<DueTalk>> DueAsync(DateTimeOffset now, int most, CancellationToken cancel)
    {
        var rows = await database.ReadAsync(
            c => c.QueryAsync<(byte[] Holder, byte[] Place, long DueAt, byte[] Body)>(
                "SELECT holder, place, due_at, body FROM team_talk WHERE due_at <= @now ORDER BY due_at LIMIT @most", new { now = now.ToUnixTimeMilliseconds(), most }),
            cancel);
        return [.. rows.Select(row => new DueTalk(damage.Sound(() => Open(row.Place, row.Body)), row.Holder, row.Place, row.DueAt))];
    }

    /// <summary>Notes who was reminded; false where somebody else did, or it is due no more.</summary>
    internal async Task<bool> RemindedAsync(DbTransaction t, DueTalk due, IReadOnlyList<PersonId> people)
    {
        var talk = due.Talk! with { Reminded = people };
        return await t.Connection!.ExecuteAsync(
            "UPDATE team_talk SET due_at = @next, body = @body WHERE holder = @Holder AND place = @Place AND due_at = @DueAt",
            new { next = talk.DueAt?.ToUnixTimeMilliseconds(), body = Seal(due.Place, talk), due.Holder, due.Place, due.DueAt },
            t) == 1;
    }

    /// <summary>Looks at one again later, or never where there is nothing to be told of any more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task PutOffAsync(DueTalk due, DateTimeOffset? until, CancellationToken cancel) => database.WriteTogetherAsync(
        t => t.Connection!.ExecuteAsync(
            "UPDATE team_talk SET due_at = @next WHERE holder = @Holder AND place = @Place AND due_at = @DueAt", new { next = until?.ToUnixTimeMilliseconds(), due.Holder, due.Place, due.DueAt }, t),
        cancel);

    private List<TeamTalk> Sound(IEnumerable<(byte[] Place, byte[] Body)> rows) => [.. rows.Select(row => damage.Sound(() => Open(row.Place, row.Body))).OfType<TeamTalk>()];

    private byte[] HolderOf(string team) => keyring.LookupHash("team-talk-holder", team);

    private byte[] PlaceOf(string team, ConversationId id) => keyring.LookupHash("team-talk", $"{team}\n{id}");

    private byte[] Seal(byte[] place, TeamTalk talk) => keyring.Installation.Seal(SealedTalk.PlaceOf("team-talk", place, 0), talk, SealedTalk.Json.TeamTalk);

    private TeamTalk Open(byte[] place, byte[] body) => keyring.Installation.Open(SealedTalk.PlaceOf("team-talk", place, 0), body, SealedTalk.Json.TeamTalk);
}
