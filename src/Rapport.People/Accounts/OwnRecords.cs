using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>Which record is whose own, as rows in clear say: what a person's own key opens decides. Used within a connection or transaction of the caller. Thread safe.</summary>
internal sealed class OwnRecords(PersonStore people)
{
    /// <summary>Whose it is; null for nobody's.</summary>
    internal async Task<PersonId?> OwnerOfAsync(DbConnection connection, PatientId record, DbTransaction? transaction = null) =>
        await connection.QuerySingleOrDefaultAsync<string>(
            "SELECT person_id FROM own_record WHERE patient_id = @patient", new { patient = record.ToString() }, transaction) is { } text
            ? PersonId.Parse(text)
            : null;

    /// <summary>Makes a record somebody's own, for good; false when it is another's.</summary>
    internal async Task<bool> ClaimAsync(DbTransaction transaction, PatientId record, PersonId person)
    {
        await transaction.Connection!.ExecuteAsync(
            "INSERT INTO own_record (patient_id, person_id) VALUES (@patient, @person) ON CONFLICT (patient_id) DO NOTHING",
            new { patient = record.ToString(), person = person.ToString() },
            transaction);
        return await OwnerOfAsync(transaction.Connection!, record, transaction) == person;
    }

    /// <summary>Makes a record somebody's own. Null, or why it cannot be.</summary>
    internal async Task<string?> SetAsync(DbTransaction transaction, PersonId id, PatientId record)
    {
        string? other = null;
        var text = record.ToString();
        var isSet = await people.ChangeAsync(transaction, id, profile =>
        {
            other = profile.Record is { } own && own != text ? own : null;
            return other is null ? profile with { Record = text } : null;
        });
        if (!isSet)
        {
            return other is null ? Say.Fill(PeopleText.NoPerson, id.ToString()) : Say.Fill(PeopleText.HasRecord, other.ToString());
        }

        if (await ClaimAsync(transaction, record, id))
        {
            return null;
        }

        await people.ChangeAsync(transaction, id, static profile => profile with { Record = null });
        return Say.Fill(PeopleText.OthersRecord, record.ToString());
    }
}
