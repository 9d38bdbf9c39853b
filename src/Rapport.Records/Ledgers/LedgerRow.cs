using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>One ledger entry as the patient reads it.</summary>
/// <param name="Index">Its position, from 0.</param>
/// <param name="Leaf">Time and commitment.</param>
/// <param name="Details">What it says; null once the details were erased.</param>
public sealed record LedgerRow(long Index, LedgerLeaf Leaf, LedgerDetails? Details);
