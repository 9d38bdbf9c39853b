using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// The listing as this node holds it: read when it is first asked for and, at most once in a while, what has changed since. What this node changes itself is in it at once. Thread safe.
/// </summary>
/// <remarks>
/// Where the database is spread over several servers, the parts of one transaction become visible one after the other: so a change is read twice, once when its number is seen and once at the
/// next reading.
/// </remarks>
/// <param name="database">Where it is read.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="freshness">How old it may be.</param>
/// <param name="reader">Reads it.</param>
internal sealed class FreshListing(Database database, TimeProvider clock, TimeSpan freshness, ListingReader reader) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private int _changes;

    // When, and after how many changes on this node, the listing was read. Guarded by the semaphore, as the listing is.
    private Listing _listing = Listing.Empty;
    private long? _readAt;
    private int _readChanges;

    public void Dispose() => _reading.Dispose();

    /// <summary>This node changed what is listed.</summary>
    internal void Changed() => Interlocked.Increment(ref _changes);

    internal async Task<Listing> ReadAsync(CancellationToken cancel)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            var changes = Volatile.Read(ref _changes);
            if (_readAt is { } at && _readChanges == changes && clock.GetElapsedTime(at) < freshness)
            {
                return _listing;
            }

            var now = clock.GetTimestamp();
            _listing = await database.ReadAsync(c => reader.ReadChangesAsync(c, database.Dialect, _listing), cancel);
            (_readAt, _readChanges) = (now, changes);
            return _listing;
        }
        finally
        {
            _reading.Release();
        }
    }
}
