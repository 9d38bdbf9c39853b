using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>An entry of the input with its place in the record; the patient's has no local id.</summary>
internal sealed record ImportTarget(BundleEntry Entry, KnownEntry? Known, LocalId? Local, ulong Origin)
{
    /// <summary>The record keeps what it has, and does not take this.</summary>
    internal bool IsKept { get; init; }

    /// <summary>It was exported from this very record.</summary>
    internal bool IsOwn { get; init; }

    /// <summary>Its points make the entry: see <see cref="SeriesPlan"/>.</summary>
    internal bool IsSeries { get; init; }

    /// <summary>Says again who the patient is, whom another entry tells.</summary>
    internal bool IsSamePatient { get; init; }

    /// <summary>The entry before it that is the same resource.</summary>
    internal int? Repeats { get; init; }

    internal bool IsLeftOut => Origin == 0;

    internal string IdIn(string patient) => Local is { } local ? $"{patient}.{local}" : patient;
}
