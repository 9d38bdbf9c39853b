using System.Collections.Concurrent;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>
/// Jobs as they run on this server: a few at once, those of one patient one after the other. Where the storage fails a job is tried again, more and more seldom; whatever else fails ends it. Thread safe.
/// </summary>
internal sealed class JobRuns(Modules modules, Spool spool, IEnumerable<JobWork> works, ILogger<ImportJobs> log)
{
    private const int Workers = 2;

    private readonly JobTurns _turns = new();
    private readonly ConcurrentDictionary<LocalId, RunningJob> _running = new();
    private readonly JobPauses _pauses = new();

    /// <summary>Works until it is stopped; what is under way then goes on after the next start.</summary>
    public Task WorkAsync(CancellationToken stopping) => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => TakeTurnsAsync(stopping)));

    /// <summary>Puts a job at the end of its patient's turns.</summary>
    public void Add(PatientId patient, LocalId job)
    {
        // Of its own for each turn: the one before may be on its way out, and must not take this one along.
        _running[job] = new RunningJob();
        _turns.Add(patient, job);
    }

    /// <summary>How far a job that runs here is; null when it does not.</summary>
    public JobProgress? ProgressOf(LocalId job) =>
        _running.TryGetValue(job, out var running) ? running.Progress with { IsHeldUp = _pauses.Holds(job) } : _pauses.Holds(job) ? new JobProgress(default, default, IsHeldUp: true) : null;

    /// <summary>Waits until a job is over, asks, is held up, or the time is up.</summary>
    public async Task WaitAsync(LocalId job, TimeSpan patience, CancellationToken cancel)
    {
        if (_running.TryGetValue(job, out var running))
        {
            try
            {
                await running.Done.Task.WaitAsync(patience, modules.Clock, cancel);
            }
            catch (TimeoutException)
            {
                // It goes on; its page shows how far it is.
            }
        }
    }

    /// <summary>Ends a job that runs here: it is over, whoever noted that.</summary>
    public async Task StopAsync(LocalId id)
    {
        if (_running.TryGetValue(id, out var running))
        {
            await running.Stop.CancelAsync();
        }

        _pauses.Forget(id);
    }

    /// <summary>The record of a patient; null when there is nobody any more whose it is.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OwnAccess?> OpenAsync(PatientId patient, CancellationToken cancel) =>
        await modules.People.Accounts.FindByReferenceAsync("Patient/" + patient, cancel) is { } owner ? await Patients.OpenAsync(modules, owner, patient, cancel) : null;

    private async Task TakeTurnsAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var (patient, id) = await _turns.TakeAsync(stopping);
                try
                {
                    await WorkAsync(patient, id, stopping);
                }
                finally
                {
                    _turns.End(patient);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is under way goes on after the next start.
        }
    }

    private async Task WorkAsync(PatientId patient, LocalId id, CancellationToken stopping)
    {
        var running = _running.GetOrAdd(id, static _ => new RunningJob());
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, running.Stop.Token);
            await WorkAsync(patient, id, running, both.Token);
            _pauses.Forget(id);
        }
        catch (OperationCanceledException)
        {
            // Given up, or moved on by somebody else: its state says so already. Or the server stops, and it goes on after the next start.
        }
        catch (Exception e) when (_pauses.MayPass(e, id))
        {
            Log.JobHeldUp(log, e.GetType().Name);
            TryLater(patient, id, stopping);
        }
        catch (Exception e)
        {
            // What is noted of it cannot be read: nothing can be noted of its end either.
            Log.ImportFailed(log, e.GetType().Name);
        }
        finally
        {
            _running.TryRemove(new(id, running));
            running.Done.TrySetResult();
        }
    }

    private async Task WorkAsync(PatientId patient, LocalId id, RunningJob running, CancellationToken cancel)
    {
        try
        {
            if (await OpenAsync(patient, cancel) is not { } own)
            {
                spool.Remove(patient, id);
                return;
            }

            if (await own.Jobs.FindAsync(id, cancel) is { State: GatheringJobState.Waiting or GatheringJobState.Running } job)
            {
                await RunAsync(own, job, running, cancel);
            }

            // Whoever ended it, and whenever: another server does not have its file.
            if (await own.Jobs.FindAsync(id, CancellationToken.None) is not { State: not GatheringJobState.Over })
            {
                spool.Remove(patient, id);
            }
        }
        catch (RecordErasedException)
        {
            // The record is gone, and with it what was noted of the job.
            spool.Remove(patient, id);
        }
    }

    private void TryLater(PatientId patient, LocalId id, CancellationToken stopping) =>
        _ = Task.Delay(_pauses.Next(id), modules.Clock, stopping).ContinueWith(
            _ => Add(patient, id), stopping, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task RunAsync(OwnAccess own, GatheringJob job, RunningJob running, CancellationToken cancel)
    {
        var begun = job.State == GatheringJobState.Running;
        var notes = ImportJobNotes.Read(job.Body) with { StartedAt = modules.Clock.GetUtcNow(), Outcome = null };
        if (await own.Jobs.ChangeAsync(job, GatheringJobState.Running, notes.Write(), cancel) is not { } taken)
        {
            // Somebody else moved it on.
            return;
        }

        ImportOutcome outcome;
        try
        {
            outcome = await works.First(work => work.Does(notes)).RunAsync(new JobRun(own, taken, notes, running, begun), cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Given up on another server.
            return;
        }
        catch (Exception e) when (e is not (OperationCanceledException or RecordErasedException) && !_pauses.MayPass(e, job.Id))
        {
            Log.ImportFailed(log, e.GetType().Name);
            outcome = new ImportOutcome { End = e is SealBrokenException or FileNotFoundException or EndOfStreamException ? ImportEnd.Damaged : ImportEnd.Failed };
        }

        // Whether it was given up, or other progress noted, the newest state is what is moved on.
        while (await own.Jobs.FindAsync(job.Id, CancellationToken.None) is { State: GatheringJobState.Running } now)
        {
            var asks = outcome is { Status: ImportStatus.IdentityInDoubt } or { HasGoodPart: true } or { Status: ImportStatus.Refused, Shape: not null };
            var last = notes with { BytesRead = notes.Length, Outcome = outcome };
            if (await own.Jobs.ChangeAsync(now, asks ? GatheringJobState.Asking : GatheringJobState.Over, last.Write(), CancellationToken.None) is not null && !asks)
            {
                if (last.Delivery is { } delivery && outcome is { End: null } and not { Status: ImportStatus.Refused })
                {
                    await own.Links.ForgetAsync(LocalId.Parse(delivery), CancellationToken.None);
                }
            }
        }
    }
}
