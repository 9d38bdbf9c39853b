using System.Globalization;
using System.Text;

namespace Rapport.Language;

/// <summary>
/// Characters that cannot be seen, or that turn the direction of what stands around them: in a name they could disguise one as another, in a sentence write over the words beside them.
/// </summary>
public static class InvisibleCharacters
{
    /// <summary>Whether it is one of them, or ends a line. A space is none, and neither are the joiners, which are needed to write names in several scripts.</summary>
    public static bool Contains(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        _ => IsBlankLetter(rune),
    };

    /// <summary>Whether a text has any of them.</summary>
    public static bool AreIn(string text) => text.EnumerateRunes().Any(Contains);

    /// <summary>Whether nothing of a text is seen: it has them, spaces and joiners alone, or nothing.</summary>
    public static bool AreAllOf(string text) => text.EnumerateRunes().All(static rune => Contains(rune) || Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format);

    /// <summary>Unicode has letters and signs that show nothing: the fillers of Hangul and Khmer, the empty Braille cell.</summary>
    private static bool IsBlankLetter(Rune rune) => rune.Value is 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0;
}
