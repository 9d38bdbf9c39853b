using System.Net;
using System.Text;

namespace Rapport.Labelling;

/// <summary>The text between the tags of HTML and XML. A tag ends a phrase unless it only changes how letters look.</summary>
internal static class MarkupText
{
    /// <summary>Goes over the text of markup, which need not be well formed.</summary>
    internal static void Scan(ReadOnlySpan<byte> markup, TextScanner scanner, TextScanner.Found found)
    {
        var text = new byte[markup.Length];
        var length = 0;
        while (!markup.IsEmpty)
        {
            var open = markup.IndexOf((byte)'<');
            var before = open < 0 ? markup : markup[..open];
            before.CopyTo(text.AsSpan(length));
            length += before.Length;
            if (open < 0)
            {
                break;
            }

            markup = markup[open..];
            var close = markup.IndexOf((byte)'>');
            if (!IsOfLetters(markup))
            {
                text[length++] = (byte)'\n';
            }

            markup = close < 0 ? [] : markup[(close + 1)..];
        }

        var plain = text.AsSpan(0, length);
        scanner.Scan(plain.Contains((byte)'&') ? Encoding.UTF8.GetBytes(WebUtility.HtmlDecode(Encoding.UTF8.GetString(plain))) : plain, found);
    }

    private static bool IsOfLetters(ReadOnlySpan<byte> tag) =>
        tag.StartsWith("<b>"u8) || tag.StartsWith("</b>"u8) || tag.StartsWith("<i>"u8) || tag.StartsWith("</i>"u8) || tag.StartsWith("<em>"u8) || tag.StartsWith("</em>"u8)
        || tag.StartsWith("<strong>"u8) || tag.StartsWith("</strong>"u8) || tag.StartsWith("<span"u8) || tag.StartsWith("</span"u8) || tag.StartsWith("<content"u8) || tag.StartsWith("</content"u8);
}
