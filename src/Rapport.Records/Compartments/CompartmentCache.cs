using System.Collections.Concurrent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// The compartments in memory, under a byte budget: the least recently used go first. A compartment that is not there is loaded once, however
/// many ask at the same time. Thread safe.
/// </summary>
internal sealed class CompartmentCache(RecordStore store, Keyring keyring, long budget)
{
    private readonly ConcurrentDictionary<PatientId, Lazy<Task<Compartment?>>> _slots = [];
    private long _tick;
    private long _bytes;

    /// <summary>Bytes that the compartments in memory take, as last counted.</summary>
    internal long Bytes => Volatile.Read(ref _bytes);

    internal int Count => _slots.Count;

    /// <summary>The compartment, loaded when needed; null when there is none.</summary>
    internal ValueTask<Compartment?> GetAsync(PatientId patient)
    {
        if (_slots.TryGetValue(patient, out var slot) && slot.IsValueCreated && slot.Value.IsCompletedSuccessfully)
        {
#pragma warning disable RS0030 // completed: nothing is waited for
            var compartment = slot.Value.Result;
#pragma warning restore RS0030
            if (compartment is not null)
            {
                compartment.LastUsed = Volatile.Read(ref _tick);
                return new(compartment);
            }
        }

        return new(LoadAsync(patient));
    }

    /// <summary>
    /// Asks the head row whether the state is behind, and brings it forward if so. True when there is a newer state than <paramref name="seen"/>.
    /// </summary>
    internal async Task<bool> RefreshAsync(Compartment compartment, CompartmentState seen, CancellationToken cancel)
    {
        var head = await store.ReadHeadAsync(compartment.Id, cancel);
        if (head is null)
        {
            _slots.TryRemove(compartment.Id, out _);
            return false;
        }

        LedgerHead.Of(compartment.Id, compartment.Sealer, head);
        if (compartment.State.RecordSeq < head.RecordSeq)
        {
            await compartment.Refreshing.WaitAsync(cancel);
            try
            {
                var state = compartment.State;
                if (state.RecordSeq < head.RecordSeq)
                {
                    var rows = await store.ReadEntriesAsync(compartment.Id, state.RecordSeq, head.RecordSeq, cancel);
                    Advance(compartment, StateBuilder.Load(compartment.Id, compartment.Sealer, state, rows, head.ConsentSeq));
                }
            }
            finally
            {
                compartment.Refreshing.Release();
            }
        }

        return compartment.State.RecordSeq > seen.RecordSeq;
    }

    /// <summary>Takes a newer state, and makes room for it.</summary>
    internal void Advance(Compartment compartment, CompartmentState next)
    {
        var before = compartment.State.Bytes;
        compartment.Advance(next);
        Interlocked.Add(ref _bytes, compartment.State.Bytes - before);
        Evict();
    }

    /// <summary>What the indexes of the loaded compartments take.</summary>
    internal (int Compartments, long IndexBytes, long Entries) MeasureIndexes()
    {
        var states = Loaded().Select(l => l.Compartment.State).ToList();
        return (states.Count, states.Sum(s => s.Index.Bytes), states.Sum(s => (long)s.Index.Count));
    }

    private async Task<Compartment?> LoadAsync(PatientId patient)
    {
        var slot = _slots.GetOrAdd(patient, id => new Lazy<Task<Compartment?>>(() => ReadAsync(id)));
        Compartment? compartment = null;
        try
        {
            // Shared by all who ask, so no one's cancellation may end it.
            compartment = await slot.Value;
        }
        finally
        {
            if (compartment is null)
            {
                // Neither failures nor absences are remembered: ids that do not exist must not fill the memory.
                _slots.TryRemove(new(patient, slot));
            }
        }

        if (compartment is not null)
        {
            compartment.LastUsed = Volatile.Read(ref _tick);
        }

        return compartment;
    }

    private async Task<Compartment?> ReadAsync(PatientId patient)
    {
        var head = await store.ReadHeadAsync(patient, CancellationToken.None);
        if (head is null)
        {
            return null;
        }

        var sealer = keyring.OpenDataKey(Places.DataKey(patient), head.DataKey);
        LedgerHead.Of(patient, sealer, head);
        var rows = await store.ReadEntriesAsync(patient, 0, head.RecordSeq, CancellationToken.None);
        var state = StateBuilder.Load(patient, sealer, null, rows, head.ConsentSeq);
        if (state.RecordSeq != head.RecordSeq)
        {
            throw new InvalidDataException($"stored entry {state.RecordSeq + 1} is missing");
        }

        Interlocked.Add(ref _bytes, state.Bytes);
        Evict();
        return new Compartment(patient, PersonId.Parse(head.OwnerId), sealer, state);
    }

    private void Evict()
    {
        Interlocked.Increment(ref _tick);
        if (Bytes <= budget)
        {
            return;
        }

        foreach (var (slot, compartment) in Loaded().OrderBy(l => l.Compartment.LastUsed).ToList())
        {
            if (Bytes <= budget)
            {
                break;
            }

            if (_slots.TryRemove(slot))
            {
                Interlocked.Add(ref _bytes, -compartment.State.Bytes);
            }
        }
    }

    private IEnumerable<(KeyValuePair<PatientId, Lazy<Task<Compartment?>>> Slot, Compartment Compartment)> Loaded()
    {
        foreach (var slot in _slots)
        {
#pragma warning disable RS0030 // completed: nothing is waited for
            if (slot.Value.IsValueCreated && slot.Value.Value.IsCompletedSuccessfully && slot.Value.Value.Result is { } compartment)
#pragma warning restore RS0030
            {
                yield return (slot, compartment);
            }
        }
    }
}
