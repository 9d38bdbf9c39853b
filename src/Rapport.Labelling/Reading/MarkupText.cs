using System.Net;
using System.Text;

namespace Rapport.Labelling;

/// <summary>How a text is marked up.</summary>
internal enum Markup
{
    None,
    Html,

    /// <summary>Its attributes may say what it is about, as <c>displayName</c> does in C-CDA.</summary>
    Xml,
}

/// <summary>The text between the tags of HTML and XML, which need not be well formed. A tag ends a phrase unless it only changes how letters look; what is no tag is text.</summary>
internal static class MarkupText
{
    private static readonly string[] OfLetters = ["b", "i", "u", "em", "strong", "span", "sub", "sup", "font", "a", "content", "mark", "small"];

    /// <summary>Goes over the text of markup.</summary>
    internal static void Scan(ReadOnlySpan<byte> markup, Markup kind, TextScanner scanner, TextScanner.Found found)
    {
        if (kind == Markup.None)
        {
            scanner.Scan(markup, found);
            return;
        }

        // Each tag leaves at most what it took, so this is room enough.
        var text = new byte[markup.Length + 1];
        var length = 0;
        var lastEnd = markup.LastIndexOf((byte)'>');
        var whole = markup.Length;
        while (!markup.IsEmpty)
        {
            // Where no tag ends any more none begins: looking for an end from each beginning would take time by the square.
            var tag = whole - markup.Length <= lastEnd ? TagAt(markup) : 0;
            if (tag == 0)
            {
                var next = markup[1..].IndexOf((byte)'<') is >= 0 and var at ? at + 1 : markup.Length;
                markup[..next].CopyTo(text.AsSpan(length));
                length += next;
                markup = markup[next..];
                continue;
            }

            if (kind == Markup.Xml)
            {
                length += Attributes(markup[..tag], text.AsSpan(length));
            }
            else if (!IsOfLetters(markup[..tag]))
            {
                text[length++] = (byte)'\n';
            }

            markup = markup[tag..];
        }

        var plain = text.AsSpan(0, length);
        scanner.Scan(plain.Contains((byte)'&') ? Encoding.UTF8.GetBytes(WebUtility.HtmlDecode(Encoding.UTF8.GetString(plain))) : plain, found);
    }

    /// <summary>How long the tag is that begins here; 0 when none does.</summary>
    private static int TagAt(ReadOnlySpan<byte> markup)
    {
        if (markup.Length < 2 || markup[0] != (byte)'<' || !(char.IsAsciiLetter((char)markup[1]) || markup[1] is (byte)'/' or (byte)'!' or (byte)'?'))
        {
            return 0;
        }

        return markup.StartsWith("<![CDATA["u8) ? "<![CDATA[".Length : markup.IndexOf((byte)'>') + 1;
    }

    /// <summary>The values of a tag's attributes, a line each.</summary>
    private static int Attributes(ReadOnlySpan<byte> tag, Span<byte> text)
    {
        var length = 0;
        var isValue = false;
        foreach (var b in tag)
        {
            if (b is (byte)'"' or (byte)'\'')
            {
                isValue = !isValue;
            }
            else if (isValue)
            {
                text[length++] = b;
                continue;
            }

            if (length == 0 || text[length - 1] != (byte)'\n')
            {
                text[length++] = (byte)'\n';
            }
        }

        return length;
    }

    private static bool IsOfLetters(ReadOnlySpan<byte> tag)
    {
        var name = tag[(tag[1] == (byte)'/' ? 2 : 1)..];
        foreach (var other in OfLetters)
        {
            if (name.Length > other.Length && Ascii.EqualsIgnoreCase(name[..other.Length], other) && !char.IsAsciiLetterOrDigit((char)name[other.Length]))
            {
                return true;
            }
        }

        return false;
    }
}
