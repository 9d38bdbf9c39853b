using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Works out what a source adds to a record; called again when the record changed meanwhile.</summary>
internal sealed class ImportWriting(HarvestedSource source, ImportOptions options, CancellationToken cancel)
{
    /// <summary>What became of it, by the plan made last.</summary>
    internal ImportResult Result { get; private set; } = null!;

    internal async ValueTask<GatheringPlan> PlanAsync(GatheringView view)
    {
        var plan = await MakeAsync(view);
        source.Harvest.Sweep();
        return plan;
    }

    private async Task<GatheringPlan> MakeAsync(GatheringView view)
    {
        var input = source.TakeInput();
        if (PatientSubjects.FindOther(input, view.Patient.ToString(), out var outside) is { } other)
        {
            return Stop(ImportResult.Refuse([other]));
        }

        var record = Resource.Read(view.PatientBody).Root;
        var doubt = IdentityComparison.Compare(input.WhoItIsAbout, record) ?? (options.OwnName is { } name ? IdentityComparison.CompareFirst(input.WhoItIsAbout, record, name) : null);
        if (doubt is not null && !options.IdentityConfirmed && doubt != options.ConfirmedDoubt)
        {
            return Stop(new ImportResult { Status = ImportStatus.IdentityInDoubt, Identity = doubt });
        }

        var plan = await ImportPlan.MakeAsync(input, view, outside, cancel);
        if (plan.Errors.Count > 0)
        {
            return Stop(ImportResult.Refuse(plan.Errors));
        }

        var series = await SeriesPlan.MakeAsync(source.Harvest.Series, plan.SeriesPlaces, view, cancel);
        Result = new ImportResult
        {
            Status = plan.Drafts.Count + series.Drafts.Count > 0 ? ImportStatus.Taken : ImportStatus.NothingNew,
            Issues = [.. source.Harvest.Warnings, .. input.Warnings, .. plan.Warnings],
            Entries = [.. plan.Entries.Concat(series.Entries).OrderBy(entry => (uint)entry.Index)],
            About = IdentityComparison.Name(input.WhoItIsAbout),
            ConsentsKeptAsDocuments = plan.Entries.Count(e => e.ResourceType == "Consent" && e.As is ImportedAs.Added or ImportedAs.Updated),
            Report = source.Report,
        };
        await AddPartsAsync(plan.Drafts, view);
        plan.Drafts.AddRange(series.Drafts);
        return new GatheringPlan(plan.Drafts, Result.Entries.CountBy(e => e.As).ToDictionary(c => c.Key.ToString(), c => c.Value))
        {
            Report = source.Report,
            AlsoSays = plan.AlsoSays,
            AlsoSaysPoints = series.AlsoSays,
        };
    }

    /// <summary>FHIR that comes back from here has no parts of its own: what stands beside an entry stays with its next version.</summary>
    private async Task AddPartsAsync(List<EntryDraft> drafts, GatheringView view)
    {
        for (var i = 0; i < drafts.Count; i++)
        {
            if (drafts[i] is { Version: > 1, Parts: null, Local: { } local } && view.Find(local) is { IsWithdrawn: false } known)
            {
                drafts[i] = drafts[i] with { Parts = await view.ReadPartsAsync(known, cancel) };
            }
        }
    }

    private GatheringPlan Stop(ImportResult result)
    {
        Result = result with { Report = source.Report };
        return new GatheringPlan([]);
    }
}
