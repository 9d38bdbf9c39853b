using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>What one ledger entry says, without what only its proof needs. Texts that many have are one object.</summary>
public sealed record LedgerDeed
{
    /// <summary>Its position, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened; null once the details were erased, and then everything below is empty.</summary>
    public LedgerKind? Kind { get; init; }

    /// <summary>Who did it: the whole reference.</summary>
    public string Actor { get; init; } = "";

    /// <summary>The actor's name as it was then.</summary>
    public string? ActorName { get; init; }

    /// <summary>For whom, when not in their own name: the whole reference.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The name of whom the actor acted for, as it was then.</summary>
    public string? OnBehalfOfName { get; init; }

    /// <summary>The purpose of use.</summary>
    public string? Purpose { get; init; }

    /// <summary>The ids of the consents that decided.</summary>
    public IReadOnlyList<string> Consents { get; init; } = [];

    /// <summary>How many entries were disclosed or written.</summary>
    public int EntryCount { get; init; }

    /// <summary>The FHIR types of these entries, in alphabetical order.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>What else is told.</summary>
    public string? Note { get; init; }

    /// <summary>Whether somebody saw something of the record. Making a card is a disclosure, and not a look: who is shown it, nobody here knows.</summary>
    public bool IsLook => Kind is LedgerKind.Disclosed && Note != CardNote.Issued;

    /// <summary>Whether an agreement ended by it; of whoever acts for the patient it tells with the state in which the agreement is since.</summary>
    public bool Ends => Kind is LedgerKind.Revoked || (Kind is LedgerKind.Delegated && Note is not ("active" or SuccessionNote.Set or SuccessionNote.Asked or SuccessionNote.Agreed));

    /// <summary>Whether it happened in an emergency: somebody opened the emergency door, or looked through it.</summary>
    public bool IsEmergency => Kind is LedgerKind.BrokeGlass || (IsLook && Purpose == Consent.PurposeOfUse.BreakTheGlass);
}
