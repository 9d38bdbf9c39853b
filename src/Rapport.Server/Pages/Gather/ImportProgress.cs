using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Jobs;

namespace Rapport.Server.Pages.Gather;

/// <summary>How far an import is, in words.</summary>
/// <param name="IsUnderWay">Whether it waits or runs.</param>
/// <param name="Percent">How much of the file is read; null while nobody can tell.</param>
/// <param name="Words">One sentence.</param>
internal sealed record ImportProgress(bool IsUnderWay, int? Percent, string Words)
{
    private static readonly TimeSpan TooSoonToTell = TimeSpan.FromSeconds(3);

    public static ImportProgress Of(GatheringJob job, ImportJobNotes notes, JobProgress? live, DateTimeOffset now)
    {
        if (job.State is not (GatheringJobState.Waiting or GatheringJobState.Running))
        {
            return new ImportProgress(false, null, GatherText.ProgressOver);
        }

        if (live is { IsHeldUp: true })
        {
            return new ImportProgress(true, null, GatherText.ProgressHeldUp);
        }

        if (notes.TakesBack is not null)
        {
            return Removing(live?.Removed ?? default);
        }

        var progress = live?.Read ?? new HarvestProgress(notes.BytesRead, notes.Entries, notes.Points);
        if (job.State == GatheringJobState.Waiting || progress.Bytes == 0 || notes.Length == 0)
        {
            return new ImportProgress(true, null, job.State == GatheringJobState.Waiting ? GatherText.ProgressWaiting : GatherText.Reading);
        }

        // What is packed in a zip is more than the zip: then nobody can tell how much is left.
        var percent = progress.Bytes <= notes.Length ? (int)(progress.Bytes * 100 / notes.Length) : (int?)null;
        List<string> parts = [Say.Fill(GatherText.ProgressBytes, Say.Size(progress.Bytes)), Say.Count(GatherText.ProgressEntries, progress.Entries)];
        if (progress.Points > 0)
        {
            parts.Add(Say.Count(GatherText.ProgressPoints, progress.Points));
        }

        var words = Say.Fill(GatherText.ProgressSoFar, Say.List(parts));
        return new ImportProgress(true, percent, TimeLeft(progress.Bytes, notes, now) is { } left ? $"{words} {left}" : words);
    }

    private static ImportProgress Removing(RemovalProgress removed) => removed.Total == 0
        ? new ImportProgress(true, null, GatherText.ProgressWaiting)
        : new ImportProgress(true, (int)(removed.Done * 100L / removed.Total), Say.Fill(GatherText.ProgressRemoving, Say.Number(removed.Done), Say.Number(removed.Total)));

    private static string? TimeLeft(long bytes, ImportJobNotes notes, DateTimeOffset now)
    {
        if (notes.StartedAt is not { } started || now - started < TooSoonToTell || bytes > notes.Length)
        {
            return null;
        }

        var seconds = (now - started).TotalSeconds * (notes.Length - bytes) / bytes;
        return seconds < 60 ? GatherText.LessThanAMinute : Say.Count(GatherText.MinutesLeft, (long)Math.Ceiling(seconds / 60));
    }
}
