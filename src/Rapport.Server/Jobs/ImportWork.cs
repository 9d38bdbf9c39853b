using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>Reads the file of a job and takes it into the record.</summary>
internal sealed class ImportWork(Spool spool, ServerSettings settings, TimeProvider clock) : JobWork
{
    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(2);

    public override bool Does(ImportJobNotes notes) => notes.TakesBack is null;

    public override async Task<ImportOutcome> RunAsync(JobRun run, CancellationToken cancel)
    {
        var (own, job, notes, running, begunBefore) = run;
        var content = spool.ContentOf(own, job);
        var options = new ImportOptions
        {
            SourceName = notes.FileName,
            SourceKind = notes.IsOpenedLink ? ImportOptions.LinkKind : ImportOptions.FileKind,
            IsOpenedLink = notes.IsOpenedLink,
            IdentityConfirmed = notes.IdentityConfirmed,
            ConfirmedDoubt = notes.ConfirmedDoubt,
            TakeGoodPart = notes.TakeGoodPart,
            OwnName = notes.OwnName,
            Cards = new CardChecks(CardTrust.Load(settings.CardIssuersPath), clock.GetUtcNow()),
            MaxBytes = (int)Math.Min(settings.MaxImportBytes, Array.MaxLength),
        };
        var (source, how, shape, told, toldAt) = await TableReading.ReadAsync(own, notes, options, ReadAsync, cancel);
        if (begunBefore && await FindWrittenAsync(own, source, job, cancel) is { } written)
        {
            return written;
        }

        await RequireStillMeantAsync(own, job, cancel);
        return ImportOutcome.Of(await Importer.WriteAsync(own, source, how, cancel), Head(content)) with { Shape = shape, Told = told, ToldAt = toldAt };

        Task<HarvestedSource> ReadAsync(ImportOptions options) =>
            RunToEndAsync(stop => Importer.Read(content, options, running, stop), (reading, stop) => NoteProgressAsync(run, reading, stop), cancel);
    }

    /// <summary>
    /// Does what holds a thread, and something beside it until it ends. However that goes, the thread MUST have come back before this returns: as many files are
    /// read at once as there are workers, not more.
    /// </summary>
    /// <param name="work">Given what tells it to stop: <paramref name="cancel"/>, and that <paramref name="beside"/> failed.</param>
    /// <param name="beside">Given the work.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<T> RunToEndAsync<T>(Func<CancellationToken, T> work, Func<Task, CancellationToken, Task> beside, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var working = Task.Run(() => work(stop.Token), CancellationToken.None);
        try
        {
            await beside(working, cancel);
            return await working;
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
    private async Task NoteProgressAsync(JobRun run, Task reading, CancellationToken cancel)
    {
        var job = run.Job;
        while (await Task.WhenAny(reading, Task.Delay(NoteEvery, clock, cancel)) != reading)
        {
            var progress = run.Running.Progress.Read;
            var noted = run.Notes with { BytesRead = progress.Bytes, Entries = progress.Entries, Points = progress.Points };
            try
            {
                job = await run.Own.Jobs.ChangeAsync(job, GatheringJobState.Running, noted.Write(), cancel) ?? await RequireStillMeantAsync(run.Own, job, cancel);
            }
            catch (StorageException)
            {
                // How far it is can be told later: the reading goes on.
            }
        }
    }

    /// <summary>The job as it is now.</summary>
    /// <exception cref="OperationCanceledException">It was given up, perhaps on another server.</exception>
    private static async Task<GatheringJob> RequireStillMeantAsync(OwnAccess own, GatheringJob job, CancellationToken cancel) =>
        await own.Jobs.FindAsync(job.Id, cancel) is { State: GatheringJobState.Running } now ? now : throw new OperationCanceledException("somebody gave the job up");

    private static byte[] Head(SourceContent content)
    {
        using var stream = content.Open();
        var head = new byte[(int)Math.Min(content.Length, WrongFile.Head)];
        stream.ReadExactly(head);
        return head;
    }
}
