namespace Rapport.Records;

/// <summary>
/// A record was changed at rest, so that nobody can tell what its patient permits. Only the operator may learn of it: whoever asked is answered as if there
/// were no such record.
/// </summary>
public sealed class RecordUnreadableException(Exception inner) : Exception("the record cannot be read: it was changed at rest", inner);
