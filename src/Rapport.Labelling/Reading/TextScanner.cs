using System.Buffers;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>
/// Goes over a text once and tells which rules' words stand in it. Phrases do not reach over the end of a sentence, a bracket or a line; what stands inside a longer phrase of another rule, or inside a
/// harmless one ("hearing aids"), is not told. What stands in one sentence changes nothing of what is found in another.
/// </summary>
internal sealed class TextScanner(WordTable words)
{
    private readonly ArrayBufferWriter<byte> _folded = new();
    private readonly List<Match> _matches = [];
    private List<(int State, int Start)> _states = [];
    private List<(int State, int Start)> _next = [];
    private int _words;

    /// <summary>Receives a match.</summary>
    /// <param name="rule">The rule whose words stand there.</param>
    /// <param name="what">The words, as they stand there.</param>
    internal delegate void Found(Rule rule, ReadOnlySpan<byte> what);

    /// <summary>Goes over a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="found">Receives what is found, in the order of the text.</param>
    internal void Scan(ReadOnlySpan<byte> text, Found found)
    {
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (IsOfWord(text[at]) || IsWithinWord(text, start, at)))
            {
                at++;
            }

            if (at > start)
            {
                Word(text, start, at);
            }
            else
            {
                if (EndsPhrase(text, at))
                {
                    Tell(text, found);
                }

                at++;
            }
        }

        Tell(text, found);
    }

    /// <summary>Letters of other alphabets and with accents are all bytes above ASCII; so are dashes and quotation marks of printers, which folding takes out of the word again.</summary>
    private static bool IsOfWord(byte b) => b >= 0x80 || char.IsAsciiLetterOrDigit((char)b);

    /// <summary>An apostrophe between letters; at the edge of a word it is a quotation mark.</summary>
    private static bool IsWithinWord(ReadOnlySpan<byte> text, int start, int at) =>
        text[at] == (byte)'\'' && at > start && at + 1 < text.Length && char.IsAsciiLetter((char)text[at + 1]);

    private static bool EndsPhrase(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)' ' or (byte)'-' or (byte)'/' or (byte)'_' or (byte)'&' or (byte)'+' or (byte)'\t' or (byte)'*' or (byte)'\'' => false,
        (byte)'.' => at + 1 == text.Length || text[at + 1] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'<' or (byte)'"',
        _ => true,
    };

    private void Word(ReadOnlySpan<byte> text, int start, int end)
    {
        var word = text[start..end];
        Span<byte> small = stackalloc byte[64];
        if (!Ascii.IsValid(word))
        {
            _folded.ResetWrittenCount();
            SearchText.Fold(word, _folded);
            Parts(_folded.WrittenSpan, start, end);
            return;
        }

        // The longest word of a rule is shorter; what is longer is a number or a name of a file.
        if (word.Length > small.Length)
        {
            _states.Clear();
            return;
        }

        var length = 0;
        foreach (var b in word)
        {
            if (b != (byte)'\'')
            {
                small[length++] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
            }
        }

        Known(small[..length], word, start, end);
    }

    /// <summary>A dash or a blank of printers may part what looked like one word, and so may the blank of no width that LOINC has after a slash.</summary>
    private void Parts(ReadOnlySpan<byte> folded, int start, int end)
    {
        foreach (var part in folded.SplitAny(" \u200B"u8))
        {
            if (!folded[part].IsEmpty)
            {
                Known(folded[part], [], start, end);
            }
        }
    }

    private void Known(ReadOnlySpan<byte> word, ReadOnlySpan<byte> written, int start, int end)
    {
        _words++;
        Span<int> patterns = stackalloc int[WordTable.MostPatterns];
        var count = words.Patterns(word, written, patterns);
        if (count > 0)
        {
            GoOn(0, start, end, patterns[..count]);
            foreach (var (state, began) in _states)
            {
                GoOn(state, began, end, patterns[..count]);
            }
        }

        (_states, _next) = (_next, _states);
        _next.Clear();
    }

    private void GoOn(int state, int began, int end, ReadOnlySpan<int> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (words.Step(state, pattern) is > 0 and var to)
            {
                _next.Add((to, began));
                foreach (var rule in words.FoundAt(to))
                {
                    _matches.Add(new(rule, began, end, _words));
                }
            }
        }
    }

    private void Tell(ReadOnlySpan<byte> text, Found found)
    {
        _states.Clear();
        for (var i = 0; i < _matches.Count; i++)
        {
            var match = _matches[i];
            if (match.Rule.Implication != Implication.Harmless && !IsPartOfOther(i))
            {
                found(match.Rule, text[match.Start..match.End]);
            }
        }

        _matches.Clear();
    }

    /// <summary>
    /// A longer phrase says better what is meant: "sexual assault" is no assault, "opioid dependence" no opioid for pain. Matches lie in the order of their last words, so only those near by are looked at.
    /// </summary>
    private bool IsPartOfOther(int index)
    {
        var match = _matches[index];
        for (var i = index; i >= 0 && _matches[i].LastWord == match.LastWord; i--)
        {
            if (_matches[i].Covers(match))
            {
                return true;
            }
        }

        for (var i = index + 1; i < _matches.Count && _matches[i].LastWord < match.LastWord + words.LongestPhrase; i++)
        {
            if (_matches[i].Covers(match))
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Match(Rule Rule, int Start, int End, int LastWord)
    {
        internal bool Covers(Match other) => Start <= other.Start && End >= other.End && Rule != other.Rule
            && (Rule.Implication == Implication.Harmless || End - Start > other.End - other.Start);
    }
}
