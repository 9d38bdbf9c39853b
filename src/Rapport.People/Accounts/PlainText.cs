using System.Globalization;
using System.Text;
using Rapport.Language;

namespace Rapport.People;

/// <summary>Checks the short texts that people type: names, roles, labels.</summary>
internal static class PlainText
{
    /// <summary>The text without space around it; null with the reason when it is not 1 to <paramref name="max"/> characters on one line.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="what">How the message calls it, such as <c>a name</c>.</param>
    /// <param name="max">Characters at most.</param>
    /// <param name="problem">Why not.</param>
    internal static string? Check(string text, string what, int max, out string? problem)
    {
        var trimmed = text.Trim();
        problem = trimmed.Length == 0 || trimmed.Length > max ? Say.Fill(PeopleText.Length, what, Say.Number(max))
            : trimmed.EnumerateRunes().Any(IsUnseen) || !trimmed.EnumerateRunes().Any(IsSeen) ? Say.Fill(PeopleText.Unseen, what)
            : HasLoneSurrogate(trimmed) ? Say.Fill(PeopleText.Broken, what)
            : null;
        return problem is null ? trimmed : null;
    }

    // Joiners are needed to write names in several scripts; marks that turn the direction of what follows could disguise one name as another.
    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        _ => IsBlankLetter(rune),
    };

    /// <summary>Whether it leaves ink: a name of spaces and joiners alone would be none.</summary>
    private static bool IsSeen(Rune rune) => !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format;

    /// <summary>Unicode has letters and signs that show nothing: the fillers of Hangul and Khmer, the empty Braille cell.</summary>
    private static bool IsBlankLetter(Rune rune) => rune.Value is 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0;

    /// <summary>Whether half of a character stands alone, so that the text is none.</summary>
    internal static bool HasLoneSurrogate(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0xFFFD && !text.Contains('\uFFFD'))
            {
                return true;
            }
        }

        return false;
    }
}
