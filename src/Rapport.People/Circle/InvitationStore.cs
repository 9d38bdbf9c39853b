using System.Buffers.Binary;
using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Reads and writes the rows of open invitations: of each secret a keyed hash is stored, and what is known of it is sealed under the key of who invites. Used within a connection or transaction of the
/// caller. Thread safe.
/// </summary>
internal sealed class InvitationStore(Keyring keyring, PersonStore people)
{
    private const string Kind = "circle-invitation";

    /// <summary>Whoever has no account and whoever the invitation is not kept for finds it only where it is kept for nobody.</summary>
    private const string IsOpen = "secret_hash = @hash AND ends_at > @now AND (kept_for IS NULL OR kept_for = @reader)";

    /// <summary>By its id nobody finds one but whom it is kept for.</summary>
    private const string IsKept = "invitation_id = @id AND ends_at > @now AND kept_for = @reader";

    private KeyedTable Table => people.Tables.CircleInvitation;

    private byte[] HashOf(string secret) => keyring.LookupHash(Kind, secret);

    private byte[] HashOf(PersonId inviter) => Table.Hash("person", inviter);

    private byte[] KeptHash(PersonId newcomer) => Table.Hash("kept_for", newcomer);

    /// <summary>Adds an invitation; what is over goes, whoever made it. False when there is no such person, or they have as many open ones as they may.</summary>
    /// <param name="transaction">In which it is written.</param>
    /// <param name="inviter">Who invites.</param>
    /// <param name="made">The invitation.</param>
    /// <param name="most">How many may be open.</param>
    /// <param name="since">One with its id is replaced where it was made then or later; an older one stays, and the new one has another id.</param>
    internal async Task<bool> AddAsync(DbTransaction transaction, PersonId inviter, NewCircleInvitation made, int most, DateTimeOffset since)
    {
        var connection = transaction.Connection!;
        var (invitation, hash) = (made.Invitation, HashOf(made.Secret));

        // Changes nothing, and makes those wait who invite in the same name at the same moment: so the limit holds.
        await PersonStore.HoldAsync(transaction, inviter);
        using var key = await people.ReadKeyAsync(connection, inviter, transaction);
        await connection.ExecuteAsync("DELETE FROM circle_invitation WHERE ends_at <= @now", new { now = Milliseconds(invitation.MadeAt) }, transaction);
        var person = HashOf(inviter);
        if (key is not null && await connection.QueryFirstOrDefaultAsync<Row>($"{Row.Select} WHERE person = @person AND invitation_id = @id", new { person, id = invitation.Id.ToString() }, transaction) is { } before)
        {
            if (Open(inviter, before, key).MadeAt >= since)
            {
                await RemoveAsync(transaction, inviter, invitation.Id);
            }
            else
            {
                invitation = invitation with { Id = LocalId.New() };
            }
        }

        var open = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM circle_invitation WHERE person = @person", new { person }, transaction);
        return key is not null && open < most && await connection.ExecuteAsync(
            "INSERT INTO circle_invitation (secret_hash, person, names, invitation_id, details, ends_at, kept_for) VALUES (@hash, @person, @names, @id, @details, @ends, @kept)",
            new
            {
                hash,
                person,
                names = Table.Seal(new KeyedRow(hash, person), inviter.ToString()),
                id = invitation.Id.ToString(),
                details = key.Seal(PlaceOf(inviter, hash), Details(invitation), PeopleJson.Default.InvitationDetails),
                ends = Milliseconds(invitation.EndsAt),
                kept = invitation.For is { } alone ? KeptHash(alone) : null,
            },
            transaction) > 0;
    }

    /// <summary>The open invitation of a mark, and who made it; null for none.</summary>
    /// <param name="connection">Where to look.</param>
    /// <param name="mark">Its secret, or its id.</param>
    /// <param name="reader">Who brings it; null for who has no account.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="transaction">Null for none.</param>
    internal async Task<(PersonId Inviter, CircleInvitation Invitation)?> FindAsync(DbConnection connection, InvitationMark mark, PersonId? reader, DateTimeOffset now, DbTransaction? transaction = null)
    {
        if (await connection.QuerySingleOrDefaultAsync<Row>($"{Row.Select} WHERE {(mark.Kept is null ? IsOpen : IsKept)}", Named(mark, reader, now), transaction) is not { } row)
        {
            return null;
        }

        return await OpenAsync(connection, row, now, transaction) is var (inviter, invitation) && (invitation.For is not { } alone || alone == reader) ? (inviter, invitation) : null;
    }

    /// <summary>Those that are kept for somebody, and who made each.</summary>
    internal async Task<List<(PersonId Inviter, CircleInvitation Invitation)>> KeptForAsync(DbConnection connection, PersonId reader, DateTimeOffset now)
    {
        List<(PersonId, CircleInvitation)> kept = [];
        foreach (var row in (await connection.QueryAsync<Row>($"{Row.Select} WHERE kept_for = @reader AND ends_at > @now", new { reader = KeptHash(reader), now = Milliseconds(now) })).AsList())
        {
            if (await OpenAsync(connection, row, now, null) is { } open)
            {
                kept.Add(open);
            }
        }

        return kept;
    }

