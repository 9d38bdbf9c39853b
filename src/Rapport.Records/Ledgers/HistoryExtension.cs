using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Brings a history forward by entries that come newest first, and holds what came against the end that the head row names.</summary>
internal sealed class HistoryExtension(LedgerHistory history, long size)
{
    private readonly List<(LedgerDeed Deed, TreeHash Hash)> _newestFirst = [];
    private readonly Dictionary<(ulong, ulong, ulong), IReadOnlyList<string>> _types = [];

    /// <summary>Adds the entry before the one added last; false when it is another.</summary>
    internal bool TryAdd(LedgerRow row, Func<LedgerDetails, IEnumerable<int>> rowsOf, CompartmentIndex index)
    {
        if (row.Index != size - 1 - _newestFirst.Count)
        {
            return false;
        }

        _newestFirst.Add((row.Details is { } details ? Shorten(row, details, rowsOf(details), index) : new LedgerDeed { Index = row.Index, At = row.Leaf.Time }, row.Leaf.Hash));
        return true;
    }

    /// <summary>The longer history; null when it does not end as it must.</summary>
    internal LedgerHistory? Complete(Frontier end)
    {
        if (history.Frontier.Size + _newestFirst.Count != size)
        {
            return null;
        }

        var frontier = history.Frontier.Clone();
        for (var i = _newestFirst.Count - 1; i >= 0; i--)
        {
            frontier.Append(_newestFirst[i].Hash);
        }

        return frontier.Root == end.Root ? history.With(_newestFirst, frontier) : null;
    }

    private LedgerDeed Shorten(LedgerRow row, LedgerDetails details, IEnumerable<int> rows, CompartmentIndex index)
    {
        var texts = history.Texts;
        return new LedgerDeed
        {
            Index = row.Index,
            At = row.Leaf.Time,
            Kind = details.Kind,
            Actor = texts.Of(details.Actor)!,
            ActorName = texts.Of(details.ActorName),
            OnBehalfOf = texts.Of(details.OnBehalfOf),
            OnBehalfOfName = texts.Of(details.OnBehalfOfName),
            Purpose = texts.Of(details.Purpose),
            Consents = texts.Of(details.Consents),
            EntryCount = details.EntryCount,
            Types = TypesOf(rows, index),
            Note = texts.Of(details.Note),
        };
    }

    /// <summary>The types of rows. Most lookings see the same few, and some see many rows: a bit for each of R4's 148 types names a set.</summary>
    private IReadOnlyList<string> TypesOf(IEnumerable<int> rows, CompartmentIndex index)
    {
        Span<ulong> bits = stackalloc ulong[3];
        foreach (var row in rows)
        {
            var number = index.TypeNumberOf(row);
            bits[number >> 6] |= 1UL << number;
        }

        var key = (bits[0], bits[1], bits[2]);
        if (!_types.TryGetValue(key, out var types))
        {
            SortedSet<string> names = new(StringComparer.Ordinal);
            for (var number = 0; number < 64 * bits.Length; number++)
            {
                if ((bits[number >> 6] & (1UL << number)) != 0)
                {
                    names.Add(ResourceTypes.Name((ushort)number));
                }
            }

            _types[key] = types = history.Texts.Of(names);
        }

        return types;
    }
}
