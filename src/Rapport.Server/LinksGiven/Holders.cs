using System.Globalization;
using System.Text;
using Rapport.Records;

namespace Rapport.Server.LinksGiven;

/// <summary>What people say of themselves when they open a link: told to the patient, so it must not look like anything else.</summary>
internal static class Holders
{
    /// <summary>The name on one line, without what is not seen; null when nothing is left of it, or it is too long.</summary>
    public static string? NameOf(string? said)
    {
        if (said is null || said.Length > LinkKnock.MostSaid)
        {
            return null;
        }

        var name = new StringBuilder(said.Length);
        foreach (var rune in said.EnumerateRunes())
        {
            // Marks that turn the direction of what follows would write over what stands around the name.
            var category = Rune.GetUnicodeCategory(rune);
            var isUnseen = category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || (category is UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D));
            name.Append(isUnseen || Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }

        var text = string.Join(' ', name.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return text.EnumerateRunes().Any(rune => Rune.IsLetterOrDigit(rune)) ? text : null;
    }
}
