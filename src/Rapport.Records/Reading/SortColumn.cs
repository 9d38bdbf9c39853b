using System.Buffers;
using System.Buffers.Binary;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// What some rows are sorted by, as a number for each, made in one walk along the index: smaller comes first, whichever direction was asked for, and what has no value comes last either way.
/// </summary>
internal sealed class SortColumn : IDisposable
{
    private const long None = long.MaxValue;

    private readonly long[] _numbers;

    /// <summary>For values that are no whole numbers: what decides where the numbers are equal.</summary>
    private readonly decimal[]? _amounts;

    private SortColumn(int count, bool hasAmounts = false)
    {
        _numbers = ArrayPool<long>.Shared.Rent(count);
        _amounts = hasAmounts ? ArrayPool<decimal>.Shared.Rent(count) : null;
    }

    /// <param name="index">The index.</param>
    /// <param name="rows">Rows in ascending order.</param>
    /// <param name="sort">What by.</param>
    internal static SortColumn Of(CompartmentIndex index, ReadOnlySpan<int> rows, SearchSort sort) => sort.Parameter switch
    {
        { Code: "_lastUpdated" } => Of(rows, row => index.AtOf(row), sort.Descending),
        { Code: "_id" } => Of(rows, row => IdOf(index, row), sort.Descending),
        { Type: SearchParameterType.Date } => Dates(index, rows, sort),
        { Type: SearchParameterType.Quantity or SearchParameterType.Number } => Quantities(index, rows, sort),
        _ => Terms(index, rows, sort),
    };

    /// <param name="rows">Rows.</param>
    /// <param name="number">The value of a row; null for none.</param>
    /// <param name="descending">Whether the largest comes first.</param>
    internal static SortColumn Of(ReadOnlySpan<int> rows, Func<int, long?> number, bool descending)
    {
        var column = new SortColumn(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            column._numbers[i] = number(rows[i]) is { } value ? Turned(value, descending) : None;
        }

        return column;
    }

    /// <summary>For each row of the index its smallest term of a parameter; -1 for none. Terms stand in the order of their values, so the first that has a row is its smallest.</summary>
    internal static int[] SmallestTerms(CompartmentIndex index, SearchParameter parameter)
    {
        var smallest = new int[index.Count];
        Array.Fill(smallest, -1);
        var (first, end) = index.Terms.Range(parameter.Id);
        for (var term = end - 1; term >= first; term--)
        {
            foreach (var row in index.Terms.Rows(term))
            {
                smallest[row] = term;
            }
        }

        return smallest;
    }

    /// <summary>Compares two rows by where they stand among those that the column was made of.</summary>
    internal int Compare(int a, int b)
    {
        var order = _numbers[a].CompareTo(_numbers[b]);
        return order != 0 || _amounts is null ? order : _amounts[a].CompareTo(_amounts[b]);
    }

    public void Dispose()
    {
        ArrayPool<long>.Shared.Return(_numbers);
        if (_amounts is not null)
        {
            ArrayPool<decimal>.Shared.Return(_amounts);
        }
    }

    private static SortColumn Dates(CompartmentIndex index, ReadOnlySpan<int> rows, SearchSort sort)
    {
        var column = new SortColumn(rows.Length);
        var data = index.Data;
        var at = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var key = None;
            for (at = RowColumn.Seek(data.DateRow, at, rows[i]); at < data.DateRow.Length && data.DateRow[at] == rows[i]; at++)
            {
                if (data.DateParameter[at] == sort.Parameter.Id)
                {
                    // Ascending goes by the earliest instant, descending by the latest, as R4 asks of values with an extent.
                    key = Math.Min(key, Turned(sort.Descending && data.DateHigh[at] != long.MaxValue ? data.DateHigh[at] : data.DateLow[at], sort.Descending));
                }
            }

            column._numbers[i] = key;
        }

        return column;
    }

    private static SortColumn Quantities(CompartmentIndex index, ReadOnlySpan<int> rows, SearchSort sort)
    {
        var column = new SortColumn(rows.Length, hasAmounts: true);
        var data = index.Data;
        var at = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            (column._numbers[i], column._amounts![i]) = (None, 0);
            for (at = RowColumn.Seek(data.QuantityRow, at, rows[i]); at < data.QuantityRow.Length && data.QuantityRow[at] == rows[i]; at++)
            {
                if (column._numbers[i] == None && (data.QuantityParameter[at].First == sort.Parameter.Id || data.QuantityParameter[at].Second == sort.Parameter.Id))
                {
                    (column._numbers[i], column._amounts[i]) = (0, sort.Descending ? -data.QuantityValue[at] : data.QuantityValue[at]);
                }
            }
        }

        return column;
    }

    private static SortColumn Terms(CompartmentIndex index, ReadOnlySpan<int> rows, SearchSort sort)
    {
        var smallest = SmallestTerms(index, sort.Parameter);
        return Of(rows, row => smallest[row] is >= 0 and var term ? term : null, sort.Descending);
    }

    /// <summary>A value so that smaller comes first, and before what has none.</summary>
    private static long Turned(long value, bool descending) => Math.Min(descending ? ~value : value, None - 1);

    private static long IdOf(CompartmentIndex index, int row)
    {
        Span<byte> id = stackalloc byte[sizeof(long)];
        index.LocalOf(row).WriteBytes(id);
        return BinaryPrimitives.ReadInt64BigEndian(id) ^ long.MinValue;
    }
}
