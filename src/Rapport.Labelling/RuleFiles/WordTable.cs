using System.Collections.Frozen;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>
/// The rules by words: an automaton over letters that knows the words, and one over words that knows the phrases. Both go over a text once, however many rules there are.
/// </summary>
internal sealed class WordTable
{
    /// <summary>The most beginnings that a word can be known by beside itself.</summary>
    internal const int MostPatterns = 8;

    private const int Letters = 36;

    private readonly int[] _letters;
    private readonly Pattern[] _nodes;
    private readonly FrozenDictionary<long, int> _steps;
    private readonly Rule[][] _found;

    private WordTable(int[] letters, Pattern[] nodes, FrozenDictionary<long, int> steps, Rule[][] found, int longestPhrase)
    {
        LongestPhrase = longestPhrase;
        _letters = letters;
        _nodes = nodes;
        _steps = steps;
        _found = found;
    }

    /// <summary>How many words the longest phrase has.</summary>
    internal int LongestPhrase { get; }

    /// <summary>The patterns that a word is of: how many were written.</summary>
    /// <param name="word">Small plain letters and digits.</param>
    /// <param name="written">The word as it was written.</param>
    /// <param name="patterns">Room for <see cref="MostPatterns"/>.</param>
    internal int Patterns(ReadOnlySpan<byte> word, ReadOnlySpan<byte> written, Span<int> patterns)
    {
        var (node, count) = (0, 0);
        foreach (var b in word)
        {
            node = LetterOf(b) is >= 0 and var letter ? _letters[(node * Letters) + letter] : 0;
            if (node == 0)
            {
                return count;
            }

            if (_nodes[node].Beginning != 0 && count < MostPatterns)
            {
                patterns[count++] = _nodes[node].Beginning;
            }
        }

        var ends = _nodes[node];
        if (ends.Word != 0 && count < MostPatterns)
        {
            patterns[count++] = ends.Word;
        }

        if (ends.Exact != 0 && count < MostPatterns && written.SequenceEqual(ends.Writing))
        {
            patterns[count++] = ends.Exact;
        }

        return count;
    }

    /// <summary>The state after a word; 0 when no phrase goes on so. Phrases begin at state 0.</summary>
    internal int Step(int state, int pattern) => _steps.TryGetValue(Key(state, pattern), out var next) ? next : 0;

    /// <summary>The rules of the phrase that ends in a state.</summary>
    internal ReadOnlySpan<Rule> FoundAt(int state) => _found[state];

    private static long Key(int state, int pattern) => ((long)state << 32) | (uint)pattern;

    private static int LetterOf(byte b) => b switch
    {
        >= (byte)'a' and <= (byte)'z' => b - 'a',
        >= (byte)'0' and <= (byte)'9' => b - '0' + 26,
        _ => -1,
    };

    /// <summary>What ends at a node of the letters: numbers of patterns, 0 for none.</summary>
    private record struct Pattern(int Word, int Beginning, int Exact, byte[]? Writing);

    /// <summary>
    /// Gathers phrases while the rule files are read. A phrase is words: <c>a/b</c> is either, <c>schizo*</c> all that begin so, <c>=AUD</c> the word written just so, and a word in round brackets may lack.
    /// </summary>
    internal sealed class Builder
    {
        private readonly List<int> _letters = [.. new int[Letters]];
        private readonly List<Pattern> _nodes = [default];
        private readonly Dictionary<long, int> _steps = [];
        private readonly List<List<Rule>> _found = [[]];
        private int _patterns;
        private int _longestPhrase;

        internal void Add(string phrase, Rule rule)
        {
            var words = phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _longestPhrase = Math.Max(_longestPhrase, words.Length);
            Add(0, words, phrase, rule);
        }

        /// <exception cref="FormatException">A word has more beginnings than <see cref="MostPatterns"/> has room for.</exception>
        internal WordTable Build()
        {
            CountBeginnings(node: 0, count: 0);
            return new([.. _letters], [.. _nodes], _steps.ToFrozenDictionary(), [.. _found.Select(static rules => rules.ToArray())], _longestPhrase);
        }

        private void CountBeginnings(int node, int count)
        {
            count += _nodes[node].Beginning == 0 ? 0 : 1;
            if (count > MostPatterns - 2)
            {
                throw new FormatException("a word has too many beginnings");
            }

            for (var letter = 0; letter < Letters; letter++)
            {
                if (_letters[(node * Letters) + letter] is > 0 and var next)
                {
                    CountBeginnings(next, count);
                }
            }
        }

        private void Add(int state, ReadOnlySpan<string> words, string phrase, Rule rule)
        {
            if (words.IsEmpty)
            {
                if (state == 0)
                {
                    throw new FormatException($"`{phrase}` has no word that must be there");
                }

                if (!_found[state].Contains(rule))
                {
                    _found[state].Add(rule);
                }

                return;
            }

            var (word, mayLack) = words[0] is ['(', .., ')'] optional ? (optional[1..^1], true) : (words[0], false);
            if (mayLack)
            {
                Add(state, words[1..], phrase, rule);
            }

            foreach (var other in word.Split('/'))
            {
                Add(Next(state, PatternOf(other)), words[1..], phrase, rule);
            }
        }

        private int Next(int state, int pattern)
        {
            if (!_steps.TryGetValue(Key(state, pattern), out var next))
            {
                _steps.Add(Key(state, pattern), next = _found.Count);
                _found.Add([]);
            }

            return next;
        }

        private int PatternOf(string word)
        {
            var (isExact, isBeginning, plain) = (word.StartsWith('='), word.EndsWith('*'), word.Trim('=', '*'));
            if (plain.Length == 0 || plain.Any(static letter => !char.IsLetterOrDigit(letter) && letter != '\''))
            {
                throw new FormatException($"`{word}` is not one word");
            }

            var node = 0;
            foreach (var b in SearchText.Fold(plain))
            {
                var at = (node * Letters) + LetterOf(b);
                if (_letters[at] == 0)
                {
                    _letters[at] = _nodes.Count;
                    _nodes.Add(default);
                    _letters.AddRange(new int[Letters]);
                }

                node = _letters[at];
            }

            return isExact ? ExactOf(node, plain) : isBeginning ? BeginningOf(node) : WordOf(node);
        }

        private int WordOf(int node)
        {
            if (_nodes[node].Word == 0)
            {
                _nodes[node] = _nodes[node] with { Word = ++_patterns };
            }

            return _nodes[node].Word;
        }

        private int BeginningOf(int node)
        {
            if (_nodes[node].Beginning == 0)
            {
                _nodes[node] = _nodes[node] with { Beginning = ++_patterns };
            }

            return _nodes[node].Beginning;
        }

        private int ExactOf(int node, string word)
        {
            var writing = Encoding.UTF8.GetBytes(word);
            if (_nodes[node].Exact == 0)
            {
                _nodes[node] = _nodes[node] with { Exact = ++_patterns, Writing = writing };
            }
            else if (!writing.SequenceEqual(_nodes[node].Writing!))
            {
                throw new FormatException($"`{word}` is written in two ways");
            }

            return _nodes[node].Exact;
        }
    }
}
