using System.Collections.Concurrent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// One patient's record in memory: its key, its newest known <see cref="CompartmentState"/> and where its ledger ends. The state may be behind
/// the database; whatever is released proves itself against the head row first. Thread safe.
/// </summary>
internal sealed class Compartment(PatientId id, PersonId owner, Sealer sealer, CompartmentState state, RecordStore store)
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

    /// <summary>Held while it is labelled by other rules than before.</summary>
    internal SemaphoreSlim Labelling { get; } = new(1, 1);

    /// <summary>Held while a device of it is changed.</summary>
    internal SemaphoreSlim ChangingDevices { get; } = new(1, 1);

    /// <summary>Held while the passcode of a link to it is checked.</summary>
    internal SemaphoreSlim CheckingPasscodes { get; } = new(1, 1);

    /// <summary>Held while a link to it is opened.</summary>
    internal SemaphoreSlim OpeningLinks { get; } = new(1, 1);

    /// <summary>Who is noted as having looked at it, and when last, as far as this node knows.</summary>
    internal ConcurrentDictionary<string, DateTimeOffset> Lookers { get; } = new();

    /// <summary>Held while that is noted: many who come at once ask the database one after the other.</summary>
    internal SemaphoreSlim NotingLookers { get; } = new(1, 1);

    /// <summary>How many bytes the points of series are as packed tables, by the rows that have them, as far as that was asked: what a row has never changes.</summary>
    internal ConcurrentDictionary<int, long> PackedSizes { get; } = new();

    /// <summary>What its ledger says, as far as its patient asked; empty until then. Set only while <see cref="Telling"/> is held.</summary>
    internal LedgerHistory History
    {
        get => _history;
        set => _history = value;
    }

    /// <summary>Held while the history is brought forward.</summary>
    internal SemaphoreSlim Telling { get; } = new(1, 1);

    /// <summary>Bytes it takes in memory.</summary>
    internal long Bytes => State.Bytes + History.Bytes + Facts.Bytes + (PackedSizes.Count * 64L);

    /// <summary>Which of its entries tell of one thing.</summary>
    internal CompartmentFacts Facts { get; } = new();

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

    /// <summary>One part of the entry in a row; with how many there are when it is the first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">The part was changed, moved or taken away.</exception>
    internal async Task<(ReadOnlyMemory<byte> Plain, int Count)> ReadPartAsync(CompartmentState state, int row, int number, CancellationToken cancel)
    {
        var seq = state.Index.PartsRowOf(row) + 1;
        return EntryParts.Open(Id, Sealer, seq, number, await store.ReadPartAsync(Id, seq, number, cancel));
    }

    /// <summary>All parts of the entry in a row; none when it has none.</summary>
    /// <inheritdoc cref="ReadPartAsync"/>
    internal async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadPartsAsync(CompartmentState state, int row, CancellationToken cancel)
    {
        if (!state.Index.HasParts(row))
        {
            return [];
        }

        var (first, count) = await ReadPartAsync(state, row, 0, cancel);
        List<ReadOnlyMemory<byte>> parts = [first];
        while (parts.Count < count)
        {
            parts.Add((await ReadPartAsync(state, row, parts.Count, cancel)).Plain);
        }

        return parts;
    }

    /// <summary>Where its entries came from, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<Source>> ReadSourcesAsync(CancellationToken cancel) =>
        [.. (await store.ReadSourcesAsync(Id, cancel)).Select(row => SourceEncoding.Open(this, row))];

    internal ReadOnlyMemory<byte> ReadPatientBody(CompartmentState state) => EntryHeader.Body(OpenBody(state, state.Index.PatientRow).AsMemory());
}
