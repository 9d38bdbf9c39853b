using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Notes now and then that a session or token is in use.</summary>
internal static class LastUse
{
    /// <summary>Notes it; false when it could not be noted: that a disk is full must keep nobody from reading.</summary>
    internal static async Task<bool> NoteAsync(Database database, string table, byte[] secretHash, DateTimeOffset now)
    {
        try
        {
            return await database.WriteAsync(
                t => t.Connection!.ExecuteAsync(
                    $"UPDATE {table} SET last_used_at = @now WHERE secret_hash = @secretHash", new { now = now.ToUnixTimeMilliseconds(), secretHash }, t),
                CancellationToken.None) > 0;
        }
        catch (StorageException)
        {
            return false;
        }
    }
}
