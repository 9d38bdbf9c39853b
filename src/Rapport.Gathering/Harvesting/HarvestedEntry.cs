using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>An entry of a source.</summary>
/// <param name="FullUrl">Its URL, by which other entries refer to it; null when it has none.</param>
/// <param name="Json">R4, checked.</param>
/// <param name="ResourceType">FHIR type.</param>
/// <param name="Provenance">Where it stood.</param>
internal sealed record HarvestedEntry(string? FullUrl, ReadOnlyMemory<byte> Json, string ResourceType, Provenance Provenance)
{
    /// <summary>What is too large for the JSON; null for none.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>>? Parts { get; init; }

    /// <summary>What a FHIR bundle asked to be done with it; null when it did not say.</summary>
    internal BundleRequest? Request { get; init; }
}
