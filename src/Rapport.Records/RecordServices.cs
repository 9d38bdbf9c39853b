using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>What the parts of this module share.</summary>
internal sealed record RecordServices(RecordStore Store, LedgerTable Ledger, Database Database, Keyring Keyring, CompartmentCache Cache, CheckpointSigner Signer, TimeProvider Clock)
{
    /// <summary>How a consent's recipient is found without keeping their reference in clear.</summary>
    internal byte[] RecipientHash(string reference) => Keyring.LookupHash("recipient", reference);

    /// <summary>The compartment's state, no older than what was committed anywhere before the call.</summary>
    internal async Task<CompartmentState> FreshAsync(Compartment compartment, CancellationToken cancel)
    {
        await FreshHeadAsync(compartment, cancel);
        return compartment.State;
    }

    /// <summary>The head row, no older than what was committed anywhere before the call; the compartment's state is not behind it either.</summary>
    internal Task<HeadRow> FreshHeadAsync(Compartment compartment, CancellationToken cancel) => Cache.BringForwardAsync(compartment, compartment.State, cancel);
}
