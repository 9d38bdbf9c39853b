using System.Numerics;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// The order of found rows. Ties keep the order in which the entries were written, so that pages are stable. A page is picked out without sorting the rest: of 40,000 results one asks for twenty.
/// </summary>
internal sealed class RowOrder : IComparer<int>, IDisposable
{
    private const long Day = 24 * 60 * 60 * 1000;

    /// <summary>What somebody has to pay for a visit comes after the visit.</summary>
    private static readonly HashSet<ushort> Bills =
        [.. new[] { "Claim", "ClaimResponse", "ExplanationOfBenefit", "ChargeItem", "Invoice", "Account", "Coverage" }.Select(ResourceTypes.Number)];

    private readonly int[] _rows;
    private readonly SortColumn[] _columns;
    private readonly bool _latestWrittenFirst;

    private RowOrder(int[] rows, SortColumn[] columns, bool latestWrittenFirst) => (_rows, _columns, _latestWrittenFirst) = (rows, columns, latestWrittenFirst);

    /// <summary>How many rows there are.</summary>
    internal int Count => _rows.Length;

    /// <summary>By clinical date, newest first, the bills of a day after all else of it; what has no date comes last.</summary>
    /// <param name="index">The index.</param>
    /// <param name="rows">Rows in ascending order.</param>
    internal static RowOrder NewestFirst(CompartmentIndex index, int[] rows) => new(
        rows,
        [
            SortColumn.Of(rows, row => index.WhenOf(row) is { } when ? DayOf(when.Low) : null, descending: true),
            SortColumn.Of(rows, row => Bills.Contains(index.Data.Type[row]) ? 1 : 0, descending: false),
            SortColumn.Of(rows, row => index.WhenOf(row)?.Low, descending: true),
        ],
        latestWrittenFirst: true);

    /// <summary>By the parameters of <c>_sort</c>, the first first; entries without a value come last either way.</summary>
    /// <param name="index">The index.</param>
    /// <param name="rows">Rows in ascending order.</param>
    /// <param name="sorts">What by; none for the order in which the entries were written.</param>
    internal static RowOrder By(CompartmentIndex index, int[] rows, IReadOnlyList<SearchSort> sorts) =>
        new(rows, [.. sorts.Select(sort => SortColumn.Of(index, rows, sort))], latestWrittenFirst: false);

    /// <summary>All rows in this order.</summary>
    internal int[] All()
    {
        var places = new int[_rows.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        if (_columns.Length > 0)
        {
            Array.Sort(places, this);
        }

        return Array.ConvertAll(places, place => _rows[place]);
    }

    /// <summary>At most <paramref name="count"/> rows in this order.</summary>
    /// <param name="count">How many.</param>
    /// <param name="after">Only those that come after this row; -1 or any other that is none of them for the first.</param>
    /// <returns>The rows, and whether there are more.</returns>
    internal (int[] Rows, bool HasMore) Page(int count, int after)
    {
        var afterPlace = Math.Max(Array.BinarySearch(_rows, after), -1);
        if (_columns.Length == 0 || count >= _rows.Length / 4)
        {
            var all = _columns.Length == 0 ? _rows : All();
            var start = afterPlace < 0 ? 0 : Array.IndexOf(all, after) + 1;
            return (all.AsSpan(start, Math.Min(count, all.Length - start)).ToArray(), all.Length - start > count);
        }

        var (first, later) = FirstAfter(count, afterPlace);
        return (first, later > first.Length);
    }

    /// <summary>Compares two rows by where they stand among the rows.</summary>
    public int Compare(int x, int y)
    {
        foreach (var column in _columns)
        {
            if (column.Compare(x, y) is not 0 and var order)
            {
                return order;
            }
        }

        return _latestWrittenFirst ? y.CompareTo(x) : x.CompareTo(y);
    }

    public void Dispose() => Array.ForEach(_columns, static column => column.Dispose());

    /// <summary>Of the rows after a place the first, and how many rows there are after it. Keeps as many as are asked for and lets go of the last of them for each that comes before it.</summary>
    private (int[] Rows, int Later) FirstAfter(int count, int afterPlace)
    {
        var kept = new PriorityQueue<int, int>(count, Comparer<int>.Create((a, b) => Compare(b, a)));
        var later = 0;
        var leap = Leap(_rows.Length);

        // In leaps, since a record that is read in the order of its dates would put each row before all that came: all of them would be kept and let go.
        for (int i = 0, place = 0; i < _rows.Length; i++, place = (place + leap) % _rows.Length)
        {
            if (afterPlace >= 0 && Compare(place, afterPlace) <= 0)
            {
                continue;
            }

            later++;
            if (kept.Count < count)
            {
                kept.Enqueue(place, place);
            }
            else
            {
                kept.EnqueueDequeue(place, place);
            }
        }

        var first = new int[kept.Count];
        for (var i = first.Length - 1; i >= 0; i--)
        {
            first[i] = _rows[kept.Dequeue()];
        }

        return (first, later);
    }

    /// <summary>A step with which each of so many places is come to once: about the golden section of them, and without a divisor in common.</summary>
    private static int Leap(int count)
    {
        var leap = Math.Max(1, (int)(count * 0.618));
        while (BigInteger.GreatestCommonDivisor(leap, count) > 1)
        {
            leap--;
        }

        return leap;
    }

    private static long DayOf(long instant) => (instant / Day) - (instant % Day < 0 ? 1 : 0);
}
