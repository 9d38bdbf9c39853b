using System.Text;
using System.Xml;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// The words of a narrative, without its markup: markup written elsewhere is never sent to a browser.
/// </summary>
internal static class NarrativeText
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The text of an XHTML <c>div</c>, one line for each block; null when there is none or it is not well formed.</summary>
    public static string? Of(string? div)
    {
        if (string.IsNullOrEmpty(div))
        {
            return null;
        }

        var words = new StringBuilder();
        try
        {
            using var reader = XmlReader.Create(new StringReader(div), Settings);
            while (reader.Read())
            {
                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    words.Append(reader.Value);
                }
                else if (reader.NodeType is XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
                {
                    words.Append(' ');
                }
                else if (reader.LocalName is "p" or "div" or "li" or "tr" or "br" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "table")
                {
                    words.Append('\n');
                }
                else if (reader is { LocalName: "td" or "th", NodeType: XmlNodeType.EndElement })
                {
                    words.Append("  ");
                }
            }
        }
        catch (XmlException)
        {
            return null;
        }

        var lines = words.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? null : string.Join('\n', lines);
    }
}
