using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Jobs;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Jobs;

/// <summary>Waiting for the end of a job, or until it asks something, by the clock on the wall: that of a server under test stands, and would wait for one that hangs for ever.</summary>
internal static class JobWaiting
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <exception cref="TimeoutException">It goes on.</exception>
    public static Task EndsAsync(this ImportJobs jobs, LocalId job) => jobs.WaitAsync(job, Timeout.InfiniteTimeSpan, Cancel).WaitAsync(Patience.Limit, Cancel);

    /// <summary>The same, for a file whose columns the patient is asked about.</summary>
    public static async Task AsksAsync(this ImportJobs jobs, OwnAccess own, LocalId job)
    {
        await jobs.EndsAsync(job);
        Assert.Equal(GatheringJobState.Asking, (await own.Jobs.FindAsync(job, Cancel))?.State);
    }
}
