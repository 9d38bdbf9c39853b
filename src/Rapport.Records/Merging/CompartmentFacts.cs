using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>
/// Which entries of one compartment tell of one thing. What its entries tell is read when somebody first asks, on the thread pool, and brought forward by what is new; what is one is worked out for each
/// reader of what they may see alone, and remembered for those who asked last. Thread safe.
/// </summary>
internal sealed class CompartmentFacts
{
    /// <summary>Readers of one state that are remembered.</summary>
    private const int MostReaders = 8;

    /// <summary>Entries that are read before others have a turn.</summary>
    private const int Stride = 1_000;

    /// <summary>Reading facts keeps a processor busy: half of the processors stay for everything else.</summary>
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    private readonly FactTable _table = new();

    // The newest first; replaced as a whole.
    private volatile IReadOnlyList<Reader> _readers = [];

    /// <summary>Bytes it keeps in memory, as of the last time it grew.</summary>
    internal long Bytes { get; private set; }

    private SemaphoreSlim Growing { get; } = new(1, 1);

    /// <summary>What is one of the entries that are permitted.</summary>
    /// <param name="state">The entries.</param>
    /// <param name="permitted">Those that may be seen: nothing else has any part in it.</param>
    /// <param name="grown">Called when it takes more memory than before.</param>
    /// <param name="cancel">Gives up; what was read until then stays.</param>
    internal async Task<MergedEntries> MergedAsync(CompartmentState state, EntrySet permitted, Action grown, CancellationToken cancel)
    {
        var seen = permitted.And(state.Index.Current);
        if (!HasSeveralSources(state.Index, seen))
        {
            return MergedEntries.None;
        }

        if (Find(state, seen) is { } known)
        {
            return known;
        }

        await Growing.WaitAsync(cancel);
        try
        {
            if (Find(state, seen) is { } meanwhile)
            {
                return meanwhile;
            }

            await GrowAsync(state, cancel);
            var rows = new RowFinder(state.Index);
            var merged = await TakeTurnAsync(() => MergedEntries.Of(_table, seen.ToArray(), Decided(state.Links, rows.RowOf), row => rows.FirstRowOf(state.Index.LocalOf(row)), cancel), cancel);
            _readers = [new Reader(state.RecordSeq, seen, merged), .. _readers.Where(reader => reader.RecordSeq == state.RecordSeq).Take(MostReaders - 1)];
            Bytes = _table.Bytes + _readers.Sum(static reader => reader.Merged.Bytes + (reader.Seen.Words.Length * 8L));
            grown();
            return merged;
        }
        finally
        {
            Growing.Release();
        }
    }

    /// <summary>
    /// What would be one if something were written, of the entries that are of a kind of what is written: what is one among others stays as it is. Drafts have the rows after those that are there. Nothing of it is remembered.
    /// </summary>
    /// <param name="state">The entries.</param>
    /// <param name="drafts">What would be written.</param>
    /// <param name="source">Where it would come from.</param>
    /// <param name="links">What the patient says of pairs, the newest last; where nothing else is written, that is what is new.</param>
    /// <param name="grown">Called when it takes more memory than before.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<MergedEntries> AfterAsync(
        CompartmentState state, IReadOnlyList<EntryDraft> drafts, long source, IReadOnlyList<EntryLink> links, Action grown, CancellationToken cancel)
    {
        FactTable table;
        await Growing.WaitAsync(cancel);
        try
        {
            await GrowAsync(state, cancel);
            table = _table.Copy(state.Index.Count);
            Bytes = _table.Bytes + _readers.Sum(static reader => reader.Merged.Bytes + (reader.Seen.Words.Length * 8L));
            grown();
        }
        finally
        {
            Growing.Release();
        }

        return await TakeTurnAsync(
            () =>
            {
                Dictionary<LocalId, int> rows = [];
                foreach (var draft in drafts)
                {
                    rows[draft.Local ?? default] = draft.IsWithdrawn ? -1 : table.Count;
                    table.Add(draft.IsWithdrawn || draft.Parts is { Count: > 0 } ? null : Resource.Read(draft.Body), draft.Source > 0 ? draft.Source : source);
                }

                IEnumerable<LocalId> touched = drafts.Count == 0 && links is [.., var said] ? [said.First, said.Second] : rows.Keys;
                IEnumerable<int> current = [.. state.Index.Current.ToArray().Where(row => !rows.ContainsKey(state.Index.LocalOf(row))), .. rows.Values.Where(static row => row >= 0).Order()];
                var seen = table.OfKindsOf(current, [.. touched.Select(local => state.Index.RowOf(local)).Where(static row => row >= 0), .. rows.Values.Where(static row => row >= 0)]);
                return MergedEntries.Of(table, seen, Decided(links, local => rows.TryGetValue(local, out var row) ? row : state.Index.RowOf(local)), cameFirst: null, cancel);
            },
            cancel);
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

    private static async Task<T> TakeTurnAsync<T>(Func<T> work, CancellationToken cancel)
    {
        await Turns.WaitAsync(cancel);
        try
        {
            return await Task.Run(work, cancel);
        }
        finally
        {
            Turns.Release();
        }
    }

    private MergedEntries? Find(CompartmentState state, EntrySet seen) =>
        _readers.FirstOrDefault(reader => reader.RecordSeq == state.RecordSeq && reader.Seen.Words.SequenceEqual(seen.Words))?.Merged;

    private async Task GrowAsync(CompartmentState state, CancellationToken cancel)
    {
        while (_table.Count < state.Index.Count)
        {
            await TakeTurnAsync(
                () =>
                {
                    for (var end = Math.Min(_table.Count + Stride, state.Index.Count); _table.Count < end && !cancel.IsCancellationRequested;)
                    {
                        // What was replaced never comes back: only what is current can be the same as anything.
                        var row = _table.Count;
                        var isWorth = state.Index.Current.Contains(row) && FactTable.Knows(state.Index.TypeOf(row));
                        _table.Add(isWorth ? state.ReadWithoutParts(row) : null, state.Index.SourceOf(row));
                    }

                    return _table.Count;
                },
                cancel);
            cancel.ThrowIfCancellationRequested();
        }
    }

    private static List<(int First, int Second, bool IsSame)> Decided(IReadOnlyList<EntryLink> links, Func<LocalId, int> rowOf)
    {
        List<(int First, int Second, bool IsSame)> decided = [];
        foreach (var link in links)
        {
            var (first, second) = (rowOf(link.First), rowOf(link.Second));
            if (first >= 0 && second >= 0)
            {
                decided.Add((first, second, link.IsSame));
            }
        }

        return decided;
    }

    /// <summary>What somebody sees as one.</summary>
    private sealed record Reader(long RecordSeq, EntrySet Seen, MergedEntries Merged);
}
