using System.Data.Common;
using System.Text;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Reads and writes what passwords are checked against, sealed under the key of whose they are. Used within a connection or transaction of the caller. Thread safe.</summary>
internal sealed class PasswordStore(PersonStore people)
{
    /// <summary>What a person's password is checked against; null for none, in as many steps where there is no such person.</summary>
    internal async Task<StoredPassword?> ReadAsync(DbConnection connection, PersonId id)
    {
        using var key = await people.ReadKeyAsync(connection, id);
        var row = await connection.QuerySingleOrDefaultAsync<PasswordRow>(
            "SELECT version, hash FROM sign_in_password WHERE person_id = @person", new { person = id.ToString() });
        return row is null || key is null ? null : new StoredPassword(row.Version, Encoding.ASCII.GetString(key.Open(PlaceOf(id, row.Version), row.Hash)));
    }

    /// <summary>Which of a person's passwords is in force: another number after each change; 0 for none.</summary>
    internal async Task<long> VersionAsync(DbConnection connection, PersonId id, DbTransaction? transaction = null) =>
        await connection.ExecuteScalarAsync<long?>("SELECT version FROM sign_in_password WHERE person_id = @person", new { person = id.ToString() }, transaction) ?? 0;

    /// <summary>Sets a password.</summary>
    /// <param name="transaction">Where to.</param>
    /// <param name="id">Whose.</param>
    /// <param name="hash">The hash of the password.</param>
    /// <param name="replaces">The version it replaces, so that a newer password stays; null for whichever.</param>
    /// <returns>False when there is a newer one, or no such person.</returns>
    internal async Task<bool> SetAsync(DbTransaction transaction, PersonId id, string hash, long? replaces)
    {
        var connection = transaction.Connection!;
        using var key = await people.ReadKeyAsync(connection, id, transaction);
        if (key is null)
        {
            return false;
        }

        while (true)
        {
            var current = await VersionAsync(connection, id, transaction);
            if (replaces is not null && replaces != current)
            {
                return false;
            }

            var done = await connection.ExecuteAsync(
                """
                INSERT INTO sign_in_password (person_id, version, hash) VALUES (@person, @next, @hash)
                ON CONFLICT (person_id) DO UPDATE SET version = @next, hash = @hash WHERE sign_in_password.version = @current
                """,
                new
                {
                    person = id.ToString(),
                    current,
                    next = current + 1,
                    hash = key.Seal(PlaceOf(id, current + 1), Encoding.ASCII.GetBytes(hash)),
                },
                transaction);
            if (done > 0)
            {
                return true;
            }
        }
    }

    /// <summary>Removes a person's password, unless it is all they sign in with; false when nothing was removed.</summary>
    internal static async Task<bool> RemoveAsync(DbTransaction transaction, PersonId id)
    {
        await PersonStore.HoldAsync(transaction, id);
        return await transaction.Connection!.ExecuteAsync(
            "DELETE FROM sign_in_password WHERE person_id = @person AND EXISTS (SELECT 1 FROM passkey WHERE person_id = @person)", new { person = id.ToString() }, transaction) > 0;
    }

    private static Place PlaceOf(PersonId id, long version) => Place.Of("password", id, version);

    /// <param name="Version">Which it is.</param>
    /// <param name="Text">Its hash.</param>
    internal sealed record StoredPassword(long Version, string Text)
    {
        /// <summary>Nothing: it holds a hash.</summary>
        public override string ToString() => nameof(StoredPassword);
    }

    private sealed class PasswordRow
    {
        public required long Version { get; init; }

        public required byte[] Hash { get; init; }
    }
}
