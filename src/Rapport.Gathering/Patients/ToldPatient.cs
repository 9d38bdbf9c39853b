using System.Text.Json;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What a source said last of the person that the record is about.</summary>
/// <param name="Version">The version of the Patient resource that says it.</param>
/// <param name="Source">The source's number; 0 for the record's own beginning.</param>
/// <param name="Origin">What tells the source from others.</param>
/// <param name="ContentDigest">The 64 bits of what it said.</param>
/// <param name="Said">The Patient as this source said it, without what others had told.</param>
internal sealed record ToldPatient(int Version, long Source, ulong Origin, ulong ContentDigest, ReadOnlyMemory<byte> Said)
{
    private static readonly KnownEntry _patient = new(null, 0, 0, 0, "Patient", false);

    /// <summary>The JSON of <see cref="Said"/>, read once.</summary>
    internal JsonElement Root { get; } = JoinedPatient.Parse(Said);

    /// <summary>Whether it says of whom it tells, by name or birth date.</summary>
    internal bool Names => JoinedPatient.Names(Root);

    /// <summary>What each source said last, the one that says who the person is and said something new last first.</summary>
    /// <param name="view">The record.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IReadOnlyList<ToldPatient>> ReadAsync(GatheringView view, CancellationToken cancel)
    {
        // A second version is of the only source, or of none.
        IReadOnlySet<long> gone = view.PatientVersion > 2 ? await view.TakenBackAsync(cancel) : new HashSet<long>();
        return Read(view, gone);
    }

    /// <summary>
    /// Whether the record says all that its sources told. One in which a newer source took the place of another, as servers did before this
    /// was put together, does not: then whoever tells again what it told is heard.
    /// </summary>
    internal static bool IsWhole(IReadOnlyList<ToldPatient> told, GatheringView view) =>
        told[0].Version != view.PatientVersion
        || SameJson.AreSame(JoinedPatient.Join(told[0].Said, [.. told.Skip(1)]), view.ReadBody(_patient).ToArray());

    /// <inheritdoc cref="ReadAsync"/>
    /// <param name="view">The record.</param>
    /// <param name="gone">The sources that were taken back.</param>
    internal static IReadOnlyList<ToldPatient> Read(GatheringView view, IReadOnlySet<long> gone) =>
    [
        .. view.VersionsOf(_patient with { Version = view.PatientVersion })
            .Where(version => !version.IsWithdrawn && !gone.Contains(version.Source))
            .GroupBy(version => version.Origin).Select(ofOne => ofOne.MaxBy(version => version.Version))
            .Select(version => new ToldPatient(
                version.Version, version.Source, version.Origin, version.ContentDigest, JoinedPatient.SaidIn(version.Body)))
            .OrderByDescending(told => told.Names).ThenByDescending(told => told.Version),
    ];
}
