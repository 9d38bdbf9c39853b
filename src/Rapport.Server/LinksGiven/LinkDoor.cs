using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.LinksGiven;

/// <summary>Where whoever has a link comes in. Thread safe.</summary>
internal sealed class LinkDoor(Records.GivenLinks links, ILogger<LinkDoor> log)
{
    /// <summary>Opens a link.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was released.</exception>
    public Task<LinkOpening> OpenAsync(string path, LinkKnock knock, CancellationToken cancel) =>
        UnlessDamagedAsync(() => links.OpenAsync(path, knock, LinkFiles.QueryOf, cancel));

    /// <summary>Fetches a file of an opening.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was released.</exception>
    public Task<LinkOpening> FetchAsync(string path, string token, CancellationToken cancel) =>
        UnlessDamagedAsync(() => links.FetchAsync(path, token, LinkFiles.QueryOf, cancel));

    /// <summary>A damaged record is the operator's concern, and its patient's: that there is one is not told to others.</summary>
    private async Task<LinkOpening> UnlessDamagedAsync(Func<Task<LinkOpening>> opening)
    {
        try
        {
            return await opening();
        }
        catch (RecordUnreadableException e)
        {
            Log.RecordUnreadable(log, e.InnerException!.GetType().Name);
            return new LinkOpening { Outcome = LinkOutcome.NothingHere };
        }
    }
}
