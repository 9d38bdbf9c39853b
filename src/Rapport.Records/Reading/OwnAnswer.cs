using Rapport.Consent;

namespace Rapport.Records;

/// <summary>Entries the patient reads of their own record: no disclosure, so not in the ledger.</summary>
public sealed class OwnAnswer : RecordAnswer
{
    internal OwnAnswer(Compartment compartment, CompartmentState state, Selection selection, byte[][] sealedBodies)
        : base(compartment, state, selection, sealedBodies)
    {
    }

    private protected override EntrySet Readable => EntrySet.All(State.Index.Count);
}
