using System.Globalization;
using System.Text;

namespace Rapport.Conversations.Tests.Urgency;

/// <summary>
/// Counts how words lean, as naive Bayes does: by how much likelier a word, or two that follow each other, stands in an urgent message than
/// in a harmless one (the logarithm, rounded; one of each is added). Words that stand in one message alone, and numbers, tell nothing.
/// </summary>
internal static class LeaningsCount
{
    private const int Fewest = 2;
    private const int Width = 138;

    /// <summary>The file of leanings that messages make.</summary>
    public static string FileOf(IReadOnlyCollection<UrgentMessage> messages)
    {
        var urgent = CountIn(messages.Where(static m => m.Urgent));
        var harmless = CountIn(messages.Where(static m => !m.Urgent));
        var (allUrgent, allHarmless) = (messages.Count(static m => m.Urgent), messages.Count(static m => !m.Urgent));
        StringBuilder file = new();
        file.Append("# How words lean, counted in the messages of the tests that may be read: docs/urgent-words.md.\n");
        file.Append("# Written by tools/count-leanings; a test holds it against the messages.\n");
        var byWeight = from words in urgent.Keys.Union(harmless.Keys)
                       where urgent.GetValueOrDefault(words) + harmless.GetValueOrDefault(words) >= Fewest
                       let weight = (int)Math.Round(Likely(urgent, words, allUrgent) - Likely(harmless, words, allHarmless))
                       where weight != 0
                       group words by weight into ofWeight
                       orderby ofWeight.Key
                       select ofWeight;
        foreach (var ofWeight in byWeight)
        {
            file.Append(CultureInfo.InvariantCulture, $"\nlean {ofWeight.Key}\n");
            Append(file, ofWeight.Order(StringComparer.Ordinal));
        }

        return file.ToString();
    }

    private static double Likely(Dictionary<string, int> counts, string words, int messages) =>
        Math.Log((counts.GetValueOrDefault(words) + 1.0) / (messages + 2.0));

    private static Dictionary<string, int> CountIn(IEnumerable<UrgentMessage> messages) =>
        messages.SelectMany(static message => WordsOf(message.Text)).CountBy(static words => words).ToDictionary();

    private static IEnumerable<string> WordsOf(string text)
    {
        var words = MessageTokens.Of(text).ConvertAll(static token => token.Word);
        return words.Concat(words.Zip(words.Skip(1), static (one, next) => $"{one}_{next}"))
            .Where(static each => each.All(static c => char.IsAsciiLetterLower(c) || c == '_'))
            .Distinct();
    }

    private static void Append(StringBuilder file, IEnumerable<string> all)
    {
        var line = "  any  ";
        foreach (var words in all)
        {
            if (line.Length + 1 + words.Length > Width)
            {
                file.Append(line).Append('\n');
                line = "  any  ";
            }

            line += ' ' + words;
        }

        file.Append(line).Append('\n');
    }
}
