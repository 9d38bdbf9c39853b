using System.Text;
using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>A word of a message, folded, and the sentence it stands in.</summary>
internal readonly record struct MessageToken(string Word, int Sentence);

/// <summary>
/// Takes a message apart: without case, accents and apostrophes; a number keeps its point (`38.5`, `10/10`); `cannot` and `can not` are `cant`.
/// </summary>
internal static class MessageTokens
{
    public static List<MessageToken> Of(string text)
    {
        List<MessageToken> tokens = [];
        var (start, sentence) = (-1, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && IsOfAWord(text, i, start >= 0))
            {
                start = start < 0 ? i : start;
                continue;
            }

            if (start >= 0 && Fold(text[start..i]) is { Length: > 0 } word)
            {
                Add(word);
            }

            start = -1;
            sentence += i < text.Length && text[i] is '.' or '!' or '?' or ';' or '\n' ? 1 : 0;
        }

        return tokens;

        void Add(string word)
        {
            if (word == "not" && tokens is [.., { Word: "can" } can] && can.Sentence == sentence)
            {
                tokens[^1] = can with { Word = "cant" };
                return;
            }

            tokens.Add(new MessageToken(word == "cannot" ? "cant" : word, sentence));
        }
    }

    private static bool IsOfAWord(string text, int at, bool inside) =>
        char.IsLetterOrDigit(text[at])
        || IsMark(text[at])
        || (inside && text[at] is '.' or ',' or '/' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]));

    /// <summary>Apostrophes, and accents that are signs of their own.</summary>
    private static bool IsMark(char c) => c is '\'' or '\u2018' or '\u2019' or '`' or '\u00B4' or '\u00AD' or (>= '\u0300' and <= '\u036F');

    private static string Fold(string word) => word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or ',' or '/')
        ? word.ToLowerInvariant()
        : Encoding.UTF8.GetString(SearchText.Fold(word));
}
