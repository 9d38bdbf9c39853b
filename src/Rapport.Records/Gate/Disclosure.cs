using Rapport.Consent;

namespace Rapport.Records;

/// <summary>
/// Entries released to one recipient for one purpose under one decision. It exists only after the ledger entry that tells of it is durable;
/// only <see cref="DisclosureGate"/> makes one.
/// </summary>
public sealed class Disclosure : RecordAnswer
{
    private readonly Decision _decision;
    private readonly EntrySet _permitted;

    internal Disclosure(
        Compartment compartment, CompartmentState state, Selection selection, byte[][] sealedBodies, Decision decision, EntrySet permitted, DisclosureAsk ask, long ledgerIndex)
        : base(compartment, state, selection, sealedBodies)
    {
        (_decision, _permitted) = (decision, permitted);
        Purpose = ask.Purpose;
        LedgerIndex = ledgerIndex;
    }

    /// <summary>HL7 purpose of use.</summary>
    public string Purpose { get; }

    /// <summary>Where the patient's ledger tells of this; -1 when nothing matched, so nothing was released or recorded.</summary>
    public long LedgerIndex { get; }

    private protected override EntrySet Readable => _permitted;

    /// <summary>Why entry <paramref name="index"/> of this page is permitted, in a sentence for people.</summary>
    public DecisionReason ReasonFor(int index) => _decision.ReasonFor(Rows[index]);
}
