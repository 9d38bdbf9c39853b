using System.Collections.Immutable;

namespace Rapport.Conversations;

/// <summary>
/// Words that a file lists as one: `_` between words that stand next to each other, `+` where a few others may stand between them.
/// </summary>
internal sealed class WordPhrase
{
    /// <summary>How many words a `+` lets stand between: `lips+blue` finds "his lips look a bit blue".</summary>
    public const int MostBetween = 3;

    /// <summary>The longest word, or beginning of one, that a file may give.</summary>
    public const int LongestWord = 24;

    private readonly ImmutableArray<bool> apart;

    public WordPhrase(WordClass @class, string phrase)
    {
        Class = @class;
        Words = WordsOf(phrase);
        apart = [.. phrase.Where(static c => c is '_' or '+').Select(static c => c == '+')];
    }

    /// <summary>What the words mean.</summary>
    public WordClass Class { get; }

    /// <summary>The words, as they are listed.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>The words of a phrase, as they are listed.</summary>
    public static ImmutableArray<string> WordsOf(string phrase) => [.. phrase.Split('_', '+')];

    /// <summary>
    /// Where each word stands when the first two stand at these places; empty when they do not stand there. All words are of one sentence.
    /// </summary>
    public ImmutableArray<int> PlacesAt(List<MessageToken> tokens, int first, int second)
    {
        if (second > first + 1 && !apart[0])
        {
            return [];
        }

        Span<int> places = stackalloc int[Words.Length];
        (places[0], places[1]) = (first, second);
        return Stands(tokens, 2, places) ? [.. places] : [];
    }

    private bool Stands(List<MessageToken> tokens, int word, Span<int> places)
    {
        if (word == Words.Length)
        {
            return true;
        }

        var next = places[word - 1] + 1;
        for (var i = next; i <= (apart[word - 1] ? next + MostBetween : next); i++)
        {
            if (i >= tokens.Count || tokens[i].Sentence != tokens[places[0]].Sentence)
            {
                return false;
            }

            places[word] = i;
            if (IsSame(Words[word], tokens[i].Word) && Stands(tokens, word + 1, places))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSame(string listed, string word) =>
        listed == "#" ? char.IsAsciiDigit(word[0])
        : listed[^1] == '*' ? word.AsSpan().StartsWith(listed.AsSpan(0, listed.Length - 1))
        : listed == word;
}
