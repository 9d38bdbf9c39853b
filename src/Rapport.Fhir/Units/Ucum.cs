using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>
/// Tells whether a unit is one of UCUM's (ucum.org, the case-sensitive codes), and which one is meant by what people write instead. Units of medicine are
/// known, not all of physics.
/// </summary>
public static class Ucum
{
    private const int Longest = 60;

    private static readonly FrozenSet<string> Metric = FrozenSet.Create(
        "m", "s", "g", "K", "cd", "C", "rad", "sr", "Hz", "N", "Pa", "J", "W", "A", "V", "F", "Ohm", "S", "Wb", "Cel", "T", "H", "lm", "lx", "Bq", "Gy", "Sv",
        "mol", "l", "L", "bar", "u", "eV", "eq", "osm", "kat", "U", "cal", "Ci", "RAD", "REM", "t", "B", "[iU]", "[IU]", "mo_j", "m[H2O]", "m[Hg]", "By", "bit",
        "dyn", "erg", "P", "Bd", "[hp_X]");

    private static readonly FrozenSet<string> Plain = FrozenSet.Create(
        "1", "%", "[ppth]", "[ppm]", "[ppb]", "[ppth]", "min", "h", "d", "wk", "mo", "a", "deg", "'", "''", "[in_i]", "[ft_i]", "[yd_i]", "[mi_i]", "[in_us]",
        "[ft_us]", "[lb_av]", "[oz_av]", "[gr]", "[stone_av]", "[lb_tr]", "[degF]", "[degR]", "[pH]", "[arb'U]", "[USP'U]", "[CFU]", "[cfu]", "[PFU]", "[pfu]",
        "[FFU]", "[drp]", "[foz_us]", "[cup_us]", "[tbs_us]", "[tsp_us]", "[pt_us]", "[qt_us]", "[gal_us]", "[diop]", "[p'diop]", "[MET]", "[HPF]", "[LPF]",
        "[Cal]", "[hnsf'U]", "[GPL'U]", "[MPL'U]", "[APL'U]", "[PRU]", "[Ch]", "[AU]", "[BAU]", "[Amb'a'1'U]", "[Lf]", "[D'ag'U]", "[FEU]", "[ELU]", "[EU]",
        "[beth'U]", "[CCID_50]", "[TCID_50]", "[anti'Xa'U]", "[knk'U]", "[mclg'U]", "[tb'U]", "[todd'U]", "[dye'U]", "[smgy'U]", "[ka'U]", "[bdsk'U]", "10*", "10^", "atm", "gf", "[psi]");

    private static readonly string[] Prefixes = ["da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y"];

    // What people and systems write, without blanks and in small letters.
    private static readonly FrozenDictionary<string, string> Habits = new Dictionary<string, string>
    {
        ["mmhg"] = "mm[Hg]",
        ["mm/hg"] = "mm[Hg]",
        ["bpm"] = "/min",
        ["beats/min"] = "/min",
        ["beats/minute"] = "/min",
        ["breaths/min"] = "/min",
        ["breaths/minute"] = "/min",
        ["perminute"] = "/min",
        ["lb"] = "[lb_av]",
        ["lbs"] = "[lb_av]",
        ["pounds"] = "[lb_av]",
        ["oz"] = "[oz_av]",
        ["in"] = "[in_i]",
        ["inch"] = "[in_i]",
        ["inches"] = "[in_i]",
        ["ft"] = "[ft_i]",
        ["f"] = "[degF]",
        ["degf"] = "[degF]",
        ["°f"] = "[degF]",
        ["c"] = "Cel",
        ["degc"] = "Cel",
        ["°c"] = "Cel",
        ["cel"] = "Cel",
        ["percent"] = "%",
        ["mcg"] = "ug",
        ["µg"] = "ug",
        ["μg"] = "ug",
        ["mcg/ml"] = "ug/mL",
        ["mcg/dl"] = "ug/dL",
        ["mcg/l"] = "ug/L",
        ["cc"] = "mL",
        ["iu"] = "[IU]",
        ["iu/l"] = "[IU]/L",
        ["iu/ml"] = "[IU]/mL",
        ["miu/l"] = "m[IU]/L",
        ["miu/ml"] = "m[IU]/mL",
        ["uiu/ml"] = "u[IU]/mL",
        ["units"] = "U",
        ["unit"] = "U",
        ["k/ul"] = "10*3/uL",
        ["k/mcl"] = "10*3/uL",
        ["thous/ul"] = "10*3/uL",
        ["thous/mcl"] = "10*3/uL",
        ["thousand/ul"] = "10*3/uL",
        ["x10e3/ul"] = "10*3/uL",
        ["10e3/ul"] = "10*3/uL",
        ["x10^3/ul"] = "10*3/uL",
        ["x10(3)/ul"] = "10*3/uL",
        ["x10*3/ul"] = "10*3/uL",
        ["10^3/ul"] = "10*3/uL",
        ["m/ul"] = "10*6/uL",
        ["m/mcl"] = "10*6/uL",
        ["mill/mcl"] = "10*6/uL",
        ["million/ul"] = "10*6/uL",
        ["x10e6/ul"] = "10*6/uL",
        ["10e6/ul"] = "10*6/uL",
        ["x10^6/ul"] = "10*6/uL",
        ["10^6/ul"] = "10*6/uL",
        ["10^9/l"] = "10*9/L",
        ["x10^9/l"] = "10*9/L",
        ["x10e9/l"] = "10*9/L",
        ["10^12/l"] = "10*12/L",
        ["x10^12/l"] = "10*12/L",
        ["mg/dl"] = "mg/dL",
        ["g/dl"] = "g/dL",
        ["gm/dl"] = "g/dL",
        ["mmol/l"] = "mmol/L",
        ["meq/l"] = "meq/L",
        ["ng/ml"] = "ng/mL",
        ["pg/ml"] = "pg/mL",
        ["ng/dl"] = "ng/dL",
        ["u/l"] = "U/L",
        ["fl"] = "fL",
        ["sec"] = "s",
        ["secs"] = "s",
        ["second"] = "s",
        ["seconds"] = "s",
        ["minute"] = "min",
        ["minutes"] = "min",
        ["hr"] = "h",
        ["hrs"] = "h",
        ["hour"] = "h",
        ["hours"] = "h",
        ["day"] = "d",
        ["days"] = "d",
        ["week"] = "wk",
        ["weeks"] = "wk",
        ["month"] = "mo",
        ["months"] = "mo",
        ["year"] = "a",
        ["years"] = "a",
        ["yr"] = "a",
        ["yrs"] = "a",
        ["gm"] = "g",
        ["grams"] = "g",
        ["mgs"] = "mg",
        ["kgs"] = "kg",
        ["meq"] = "meq",
        ["ml"] = "mL",
    }.ToFrozenDictionary();

