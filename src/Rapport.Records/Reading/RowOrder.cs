using System.Buffers.Binary;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Sorts rows; ties keep the order in which the entries were written, so that pages are stable.</summary>
internal static class RowOrder
{
    private const long Day = 24 * 60 * 60 * 1000;

    /// <summary>What somebody has to pay for a visit comes after the visit.</summary>
    private static readonly HashSet<ushort> Bills =
        [.. new[] { "Claim", "ClaimResponse", "ExplanationOfBenefit", "ChargeItem", "Invoice", "Account", "Coverage" }.Select(ResourceTypes.Number)];

    /// <summary>By clinical date, newest first, the bills of a day after all else of it; what has no date comes last.</summary>
    internal static void NewestFirst(CompartmentIndex index, int[] rows)
    {
        var keys = new (long When, bool IsBill, int Row)[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            keys[i] = (index.WhenOf(rows[i])?.Low ?? long.MinValue, Bills.Contains(index.Data.Type[rows[i]]), rows[i]);
        }

        Array.Sort(keys, rows, Comparer<(long When, bool IsBill, int Row)>.Create(static (a, b) =>
            a.IsBill != b.IsBill && Math.Floor((double)a.When / Day) == Math.Floor((double)b.When / Day) ? a.IsBill.CompareTo(b.IsBill)
            : b.When != a.When ? b.When.CompareTo(a.When)
            : b.Row.CompareTo(a.Row)));
    }

    /// <summary>By the parameters of <c>_sort</c>, the first first; entries without a value come last either way.</summary>
    internal static void Sort(CompartmentIndex index, int[] rows, IReadOnlyList<SearchSort> sorts)
    {
        // The least important first: each sort is stable by position.
        for (var s = sorts.Count - 1; s >= 0; s--)
        {
            var sort = sorts[s];
            var keys = new Key[rows.Length];
            var smallest = SmallestTerms(index, sort.Parameter);
            for (var i = 0; i < rows.Length; i++)
            {
                keys[i] = KeyOf(index, sort, smallest, rows[i], i);
            }

            var descending = sort.Descending;
            Array.Sort(keys, rows, Comparer<Key>.Create((a, b) => Compare(a, b, descending)));
        }
    }

    private static Key KeyOf(CompartmentIndex index, SearchSort sort, Dictionary<int, int> smallest, int row, int position)
    {
        var parameter = sort.Parameter;
        if (parameter.Code == "_lastUpdated")
        {
            return new Key(true, index.AtOf(row), 0, -1, position);
        }

        if (parameter.Code == "_id")
        {
            Span<byte> id = stackalloc byte[sizeof(long)];
            index.LocalOf(row).WriteBytes(id);
            return new Key(true, BinaryPrimitives.ReadInt64BigEndian(id) ^ long.MinValue, 0, -1, position);
        }

        return parameter.Type switch
        {
            SearchParameterType.Date => DateKey(index, parameter.Id, row, sort.Descending, position),
            SearchParameterType.Quantity or SearchParameterType.Number => QuantityKey(index, parameter.Id, row, position),
            _ => smallest.TryGetValue(row, out var term) ? new Key(true, 0, 0, term, position) : new Key(false, 0, 0, -1, position),
        };
    }

    private static Key DateKey(CompartmentIndex index, ushort parameter, int row, bool descending, int position)
    {
        var data = index.Data;
        var at = Array.BinarySearch(data.DateRow, row);
        var key = new Key(false, 0, 0, -1, position);
        if (at < 0)
        {
            return key;
        }

        while (at > 0 && data.DateRow[at - 1] == row)
        {
            at--;
        }

        for (; at < data.DateRow.Length && data.DateRow[at] == row; at++)
        {
            if (data.DateParameter[at] == parameter)
            {
                // Ascending goes by the earliest instant, descending by the latest, as R4 asks of values with an extent.
                var value = descending && data.DateHigh[at] != long.MaxValue ? data.DateHigh[at] : data.DateLow[at];
                key = !key.Has || (descending ? value > key.Number : value < key.Number) ? new Key(true, value, 0, -1, position) : key;
            }
        }

        return key;
    }

    private static Key QuantityKey(CompartmentIndex index, ushort parameter, int row, int position)
    {
        var data = index.Data;
        var at = Array.BinarySearch(data.QuantityRow, row);
        while (at > 0 && data.QuantityRow[at - 1] == row)
        {
            at--;
        }

        for (var i = Math.Max(at, 0); at >= 0 && i < data.QuantityRow.Length && data.QuantityRow[i] == row; i++)
        {
            if (data.QuantityParameter[i].First == parameter || data.QuantityParameter[i].Second == parameter)
            {
                return new Key(true, 0, data.QuantityValue[i], -1, position);
            }
        }

        return new Key(false, 0, 0, -1, position);
    }

    /// <summary>The smallest term of each row: terms of a parameter stand in the order of their values, so the first that has a row is its smallest.</summary>
    internal static Dictionary<int, int> SmallestTerms(CompartmentIndex index, SearchParameter parameter)
    {
        Dictionary<int, int> smallest = [];
        if (parameter.Type is SearchParameterType.Date or SearchParameterType.Quantity or SearchParameterType.Number)
        {
            return smallest;
        }

        var (first, end) = index.Terms.Range(parameter.Id);
        for (var term = first; term < end; term++)
        {
            foreach (var row in index.Terms.Rows(term))
            {
                smallest.TryAdd(row, term);
            }
        }

        return smallest;
    }

    private static int Compare(Key a, Key b, bool descending)
    {
        if (a.Has != b.Has)
        {
            return a.Has ? -1 : 1;
        }

        var order = a.Number.CompareTo(b.Number);
        order = order != 0 ? order : a.Amount.CompareTo(b.Amount);
        order = order != 0 ? order : a.Term.CompareTo(b.Term);
        order = descending ? -order : order;
        return order != 0 ? order : a.Position.CompareTo(b.Position);
    }

    private readonly record struct Key(bool Has, long Number, decimal Amount, int Term, int Position);
}
