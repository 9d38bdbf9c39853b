using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Which sign-in name, in its normal form, is whose: a keyed hash of the name, with the person in clear. So what is found here leads to somebody, and what their own key opens decides whether they
/// have the name. Used within a connection or transaction of the caller. Thread safe.
/// </summary>
internal sealed class SignInNames(Keyring keyring)
{
    /// <summary>Who has this name, as a row in clear says.</summary>
    internal async Task<PersonId?> FindAsync(DbConnection connection, string name, DbTransaction? transaction = null) =>
        await connection.QuerySingleOrDefaultAsync<string>(
            "SELECT person_id FROM sign_in_name WHERE name_hash = @hash", new { hash = HashOf(name) }, transaction) is { } text
            ? PersonId.Parse(text)
            : null;

    /// <summary>Makes a name somebody's; false when it is taken.</summary>
    internal async Task<bool> ClaimAsync(DbTransaction transaction, string name, PersonId person) => await transaction.Connection!.ExecuteAsync(
        "INSERT INTO sign_in_name (name_hash, person_id) VALUES (@hash, @person) ON CONFLICT (name_hash) DO NOTHING", new { hash = HashOf(name), person = person.ToString() }, transaction) > 0;

    /// <summary>Makes a name nobody's again.</summary>
    internal Task LetGoAsync(DbTransaction transaction, string name) =>
        transaction.Connection!.ExecuteAsync("DELETE FROM sign_in_name WHERE name_hash = @hash", new { hash = HashOf(name) }, transaction);

    internal byte[] HashOf(string name) => keyring.LookupHash("sign-in-name", name);
}
