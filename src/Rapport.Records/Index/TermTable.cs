using System.Buffers;

namespace Rapport.Records;

/// <summary>
/// The distinct search values of one compartment (tokens, strings, URIs, references to elsewhere) with the rows that have each:
/// sorted by parameter, then value, then system, so that a value is found by binary search. Immutable.
/// </summary>
internal sealed class TermTable(TermTable.Term[] terms, byte[] text, byte[][] systems, int[] rows)
{
    internal int Count => terms.Length;

    internal long Bytes => (terms.Length * 20L) + text.Length + (rows.Length * 4L) + systems.Sum(s => s.Length + 24L);

    /// <summary>How many rows there are under all terms together.</summary>
    internal int RowCount => rows.Length;

    private int TextLength => text.Length;

    internal static TermTable Empty { get; } = new([], [], [], []);

    internal ushort Parameter(int term) => terms[term].Parameter;

    internal ReadOnlySpan<byte> Value(int term) => text.AsSpan(terms[term].Start, terms[term].Length);

    internal ReadOnlySpan<byte> System(int term) => systems[terms[term].System];

    internal ReadOnlySpan<int> Rows(int term) => rows.AsSpan(terms[term].FirstRow, (term + 1 < terms.Length ? terms[term + 1].FirstRow : rows.Length) - terms[term].FirstRow);

    /// <summary>The terms of one parameter.</summary>
    internal (int First, int End) Range(ushort parameter) => (LowerBound(parameter, []), LowerBound((ushort)(parameter + 1), []));

    /// <summary>The terms of one parameter with exactly this value, whatever their system.</summary>
    internal (int First, int End) Range(ushort parameter, ReadOnlySpan<byte> value)
    {
        var first = LowerBound(parameter, value);
        var end = first;
        while (end < terms.Length && terms[end].Parameter == parameter && Value(end).SequenceEqual(value))
        {
            end++;
        }

        return (first, end);
    }

    /// <summary>The terms of one parameter whose value begins with this.</summary>
    internal (int First, int End) Prefix(ushort parameter, ReadOnlySpan<byte> start)
    {
        var first = LowerBound(parameter, start);
        var end = first;
        while (end < terms.Length && terms[end].Parameter == parameter && Value(end).StartsWith(start))
        {
            end++;
        }

        return (first, end);
    }

    /// <summary>Both tables in one. All rows of the second come after those of the first, and neither has systems.</summary>
    /// <param name="first">The table of the earlier rows.</param>
    /// <param name="second">The table of the later rows.</param>
    /// <param name="isKept">Whether a row is still needed.</param>
    internal static TermTable Merge(TermTable first, TermTable second, Func<int, bool> isKept)
    {
        List<Term> terms = new(Math.Max(first.Count, second.Count));
        var text = new ArrayBufferWriter<byte>(Math.Max(first.TextLength, 1));
        List<int> rows = new(first.RowCount + second.RowCount);
        for (int i = 0, j = 0; i < first.Count || j < second.Count;)
        {
            var order = i == first.Count ? 1 : j == second.Count ? -1 : Compare(first, i, second, j);
            var (start, firstRow) = (text.WrittenCount, rows.Count);
            var parameter = order <= 0 ? first.Parameter(i) : second.Parameter(j);
            var value = order <= 0 ? first.Value(i) : second.Value(j);
            Keep(order <= 0 ? first.Rows(i++) : []);
            Keep(order >= 0 ? second.Rows(j++) : []);
            if (rows.Count > firstRow)
            {
                text.Write(value);
                terms.Add(new Term(parameter, 0, start, value.Length, firstRow));
            }
        }

        return new TermTable([.. terms], text.WrittenSpan.ToArray(), [[]], [.. rows]);

        void Keep(ReadOnlySpan<int> all)
        {
            foreach (var row in all)
            {
                if (isKept(row))
                {
                    rows.Add(row);
                }
            }
        }

        static int Compare(TermTable a, int i, TermTable b, int j)
        {
            var order = a.Parameter(i).CompareTo(b.Parameter(j));
            return order != 0 ? order : a.Value(i).SequenceCompareTo(b.Value(j));
        }
    }

    private int LowerBound(ushort parameter, ReadOnlySpan<byte> value)
    {
        int low = 0, high = terms.Length;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            var order = terms[middle].Parameter.CompareTo(parameter);
            if (order == 0)
            {
                order = Value(middle).SequenceCompareTo(value);
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>One distinct value: where its text and its rows start.</summary>
    internal readonly record struct Term(ushort Parameter, int System, int Start, int Length, int FirstRow);
}
