using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>Which record is whose own, as the installation's key tells: what a person's own key opens decides. Used within a connection or transaction of the caller. Thread safe.</summary>
internal sealed class OwnRecords(PersonStore people)
{
    private KeyedTable Table => people.Tables.OwnRecord;

    /// <summary>Whose it is; null for nobody's.</summary>
    internal async Task<PersonId?> OwnerOfAsync(DbConnection connection, PatientId record, DbTransaction? transaction = null)
    {
        var patient = HashOf(record);
        return await connection.QuerySingleOrDefaultAsync<byte[]>("SELECT names FROM own_record WHERE patient = @patient", new { patient }, transaction) is { } names
            ? PersonId.Parse(Table.Open(new KeyedRow(patient), names)[0])
            : null;
    }

    /// <summary>Makes a record somebody's own, for good; false when it is another's.</summary>
    internal async Task<bool> ClaimAsync(DbTransaction transaction, PatientId record, PersonId person)
    {
        var patient = HashOf(record);
        await transaction.Connection!.ExecuteAsync(
            "INSERT INTO own_record (patient, names) VALUES (@patient, @names) ON CONFLICT (patient) DO NOTHING",
            new { patient, names = Table.Seal(new KeyedRow(patient), person.ToString()) },
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

    private byte[] HashOf(PatientId record) => Table.Hash("patient", record);
}
