using System.Collections.Immutable;

namespace Rapport.Conversations;

/// <summary>A phrase that stands in a message, and where each of its words does.</summary>
internal sealed record FoundPhrase(WordPhrase Phrase, ImmutableArray<int> Places)
{
    /// <summary>Where it begins.</summary>
    public int At => Places[0];
}

/// <summary>
/// Finds phrases by their first two words, so that a message which repeats a word that many phrases begin with is read as fast as
/// any other.
/// </summary>
internal sealed class PhraseIndex
{
    private readonly Dictionary<string, int> numbers = [];
    private readonly Dictionary<string, int> stems = [];
    private readonly Dictionary<int, List<WordPhrase>> ofOneWord = [];
    private readonly Dictionary<(int First, int Second), List<WordPhrase>> byTwoWords = [];
    private readonly HashSet<int> beginning = [];

    public PhraseIndex(IEnumerable<WordPhrase> phrases)
    {
        foreach (var phrase in phrases)
        {
            var first = NumberOf(phrase.Words[0]);
            if (phrase.Words is [_, var second, ..])
            {
                ListOf(byTwoWords, (first, NumberOf(second))).Add(phrase);
                beginning.Add(first);
            }
            else
            {
                ListOf(ofOneWord, first).Add(phrase);
            }
        }
    }

    /// <summary>Every phrase that stands in a message.</summary>
    public List<FoundPhrase> FindAll(List<MessageToken> tokens)
    {
        List<FoundPhrase> found = [];
        Dictionary<string, ImmutableArray<int>> known = [];
        var listed = tokens.ConvertAll(
            token => known.TryGetValue(token.Word, out var same) ? same : known[token.Word] = ListedAs(token.Word));
        for (var i = 0; i < tokens.Count; i++)
        {
            foreach (var first in listed[i])
            {
                foreach (var phrase in ofOneWord.GetValueOrDefault(first, []))
                {
                    found.Add(new FoundPhrase(phrase, [i]));
                }

                if (!beginning.Contains(first))
                {
                    continue;
                }

                var end = Math.Min(i + 2 + WordPhrase.MostBetween, tokens.Count);
                for (var j = i + 1; j < end && tokens[j].Sentence == tokens[i].Sentence; j++)
                {
                    AddAll(first, i, j);
                }
            }
        }

        return found;

        void AddAll(int first, int i, int j)
        {
            foreach (var second in listed[j])
            {
                foreach (var phrase in byTwoWords.GetValueOrDefault((first, second), []))
                {
                    if (phrase.PlacesAt(tokens, i, j) is { IsEmpty: false } places)
                    {
                        found.Add(new FoundPhrase(phrase, places));
                    }
                }
            }
        }
    }

    /// <summary>The numbers of all listed words that a word of a message is: itself, each listed beginning of it, a number.</summary>
    private ImmutableArray<int> ListedAs(string word)
    {
        List<int> all = [];
        Add(numbers.TryGetValue(word, out var whole), whole);
        Add(char.IsAsciiDigit(word[0]) & numbers.TryGetValue("#", out var anyNumber), anyNumber);
        var beginnings = stems.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = 1; length <= Math.Min(word.Length, WordPhrase.LongestWord); length++)
        {
            Add(beginnings.TryGetValue(word.AsSpan(0, length), out var stem), stem);
        }

        return [.. all];

        void Add(bool isListed, int number)
        {
            if (isListed)
            {
                all.Add(number);
            }
        }
    }

    private int NumberOf(string listed)
    {
        var (of, word) = listed[^1] == '*' ? (stems, listed[..^1]) : (numbers, listed);
        if (!of.TryGetValue(word, out var number))
        {
            of.Add(word, number = numbers.Count + stems.Count);
        }

        return number;
    }

    private static List<WordPhrase> ListOf<TKey>(Dictionary<TKey, List<WordPhrase>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        return list;
    }
}
