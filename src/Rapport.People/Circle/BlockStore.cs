using System.Buffers.Binary;
using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Reads and writes who blocks whom: a row names who blocks by a keyed hash, and the other by one of both and sealed under the key of who blocks. Used within a connection or transaction of the caller. Thread safe.
/// </summary>
internal sealed class BlockStore(Keyring keyring, PersonStore people)
{
    private const string Kind = "blocked";

    /// <summary>Whether somebody blocks somebody.</summary>
    internal async Task<bool> ContainsAsync(DbConnection connection, PersonId by, PersonId who, DbTransaction? transaction = null) => await connection.ExecuteScalarAsync<long>(
        "SELECT COUNT(*) FROM blocked_person WHERE person = @by AND blocked_hash = @hash", new { by = HashOf(by), hash = HashOf(by, who) }, transaction) > 0;

    /// <summary>Whether one of two blocks the other.</summary>
    internal async Task<bool> EitherAsync(DbConnection connection, PersonId one, PersonId other, DbTransaction? transaction) =>
        await ContainsAsync(connection, one, other, transaction) | await ContainsAsync(connection, other, one, transaction);

    /// <summary>Whom somebody blocks, the latest first, and who did it for them.</summary>
    internal async Task<List<(PersonId Who, DateTimeOffset Since, PersonId? Acting)>> ListAsync(DbConnection connection, PersonId by)
    {
        var rows = (await connection.QueryAsync<Row>("SELECT blocked_hash, details FROM blocked_person WHERE person = @by", new { by = HashOf(by) })).AsList();
        if (rows.Count == 0)
        {
            return [];
        }

        using var key = await people.ReadKeyAsync(connection, by);
        return key is null ? [] :
        [
            .. rows.Select(row => key.Open(PlaceOf(by, row.BlockedHash), row.Details, PeopleJson.Default.BlockDetails))
                .OrderByDescending(static details => details.Since).ThenBy(static details => details.Who, StringComparer.Ordinal)
                .Select(static details => (PersonId.Parse(details.Who), DateTimeOffset.FromUnixTimeMilliseconds(details.Since), details.By is { } acting ? PersonId.Parse(acting) : default(PersonId?))),
        ];
    }

    /// <summary>Blocks somebody. False when there is no such person who blocks, or they block as many as they may.</summary>
    internal async Task<bool> AddAsync(DbTransaction transaction, PersonId by, PersonId who, PersonId? acting, DateTimeOffset now, int most)
    {
        var (connection, hash) = (transaction.Connection!, HashOf(by, who));
        await PersonStore.HoldAsync(transaction, by);
        using var key = await people.ReadKeyAsync(connection, by, transaction);
        var others = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM blocked_person WHERE person = @by AND blocked_hash <> @hash", new { by = HashOf(by), hash }, transaction);
        if (key is null || others >= most)
        {
            return false;
        }

        await connection.ExecuteAsync(
            "INSERT INTO blocked_person (person, blocked_hash, details) VALUES (@by, @hash, @details) ON CONFLICT (person, blocked_hash) DO NOTHING",
            new { by = HashOf(by), hash, details = key.Seal(PlaceOf(by, hash), new BlockDetails(who.ToString(), now.ToUnixTimeMilliseconds(), acting?.ToString()), PeopleJson.Default.BlockDetails) },
            transaction);
        return true;
    }

    /// <summary>Blocks somebody no longer; false when they were not.</summary>
    internal async Task<bool> RemoveAsync(DbTransaction transaction, PersonId by, PersonId who) => await transaction.Connection!.ExecuteAsync(
        "DELETE FROM blocked_person WHERE person = @by AND blocked_hash = @hash", new { by = HashOf(by), hash = HashOf(by, who) }, transaction) > 0;

    /// <summary>Of both, so that two who block the same person have nothing in common at rest.</summary>
    private byte[] HashOf(PersonId by, PersonId who) => keyring.LookupHash(Kind, $"{by} {who}");

    private byte[] HashOf(PersonId by) => people.Tables.BlockedPerson.Hash("person", by);

    private static Place PlaceOf(PersonId by, ReadOnlySpan<byte> hash) => Place.Of(Kind, by, BinaryPrimitives.ReadInt64BigEndian(hash));

    private sealed class Row
    {
        public required byte[] BlockedHash { get; init; }

        public required byte[] Details { get; init; }
    }
}
