namespace Rapport.Gathering;

/// <summary>How far a source is read.</summary>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Entries">Entries found.</param>
/// <param name="Points">Points of series found.</param>
public readonly record struct HarvestProgress(long Bytes, int Entries, long Points);
