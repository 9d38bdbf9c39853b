using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>
/// Brings names to one form: small letters without accents, without SNOMED CT's semantic tags, each word in the singular, without words that tell nothing of what is named
/// (<see cref="NameRules"/>), in the order of the alphabet. What distinguishes (left and right, types and grades, <c>no</c>, <c>history</c>) stays.
/// </summary>
internal static class Names
{
    /// <summary>Names are not novels: of what is longer the rest is compared as it is told.</summary>
    private const int MaxLength = 400;

    /// <summary>Words of a name that are compared one by one.</summary>
    private const int MostWords = 16;

    private const int LongestTag = 40;

    private static readonly (string British, string American)[] Spellings =
    [
        ("aemi", "emi"), ("haem", "hem"), ("oedem", "edem"), ("oesoph", "esoph"), ("leuco", "leuko"), ("paed", "ped"), ("rrhoea", "rrhea"), ("tumour", "tumor"), ("colour", "color"), ("odour", "odor"),
        ("ounselling", "ounseling"), ("caesar", "cesar"), ("gynaec", "gynec"), ("orthopaed", "orthoped"), ("foet", "fet"), ("coeliac", "celiac"), ("isation", "ization"), ("oestr", "estr"), ("fibre", "fiber"),
    ];

    private static readonly FrozenDictionary<string, string[]> Abbreviations = ReadAbbreviations();

    private static readonly FrozenSet<string> Tags = FrozenSet.Create(
        "disorder", "finding", "procedure", "situation", "regime/therapy", "event", "substance", "product", "observable entity", "physical object", "morphologic abnormality", "qualifier value",
        "occupation", "environment", "environment / location", "medicinal product", "clinical drug", "body structure", "organism", "person", "record artifact", "assessment scale");

    // What tells one thing from another of nearly the same name.
    private static readonly FrozenSet<ulong> Distinctions = FrozenSet.ToFrozenSet(
    [
        .. new[]
        {
            "left", "right", "bilateral", "upper", "lower", "acute", "chronic", "no", "not", "without", "history", "family", "risk", "suspected", "screening", "systolic", "diastolic", "direct", "indirect", "free",
            "ionized", "hdl", "ldl", "vldl", "urine", "csf", "saliva", "stool", "mean", "maximum", "minimum", "gestational", "juvenile", "mild", "moderate", "severe", "i", "ii", "iii", "iv", "v", "first", "second",
            "third", "ratio", "a", "b", "c", "d", "e", "viral", "bacterial", "type", "stage", "malignant", "benign", "open", "closed", "percentile", "distribution", "volume", "predicted", "arterial", "venous", "follow", "removal",
            "qualitative", "quantitative",
        }.Concat(Enumerable.Range(0, 101).Select(number => number.ToString(CultureInfo.InvariantCulture))).Select(word => Hash('w', word)),
    ]);

    /// <summary>A name in its one form; null when nothing is left of it.</summary>
    internal static string? Normal(string? name, NameRules rules)
    {
        var words = Words(name, rules);
        if (name?.Length > MaxLength)
        {
            words.Add($"{ToldKey(name):x16}");
        }

        return words.Count == 0 ? null : string.Join(' ', words.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>The words that tell something, in their order.</summary>
    internal static List<string> Words(string? name, NameRules rules)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return [];
        }

        var text = name.Length > MaxLength ? name[..MaxLength] : name;
        if (rules.IsProper)
        {
            return Telling(Split(text), rules);
        }

        text = Slashed(WithoutBrackets(WithoutTags(text), rules));
        return Telling([.. Split(rules.HasSigns ? Signs.InWords(text) : text).SelectMany(InFull)], rules).ConvertAll(Singular);
    }

    /// <summary>A name of fillers alone is a name still.</summary>
    private static List<string> Telling(List<string> all, NameRules rules) => all.FindAll(word => !rules.Fillers.Contains(word)) is { Count: > 0 } telling ? telling : all;

    /// <summary>The words of a name as hashes, sorted, to see whether two names have their main words in common.</summary>
    internal static ulong[] WordKeys(string? name, NameRules rules) => Words(name, rules).Take(MostWords).Select(word => Hash('w', word)).ToSorted();

