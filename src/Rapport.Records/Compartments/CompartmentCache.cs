using System.Collections.Concurrent;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>
/// The compartments in memory, under a byte budget: the least recently used go first. A compartment that is not there is loaded once, however
/// many ask at the same time. Thread safe.
/// </summary>
/// <param name="store">Where they are stored.</param>
/// <param name="keyring">Their keys.</param>
/// <param name="budget">How many bytes they may take.</param>
/// <param name="minors">What holds for children.</param>
internal sealed class CompartmentCache(RecordStore store, Keyring keyring, long budget, MinorPolicy minors)
{
    private readonly ConcurrentDictionary<PatientId, Lazy<Task<Compartment?>>> _slots = [];
    private readonly Lock _counting = new();
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
    /// <exception cref="InvalidDataException">The record is gone, or stored entries of it are.</exception>
    internal async Task<bool> RefreshAsync(Compartment compartment, CompartmentState seen, CancellationToken cancel)
    {
        await BringForwardAsync(compartment, seen, cancel);
        return compartment.State.RecordSeq > seen.RecordSeq;
    }

    /// <summary>Brings the state forward if it is behind; the head row that told.</summary>
    /// <exception cref="InvalidDataException">The record is gone, or stored entries of it are.</exception>
    /// <exception cref="RecordErasedException">The record was erased.</exception>
    internal async Task<HeadRow> BringForwardAsync(Compartment compartment, CompartmentState seen, CancellationToken cancel)
    {
        var head = await store.ReadHeadAsync(compartment.Id, cancel);
        if (head is null)
        {
            Forget(compartment.Id);
            throw new InvalidDataException("the head row of a record is gone");
        }

        if (head.IsErased)
        {
            Forget(compartment.Id);
            throw new RecordErasedException();
        }

        LedgerHead.Of(compartment.Id, compartment.Sealer, head);
        if (head.RecordSeq < compartment.State.RecordSeq && (await store.ReadHeadAsync(compartment.Id, cancel))?.RecordSeq < seen.RecordSeq)
        {
            // The database was put back to an earlier state under a running server: what is in memory is no longer true.
            Forget(compartment.Id);
            throw new InvalidDataException("stored entries of a record are gone");
        }

        if (IsBehind(compartment.State, head))
        {
            await compartment.Refreshing.WaitAsync(cancel);
            try
            {
                var state = compartment.State;
                if (IsBehind(state, head))
                {
                    var rows = await store.ReadEntriesAsync(compartment.Id, state.RecordSeq, head.RecordSeq, cancel);
                    Advance(compartment, Load(compartment.Id, compartment.Sealer, state, rows, head));
                }
            }
            finally
            {
                compartment.Refreshing.Release();
            }
        }

        return head;
    }

    private static bool IsBehind(CompartmentState state, HeadRow head) =>
        state.RecordSeq < head.RecordSeq || (state.RecordSeq == head.RecordSeq && state.ConsentSeq != head.ConsentSeq);

    /// <summary>What a query matches of what is permitted. An index of words and facts that are read for it count from then on.</summary>
    internal async ValueTask<Selection> SelectAsync(Compartment compartment, CompartmentState state, EntrySet permitted, RecordQuery query, CancellationToken cancel)
    {
        var words = Selector.NeedsWords(state.Index, permitted, query) ? await state.Words.IndexAsync(() => Recount(compartment)).WaitAsync(cancel) : null;
        var selection = Selector.Select(state.Index, permitted, query, words, query.Merges ? await MergedAsync(compartment, state, permitted, cancel) : MergedEntries.None);
        return query.Within is { } bounds ? await bounds.FitAsync(compartment, state, query, selection, store, cancel) : selection;
    }

    /// <summary>Which of the permitted entries are shown as one.</summary>
    internal Task<MergedEntries> MergedAsync(Compartment compartment, CompartmentState state, EntrySet permitted, CancellationToken cancel) =>
        compartment.Facts.MergedAsync(state, permitted, () => Recount(compartment), cancel);

    /// <summary>Which entries would be shown as one to their patient if something were written: see <see cref="CompartmentFacts.AfterAsync"/>.</summary>
    internal Task<MergedEntries> MergedAfterAsync(
        Compartment compartment, CompartmentState state, IReadOnlyList<EntryDraft> drafts, long source, IReadOnlyList<EntryLink> links, CancellationToken cancel) =>
        compartment.Facts.AfterAsync(state, drafts, source, links, () => Recount(compartment), cancel);

    /// <summary>Takes a newer state, and makes room for it.</summary>
    internal void Advance(Compartment compartment, CompartmentState next)
    {
        compartment.Advance(next);
        Recount(compartment);
    }

    /// <summary>Counts what a compartment takes now, and makes room for it.</summary>
    internal void Recount(Compartment compartment)
    {
        lock (_counting)
        {
            // Who still works with a compartment that was evicted keeps it alive, but the cache does not.
            if (compartment.CountedBytes >= 0)
            {
                var bytes = compartment.Bytes;
                _bytes += bytes - compartment.CountedBytes;
                compartment.CountedBytes = bytes;
            }
        }

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
        if (head is null || head.IsErased)
        {
            return null;
        }

        var sealer = keyring.OpenDataKey(Places.DataKey(patient), head.DataKey);
        var owner = LedgerHead.Of(patient, sealer, head).Owner;
        var rows = await store.ReadEntriesAsync(patient, 0, head.RecordSeq, CancellationToken.None);
        var state = Load(patient, sealer, null, rows, head);
        var compartment = new Compartment(patient, owner, sealer, state, store) { CountedBytes = state.Bytes };
        lock (_counting)
        {
            _bytes += state.Bytes;
        }

        Evict();
        return compartment;
    }

    private CompartmentState Load(PatientId patient, Sealer sealer, CompartmentState? earlier, IReadOnlyList<EntryRow> rows, HeadRow head)
    {
        var state = StateBuilder.Load(patient, sealer, earlier, rows, head.ConsentSeq, minors);
        return state.RecordSeq == head.RecordSeq ? state : throw new InvalidDataException($"stored entry {state.RecordSeq + 1} is missing");
    }

    /// <summary>Drops a compartment from memory.</summary>
    internal void Forget(PatientId patient)
    {
        if (_slots.TryGetValue(patient, out var slot) && LoadedOf(slot) is { } compartment)
        {
            Remove(new(patient, slot), compartment);
        }
    }

    private void Remove(KeyValuePair<PatientId, Lazy<Task<Compartment?>>> slot, Compartment compartment)
    {
        if (!_slots.TryRemove(slot))
        {
            return;
        }

        lock (_counting)
        {
            _bytes -= compartment.CountedBytes;
            compartment.CountedBytes = -1;
        }
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

            Remove(slot, compartment);
        }
    }

    private IEnumerable<(KeyValuePair<PatientId, Lazy<Task<Compartment?>>> Slot, Compartment Compartment)> Loaded()
    {
        foreach (var slot in _slots)
        {
            if (LoadedOf(slot.Value) is { } compartment)
            {
                yield return (slot, compartment);
            }
        }
    }

    private static Compartment? LoadedOf(Lazy<Task<Compartment?>> slot) =>
#pragma warning disable RS0030 // completed: nothing is waited for
        slot.IsValueCreated && slot.Value.IsCompletedSuccessfully ? slot.Value.Result : null;
#pragma warning restore RS0030
}
