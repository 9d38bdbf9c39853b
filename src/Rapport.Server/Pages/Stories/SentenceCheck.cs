using System.Text;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Stories;

/// <summary>Looks in a sentence for what may tell who wrote it. It warns and forbids nothing: what else tells who somebody is, only they know. Pure.</summary>
internal static class SentenceCheck
{
    /// <summary>Letters that a part of a name must have to be looked for: shorter ones are words of everyday too.</summary>
    private const int LeastName = 3;

    /// <summary>What to look at again, in the order in which it weighs.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="own">The name of who wrote it.</param>
    /// <param name="others">Names of whom they shared with.</param>
    public static IReadOnlyList<string> WarningsOf(string sentence, string own, IEnumerable<string> others)
    {
        var words = PartsOf(sentence).ToHashSet();
        List<string> warnings = [];
        if (PartsOf(own).Any(part => part.Length >= LeastName && words.Contains(part)))
        {
            warnings.Add(StoriesText.WarnOwnName);
        }

        if (others.Where(name => PartsOf(name).Any(part => part.Length >= LeastName && words.Contains(part))).Distinct().Order(StringComparer.Ordinal).ToList() is { Count: > 0 } named)
        {
            warnings.Add(Say.Fill(StoriesText.WarnOtherName, Say.List(named)));
        }

        if (sentence.Contains('@') || sentence.Contains("://", StringComparison.Ordinal) || sentence.Contains("www.", StringComparison.OrdinalIgnoreCase))
        {
            warnings.Add(StoriesText.WarnAddress);
        }

        if (sentence.Any(char.IsDigit))
        {
            warnings.Add(StoriesText.WarnDigits);
        }

        return warnings;
    }

    private static string[] PartsOf(string text) => Encoding.UTF8.GetString(SearchText.Fold(text)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
