using System.Data.Common;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Notes now and then that a session or token is in use.</summary>
internal static class LastUse
{
    /// <summary>Notes it; false when it could not be noted: that a disk is full must keep nobody from reading.</summary>
    internal static async Task<bool> NoteAsync(Database database, Func<DbTransaction, Task<bool>> note)
    {
        try
        {
            return await database.WriteAsync(note, CancellationToken.None);
        }
        catch (StorageException)
        {
            return false;
        }
    }
}
