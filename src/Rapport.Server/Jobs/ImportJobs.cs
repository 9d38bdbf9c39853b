using System.Collections.Concurrent;
using System.Threading.Channels;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>
/// Imports as work that goes on by itself: the file is laid down sealed, read, and written all or nothing, whoever watches. What a stop or a crash interrupts
/// begins again from the file when the server starts, and what was written before the crash is found, not written twice. Thread safe.
/// </summary>
internal sealed class ImportJobs(Modules modules, Spool spool, ServerSettings settings, ILogger<ImportJobs> log) : BackgroundService
{
    /// <summary>Imports of one person that are not over.</summary>
    public const int MostForOnePerson = 5;

    private const int Workers = 2;
    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private readonly Channel<(PatientId Patient, LocalId Job)> _waiting = Channel.CreateUnbounded<(PatientId, LocalId)>();
    private readonly ConcurrentDictionary<LocalId, Running> _running = new();

    /// <summary>Lays a file down and begins to import it.</summary>
    /// <returns>The import; null when this person has as many as may be.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="IOException">The disk is full, or the sender broke off.</exception>
    public async Task<GatheringJob?> BeginAsync(OwnAccess own, string fileName, string ownName, bool identityConfirmed, Stream content, CancellationToken cancel)
    {
        await own.Jobs.ForgetAsync(modules.Clock.GetUtcNow() - KeptFor, cancel);
        if ((await own.Jobs.ListAsync(cancel)).Count(job => job.State != GatheringJobState.Over) >= MostForOnePerson)
        {
            return null;
        }

        var id = LocalId.New();
        try
        {
            long length;
            await using (var file = spool.Create(own.Patient, id))
            {
                length = await own.Jobs.SealFileAsync(id, content, file, cancel);
                file.Flush(flushToDisk: true);
            }

            var notes = new ImportJobNotes { FileName = fileName, Length = length, OwnName = ownName, IdentityConfirmed = identityConfirmed };
            var job = await own.Jobs.AddAsync(id, spool.Node, notes.Write(), cancel);
            Enqueue(own.Patient, id);
            return job;
        }
        catch
        {
            spool.Remove(own.Patient, id);
            throw;
        }
    }

    /// <summary>Goes on with an import that asked, with the answer in its notes. False when it no longer asks, or its file is on another server.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> AnswerAsync(OwnAccess own, GatheringJob job, ImportJobNotes notes, CancellationToken cancel)
    {
        if (job.State != GatheringJobState.Asking || job.Node != spool.Node || await own.Jobs.ChangeAsync(job, GatheringJobState.Waiting, notes.Write(), cancel) is null)
        {
            return false;
        }

        Enqueue(own.Patient, job.Id);
        return true;
    }

    /// <summary>Gives an import up, unless it is over. Nothing of it is taken unless it was written at this very moment.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task GiveUpAsync(OwnAccess own, LocalId id, CancellationToken cancel)
    {
        while (await own.Jobs.FindAsync(id, cancel) is { State: not GatheringJobState.Over } job)
        {
            var notes = ImportJobNotes.Read(job.Body) with { Outcome = new ImportOutcome { IsGivenUp = true } };
            if (await own.Jobs.ChangeAsync(job, GatheringJobState.Over, notes.Write(), cancel) is not null)
            {
                if (_running.TryGetValue(id, out var running))
                {
                    await running.Stop.CancelAsync();
                }

                spool.Remove(own.Patient, id);
            }
        }
    }

    /// <summary>How far an import that runs here is; null when it does not.</summary>
    public HarvestProgress? ProgressOf(LocalId job) => _running.TryGetValue(job, out var running) ? running.Progress : null;

