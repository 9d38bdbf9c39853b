using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Jobs;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>The states of imports that pass too quickly to be seen: as another server of the same database would have noted them.</summary>
internal static class JobTour
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Resident patient)
    {
        var own = await patient.OpenAsync(visitor.Server);
        List<GatheringJob> jobs = [await AddAsync(own, "phone-export-of-last-summer.zip", GatheringJobState.Waiting, takesBack: 1)];
        await visitor.GoAsync($"/gather/{jobs[0].Id}");
        await visitor.SeesAsync(GatherText.GoingOut);
        yield return "gather-going-out";
        foreach (var end in Enum.GetValues<ImportEnd>())
        {
            await visitor.GoAsync($"/gather/{(await AddAsync(own, "hospital.json", GatheringJobState.Over, end: end)).Id}");
            yield return $"gather-ended-{end}";
        }

        while (jobs.Count <= ImportJobs.MostForOnePerson)
        {
            jobs.Add(await AddAsync(own, $"part-{jobs.Count}.json", GatheringJobState.Asking));
        }

        await visitor.GoAsync("/gather");
        await visitor.SeesAsync(GatherText.UnderWay);
        yield return "gather-full";
        foreach (var job in jobs)
        {
            await own.Jobs.ChangeAsync(job, GatheringJobState.Over, job.Body, Cancel);
        }
    }

    private static async Task<GatheringJob> AddAsync(OwnAccess own, string name, GatheringJobState state, long? takesBack = null, ImportEnd? end = null)
    {
        var notes = new ImportJobNotes { FileName = name, Length = 1, OwnName = "", TakesBack = takesBack, Outcome = end is null ? null : new ImportOutcome { End = end } };
        var job = await own.Jobs.AddAsync(LocalId.New(), "another server", notes.Write(), Cancel);
        return (await own.Jobs.ChangeAsync(job, state, notes.Write(), Cancel))!;
    }
}
