using System.Text;

namespace Rapport.Records;

/// <summary>
/// Words that are looked for in entries: each must begin a word there, whatever its capitals and accents. Immutable, thread safe.
/// </summary>
public sealed class TextCriterion
{
    /// <summary>Characters of a text that are looked at.</summary>
    public const int MaxLength = 100;

    private const int MostWords = 8;
    private const int MostAlternatives = 40;

    private TextCriterion(IReadOnlyList<IReadOnlyList<byte[]>> alternatives) => Alternatives = alternatives;

    /// <summary>An entry matches when it has all words of one of these.</summary>
    internal IReadOnlyList<IReadOnlyList<byte[]>> Alternatives { get; }

    /// <summary>Looks for a text, or for one of others that say the same; null when it has no words.</summary>
    /// <param name="text">What somebody typed.</param>
    /// <param name="others">Such as the official name of an illness for the one people use.</param>
    public static TextCriterion? Of(string? text, params IEnumerable<string> others)
    {
        if (WordsOf(text) is not { Count: > 0 } words)
        {
            return null;
        }

        return new([words, .. others.Take(MostAlternatives).Select(WordsOf).Where(other => other.Count > 0)]);
    }

    /// <summary>Whether a text that is no entry has the words.</summary>
    public bool IsIn(string text)
    {
        List<ReadOnlyMemory<byte>> words = [];
        TextWords.Split(Encoding.UTF8.GetBytes(text), words.Add);
        return Alternatives.Any(all => all.All(word => words.Exists(other => other.Span.StartsWith(word))));
    }

    private static List<byte[]> WordsOf(string? text)
    {
        List<byte[]> words = [];
        if (text is not null)
        {
            TextWords.Split(Encoding.UTF8.GetBytes(text.Length > MaxLength ? text[..MaxLength] : text), word => words.Add(word.ToArray()));
        }

        return words.Count > MostWords ? words[..MostWords] : words;
    }
}
