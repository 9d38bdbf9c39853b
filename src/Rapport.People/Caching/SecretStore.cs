using System.Buffers.Binary;
using System.Data.Common;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Reads the rows of secrets by which whoever brings one is known: of each only a keyed hash is stored, and what is known of it is sealed under the key of whose it is. Used within a connection or
/// transaction of the caller. Thread safe.
/// </summary>
/// <param name="keyring">Makes the hashes.</param>
/// <param name="people">Opens the keys.</param>
/// <param name="kind">What the secrets are for: no other kind's hash or seal is taken for one of theirs.</param>
/// <param name="table">Where they stand: what names each to its person stands there as a keyed hash, and sealed.</param>
/// <param name="json">How what is known of one is written.</param>
internal sealed class SecretStore<TDetails>(Keyring keyring, PersonStore people, string kind, KeyedTable table, JsonTypeInfo<TDetails> json)
    where TDetails : class
{
    private readonly string _select = $"SELECT secret_hash, person_id, names, details, last_used_at FROM {table.Name}";

    internal byte[] HashOf(string secret) => keyring.LookupHash(kind, secret);

    /// <summary>How a secret is found by what names it to its person.</summary>
    internal byte[] IdHash(string id) => table.Hash("id", id);

    /// <summary>What names a secret to its person, sealed.</summary>
    internal byte[] SealId(byte[] hash, string id) => table.Seal(new KeyedRow(hash), id);

    internal byte[] Seal(Sealer key, PersonId person, byte[] hash, TDetails details) => key.Seal(PlaceOf(person, hash), details, json);

    /// <summary>What is known of the secret of a hash; null for none.</summary>
    internal async Task<KnownSecret<TDetails>?> FindAsync(DbConnection connection, byte[] hash)
    {
        if (await connection.QuerySingleOrDefaultAsync<Row>($"{_select} WHERE secret_hash = @hash", new { hash }) is not { } row)
        {
            return null;
        }

        using var key = await people.ReadKeyAsync(connection, PersonId.Parse(row.PersonId));
        return key is null ? null : Open(row, key);
    }

    /// <summary>What is known of a person's secrets.</summary>
    internal async Task<List<KnownSecret<TDetails>>> ListAsync(DbConnection connection, PersonId person)
    {
        using var key = await people.ReadKeyAsync(connection, person);
        var rows = await connection.QueryAsync<Row>($"{_select} WHERE person_id = @person", new { person = person.ToString() });
        return key is null ? [] : [.. rows.Select(row => Open(row, key))];
    }

    /// <summary>Changes what is known of one of a person's secrets; false when there is none of that id.</summary>
    internal async Task<bool> ChangeAsync(DbTransaction transaction, PersonId person, string id, Func<TDetails, TDetails> change)
    {
        var connection = transaction.Connection!;
        using var key = await people.ReadKeyAsync(connection, person, transaction);

        // Written to before it is read: of two who change it at once, one waits, and changes what the other one wrote.
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            $"UPDATE {table.Name} SET details = details WHERE person_id = @person AND id_hash = @id RETURNING secret_hash, person_id, names, details, last_used_at",
            new { person = person.ToString(), id = IdHash(id) },
            transaction);
        if (key is null || row is null)
        {
            return false;
        }

        var details = Seal(key, person, row.SecretHash, change(Open(row, key).Details));
        return await connection.ExecuteAsync($"UPDATE {table.Name} SET details = @details WHERE secret_hash = @hash", new { details, hash = row.SecretHash }, transaction) > 0;
    }

    private KnownSecret<TDetails> Open(Row row, Sealer key)
    {
        var person = PersonId.Parse(row.PersonId);
        return new KnownSecret<TDetails>(table.Open(new KeyedRow(row.SecretHash), row.Names)[0], person, key.Open(PlaceOf(person, row.SecretHash), row.Details, json), row.LastUsedAt);
    }

    /// <summary>Bound to the secret: a row that is given another secret or another person does not open.</summary>
    private Place PlaceOf(PersonId person, ReadOnlySpan<byte> hash) => Place.Of(kind, person, BinaryPrimitives.ReadInt64BigEndian(hash));

    private sealed class Row
    {
        public required byte[] SecretHash { get; init; }

        public required string PersonId { get; init; }

        public required byte[] Names { get; init; }

        public required byte[] Details { get; init; }

        public long? LastUsedAt { get; init; }
    }
}

/// <summary>What is known of a secret, which is not among it.</summary>
/// <param name="Id">What names it to its person.</param>
/// <param name="Person">Whose.</param>
/// <param name="Details">What it opens, and until when.</param>
/// <param name="LastUsedAt">When its last use was noted, in Unix milliseconds; null for never.</param>
internal sealed record KnownSecret<TDetails>(string Id, PersonId Person, TDetails Details, long? LastUsedAt);
