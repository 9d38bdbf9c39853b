using System.Buffers;
using System.Numerics;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>
/// Tells whether a text is in a language that the rules know, so that finding nothing in it says something: by the share of its words that are known ones of these languages, over the whole text and over each twenty words of it. Thread safe.
/// </summary>
internal sealed class TextLanguage
{
    /// <summary>So many words are looked at together.</summary>
    private const int Part = 20;

    /// <summary>Of so many words one at least is known in a text that is; prose has six times as many.</summary>
    private const int LeastShare = 12;

    /// <summary>A part is in another language when at least so many different words of its grammar stand there, more than of any offered one.</summary>
    private const int LeastForeign = 3;

    /// <summary>Of a text in which fewer different words than these are known, one in so many is: "may" and "at" are words of other languages too.</summary>
    private const int LeastDifferent = 3, LeastShareOfFew = 4;

    private readonly KnownWords _words;
    private readonly KnownWord[] _part = new KnownWord[Part];
    private readonly HashSet<int> _different = [];
    private int _inPart;
    private int _all;
    private int _known;
    private int _strange;
    private bool _isForeign;

    private TextLanguage(KnownWords words) => _words = words;

    /// <summary>Whether the rules can judge a text.</summary>
    /// <param name="text">UTF-8, without markup.</param>
    /// <param name="isOfMarks">Whether it has names and codes of a format among its words, as XML does: of such a text a part may have no known word.</param>
    internal static bool IsKnown(ReadOnlySpan<byte> text, bool isOfMarks)
    {
        var reader = new TextLanguage(KnownWords.Current);
        reader.Read(text);
        return reader.IsKnown(isOfMarks);
    }

    private bool IsKnown(bool isOfMarks)
    {
        EndPart();
        var share = isOfMarks || _different.Count >= LeastDifferent ? LeastShare : LeastShareOfFew;
        return _all == 0 || (!_isForeign && _known * share >= _all && (isOfMarks || _strange * 3 <= _all));
    }

    private void Read(ReadOnlySpan<byte> text)
    {
        var folded = new ArrayBufferWriter<byte>();
        while (!text.IsEmpty)
        {
            var (length, isWord) = WordAt(text);
            if (isWord)
            {
                folded.ResetWrittenCount();
                SearchText.Fold(text[..length], folded);
                Add(_words.Find(folded.WrittenSpan));
            }

            text = text[length..];
        }
    }

    /// <summary>How long what stands there is up to the next beginning of a word, or its end; a word with a digit in it is a number or a code, and none of a language.</summary>
    private static (int Length, bool IsWord) WordAt(ReadOnlySpan<byte> text)
    {
        var (length, hasLetter, hasDigit) = (0, false, false);
        while (length < text.Length)
        {
            Rune.DecodeFromUtf8(text[length..], out var rune, out var consumed);
            var isLetter = Rune.IsLetter(rune) || rune.Value is >= 0x300 and <= 0x36F;
            if (!isLetter && !Rune.IsDigit(rune))
            {
                return length > 0 ? (length, hasLetter && !hasDigit) : (consumed, false);
            }

            hasLetter |= isLetter;
            hasDigit |= !isLetter;
            length += consumed;
        }

        return (length, hasLetter && !hasDigit);
    }

    private void Add(KnownWord? word)
    {
        if (word is { Languages: 0 })
        {
            return;
        }

        _part[_inPart++] = word ?? new KnownWord(-1, 0);
        if (_inPart == Part)
        {
            EndPart();
        }
    }

    private void EndPart()
    {
        var part = _part.AsSpan(0, _inPart);
        _inPart = 0;
        _all += part.Length;
        var (offered, own) = MostOf(part, _words.Offered);
        var (foreign, other) = MostOf(part, _words.Languages & ~_words.Offered);
        if (other > own && Different(part, foreign) >= LeastForeign && other * 20 >= part.Length * 3)
        {
            _isForeign = true;
        }
        else if (own > other)
        {
            _known += own;
            foreach (var word in part)
            {
                if ((word.Languages & offered) != 0 && _different.Count < LeastDifferent)
                {
                    _different.Add(word.Number);
                }
            }
        }

        _strange += own * 10 < part.Length ? part.Length : 0;
    }

    /// <summary>Of which of some languages most words are, and how many.</summary>
    private static (uint Language, int Count) MostOf(ReadOnlySpan<KnownWord> part, uint languages)
    {
        var (most, best) = (0, 0u);
        for (; languages != 0; languages &= languages - 1)
        {
            var language = 1u << BitOperations.TrailingZeroCount(languages);
            var count = 0;
            foreach (var word in part)
            {
                count += (word.Languages & language) != 0 ? 1 : 0;
            }

            (most, best) = count > most ? (count, language) : (most, best);
        }

        return (best, most);
    }

    /// <summary>How many different words of a language there are.</summary>
    private static int Different(ReadOnlySpan<KnownWord> part, uint language)
    {
        var count = 0;
        for (var i = 0; i < part.Length; i++)
        {
            count += (part[i].Languages & language) != 0 && !part[..i].Contains(part[i]) ? 1 : 0;
        }

        return count;
    }
}