    private async Task<(PersonId Inviter, CircleInvitation Invitation)?> OpenAsync(DbConnection connection, Row row, DateTimeOffset now, DbTransaction? transaction)
    {
        var inviter = PersonId.Parse(Table.Open(new KeyedRow(row.SecretHash, row.Person), row.Names)[0]);
        using var key = await people.ReadKeyAsync(connection, inviter, transaction);
        return key is null || Open(inviter, row, key) is not { } invitation || invitation.EndsAt <= now ? null : (inviter, invitation);
    }

    /// <summary>Uses an invitation up; false when it is not open to this person any more. Of several at the same moment one alone is told true.</summary>
    internal async Task<bool> UseAsync(DbTransaction transaction, InvitationMark mark, PersonId reader, DateTimeOffset now) =>
        await transaction.Connection!.ExecuteAsync($"DELETE FROM circle_invitation WHERE {(mark.Kept is null ? IsOpen : IsKept)}", Named(mark, reader, now), transaction) > 0;

    /// <summary>Keeps an invitation for somebody whose account is made with it: nobody else can use it from then on. False when it is not open, or is kept for somebody; true where none is needed.</summary>
    internal async Task<bool> KeepAsync(DbTransaction transaction, string? secret, PersonId newcomer, DateTimeOffset now) => secret is null || await transaction.Connection!.ExecuteAsync(
        $"UPDATE circle_invitation SET kept_for = @newcomer WHERE {IsOpen}",
        new { hash = HashOf(secret), now = Milliseconds(now), reader = (byte[]?)null, newcomer = KeptHash(newcomer) },
        transaction) > 0;

    /// <summary>The open invitations of somebody, newest first.</summary>
    internal async Task<List<CircleInvitation>> ListAsync(DbConnection connection, PersonId inviter, DateTimeOffset now)
    {
        using var key = await people.ReadKeyAsync(connection, inviter);
        var rows = await connection.QueryAsync<Row>($"{Row.Select} WHERE person = @person AND ends_at > @now", new { person = HashOf(inviter), now = Milliseconds(now) });
        return key is null ? [] : [.. rows.Select(row => Open(inviter, row, key)).OrderByDescending(static invitation => invitation.MadeAt).ThenBy(static invitation => invitation.Id)];
    }

    /// <summary>Takes an invitation back; false when there is none of this id.</summary>
    internal async Task<bool> RemoveAsync(DbTransaction transaction, PersonId inviter, LocalId id) => await transaction.Connection!.ExecuteAsync(
        "DELETE FROM circle_invitation WHERE person = @person AND invitation_id = @id", new { person = HashOf(inviter), id = id.ToString() }, transaction) > 0;

    private object Named(InvitationMark mark, PersonId? reader, DateTimeOffset now) => mark.Kept is var (id, whom)
        ? new { id = id.ToString(), now = Milliseconds(now), reader = KeptHash(whom) }
        : new { hash = HashOf(mark.Secret!), now = Milliseconds(now), reader = reader is { } known ? KeptHash(known) : null };

    private static InvitationDetails Details(CircleInvitation invitation) => new(
        invitation.Relationship, Milliseconds(invitation.MadeAt), Milliseconds(invitation.EndsAt), invitation.By?.ToString(), invitation.Care?.Role,
        invitation.Care?.Until is { } until ? Milliseconds(until) : null, invitation.For?.ToString());

    private static CircleInvitation Open(PersonId inviter, Row row, Sealer key)
    {
        var details = key.Open(PlaceOf(inviter, row.SecretHash), row.Details, PeopleJson.Default.InvitationDetails);
        return new CircleInvitation(
            LocalId.Parse(row.InvitationId), details.Relationship, DateTimeOffset.FromUnixTimeMilliseconds(details.MadeAt), DateTimeOffset.FromUnixTimeMilliseconds(details.EndsAt))
        {
            By = details.By is { } by ? PersonId.Parse(by) : null,
            Care = details.Role is { } role ? new CareOffer(role, details.Until is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null) : null,
            For = details.For is { } alone ? PersonId.Parse(alone) : null,
        };
    }

    /// <summary>Bound to the secret: a row that is given another secret or another person does not open.</summary>
    private static Place PlaceOf(PersonId inviter, ReadOnlySpan<byte> hash) => Place.Of(Kind, inviter, BinaryPrimitives.ReadInt64BigEndian(hash));

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private sealed class Row
    {
        public required byte[] SecretHash { get; init; }

        internal const string Select = "SELECT secret_hash, person, names, invitation_id, details, ends_at FROM circle_invitation";

        public required byte[] Person { get; init; }

        public required byte[] Names { get; init; }

        public required string InvitationId { get; init; }

        public required byte[] Details { get; init; }

        public required long EndsAt { get; init; }
    }
}
