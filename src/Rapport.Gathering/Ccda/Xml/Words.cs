using System.Text;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>Words out of XML: as they are read, with white space as it shows.</summary>
internal static class Words
{
    /// <summary>The longest text taken as one value.</summary>
    internal const int Most = 20_000;

    /// <summary>Elements after which other words begin.</summary>
    private static readonly HashSet<string> Breaks = ["br", "paragraph", "item", "tr", "caption", "list", "table", "footnote"];

    /// <summary>Without white space at the ends, and with one blank for any within; null when nothing is left.</summary>
    internal static string? Tidy(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var tidy = new StringBuilder(Math.Min(text.Length, Most));
        foreach (var c in text.AsSpan().Trim())
        {
            if (tidy.Length >= Most)
            {
                break;
            }

            if (!IsSpace(c))
            {
                tidy.Append(c);
            }
            else if (tidy.Length > 0 && tidy[^1] != ' ')
            {
                tidy.Append(' ');
            }
        }

        var words = tidy.ToString().Trim().Shorten(Most);
        return words.Length == 0 ? null : words;
    }

    /// <summary>All words of an element, lines apart; null for none.</summary>
    internal static string? Of(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var words = new StringBuilder();
        Gather(element, words);
        string[] lines = [.. words.ToString().Split('\n').Select(line => Tidy(line.TrimEnd(' ', '|'))).OfType<string>()];
        return lines.Length == 0 ? null : string.Join('\n', lines).Shorten(Most);
    }

    /// <summary>The element's own words, without those of elements in it.</summary>
    internal static string? Own(XElement? element) => element is null ? null : Tidy(string.Concat(element.Nodes().OfType<XText>().Select(text => text.Value)));

    private static void Gather(XElement element, StringBuilder words)
    {
        foreach (var node in element.Nodes())
        {
            if (words.Length > 4 * Most)
            {
                return;
            }

            if (node is XText text)
            {
                words.Append(text.Value.AsSpan()[..Math.Min(text.Value.Length, 4 * Most)].ToString().ReplaceLineEndings(" "));
            }
            else if (node is XElement child)
            {
                Gather(child, words);
                words.Append(Breaks.Contains(child.Name.LocalName) ? "\n" : child.Name.LocalName is "td" or "th" ? " | " : "");
            }
        }
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || char.IsControl(c);
}
