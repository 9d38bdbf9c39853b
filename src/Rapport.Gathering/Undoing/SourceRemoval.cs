using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Takes a source back as a whole. What it alone brought is withdrawn; where it changed what another source had brought, that stands again; what another
/// source says too stays, now as that source's. Points that it added to a series go, those of others stay. Nothing is destroyed. Stateless.
/// </summary>
public static class SourceRemoval
{
    private const int ProgressStep = 1000;

    /// <summary>Takes a source back.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="source">The source's number.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>Where the ledger tells of it; null when there is no such source, or it was taken back before.</returns>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<long?> TakeBackAsync(OwnAccess own, long source, CancellationToken cancel) => TakeBackAsync(own, source, null, cancel);

    /// <inheritdoc cref="TakeBackAsync(OwnAccess, long, CancellationToken)"/>
    /// <param name="own">Whose record.</param>
    /// <param name="source">The source's number.</param>
    /// <param name="progress">Told from time to time how far it is; null for nobody.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    public static Task<long?> TakeBackAsync(OwnAccess own, long source, IProgress<RemovalProgress>? progress, CancellationToken cancel) =>
        own.TakeBackAsync(source, (view, sources) => PlanAsync(view, sources, source, progress, cancel), cancel);

    /// <summary>Takes back what somebody brought who acts for the patient; false when they brought no such source, took it back before, or may not.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<bool> TakeBackAsync(ActingAccess acting, long source, CancellationToken cancel) =>
        acting.TakeBackAsync(source, (view, sources) => PlanAsync(view, sources, source, null, cancel), cancel);

    /// <summary>Takes back what somebody added in their own name; false when they added no such source, it was taken back before, or they may add no more.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<bool> TakeBackAsync(ContributingAccess contributing, long source, CancellationToken cancel) =>
        contributing.TakeBackAsync(source, (view, sources) => PlanAsync(view, sources, source, null, cancel), cancel);

    /// <summary>Takes back a comment that somebody wrote; false when it is none of theirs, was taken back before, or they may comment no more.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<bool> TakeBackAsync(CommentingAccess commenting, Data.LocalId comment, CancellationToken cancel) =>
        commenting.TakeBackAsync(comment, (view, sources, source) => PlanAsync(view, sources, source, null, cancel), cancel);

    private static async ValueTask<IReadOnlyList<EntryDraft>> PlanAsync(
        GatheringView view, IReadOnlyList<Source> sources, long source, IProgress<RemovalProgress>? progress, CancellationToken cancel)
    {
        HashSet<long> gone = [source, .. sources.Where(s => s.TakenBackAt is not null).Select(s => s.Number)];
        List<EntryDraft> drafts = [];
        var brought = view.BroughtBy(source);
        for (var i = 0; i < brought.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (i % ProgressStep == 0)
            {
                progress?.Report(new RemovalProgress(i, brought.Count));
            }

            var known = brought[i];
            if (known.IsRule || known.Local is null)
            {
                continue;
            }

            var parts = known.ResourceType == "Observation" ? await view.ReadPartsAsync(known, cancel) : [];
            var instead = parts.Count > 0 ? await WithoutPointsAsync(view, known, gone, sources, cancel) : await WithoutVersionAsync(view, known, gone, sources, cancel);
            if (instead is { } draft)
            {
                drafts.Add(draft);
            }
        }

        // Who told of the person, or told again what another did.
        if ((brought.Any(known => known.Local is null) || sources.Any(s => s.Number == source && s.AlsoSays.Any(said => said.Local == default)))
            && WithoutTold(view, gone, sources, cancel) is { } patient)
        {
            drafts.Add(patient);
        }

        return drafts;
    }

    /// <summary>What stands in place of the current version; null when that is not from a source that is gone.</summary>
    private static async Task<EntryDraft?> WithoutVersionAsync(
        GatheringView view, KnownEntry known, HashSet<long> gone, IReadOnlyList<Source> sources, CancellationToken cancel)
    {
        var versions = view.VersionsOf(known);
        if (!gone.Contains(versions[^1].Source))
        {
            return null;
        }

        foreach (var version in versions.Reverse().Where(version => !version.IsWithdrawn))
        {
            if ((gone.Contains(version.Source) ? SaidBy(known, version, gone, sources) : version.Source) is { } source)
            {
                return await AgainAsync(view, known, version with { Source = source }, cancel);
            }
        }

        return WithdrawnEntry.Of(view, known, versions[^1].Source);
    }

