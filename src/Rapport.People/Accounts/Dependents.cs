using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Tells who is a child whose record somebody else began, and who has never been in. Used within a connection of the caller. Thread safe.</summary>
internal sealed class Dependents(PersonStore people)
{
    /// <summary>Whether somebody is a child who has never been in. Of an account from before that was noted it is told by what it has: nobody has been in who has no way in, and keeps no session and no token.</summary>
    internal async Task<bool> ContainsAsync(DbConnection connection, PersonId id)
    {
        if (await PersonStore.ReadRowAsync(connection, id, null) is not { IsClosed: false } row)
        {
            return false;
        }

        using var key = people.OpenKey(id, row.DataKey);
        return PersonStore.Profile(id, row, key).IsDependent ?? await connection.ExecuteScalarAsync<long>(
            """
            SELECT (SELECT COUNT(*) FROM sign_in_password WHERE person_id = @person) + (SELECT COUNT(*) FROM passkey WHERE person_id = @person) + (SELECT COUNT(*) FROM authenticator_app WHERE person_id = @person)
                 + (SELECT COUNT(*) FROM sign_in_session WHERE person_id = @person) + (SELECT COUNT(*) FROM access_token WHERE person_id = @person)
                 + (SELECT COUNT(*) FROM recovery_code WHERE person_id = @person AND NOT by_operator)
            """,
            new { person = id.ToString() }) == 0;
    }
}
