using Rapport.Consent;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>
/// Which entries of one compartment tell of one thing. The facts of its entries are read when somebody first asks, on the thread pool, and brought forward by what is new: entries are only ever
/// added, so what two of them say of each other stays. What is shown as one is worked out of what its reader may see. Thread safe.
/// </summary>
internal sealed class CompartmentFacts
{
    /// <summary>Reading facts keeps a processor busy: half of the processors stay for everything else.</summary>
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    private readonly FactTable _table = new();
    private SemaphoreSlim Growing { get; } = new(1, 1);

    private (CompartmentState State, MergedEntries Merged)? _own;

    /// <summary>Bytes it keeps in memory, as of the last time it grew.</summary>
    internal long Bytes { get; private set; }

    /// <summary>What is one of the entries that are permitted.</summary>
    /// <param name="state">The entries.</param>
    /// <param name="permitted">Those that may be seen: nothing else has any part in it.</param>
    /// <param name="grown">Called when it takes more memory than before.</param>
    /// <param name="cancel">Gives up waiting.</param>
    internal async Task<MergedEntries> MergedAsync(CompartmentState state, EntrySet permitted, Action grown, CancellationToken cancel)
    {
        var seen = permitted.And(state.Index.Current);
        if (!HasSeveralSources(state.Index, seen))
        {
            return MergedEntries.None;
        }

        // All of it is what its patient asks for, again and again.
        var isOwn = seen.Count == state.Index.Current.Count;
        if (isOwn && _own is { } known && ReferenceEquals(known.State, state))
        {
            return known.Merged;
        }

        await Growing.WaitAsync(cancel);
        try
        {
            if (_table.Count < state.Index.Count)
            {
                await Task.Run(() => GrowAsync(state), cancel);
                grown();
            }

            var merged = await Task.Run(() => MergedEntries.Of(_table, row => row < state.Index.Count && seen.Contains(row), Decided(state)), cancel);
            if (isOwn)
            {
                _own = (state, merged);
            }

            return merged;
        }
        finally
        {
            Growing.Release();
        }
    }

    /// <summary>Entries of one source are never the same: then there is nothing to read.</summary>
    private static bool HasSeveralSources(CompartmentIndex index, EntrySet seen)
    {
        long? first = null;
        foreach (var row in seen)
        {
            var source = index.SourceOf(row);
            first ??= source;
            if (source != first)
            {
                return true;
            }
        }

        return false;
    }

    private async Task GrowAsync(CompartmentState state)
    {
        await Turns.WaitAsync();
        try
        {
            for (var row = _table.Count; row < state.Index.Count; row++)
            {
                // What was replaced comes never back: only what is current can be the same as anything.
                var isWorth = state.Index.Current.Contains(row) && FactTable.Knows(state.Index.TypeOf(row));
                _table.Add(isWorth ? state.ReadWithoutParts(row) : null, state.Index.SourceOf(row));
            }

            Bytes = _table.Bytes;
        }
        finally
        {
            Turns.Release();
        }
    }

    private static List<(int First, int Second, bool IsSame)> Decided(CompartmentState state)
    {
        List<(int First, int Second, bool IsSame)> decided = [];
        foreach (var link in state.Links)
        {
            var (first, second) = (state.Index.RowOf(link.First), state.Index.RowOf(link.Second));
            if (first >= 0 && second >= 0)
            {
                decided.Add((first, second, link.IsSame));
            }
        }

        return decided;
    }
}
