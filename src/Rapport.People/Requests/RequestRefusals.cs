using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Reads and writes whose requests do not reach which patient. Used within a connection or transaction of the caller. Thread safe.</summary>
internal sealed class RequestRefusals(PeopleTables tables)
{
    private KeyedTable Table => tables.RequestRefusal;

    /// <summary>Whose do not reach a patient, the latest first.</summary>
    internal async Task<List<(PersonId Asker, DateTimeOffset Since)>> ListAsync(DbConnection connection, PatientId record)
    {
        var patient = Table.Hash("patient", record);
        var rows = await connection.QueryAsync<Row>("SELECT asker, names, since FROM request_refusal WHERE patient = @patient", new { patient });
        return
        [
            .. from row in rows
               let asker = PersonId.Parse(Table.Open(new KeyedRow(patient, row.Asker), row.Names)[0])
               orderby row.Since descending, asker
               select (asker, DateTimeOffset.FromUnixTimeMilliseconds(row.Since)),
        ];
    }

    /// <summary>Whether somebody's do not reach a patient.</summary>
    internal async Task<bool> ContainsAsync(DbTransaction transaction, PatientId record, PersonId asker) => await transaction.Connection!.ExecuteScalarAsync<long>(
        "SELECT COUNT(*) FROM request_refusal WHERE patient = @First AND asker = @Second", RowOf(record, asker), transaction) > 0;

    /// <summary>From now on somebody's do not reach a patient.</summary>
    internal Task AddAsync(DbTransaction transaction, PatientId record, PersonId asker, DateTimeOffset now)
    {
        var row = RowOf(record, asker);
        return transaction.Connection!.ExecuteAsync(
            "INSERT INTO request_refusal (patient, asker, names, since) VALUES (@First, @Second, @names, @now) ON CONFLICT (patient, asker) DO NOTHING",
            new { row.First, row.Second, names = Table.Seal(row, asker.ToString()), now = now.ToUnixTimeMilliseconds() },
            transaction);
    }

    /// <summary>From now on they do; false when they did already.</summary>
    internal async Task<bool> RemoveAsync(DbTransaction transaction, PatientId record, PersonId asker) => await transaction.Connection!.ExecuteAsync(
        "DELETE FROM request_refusal WHERE patient = @First AND asker = @Second", RowOf(record, asker), transaction) > 0;

    private KeyedRow RowOf(PatientId record, PersonId asker) => new(Table.Hash("patient", record), Table.Hash("asker", asker));

    private sealed class Row
    {
        public required byte[] Asker { get; init; }

        public required byte[] Names { get; init; }

        public required long Since { get; init; }
    }
}
