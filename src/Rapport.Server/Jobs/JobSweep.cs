using System.Collections.Concurrent;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>
/// Looks every hour after what jobs of this server leave: files that no job needs any more (a crash left them, or the job was given up on another server), jobs that asked and got no answer, and what ended long
/// ago. Thread safe.
/// </summary>
/// <param name="modules">What stands behind.</param>
/// <param name="spool">The files.</param>
/// <param name="end">Ends a job that asked, unless it was answered since that time.</param>
/// <param name="log">Where faults are noted.</param>
internal sealed class JobSweep(Modules modules, Spool spool, Func<PatientId, LocalId, DateTimeOffset, CancellationToken, Task> end, ILogger log)
    : RepeatedWork(TimeSpan.FromHours(1), modules.Clock, log)
{
    // Files that are being laid down, of which nothing is noted yet.
    private readonly ConcurrentDictionary<LocalId, PatientId> _laying = new();

    protected override bool BeginsAtOnce => true;

    /// <summary>Keeps the file of a job that is not noted yet from being taken for one that nobody needs.</summary>
    public void BeginLaying(PatientId patient, LocalId job) => _laying[job] = patient;

    /// <summary>The job is noted, or its file removed.</summary>
    public void EndLaying(LocalId job) => _laying.TryRemove(job, out _);

    /// <summary>Removes files that no job of this server needs any more. The order of the looks makes sure that none is taken for one that is being laid down.</summary>
    /// <returns>The jobs of this server that are not over.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<(PatientId Patient, LocalId Job, GatheringJobState State, DateTimeOffset ChangedAt)>> KeepNeededAsync(CancellationToken cancel)
    {
        var files = spool.List();
        var laying = _laying.Select(file => (file.Value, file.Key)).ToList();
        var jobs = await modules.Records.Compartments.JobsOfAsync(spool.Node, cancel);
        spool.KeepOnly(files, jobs.Select(job => (job.Patient, job.Job)).Concat(laying));
        return jobs;
    }

    protected override async Task PassAsync(CancellationToken cancel)
    {
        var before = modules.Clock.GetUtcNow() - ImportJobs.KeptFor;
        await modules.Records.Compartments.ForgetJobsAsync(spool.Node, before, cancel);
        foreach (var job in (await KeepNeededAsync(cancel)).Where(job => job.State == GatheringJobState.Asking && job.ChangedAt <= before))
        {
            await end(job.Patient, job.Job, before, cancel);
        }
    }
}
