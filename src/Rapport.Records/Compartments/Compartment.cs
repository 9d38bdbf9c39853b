using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// One patient's record in memory: its key, its newest known <see cref="CompartmentState"/> and where its ledger ends. The state may be behind
/// the database; whatever is released proves itself against the head row first. Thread safe.
/// </summary>
internal sealed class Compartment(PatientId id, PersonId owner, Sealer sealer, CompartmentState state)
{
    private volatile CompartmentState _state = state;
    private volatile LedgerHistory _history = LedgerHistory.Empty;

    internal PatientId Id { get; } = id;

    internal string IdText { get; } = id.ToString();

    internal PersonId Owner { get; } = owner;

    internal Sealer Sealer { get; } = sealer;

    internal CompartmentState State => _state;

    /// <summary>Held while the state is brought forward.</summary>
    internal SemaphoreSlim Refreshing { get; } = new(1, 1);

    /// <summary>What its ledger says, as far as its patient asked; empty until then. Set only while <see cref="Telling"/> is held.</summary>
    internal LedgerHistory History
    {
        get => _history;
        set => _history = value;
    }

    /// <summary>Held while the history is brought forward.</summary>
    internal SemaphoreSlim Telling { get; } = new(1, 1);

    /// <summary>Bytes it takes in memory.</summary>
    internal long Bytes => State.Bytes + History.Bytes;

    /// <summary>Where the ledger ends; only the <see cref="LedgerWriter"/> touches it. Null when not known.</summary>
    internal LedgerHead? Head { get; set; }

    /// <summary>Bytes that the cache counts for it; negative once it was evicted. Only the cache touches it.</summary>
    internal long CountedBytes { get; set; }

    /// <summary>For eviction: the cache's tick of the last use.</summary>
    internal long LastUsed { get; set; }

    /// <summary>Takes a newer state; an older one is ignored.</summary>
    internal void Advance(CompartmentState next)
    {
        CompartmentState current;
        do
        {
            current = _state;
            if (next.RecordSeq <= current.RecordSeq)
            {
                return;
            }
        }
#pragma warning disable CS0420 // the field is volatile, and so is the exchange
        while (Interlocked.CompareExchange(ref _state, next, current) != current);
#pragma warning restore CS0420
    }

    /// <exception cref="SealBrokenException">The stored body was changed or moved.</exception>
    internal void OpenBody(int row, ReadOnlySpan<byte> sealedBody, Span<byte> plain) => Sealer.Open(Places.Entry(Id, row + 1), sealedBody, plain);

    internal byte[] OpenBody(CompartmentState state, int row) => Sealer.Open(Places.Entry(Id, row + 1), state.Bodies[row]);

    internal ReadOnlyMemory<byte> ReadPatientBody(CompartmentState state) => OpenBody(state, state.Index.PatientRow).AsMemory(EntryHeader.Length);
}
