using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Stories;

/// <summary>Looks in a sentence for what may tell who wrote it. It warns and forbids nothing: what else tells who somebody is, only they know. Pure.</summary>
internal static partial class SentenceCheck
{
    /// <summary>Letters that a part of a name must have to be looked for however it is written: shorter ones are words of everyday too.</summary>
    private const int LeastName = 3, LeastPlace = 4;

    /// <summary>Names that one warning tells.</summary>
    private const int MostTold = 5;

    /// <summary>Parts of names that tell of nobody, folded.</summary>
    private static readonly FrozenSet<string> Titles = FrozenSet.Create(
        StringComparer.Ordinal, "dr", "dra", "doctor", "doctora", "prof", "professor", "profesor", "profesora", "mr", "mrs", "ms", "miss", "md", "rn", "sr", "sra", "the", "and", "de", "del", "la", "las", "los", "van", "von", "der", "den");

    /// <summary>Parts of names of places that many places have, folded.</summary>
    private static readonly FrozenSet<string> PlaceWords = FrozenSet.Create(
        StringComparer.Ordinal,
        "hospital", "clinic", "practice", "centre", "center", "health", "healthcare", "medical", "general", "university", "street", "road", "avenue", "lane", "square", "care", "team", "department", "service", "services",
        "laboratory", "house", "home", "community", "children", "childrens", "family", "group", "institute", "foundation", "office", "pharmacy", "counselling", "diabetes", "cancer", "heart", "emergency", "from", "with",
        "clinica", "consulta", "centro", "salud", "medico", "medica", "universidad", "universitario", "calle", "avenida", "plaza", "camino", "paseo", "equipo", "departamento", "servicio", "servicios", "laboratorio", "casa",
        "comunitario", "ninos", "familia", "familiar", "grupo", "instituto", "fundacion", "farmacia", "corazon", "urgencias", "para");

    /// <summary>Months in both languages, folded: people write in either.</summary>
    private static readonly FrozenSet<string> Months = FrozenSet.Create(
        StringComparer.Ordinal,
        "january", "february", "april", "june", "july", "august", "september", "october", "november", "december",
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "setiembre", "octubre", "noviembre", "diciembre");

    /// <summary>Months that are words of everyday unless they begin with a capital letter.</summary>
    private static readonly string[] WrittenMonths = ["March", "May"];

    /// <summary>What to look at again, in the order in which it weighs.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="known">Names to look for.</param>
    public static IReadOnlyList<string> WarningsOf(string sentence, KnownNames known)
    {
        var words = Words().Matches(sentence).Select(static word => word.Value).ToHashSet();
        HashSet<string> folded = [.. words.Select(Fold), .. Fold(sentence).Split(' ')];
        List<string> warnings = [];
        if (known.Own.Any(HasName))
        {
            warnings.Add(StoriesText.WarnOwnName);
        }

        if (Told(known.People.Where(HasName)) is { } people)
        {
            warnings.Add(Say.Fill(StoriesText.WarnOtherName, people));
        }

        if (Told(known.Places.Where(HasPlace)) is { } places)
        {
            warnings.Add(Say.Fill(StoriesText.WarnPlace, places));
        }

        if (sentence.Contains('@') || sentence.Contains("://", StringComparison.Ordinal) || Address().IsMatch(sentence))
        {
            warnings.Add(StoriesText.WarnAddress);
        }

        if (sentence.Any(char.IsNumber))
        {
            warnings.Add(StoriesText.WarnDigits);
        }

        if (folded.Overlaps(Months) || words.Overlaps(WrittenMonths))
        {
            warnings.Add(StoriesText.WarnMonth);
        }

        return warnings;

        bool HasName(string name) => PartsOf(name).Any(part => Has(part, LeastName, Titles) || (part.Length == 2 && char.IsUpper(part[0]) && words.Contains(part) && !Titles.Contains(Fold(part))));

        bool HasPlace(string place) => PartsOf(place).Any(part => Has(part, LeastPlace, PlaceWords) && part.Any(char.IsLetter));

        // Scripts without spaces have no words to compare.
        bool Has(string part, int least, FrozenSet<string> except) =>
            part.Any(static letter => char.GetUnicodeCategory(letter) is UnicodeCategory.OtherLetter) ? part.Length > 1 && sentence.Contains(part, StringComparison.Ordinal)
            : part.Length >= least && Fold(part) is var plain && !except.Contains(plain) && folded.Contains(plain);
    }

    /// <summary>Words, and what stands between blanks: some write O’Brien in one word.</summary>
    private static IEnumerable<string> PartsOf(string name) => Words().Matches(name).Select(static word => word.Value).Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string? Told(IEnumerable<string> names) => names.Distinct().Order(StringComparer.Ordinal).Take(MostTold).ToList() is { Count: > 0 } found ? Say.List(found) : null;

    private static string Fold(string text) => Encoding.UTF8.GetString(SearchText.Fold(text));

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Words();

    [GeneratedRegex(@"[\p{L}\p{Nd}]{2}\.\p{Ll}{2}", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
