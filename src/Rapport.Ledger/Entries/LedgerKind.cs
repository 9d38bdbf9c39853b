namespace Rapport.Ledger;

/// <summary>What a ledger entry tells of. The numbers are part of the format and never change.</summary>
public enum LedgerKind : byte
{
    /// <summary>The compartment was made.</summary>
    Created = 1,

    /// <summary>Entries were added to the record from a source.</summary>
    Gathered = 2,

    /// <summary>A consent was given or changed.</summary>
    Consented = 3,

    /// <summary>A consent was withdrawn.</summary>
    Revoked = 4,

    /// <summary>Entries were released to a recipient under consents.</summary>
    Disclosed = 5,

    /// <summary>A professional opened the emergency door: the entry that was written is the consent that nobody gave, under which they look for a bounded time.</summary>
    BrokeGlass = 6,

    /// <summary>A person was allowed to act for the patient, or no longer is.</summary>
    Delegated = 7,

    /// <summary>Entries were changed.</summary>
    Corrected = 8,

    /// <summary>What good a disclosure did.</summary>
    Outcome = 9,

    /// <summary>Entries, or the whole record, were erased.</summary>
    Erased = 10,
}
