using System.Data.Common;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Puts a keyed hash in the place of what names a session or a token to its person, and seals it.</summary>
internal sealed class KeyedSecretIds : KeyedMigration
{
    /// <inheritdoc/>
    public override int Number => 8;

    /// <inheritdoc/>
    public override async Task ApplyAsync(DbTransaction transaction, Keyring keyring)
    {
        var tables = new PeopleTables(keyring);
        await EarlierTable.MoveAsync(
            transaction, "sign_in_session", "secret_hash", "secret_hash, person_id, id_hash, names, details, last_used_at, ends_at", row => Move(tables.Session, row, "session_id", "ends_at"));
        await EarlierTable.MoveAsync(
            transaction, "access_token", "secret_hash", "secret_hash, person_id, id_hash, names, details, last_used_at, expires_at", row => Move(tables.AccessToken, row, "token_id", "expires_at"));
    }

    private static object?[] Move(KeyedTable table, IDictionary<string, object?> row, string named, string end)
    {
        var (hash, id) = ((byte[])row["secret_hash"]!, EarlierTable.Text(row[named]));
        return [hash, row["person_id"], table.Hash("id", id), table.Seal(new KeyedRow(hash), id), row["details"], row["last_used_at"], row[end]];
    }
}
