using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>A signed checkpoint of a ledger, and hashes that lead to its root.</summary>
/// <param name="Checkpoint">The ledger as it is now.</param>
/// <param name="Hashes">What an inclusion or consistency proof of RFC 6962 consists of, in its order.</param>
public sealed record LedgerProof(Checkpoint Checkpoint, IReadOnlyList<TreeHash> Hashes);
