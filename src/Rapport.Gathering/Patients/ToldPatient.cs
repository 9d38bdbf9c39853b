using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// What a source said last of the person that the record is about. It is opened when it is needed, for it may be large and there may be many.
/// </summary>
internal sealed class ToldPatient
{
    /// <summary>Of the newest so many sources what they said counts.</summary>
    internal const int MostSources = 1000;

    /// <summary>And of no more of them than have so many bytes together.</summary>
    private const long MostBytes = 128L * 1024 * 1024;

    private readonly Func<ReadOnlyMemory<byte>> _said;

    /// <param name="version">The version of the Patient resource that says it.</param>
    /// <param name="source">The source's number; 0 for the record's own beginning.</param>
    /// <param name="origin">What tells the source from others.</param>
    /// <param name="contentDigest">The 64 bits of what it said.</param>
    /// <param name="said">Opens the Patient as this source said it, without what others had told.</param>
    internal ToldPatient(int version, long source, ulong origin, ulong contentDigest, Func<ReadOnlyMemory<byte>> said)
    {
        (Version, Source, Origin, ContentDigest, _said) = (version, source, origin, contentDigest, said);
        var patient = JoinedPatient.Parse(said());
        (Names, SaysGender) = (JoinedPatient.Names(patient), PatientElements.SaysGender(patient));
    }

    internal int Version { get; }

    internal long Source { get; }

    internal ulong Origin { get; }

    internal ulong ContentDigest { get; }

    /// <summary>Whether it says of whom it tells, by name or birth date.</summary>
    internal bool Names { get; }

    /// <inheritdoc cref="PatientElements.SaysGender"/>
    internal bool SaysGender { get; }

    /// <summary>The Patient as this source said it.</summary>
    internal ReadOnlyMemory<byte> ReadSaid() => _said();

    /// <summary>What each source said last, the one that says who the person is and said something new last first.</summary>
    /// <param name="view">The record.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IReadOnlyList<ToldPatient>> ReadAsync(GatheringView view, CancellationToken cancel)
    {
        // A second version is of the only source, or of none.
        IReadOnlyList<Source> sources = view.PatientVersion > 2 ? await view.ReadSourcesAsync(cancel) : [];
        var gone = sources.Where(source => source.TakenBackAt is not null).Select(source => source.Number).ToHashSet();
        return Read(view, sources, gone, cancel);
    }

    /// <summary>
    /// Whether the record says all that its sources told. One in which a newer source took the place of another, as servers did before this
    /// was put together, does not: then whoever tells again what it told is heard.
    /// </summary>
    internal static bool IsWhole(IReadOnlyList<ToldPatient> told, GatheringView view, CancellationToken cancel) =>
        told[0].Version != view.PatientVersion
        || SameJson.AreSame(JoinedPatient.Join(told[0].ReadSaid(), told.Skip(1), cancel), view.ReadBody(view.KnownPatient).ToArray());

    /// <inheritdoc cref="ReadAsync"/>
    /// <param name="view">The record.</param>
    /// <param name="sources">All of its sources.</param>
    /// <param name="gone">Those of them that were taken back.</param>
    /// <param name="cancel">Gives up.</param>
    internal static IReadOnlyList<ToldPatient> Read(
        GatheringView view, IReadOnlyList<Source> sources, IReadOnlySet<long> gone, CancellationToken cancel)
    {
        Dictionary<SaidVersion, long> again = [];
        foreach (var source in sources.Where(source => !gone.Contains(source.Number)))
        {
            foreach (var said in source.AlsoSays.Where(said => said.Local == default))
            {
                again.TryAdd(said, source.Number);
            }
        }

        var patient = view.KnownPatient;
        HashSet<ulong> seen = [];
        List<ToldPatient> told = [];
        var bytes = 0L;
        foreach (var place in view.PlacesOf(patient).Where(place => !seen.Contains(place.Origin)))
        {
            cancel.ThrowIfCancellationRequested();
            var version = view.ReadVersion(patient, place.Version);
            if (version.IsWithdrawn || StandsBy(version) is not { } source)
            {
                continue;
            }

            bytes += place.Bytes;
            if (told.Count > 0 && (told.Count == MostSources || bytes > MostBytes))
            {
                break;
            }

            seen.Add(place.Origin);
            told.Add(new ToldPatient(
                place.Version, source, version.Origin, version.ContentDigest,
                () => JoinedPatient.SaidIn(view.ReadVersion(patient, place.Version).Body, place.Version)));
        }

        return [.. told.OrderByDescending(one => one.Names).ThenByDescending(one => one.Version)];

        // Whose word it is: its own source's, or that of another which stands and says it too.
        long? StandsBy(KnownVersion version) =>
            !gone.Contains(version.Source) ? version.Source
            : again.TryGetValue(new SaidVersion(default, version.ContentDigest) { Origin = version.Origin }, out var other) ? other
            : null;
    }
}