    /// <summary>Waits until an import is over, asks, or the time is up.</summary>
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));
    }

    /// <summary>Takes up what was under way when this server ended last. Called once, before it listens.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    private async Task BeginAgainAsync(CancellationToken cancel)
    {
        var jobs = await modules.Records.Compartments.JobsOfAsync(spool.Node, cancel);
        spool.KeepOnly(jobs.Select(job => (job.Patient, job.Job)));
        foreach (var (patient, job, _) in jobs.Where(job => job.State != GatheringJobState.Asking))
        {
            Enqueue(patient, job);
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeginAgainAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    private void Enqueue(PatientId patient, LocalId job)
    {
        _running.GetOrAdd(job, static _ => new Running());
        _waiting.Writer.TryWrite((patient, job));
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var (patient, id) in _waiting.Reader.ReadAllAsync(stopping))
            {
                await WorkAsync(patient, id, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is under way goes on after the next start.
        }
    }

    private async Task WorkAsync(PatientId patient, LocalId id, CancellationToken stopping)
    {
        var running = _running.GetOrAdd(id, static _ => new Running());
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, running.Stop.Token);
        try
        {
            var own = await Patients.OpenAsync(modules, patient, both.Token);
            if (await own.Jobs.FindAsync(id, both.Token) is { State: GatheringJobState.Waiting or GatheringJobState.Running } job)
            {
                await RunAsync(own, job, running, both.Token);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Given up, or moved on by somebody else: its state says so already.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.ImportFailed(log, e.GetType().Name);
            TryLater(patient, id, stopping);
        }
        finally
        {
            _running.TryRemove(id, out _);
            running.Done.TrySetResult();
            running.Stop.Dispose();
        }
    }

    /// <summary>What failed before its state could be noted, as when the disk is full for a moment, begins again by itself.</summary>
    private void TryLater(PatientId patient, LocalId id, CancellationToken stopping) => _ = Task.Delay(Pause, modules.Clock, stopping).ContinueWith(
        _ => Enqueue(patient, id), stopping, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private async Task RunAsync(OwnAccess own, GatheringJob job, Running running, CancellationToken cancel)
    {
        var begun = job.State == GatheringJobState.Running;
        var notes = ImportJobNotes.Read(job.Body) with { StartedAt = modules.Clock.GetUtcNow(), Outcome = null };
        job = await own.Jobs.ChangeAsync(job, GatheringJobState.Running, notes.Write(), cancel) ?? throw new OperationCanceledException("somebody else moved the import on");
        ImportOutcome outcome;
        try
        {
            outcome = await ImportAsync(own, job, notes, running, begun, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.ImportFailed(log, e.GetType().Name);
            outcome = new ImportOutcome();
        }

        // Whether it was given up, or other progress noted, the newest state is what is moved on.
        while (await own.Jobs.FindAsync(job.Id, CancellationToken.None) is { State: GatheringJobState.Running } now)
        {
            var asks = outcome is { Status: null } or { Status: ImportStatus.IdentityInDoubt } or { HasGoodPart: true };
            var last = notes with { BytesRead = notes.Length, Outcome = outcome };
            if (await own.Jobs.ChangeAsync(now, asks ? GatheringJobState.Asking : GatheringJobState.Over, last.Write(), CancellationToken.None) is not null && !asks)
            {
                spool.Remove(own.Patient, job.Id);
            }
        }
    }

    private async Task<ImportOutcome> ImportAsync(OwnAccess own, GatheringJob job, ImportJobNotes notes, Running running, bool begunBefore, CancellationToken cancel)
    {
        var content = new SourceContent(notes.FileName, notes.Length, () => own.Jobs.OpenFile(
            job.Id, spool.Open(own.Patient, job.Id) ?? throw new FileNotFoundException("the file of an import is gone"), notes.Length));
        var options = new ImportOptions
        {
            SourceName = notes.FileName,
            IdentityConfirmed = notes.IdentityConfirmed,
            TakeGoodPart = notes.TakeGoodPart,
            OwnName = notes.OwnName,
            Cards = new CardChecks(CardTrust.Load(settings.CardIssuersPath), modules.Clock.GetUtcNow()),
            MaxBytes = (int)Math.Min(settings.MaxImportBytes, Array.MaxLength),
        };
        var reading = Task.Run(() => Importer.Read(content, options, running, cancel), cancel);
        await NoteProgressAsync(own, job, notes, running, reading, cancel);
        var source = await reading;
        if (begunBefore && await FindWrittenAsync(own, source, job, cancel) is { } written)
        {
            return written;
        }

        return ImportOutcome.Of(await Importer.WriteAsync(own, source, options, cancel), Head(content));
    }

    /// <summary>The source that this very import wrote before it was interrupted, after which it could not say so.</summary>
    private static async Task<ImportOutcome?> FindWrittenAsync(OwnAccess own, HarvestedSource source, GatheringJob job, CancellationToken cancel)
    {
        var written = (await own.SourcesAsync(cancel)).FirstOrDefault(s => s.At >= job.CreatedAt && s.TakenBackAt is null && source.IsOf(s.Description));
        return written is null ? null : new ImportOutcome
        {
            Status = ImportStatus.Taken,
            Counts = [.. source.Report.Taken.Select(t => new ImportedCount(ImportedAs.Added, t.Key, t.Value))],
            Report = source.Report,
            Source = written.Number,
        };
    }

    /// <summary>Writes down from time to time how far the reading is, for whoever watches from another server.</summary>
    private async Task NoteProgressAsync(OwnAccess own, GatheringJob job, ImportJobNotes notes, Running running, Task reading, CancellationToken cancel)
    {
        while (await Task.WhenAny(reading, Task.Delay(NoteEvery, modules.Clock, cancel)) != reading)
        {
            var progress = running.Progress;
            var noted = notes with { BytesRead = progress.Bytes, Entries = progress.Entries, Points = progress.Points };
            job = await own.Jobs.ChangeAsync(job, GatheringJobState.Running, noted.Write(), cancel) ?? job;
        }
    }

    private static byte[] Head(SourceContent content)
    {
        using var stream = content.Open();
        var head = new byte[(int)Math.Min(content.Length, WrongFile.Head)];
        stream.ReadExactly(head);
        return head;
    }

    /// <summary>An import that waits or runs on this server.</summary>
    private sealed class Running : IProgress<HarvestProgress>
    {
        private readonly Lock _lock = new();
        private HarvestProgress _progress;

        public CancellationTokenSource Stop { get; } = new();

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HarvestProgress Progress
        {
            get
            {
                lock (_lock)
                {
                    return _progress;
                }
            }
        }

        public void Report(HarvestProgress value)
        {
            lock (_lock)
            {
                _progress = value;
            }
        }
    }
}
