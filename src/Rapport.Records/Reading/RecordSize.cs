namespace Rapport.Records;

/// <summary>How many bytes there are of what is current in a record.</summary>
/// <param name="Entries">JSON.</param>
/// <param name="Documents">What documents are, byte for byte.</param>
/// <param name="Series">Points of series, as they are packed here.</param>
public sealed record RecordSize(long Entries, long Documents, long Series);
