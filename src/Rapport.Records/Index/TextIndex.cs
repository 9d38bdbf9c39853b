using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// Which entries of a compartment have which words: made when somebody searches first, kept in memory alone, brought forward by what was added since. Immutable.
/// </summary>
/// <remarks>
/// It consists of parts, each of the entries that were added after those of the part before. A part that is not at least twice as large as the next is merged with it (O'Neil et al., <i>The
/// Log-Structured Merge-Tree</i>, 1996): there are never more parts than the logarithm of all words, each entry is opened once, and what it costs to bring the index forward depends on what is new.
/// Entries that were replaced go when their part is merged; until then they are found by nobody, for only current entries are asked for.
/// </remarks>
internal sealed class TextIndex
{
    private readonly TermTable[] _parts;

    private TextIndex(TermTable[] parts, int rows) => (_parts, Rows) = (parts, rows);

    /// <summary>Rows it covers: those below.</summary>
    internal int Rows { get; }

    /// <summary>Parts that a search looks into.</summary>
    internal int Parts => _parts.Length;

    /// <summary>Bytes it keeps in memory.</summary>
    internal long Bytes => _parts.Sum(part => part.Bytes);

    /// <summary>Reads the words of all current entries that <paramref name="earlier"/> does not cover.</summary>
    /// <param name="index">What there is.</param>
    /// <param name="read">Opens the entry of a row.</param>
    /// <param name="earlier">The text index of an earlier state; null to begin.</param>
    internal static TextIndex Build(CompartmentIndex index, Func<int, Resource> read, TextIndex? earlier)
    {
        var builder = new TermTableBuilder();
        for (var row = earlier?.Rows ?? 0; row < index.Count; row++)
        {
            if (index.Current.Contains(row))
            {
                var at = row;
                TextWords.Of(read(row), word => builder.Add(0, [], word.Span, at));
            }
        }

        List<TermTable> parts = [.. earlier?._parts ?? []];
        var last = builder.Build();
        while (parts.Count > 0 && parts[^1].RowCount < 2L * last.RowCount)
        {
            last = TermTable.Merge(parts[^1], last, index.Current.Contains);
            parts.RemoveAt(parts.Count - 1);
        }

        return new TextIndex(last.Count == 0 ? [.. parts] : [.. parts, last], index.Count);
    }

    /// <summary>The rows that have all words of at least one of the alternatives.</summary>
    /// <param name="size">Rows of the state.</param>
    /// <param name="text">What is looked for.</param>
    internal EntrySet Matching(int size, TextCriterion text)
    {
        var found = EntrySet.None(size);
        foreach (var words in text.Alternatives)
        {
            var matching = EntrySet.All(size);
            foreach (var word in words)
            {
                matching = matching.And(Beginning(size, word));
            }

            found = found.Or(matching);
        }

        return found;
    }

    private EntrySet Beginning(int size, byte[] word)
    {
        var set = new EntrySetBuilder(size);
        foreach (var part in _parts)
        {
            var (first, end) = part.Prefix(0, word);
            for (var term = first; term < end; term++)
            {
                foreach (var row in part.Rows(term))
                {
                    set.Add(row);
                }
            }
        }

        return set.ToSet();
    }
}
