using System.Threading.RateLimiting;

namespace Rapport.Server.Pages.Open;

/// <summary>Files that are sent back are held in memory while they come: of one link two at a time, the others wait their turn. Thread safe.</summary>
internal sealed class RepliesAtOnce : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(static secret =>
        RateLimitPartition.GetConcurrencyLimiter(secret, static _ => new ConcurrencyLimiterOptions { PermitLimit = 2, QueueLimit = 8 }));

    public void Dispose() => _limiter.Dispose();

    /// <summary>Waits for the turn of a file, which lasts until the lease is disposed; it is not acquired when too many wait.</summary>
    /// <param name="secret">The secret part of the link's address.</param>
    /// <param name="cancel">Gives up.</param>
    public ValueTask<RateLimitLease> EnterAsync(string secret, CancellationToken cancel) => _limiter.AcquireAsync(secret, 1, cancel);
}
