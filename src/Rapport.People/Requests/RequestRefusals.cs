using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Reads and writes whose requests do not reach which patient. Used within a connection or transaction of the caller. Thread safe.</summary>
internal static class RequestRefusals
{
    /// <summary>Whose do not reach a patient, the latest first.</summary>
    internal static async Task<List<(PersonId Asker, DateTimeOffset Since)>> ListAsync(DbConnection connection, PatientId record)
    {
        var rows = await connection.QueryAsync<Row>(
            "SELECT asker_id, since FROM request_refusal WHERE patient_id = @record ORDER BY since DESC, asker_id", new { record = record.ToString() });
        return [.. rows.Select(static row => (PersonId.Parse(row.AskerId), DateTimeOffset.FromUnixTimeMilliseconds(row.Since)))];
    }

    /// <summary>Whether somebody's do not reach a patient.</summary>
    internal static async Task<bool> ContainsAsync(DbTransaction transaction, PatientId record, PersonId asker) => await transaction.Connection!.ExecuteScalarAsync<long>(
        "SELECT COUNT(*) FROM request_refusal WHERE patient_id = @record AND asker_id = @asker", new { record = record.ToString(), asker = asker.ToString() }, transaction) > 0;

    /// <summary>From now on somebody's do not reach a patient.</summary>
    internal static Task AddAsync(DbTransaction transaction, PatientId record, PersonId asker, DateTimeOffset now) => transaction.Connection!.ExecuteAsync(
        "INSERT INTO request_refusal (patient_id, asker_id, since) VALUES (@record, @asker, @now) ON CONFLICT (patient_id, asker_id) DO NOTHING",
        new { record = record.ToString(), asker = asker.ToString(), now = now.ToUnixTimeMilliseconds() },
        transaction);

    /// <summary>From now on they do; false when they did already.</summary>
    internal static async Task<bool> RemoveAsync(DbTransaction transaction, PatientId record, PersonId asker) => await transaction.Connection!.ExecuteAsync(
        "DELETE FROM request_refusal WHERE patient_id = @record AND asker_id = @asker", new { record = record.ToString(), asker = asker.ToString() }, transaction) > 0;

    private sealed class Row
    {
        public required string AskerId { get; init; }

        public required long Since { get; init; }
    }
}