    /// <summary>What the sources that stay tell of the person, put together anew; null when that is what the record has.</summary>
    private static EntryDraft? WithoutTold(GatheringView view, HashSet<long> gone, IReadOnlyList<Source> sources, CancellationToken cancel)
    {
        var known = view.KnownPatient;
        var told = ToldPatient.Read(view, sources, gone, cancel);
        var newest = told[0];
        var root = Resource.Read(newest.ReadSaid()).Root;
        var said = ResourceRewriter.Rewrite(
            root, new RewriteOptions { VersionId = (known.Version + 1).ToString(), LastUpdated = view.Now, SecurityLabels = view.LabelsMissing(known, root) });
        var body = JoinedPatient.Join(said, told.Skip(1), cancel);
        var current = view.ReadBody(known);
        return !gone.Contains(known.Source) && SameJson.AreSame(ResourceRewriter.Rewrite(Resource.Read(current).Root, new RewriteOptions { VersionId = (known.Version + 1).ToString(), LastUpdated = view.Now }), body)
            ? null
            : new EntryDraft(null, known.Version + 1, body, newest.Origin, newest.ContentDigest) { Source = newest.Source };
    }

    /// <summary>A series keeps the points that others brought or say too: each version has those of the versions before it, and what its own source added.</summary>
    private static async Task<EntryDraft?> WithoutPointsAsync(
        GatheringView view, KnownEntry known, HashSet<long> gone, IReadOnlyList<Source> sources, CancellationToken cancel)
    {
        var versions = view.VersionsOf(known);
        HashSet<SeriesPoint> stay = [];
        HashSet<SeriesPoint> before = [];
        long? from = null;
        foreach (var version in versions)
        {
            var points = version.IsWithdrawn ? [] : SeriesParts.ReadAll(await view.ReadPartsAsync(known, version.Version, cancel));
            stay.IntersectWith(points);
            if (!gone.Contains(version.Source))
            {
                stay.UnionWith(points.Except(before));
            }

            foreach (var (source, said) in SaidOf(known, version, points, gone, sources))
            {
                stay.UnionWith(said);
                from = source;
            }

            before = [.. points];
        }

        if (stay.Count == before.Count)
        {
            return null;
        }

        if (stay.Count == 0)
        {
            return WithdrawnEntry.Of(view, known, versions[^1].Source);
        }

        var observation = Resource.Read(versions[^1].Body).Root;
        var metric = SeriesEntry.MetricOf(observation);
        SeriesPoint[] left = [.. stay.Order()];
        var body = SeriesEntry.Write(SeriesEntry.Describe(metric, SeriesEntry.DeviceOf(observation), left, view.Patient.ToString()), IdOf(view, known), known.Version + 1, view, known);
        return new EntryDraft(known.Local, known.Version + 1, body, known.Origin, Origins.DigestOf(body))
        {
            Parts = SeriesParts.Write(left),
            Source = versions.Where(version => !gone.Contains(version.Source)).Select(version => (long?)version.Source).LastOrDefault() ?? from ?? 0,
        };
    }

    /// <summary>Another source that says just this version too, so that it stays; null for none.</summary>
    private static long? SaidBy(KnownEntry known, KnownVersion version, HashSet<long> gone, IReadOnlyList<Source> sources) =>
        sources.FirstOrDefault(s => !gone.Contains(s.Number) && known.Local is { } local && s.AlsoSays.Contains(new SaidVersion(local, version.ContentDigest)))?.Number;

    /// <summary>What sources that stay say of a version's points, whoever brought those.</summary>
    private static IEnumerable<(long Source, IEnumerable<SeriesPoint> Said)> SaidOf(KnownEntry known, KnownVersion version, SeriesPoint[] points, HashSet<long> gone, IReadOnlyList<Source> sources)
    {
        if (SaidBy(known, version, gone, sources) is { } whole)
        {
            yield return (whole, points);
        }

        foreach (var source in sources.Where(source => !gone.Contains(source.Number)))
        {
            foreach (var said in source.AlsoSaysPoints.Where(said => said.Local == known.Local && said.Version == version.Version))
            {
                yield return (source.Number, said.Among(points));
            }
        }
    }

    private static async Task<EntryDraft> AgainAsync(GatheringView view, KnownEntry known, KnownVersion version, CancellationToken cancel)
    {
        var root = Resource.Read(version.Body).Root;
        var body = ResourceRewriter.Rewrite(
            root, new RewriteOptions { VersionId = (known.Version + 1).ToString(), LastUpdated = view.Now, SecurityLabels = view.LabelsMissing(known, root) });
        return new EntryDraft(known.Local, known.Version + 1, body, version.Origin, version.ContentDigest)
        {
            Parts = await view.ReadPartsAsync(known, version.Version, cancel),
            Source = version.Source,
        };
    }

    private static string IdOf(GatheringView view, KnownEntry known) => known.Local is { } local ? $"{view.Patient}.{local}" : view.Patient.ToString();
}

/// <summary>How far the removal of a source is worked out.</summary>
/// <param name="Done">Entries looked at.</param>
/// <param name="Total">Entries that it brought.</param>
public readonly record struct RemovalProgress(int Done, int Total);
