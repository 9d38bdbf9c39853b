using Rapport.Gathering;

namespace Rapport.Server.Jobs;

/// <summary>Takes a source of a record back. One that was taken back already, before a crash as it may be, is done.</summary>
internal sealed class TakeBackWork : JobWork
{
    public override bool Does(ImportJobNotes notes) => notes.TakesBack is not null;

    public override async Task<ImportOutcome> RunAsync(JobRun run, CancellationToken cancel)
    {
        var source = run.Notes.TakesBack!.Value;

        // The work holds a processor for seconds; whoever else waits for this thread should not.
        await Task.Run(() => SourceRemoval.TakeBackAsync(run.Own, source, run.Running, cancel), cancel);
        return new ImportOutcome { Status = ImportStatus.Taken, Source = source };
    }
}