    /// <summary>The UCUM code of a unit as somebody wrote it; null when it is not known.</summary>
    public static string? CodeOf(string unit)
    {
        // Letters that UCUM gives to coulomb, farad, kelvin and mega mean something else where a patient is measured.
        var habit = unit.Length > Longest ? null : Habits.GetValueOrDefault(unit.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant());
        return IsUnit(unit) && !(unit is "C" or "F" or "K/uL" or "K/ul") ? unit : habit;
    }

    /// <summary>Whether the text is a UCUM unit.</summary>
    public static bool IsUnit(string text)
    {
        if (text.Length is 0 or > Longest || text.Any(c => c is <= ' ' or > '~'))
        {
            return false;
        }

        var rest = text.AsSpan();
        return ReadTerm(ref rest, 0) && rest.IsEmpty;
    }

    /// <summary>Components with <c>.</c> and <c>/</c> between them.</summary>
    private static bool ReadTerm(ref ReadOnlySpan<char> rest, int depth)
    {
        if (rest is ['/', ..])
        {
            rest = rest[1..];
        }

        while (ReadComponent(ref rest, depth))
        {
            if (rest is not ['.' or '/', ..])
            {
                return true;
            }

            rest = rest[1..];
        }

        return false;
    }

    private static bool ReadComponent(ref ReadOnlySpan<char> rest, int depth)
    {
        if (rest is ['{', ..])
        {
            return SkipNote(ref rest);
        }

        if (rest is ['(', ..])
        {
            rest = rest[1..];
            if (depth > 3 || !ReadTerm(ref rest, depth + 1) || rest is not [')', ..])
            {
                return false;
            }

            rest = rest[1..];
            return true;
        }

        // The braces and brackets of an atom may hold what separates atoms elsewhere.
        var length = 0;
        var brackets = 0;
        while (length < rest.Length && (brackets > 0 || rest[length] is not ('.' or '/' or '(' or ')' or '{')))
        {
            brackets += rest[length] == '[' ? 1 : rest[length] == ']' ? -1 : 0;
            length++;
        }

        if (!IsAtom(rest[..length]))
        {
            return false;
        }

        rest = rest[length..];
        return rest is not ['{', ..] || SkipNote(ref rest);
    }

    private static bool SkipNote(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('}');
        if (end < 0)
        {
            return false;
        }

        rest = rest[(end + 1)..];
        return true;
    }

    private static bool IsAtom(ReadOnlySpan<char> atom)
    {
        if (atom.IsEmpty)
        {
            return false;
        }

        if (!atom.ContainsAnyExceptInRange('0', '9') || IsKnown(atom))
        {
            return true;
        }

        if (atom.StartsWith("10*") || atom.StartsWith("10^"))
        {
            return IsExponent(atom[3..]);
        }

        var digits = atom.Length;
        while (digits > 0 && char.IsAsciiDigit(atom[digits - 1]))
        {
            digits--;
        }

        digits -= digits > 0 && digits < atom.Length && atom[digits - 1] is '-' or '+' ? 1 : 0;
        return digits < atom.Length && digits > 0 && IsKnown(atom[..digits]);
    }

    private static bool IsExponent(ReadOnlySpan<char> text) =>
        (text is ['-' or '+', ..] ? text[1..] : text) is { IsEmpty: false, Length: < 4 } digits && !digits.ContainsAnyExceptInRange('0', '9');

    private static bool IsKnown(ReadOnlySpan<char> atom)
    {
        var text = atom.ToString();
        return Plain.Contains(text) || Metric.Contains(text)
            || Prefixes.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal) && Metric.Contains(text[prefix.Length..]));
    }
}
