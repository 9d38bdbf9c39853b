using System.Collections.Frozen;
using System.Text;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>
/// CDA's narrative block as the XHTML that FHIR allows. What it has no element for keeps its words; nothing that runs, loads or names anything comes along.
/// </summary>
internal static class CdaNarrative
{
    private const int MostSpan = 1_000;

    private static readonly FrozenDictionary<string, string> Elements = new Dictionary<string, string>
    {
        ["paragraph"] = "p",
        ["item"] = "li",
        ["table"] = "table",
        ["caption"] = "caption",
        ["thead"] = "thead",
        ["tfoot"] = "tfoot",
        ["tbody"] = "tbody",
        ["tr"] = "tr",
        ["th"] = "th",
        ["td"] = "td",
        ["sub"] = "sub",
        ["sup"] = "sup",
        ["footnoteRef"] = "sup",
        ["footnote"] = "small",

        // Not CDA's, but written by vendors all the same.
        ["p"] = "p",
        ["div"] = "div",
        ["ul"] = "ul",
        ["ol"] = "ol",
        ["li"] = "li",
        ["b"] = "b",
        ["strong"] = "strong",
        ["i"] = "i",
        ["em"] = "em",
        ["h1"] = "h3",
        ["h2"] = "h3",
        ["h3"] = "h3",
        ["h4"] = "h4",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Styles = new Dictionary<string, string>
    {
        ["Bold"] = "b",
        ["Italics"] = "i",
        ["Emphasis"] = "em",
    }.ToFrozenDictionary();

    /// <summary>The narrative as one <c>div</c>; null when it says nothing.</summary>
    internal static string? Xhtml(XElement? text, CcdaTexts texts)
    {
        if (text is null || Words.Of(text) is null && !text.Descendants().Any(element => element.Name.LocalName == "renderMultiMedia"))
        {
            return null;
        }

        var xhtml = new StringBuilder("<div xmlns=\"http://www.w3.org/1999/xhtml\">");
        WriteChildren(text, xhtml, texts);
        return xhtml.Append("</div>").ToString();
    }

    private static void WriteChildren(XElement parent, StringBuilder xhtml, CcdaTexts texts)
    {
        foreach (var node in parent.Nodes())
        {
            if (node is XText text)
            {
                Escape(text.Value, xhtml);
            }
            else if (node is XElement element)
            {
                Write(element, xhtml, texts);
            }
        }
    }

    private static void Write(XElement element, StringBuilder xhtml, CcdaTexts texts)
    {
        switch (element.Name.LocalName)
        {
            case "br":
                xhtml.Append("<br/>");
                break;
            case "col" or "colgroup":
                // Widths alone.
                break;
            case "list":
                WriteList(element, xhtml, texts);
                break;
            case "linkHtml" or "a":
                WriteLink(element, xhtml, texts);
                break;
            case "renderMultiMedia":
                WriteMedia(element, xhtml, texts);
                break;
            case "content" or "span":
                Wrap(Styled(element), element, xhtml, texts);
                break;
            case "caption" when element.Parent?.Name.LocalName != "table":
                Wrap("b", element, xhtml, texts);
                break;
            case var name when Elements.GetValueOrDefault(name) is { } known:
                Wrap(known, element, xhtml, texts);
                break;
            default:
                WriteChildren(element, xhtml, texts);
                break;
        }
    }

    private static void Wrap(string name, XElement element, StringBuilder xhtml, CcdaTexts texts)
    {
        xhtml.Append('<').Append(name);
        if (name is "td" or "th")
        {
            WriteSpan("colspan", element, xhtml);
            WriteSpan("rowspan", element, xhtml);
        }

        xhtml.Append('>');
        WriteChildren(element, xhtml, texts);
        xhtml.Append("</").Append(name).Append('>');
    }

    private static void WriteSpan(string name, XElement element, StringBuilder xhtml)
    {
        if (int.TryParse(element.At(name), System.Globalization.NumberStyles.None, null, out var span) && span is > 1 and <= MostSpan)
        {
            xhtml.Append(' ').Append(name).Append("=\"").Append(span).Append('"');
        }
    }

    /// <summary>A caption of a list stands before it, since XHTML's lists have none.</summary>
    private static void WriteList(XElement list, StringBuilder xhtml, CcdaTexts texts)
    {
        foreach (var caption in list.Cdas("caption"))
        {
            Wrap("p", caption, xhtml, texts);
        }

        var name = list.At("listType") == "ordered" ? "ol" : "ul";
        xhtml.Append('<').Append(name).Append('>');
        foreach (var item in list.Elements().Where(item => item.Name.LocalName != "caption"))
        {
            Wrap("li", item, xhtml, texts);
        }

        xhtml.Append("</").Append(name).Append('>');
    }

    private static void WriteLink(XElement link, StringBuilder xhtml, CcdaTexts texts)
    {
        var target = link.At("href");
        if (target is null || target.Length > 2_000 || !Uri.TryCreate(target, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "mailto"))
        {
            WriteChildren(link, xhtml, texts);
            return;
        }

        xhtml.Append("<a href=\"");
        Escape(uri.AbsoluteUri, xhtml);
        xhtml.Append("\">");
        WriteChildren(link, xhtml, texts);
        xhtml.Append("</a>");
    }

    /// <summary>A picture is no part of the words: it is named, and stands as a document of its own.</summary>
    private static void WriteMedia(XElement media, StringBuilder xhtml, CcdaTexts texts)
    {
        xhtml.Append("<p>[");
        var named = texts.Element(media.At("referencedObject")?.Split(' ')[0]);
        Escape(Words.Of(media.First("caption")) ?? named.First("value").At("mediaType") ?? named.First("code").At("displayName") ?? "image", xhtml);
        xhtml.Append("]</p>");
    }

    private static string Styled(XElement content) =>
        content.At("styleCode")?.Split(' ').Select(style => Styles.GetValueOrDefault(style)).FirstOrDefault(name => name is not null) ?? "span";

    private static void Escape(string text, StringBuilder xhtml)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '<' => xhtml.Append("&lt;"),
                '>' => xhtml.Append("&gt;"),
                '&' => xhtml.Append("&amp;"),
                '"' => xhtml.Append("&quot;"),
                _ => xhtml.Append(c),
            };
        }
    }
}
