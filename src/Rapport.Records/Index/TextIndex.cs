using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// Which entries of a compartment have which words: made when somebody searches first, kept in memory alone, brought forward by what was added since. Only current entries are in it. Immutable.
/// </summary>
internal sealed class TextIndex
{
    /// <summary>More parts than this are made into one: each costs a look of its own.</summary>
    private const int MostParts = 8;

    private readonly TermTable[] _parts;

    private TextIndex(TermTable[] parts, int rows) => (_parts, Rows) = (parts, rows);

    /// <summary>Rows it covers: those below.</summary>
    internal int Rows { get; }

    /// <summary>Bytes it keeps in memory.</summary>
    internal long Bytes => _parts.Sum(part => part.Bytes);

    /// <summary>Reads the words of all current entries that <paramref name="earlier"/> does not cover.</summary>
    /// <param name="index">What there is.</param>
    /// <param name="read">Opens the entry of a row.</param>
    /// <param name="earlier">The text index of an earlier state; null to begin.</param>
    internal static TextIndex Build(CompartmentIndex index, Func<int, Resource> read, TextIndex? earlier)
    {
        var kept = earlier is null || earlier._parts.Length >= MostParts ? [] : earlier._parts;
        var builder = new TermTableBuilder();
        for (var row = kept.Length == 0 ? 0 : earlier!.Rows; row < index.Count; row++)
        {
            if (index.Current.Contains(row))
            {
                var at = row;
                TextWords.Of(read(row), word => builder.Add(0, [], word.Span, at));
            }
        }

        return new TextIndex([.. kept, builder.Build()], index.Count);
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
