using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Rapport.People;

/// <summary>
/// How names are compared in a search: lower case, without accents, words apart by one space. Covers accented Latin, Greek and Cyrillic letters
/// and all combining marks; other scripts are compared as written. (The runtime decomposes nothing without ICU, which this product does not need.)
/// </summary>
public static class NameFolding
{
    private static readonly FrozenDictionary<char, string> s_plain = Table(
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"), ("ae", "æǣǽ"), ("b", "ḃḅḇ"), ("c", "çćĉċčḉ"), ("d", "ðďđḋḍḏḑḓ"), ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
        ("f", "ƒḟ"), ("g", "ĝğġģǧǵḡ"), ("h", "ĥħȟḣḥḧḩḫẖ"), ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"), ("j", "ĵǰ"), ("k", "ķĸǩḱḳḵ"), ("l", "ĺļľłḷḹḻḽ"), ("m", "ḿṁṃ"),
        ("n", "ñńņňŋǹṅṇṉṋ"), ("o", "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"), ("oe", "œ"), ("p", "ṕṗ"), ("r", "ŕŗřȑȓṙṛṝṟ"), ("s", "śŝşšșṡṣṥṧṩ"),
        ("ss", "ß"), ("t", "ţťŧțṫṭṯṱẗ"), ("th", "þ"), ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"), ("v", "ṽṿ"), ("w", "ŵẁẃẅẇẉẘ"), ("x", "ẋẍ"),
        ("y", "ýÿŷȳẏẙỳỵỷỹ"), ("z", "źżžẑẓẕ"), ("α", "ά"), ("ε", "έ"), ("η", "ή"), ("ι", "ΐίϊ"), ("ο", "ό"), ("σ", "ς"), ("υ", "ΰϋύ"), ("ω", "ώ"),
        ("г", "ѓ"), ("е", "ѐё"), ("и", "йѝ"), ("к", "ќ"), ("у", "ў"), ("і", "ї"));

    /// <summary>Whether a name has every word of what was typed, however it is written: <c>garcia</c> finds <c>María García</c>. Nothing typed finds everybody.</summary>
    public static bool Matches(string name, string typed)
    {
        var folded = Fold(name);
        return Array.TrueForAll(Fold(typed).Split(' ', StringSplitOptions.RemoveEmptyEntries), word => folded.Contains(word, StringComparison.Ordinal));
    }

    /// <summary>The folded words of a text, each after a space: <c>" maria garcia"</c>; empty for a text without letters or digits.</summary>
    internal static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length + 1);
        var inWord = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark || rune.Value is '\'' or '’')
            {
                // Part of a word that makes no difference: O’Brien is found as obrien.
                continue;
            }

            if (!Rune.IsLetterOrDigit(rune) && category is not (UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber))
            {
                inWord = false;
                continue;
            }

            if (!inWord)
            {
                folded.Append(' ');
                inWord = true;
            }

            var lower = Rune.ToLowerInvariant(rune);
            if (lower.IsBmp && s_plain.TryGetValue((char)lower.Value, out var plain))
            {
                folded.Append(plain);
            }
            else
            {
                folded.Append(lower.ToString());
            }
        }

        return folded.ToString();
    }

    private static FrozenDictionary<char, string> Table(params (string Plain, string Accented)[] rows) =>
        rows.SelectMany(static row => row.Accented.Select(accented => KeyValuePair.Create(accented, row.Plain))).ToFrozenDictionary();
}
