namespace Rapport.Records;

/// <summary>How much there is in a record.</summary>
/// <param name="ByType">Current entries by FHIR type; those that tell of one thing count once.</param>
/// <param name="ByLabel">Current entries by security label code; entries with several labels count for each, those that tell of one thing once.</param>
/// <param name="ActiveConsents">Consents in force, or that will be.</param>
/// <param name="LedgerSize">Entries in the ledger.</param>
public sealed record RecordOverview(IReadOnlyDictionary<string, int> ByType, IReadOnlyDictionary<string, int> ByLabel, int ActiveConsents, long LedgerSize)
{
    /// <summary>All current entries.</summary>
    public int Total => ByType.Values.Sum();

    /// <summary>Whether there are entries that tell of one thing.</summary>
    public bool HasJoined { get; init; }
}
