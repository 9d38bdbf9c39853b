using System.Globalization;
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
            // Marks that turn the direction of what follows would write over what stands around the text.
            var category = Rune.GetUnicodeCategory(rune);
            var isUnseen = category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || (category is UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D));
            line.Append(isUnseen || Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }

        return string.Join(' ', line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