    /// <summary>Whether one name has all words of the other, or nearly, and what only one has does not make it another thing.</summary>
    internal static bool AreAlike(ulong[] a, ulong[] b)
    {
        var common = a.Count(word => Array.BinarySearch(b, word) >= 0);
        return common > 0
            && (common == Math.Min(a.Length, b.Length) || common * 2 > a.Length + b.Length - common)
            && !a.Concat(b).Any(word => Distinctions.Contains(word) && (Array.BinarySearch(a, word) < 0 || Array.BinarySearch(b, word) < 0));
    }

    /// <summary>A text as it is told, but for capitals, blanks and SNOMED CT's tags: signs and the order of words count.</summary>
    internal static ulong ToldKey(string text) =>
        Hash('t', string.Join(' ', WithoutTags(text).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>How a text is kept: enough to compare, with no text. <paramref name="sort"/> keeps a code from being equal to a name.</summary>
    internal static ulong Hash(char sort, string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sort}{text}"), hash);
        return BitConverter.ToUInt64(hash);
    }

    /// <summary>The words of a text in small letters without accents.</summary>
    internal static List<string> Split(string text) => [.. Encoding.UTF8.GetString(SearchText.Fold(Spaced(text))).Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>British spelling and common abbreviations written out.</summary>
    private static IEnumerable<string> InFull(string word)
    {
        foreach (var (british, american) in Spellings)
        {
            word = word.Replace(british, american, StringComparison.Ordinal);
        }

        return Abbreviations.GetValueOrDefault(word) ?? [word];
    }

    private static FrozenDictionary<string, string[]> ReadAbbreviations() =>
        (from line in WordList.Lines("Abbreviations.txt")
         let parts = line.Split('=', StringSplitOptions.TrimEntries)
         from abbreviation in parts[1].Split(' ')
         select (abbreviation, parts[0].Split(' '))).ToFrozenDictionary(pair => pair.abbreviation, pair => pair.Item2);

    /// <summary>Abbreviations that are written with a slash.</summary>
    private static string Slashed(string name) => name.Replace("h/o", "history of", StringComparison.OrdinalIgnoreCase).Replace("s/p", "history of", StringComparison.OrdinalIgnoreCase)
        .Replace("status post", "history of", StringComparison.OrdinalIgnoreCase).Replace("initial encounter", "", StringComparison.OrdinalIgnoreCase);

    /// <summary>Marks that part words become blanks; a point within a number stays.</summary>
    private static string Spaced(string text)
    {
        var spaced = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                spaced.Append(" percent ");
                continue;
            }

            var stays = char.IsLetterOrDigit(text[i]) || char.GetUnicodeCategory(text[i]) is UnicodeCategory.NonSpacingMark || text[i] is '\'' or '’'
                || (text[i] == '.' && i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]));
            spaced.Append(stays ? text[i] == '.' ? 'p' : text[i] : ' ');
        }

        return spaced.ToString();
    }

    private static string WithoutTags(string name) =>
        Without(name, (text, open) => text[open] == '(' && text.IndexOf(')', open, Math.Min(LongestTag, text.Length - open)) is > 0 and var close && Tags.Contains(text[(open + 1)..close].ToLowerInvariant()) ? close : -1);

    private static string WithoutBrackets(string name, NameRules rules) =>
        Without(name, (text, open) => text[open] == '[' && text.IndexOf(']', open) is > 0 and var close && rules.SaysNothing(text[(open + 1)..close]) ? close : -1);

    /// <summary>A name without all stretches of which <paramref name="endOf"/> tells the end; as it is when nothing would be left.</summary>
    private static string Without(string name, Func<string, int, int> endOf)
    {
        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (endOf(name, i) is > 0 and var end)
            {
                i = end;
            }
            else
            {
                text.Append(name[i]);
            }
        }

        return text.ToString().Trim() is { Length: > 0 } rest ? rest : name;
    }

    private static string Singular(string word) => word.Length > 4 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;
}
