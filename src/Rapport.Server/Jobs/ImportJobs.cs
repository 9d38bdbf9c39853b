using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>
/// Imports, and taking them back, as work that goes on by itself: a file is laid down sealed, read, and written all or nothing, whoever watches. What a stop
/// or a crash interrupts begins again when the server starts, and what was written before the crash is found, not written twice. Where the storage fails it is
/// tried again, more and more seldom; whatever else fails ends the job. Thread safe.
/// </summary>
internal sealed class ImportJobs : BackgroundService
{
    /// <summary>Imports of one person that are not over.</summary>
    public const int MostForOnePerson = 5;

    /// <summary>How long an import waits for an answer before its file is let go, and how long what became of it is told.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private readonly JobRuns _runs;
    private readonly SpoolShares _shares;
    private readonly JobSweep _sweep;
    private readonly Modules _modules;
    private readonly Spool _spool;
    private readonly ServerSettings _settings;

    public ImportJobs(Modules modules, Spool spool, ServerSettings settings, IEnumerable<JobWork> works, ILogger<ImportJobs> log)
    {
        (_modules, _spool, _settings) = (modules, spool, settings);
        _runs = new JobRuns(modules, spool, works, log);
        _shares = new SpoolShares(MostForOnePerson, settings.MaxSpoolBytes);
        _sweep = new JobSweep(modules, spool, EndUnansweredAsync, log);
    }

    /// <summary>Asks for room for a file before any of it is read.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="announced">How many bytes are announced; null when nobody said.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The room, to be held until <see cref="BeginAsync"/> returned; else why there is none.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(SpoolShare? Share, NoRoom? Why)> ReserveAsync(OwnAccess own, long? announced, CancellationToken cancel)
    {
        var files = await FilesOfAsync(own, cancel);
        return _shares.Take(own.Patient, files.Count, files.Sum(notes => notes.Length), announced, _settings.MaxUploadBytes);
    }

    /// <summary>Why there is no room for a file now, however small; null when there is some.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<NoRoom?> WhyFullAsync(OwnAccess own, CancellationToken cancel)
    {
        var (room, why) = await ReserveAsync(own, announced: 1, cancel);
        room?.Dispose();
        return why;
    }

    /// <summary>Lays a file down, for which there is room, and begins to import it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="IOException">The disk is full, or the sender broke off.</exception>
    public async Task<GatheringJob> BeginAsync(OwnAccess own, ImportJobNotes notes, Stream content, CancellationToken cancel)
    {
        var id = LocalId.New();
        _sweep.BeginLaying(own.Patient, id);
        try
        {
            long length;
            await using (var file = _spool.Create(own.Patient, id))
            {
                length = await own.Jobs.SealFileAsync(id, content, file, cancel);
                file.Flush(flushToDisk: true);
            }

            return await AddAsync(own, id, notes with { Length = length }, cancel);
        }
        catch
        {
            _spool.Remove(own.Patient, id);
            throw;
        }
        finally
        {
            _sweep.EndLaying(id);
        }
    }

    /// <summary>The import of what came by a link, as long as it is not over; null when there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<GatheringJob?> OfDeliveryAsync(OwnAccess own, LocalId delivery, CancellationToken cancel) =>
        (await own.Jobs.ListAsync(cancel)).FirstOrDefault(job => job.State != GatheringJobState.Over && ImportJobNotes.Read(job.Body).Delivery == delivery.ToString());

    /// <summary>Begins to take a source back, unless that is under way.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<GatheringJob> TakeBackAsync(OwnAccess own, Source source, CancellationToken cancel)
    {
        var underWay = (await own.Jobs.ListAsync(cancel)).FirstOrDefault(
            job => job.State != GatheringJobState.Over && ImportJobNotes.Read(job.Body).TakesBack == source.Number);
        return underWay ?? await AddAsync(own, LocalId.New(), new ImportJobNotes { FileName = source.Description.Name, OwnName = "", TakesBack = source.Number }, cancel);
    }

    /// <summary>Goes on with an import that asked, with the answer in its notes. False when it no longer asks, or its file is on another server.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> AnswerAsync(OwnAccess own, GatheringJob job, ImportJobNotes notes, CancellationToken cancel)
    {
        if (job.State != GatheringJobState.Asking || job.Node != _spool.Node || await own.Jobs.ChangeAsync(job, GatheringJobState.Waiting, notes.Write(), cancel) is null)
        {
            return false;
        }

        _runs.Add(own.Patient, job.Id);
        return true;
    }

    /// <summary>Gives a job up, unless it is over. Nothing of it is done unless it was written at this very moment.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task GiveUpAsync(OwnAccess own, LocalId id, CancellationToken cancel) => EndAsync(own, id, ImportEnd.GivenUp, static _ => true, cancel);

    /// <inheritdoc cref="JobRuns.ProgressOf"/>
    public JobProgress? ProgressOf(LocalId job) => _runs.ProgressOf(job);

    /// <inheritdoc cref="JobRuns.WaitAsync"/>
    public Task WaitAsync(LocalId job, TimeSpan patience, CancellationToken cancel) => _runs.WaitAsync(job, patience, cancel);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeginAgainAsync(cancellationToken);
        await _sweep.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _sweep.StopAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _sweep.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _runs.WorkAsync(stoppingToken);

    /// <summary>Takes up what was under way when this server ended last. Called once, before it listens.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    private async Task BeginAgainAsync(CancellationToken cancel)
    {
        foreach (var job in (await _sweep.KeepNeededAsync(cancel)).Where(job => job.State != GatheringJobState.Asking))
        {
            _runs.Add(job.Patient, job.Job);
        }
    }

    /// <summary>What is noted of a person's files that are not read yet, or ask something.</summary>
    private static async Task<IReadOnlyList<ImportJobNotes>> FilesOfAsync(OwnAccess own, CancellationToken cancel) =>
        [.. (await own.Jobs.ListAsync(cancel)).Where(job => job.State != GatheringJobState.Over).Select(job => ImportJobNotes.Read(job.Body)).Where(notes => notes.TakesBack is null)];

    private async Task<GatheringJob> AddAsync(OwnAccess own, LocalId id, ImportJobNotes notes, CancellationToken cancel)
    {
        // Also of servers that are no more.
        await own.Jobs.ForgetAsync(_modules.Clock.GetUtcNow() - KeptFor, cancel);
        var job = await own.Jobs.AddAsync(id, _spool.Node, notes.Write(), cancel);
        _runs.Add(own.Patient, id);
        return job;
    }

    private async Task EndUnansweredAsync(PatientId patient, LocalId id, DateTimeOffset before, CancellationToken cancel)
    {
        if (await _runs.OpenAsync(patient, cancel) is { } own)
        {
            await EndAsync(own, id, ImportEnd.Unanswered, now => now.State == GatheringJobState.Asking && now.ChangedAt <= before, cancel);
        }
    }

    private async Task EndAsync(OwnAccess own, LocalId id, ImportEnd end, Func<GatheringJob, bool> isMeant, CancellationToken cancel)
    {
        while (await own.Jobs.FindAsync(id, cancel) is { State: not GatheringJobState.Over } job && isMeant(job))
        {
            var notes = ImportJobNotes.Read(job.Body) with { Outcome = new ImportOutcome { End = end } };
            if (await own.Jobs.ChangeAsync(job, GatheringJobState.Over, notes.Write(), cancel) is not null)
            {
                await _runs.StopAsync(id);
                _spool.Remove(own.Patient, id);
            }
        }
    }
}
