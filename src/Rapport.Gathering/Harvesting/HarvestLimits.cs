namespace Rapport.Gathering;

/// <summary>How much of a source is read before it is refused.</summary>
internal sealed record HarvestLimits
{
    /// <summary>The longest file that is held in memory whole.</summary>
    internal int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bundles and lines of FHIR that are longer are read entry by entry.</summary>
    internal int EntryByEntryFrom { get; init; } = 4 * 1024 * 1024;

    /// <summary>The longest source that is streamed, unpacked.</summary>
    internal long MaxStreamedBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>The most entries.</summary>
    internal int MaxEntries { get; init; } = 200_000;

    /// <summary>The most bytes of all entries together: they stand in memory some three times when they are written.</summary>
    internal long MaxEntryBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>The most elements of all entries together; each takes 20 bytes beside the text.</summary>
    internal int MaxElements { get; init; } = 4_000_000;

    /// <summary>The most bytes of points that FHIR carries packed, unpacked.</summary>
    internal long MaxCarriedBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>The most points of series, those not taken among them.</summary>
    internal long MaxPoints { get; init; } = 50_000_000;
}
