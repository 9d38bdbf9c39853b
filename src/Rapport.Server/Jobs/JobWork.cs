using Rapport.Records;

namespace Rapport.Server.Jobs;

/// <summary>What a job does, once it is its turn. Thread safe.</summary>
internal abstract class JobWork
{
    /// <summary>Whether it is this that a job wants.</summary>
    public abstract bool Does(ImportJobNotes notes);

    /// <summary>Does it, all or nothing.</summary>
    /// <returns>How it went.</returns>
    /// <exception cref="Data.StorageException">The database failed: it is tried again later.</exception>
    /// <exception cref="IOException">The disk failed: likewise.</exception>
    public abstract Task<ImportOutcome> RunAsync(JobRun run, CancellationToken cancel);
}

/// <summary>A job that runs.</summary>
/// <param name="Own">Whose record.</param>
/// <param name="Job">As it is noted now.</param>
/// <param name="Notes">What is noted.</param>
/// <param name="Running">Told how far it is.</param>
/// <param name="BegunBefore">Whether it ran before and broke off, so that it may be done without saying so.</param>
internal sealed record JobRun(OwnAccess Own, GatheringJob Job, ImportJobNotes Notes, RunningJob Running, bool BegunBefore);
