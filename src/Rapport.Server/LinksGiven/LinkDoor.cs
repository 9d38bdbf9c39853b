using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.LinksGiven;

/// <summary>Where whoever has a link comes in. Thread safe.</summary>
internal sealed class LinkDoor(Records.GivenLinks links, ILogger<LinkDoor> log)
{
    private static readonly LinkOpening NothingHere = new() { Outcome = LinkOutcome.NothingHere };

    /// <summary>Opens a link.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was released.</exception>
    public Task<LinkOpening> OpenAsync(string path, LinkKnock knock, CancellationToken cancel) =>
        log.UnlessDamagedAsync(() => links.OpenAsync(path, knock, LinkFiles.QueryOf, cancel), NothingHere);

    /// <summary>Fetches a file of an opening.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was released.</exception>
    public Task<LinkOpening> FetchAsync(string path, string token, CancellationToken cancel) =>
        log.UnlessDamagedAsync(() => links.FetchAsync(path, token, LinkFiles.QueryOf, cancel), NothingHere);

    /// <summary>Whether something that is sent back would be taken in now.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public Task<LinkReplyOutcome> MayReceiveAsync(string path, string token, CancellationToken cancel) =>
        log.UnlessDamagedAsync(() => links.MayReceiveAsync(path, token, cancel), LinkReplyOutcome.NothingHere);

    /// <summary>Takes in what somebody sends back who opened a link.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was taken in.</exception>
    public Task<LinkReplyOutcome> ReceiveAsync(string path, string token, LinkReply reply, CancellationToken cancel) =>
        log.UnlessDamagedAsync(() => links.ReceiveAsync(path, token, reply, cancel), LinkReplyOutcome.NothingHere);

    /// <summary>Says what came of an opening.</summary>
    /// <exception cref="Data.StorageException">The database failed: nothing was written.</exception>
    public Task<OutcomeTold> TellAsync(string path, string token, OutcomeKind kind, string? words, CancellationToken cancel) =>
        log.UnlessDamagedAsync(() => links.TellAsync(path, token, kind, words, cancel), OutcomeTold.NothingHere);
}
