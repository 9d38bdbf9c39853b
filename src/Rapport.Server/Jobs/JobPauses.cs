using System.Collections.Concurrent;
using Rapport.Data;

namespace Rapport.Server.Jobs;

/// <summary>How long jobs wait that the storage failed: the first pause is short, each further one twice as long. Thread safe.</summary>
internal sealed class JobPauses
{
    /// <summary>A disk that fails so often in a row will not be well again by itself, or it is the file.</summary>
    private const int MostDiskFailures = 8;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // How often in a row the storage failed a job that waits for its next try.
    private readonly ConcurrentDictionary<LocalId, int> _failures = new();

    /// <summary>Whether a job waits, or runs again after it waited.</summary>
    public bool Holds(LocalId job) => _failures.ContainsKey(job);

    /// <summary>Whether what failed is the storage, which may be well again later: a database that is away or busy, a disk that is full.</summary>
    public bool MayPass(Exception e, LocalId job) => e is StorageException { Failure: not StorageFailure.Broken }
        || (e is IOException and not (FileNotFoundException or EndOfStreamException) && _failures.GetValueOrDefault(job) < MostDiskFailures);

    /// <summary>Counts one more failure of a job, and says how long it waits now.</summary>
    public TimeSpan Next(LocalId job)
    {
        var failures = _failures.AddOrUpdate(job, 1, static (_, before) => before + 1);
        var pause = First * Math.Pow(2, Math.Min(failures - 1, 10));
        return pause < Longest ? pause : Longest;
    }

    /// <summary>The job went well, or is over.</summary>
    public void Forget(LocalId job) => _failures.TryRemove(job, out _);
}
