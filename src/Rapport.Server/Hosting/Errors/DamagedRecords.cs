using Rapport.Records;

namespace Rapport.Server.Hosting;

/// <summary>A damaged record is the operator's concern, and its patient's: that there is one is not told to others.</summary>
internal static class DamagedRecords
{
    /// <summary>What <paramref name="work"/> answers somebody else than the patient; as where there is no record, when it is damaged.</summary>
    public static async Task<T> UnlessDamagedAsync<T>(this ILogger log, Func<Task<T>> work, T otherwise)
    {
        try
        {
            return await work();
        }
        catch (RecordUnreadableException e)
        {
            Log.RecordUnreadable(log, e.InnerException!.GetType().Name);
            return otherwise;
        }
    }
}
