using System.Text;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>XML as text again: for people to see the original, and to know by what it says a thing that has no id.</summary>
internal static class Outline
{
    /// <summary>At most so many characters of the element as it stood, namespaces left out.</summary>
    internal static string Excerpt(XElement element, int most)
    {
        var text = new StringBuilder();
        Write(element, text, most, withStatements: true);
        return text.Length <= most ? text.ToString() : text.ToString(0, most) + "…";
    }

    /// <summary>What the element says itself, without the statements in it.</summary>
    internal static string Content(XElement element)
    {
        var text = new StringBuilder();
        Write(element, text, int.MaxValue, withStatements: false);
        return text.ToString();
    }

    private static void Write(XElement element, StringBuilder text, int most, bool withStatements)
    {
        text.Append('<').Append(element.Name.LocalName);
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            text.Append(' ').Append(attribute.Name.LocalName).Append("=\"").Append(attribute.Value.AsSpan()[..Math.Min(attribute.Value.Length, most)]).Append('"');
        }

        if (!element.Nodes().Any())
        {
            text.Append("/>");
            return;
        }

        text.Append('>');
        foreach (var node in element.Nodes())
        {
            if (text.Length > most)
            {
                return;
            }

            if (node is XElement child && (withStatements || child.Name.LocalName is not ("entryRelationship" or "component" or "entry")))
            {
                Write(child, text, most, withStatements);
            }
            else if (node is XText words)
            {
                text.Append(string.IsNullOrWhiteSpace(words.Value) ? "" : words.Value.AsSpan()[..Math.Min(words.Value.Length, most)].Trim().ToString());
            }
        }

        text.Append("</").Append(element.Name.LocalName).Append('>');
    }
}
