namespace Rapport.Records;

/// <summary>The record was erased for good while it was in use here. To everybody it is as if it had never been.</summary>
public sealed class RecordErasedException() : Exception("the record was erased");
