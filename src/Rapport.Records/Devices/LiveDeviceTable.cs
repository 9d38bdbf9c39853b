using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>What changes of devices within the changes of a record, and what is asked over many records.</summary>
internal static class LiveDeviceTable
{
    /// <summary>What waited is part of the entries now. False when the device has changed since it was read: then nothing was written.</summary>
    internal static async Task<bool> FoldAsync(DbTransaction transaction, string patientId, FoldRow fold) =>
        await transaction.Connection!.ExecuteAsync(
            "UPDATE live_device SET version = version + 1, source = @Source, folds_at = NULL, body = @Body WHERE patient_id = @patientId AND device_id = @DeviceId AND version = @Version",
            new { patientId, fold.DeviceId, fold.Version, fold.Source, fold.Body },
            transaction) == 1
        && await EmptyAsync(transaction, patientId, fold.DeviceId);

    /// <summary>A source that was taken back takes along what its device sent and no entry has; what the device sends next begins another source.</summary>
    internal static Task TakeBackAsync(DbTransaction transaction, string patientId, long source) => transaction.Connection!.ExecuteAsync(
        """
        DELETE FROM live_block WHERE patient_id = @patientId AND device_id IN (SELECT device_id FROM live_device WHERE patient_id = @patientId AND source = @source);
        UPDATE live_device SET version = version + 1, source = 0, folds_at = NULL WHERE patient_id = @patientId AND source = @source
        """,
        new { patientId, source },
        transaction);

    /// <summary>A number for each record that grows with whatever is added to it, by entries or by devices; what is not there is left out.</summary>
    internal static async Task<List<(string PatientId, long Size)>> ReadSizesAsync(Database database, IReadOnlyCollection<string> patients, CancellationToken cancel)
    {
        const string sql = """
            SELECT c.patient_id, c.record_seq + COALESCE((SELECT CAST(SUM(d.version) AS BIGINT) FROM live_device d WHERE d.patient_id = c.patient_id), 0)
            FROM compartment c WHERE c.patient_id
            """;
        var rows = await database.ReadAsync(c => c.QueryAmongAsync<(string, long)>(database.Dialect, sql, patients), cancel);
        return rows.AsList();
    }

    /// <summary>The devices whose time has come to make what waits part of the entries.</summary>
    internal static async Task<List<(string PatientId, string DeviceId)>> ReadDueAsync(Database database, long now, int most, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<(string, string)>("SELECT patient_id, device_id FROM live_device WHERE folds_at <= @now ORDER BY folds_at LIMIT @most", new { now, most }), cancel)).AsList();

    private static async Task<bool> EmptyAsync(DbTransaction transaction, string patientId, string deviceId)
    {
        await transaction.Connection!.ExecuteAsync("DELETE FROM live_block WHERE patient_id = @patientId AND device_id = @deviceId", new { patientId, deviceId }, transaction);
        return true;
    }
}

/// <summary>A device as it is stored after what waited of it became part of the entries.</summary>
internal sealed record FoldRow
{
    public required string DeviceId { get; init; }

    /// <summary>As it was read.</summary>
    public required long Version { get; init; }

    public required long Source { get; init; }

    public required byte[] Body { get; init; }
}
