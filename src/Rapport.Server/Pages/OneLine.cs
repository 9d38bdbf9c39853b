using System.Text;

namespace Rapport.Server.Pages;

/// <summary>Short texts that somebody types and somebody else reads: on one line, and without what is not seen.</summary>
internal static class OneLine
{
    /// <summary>The text with one space wherever there were spaces, line ends or signs that are not seen; empty when nothing is left.</summary>
    public static string Of(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            line.Append(InvisibleCharacters.Contains(rune) || Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }

        var seen = string.Join(' ', line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return InvisibleCharacters.AreAllOf(seen) ? "" : seen;
    }
}
