using System.Net;
using System.Text;

namespace Rapport.Gathering;

/// <summary>
/// Names of characters that HTML knows and XML does not (<c>&amp;nbsp;</c>), and ampersands that stand for themselves: documents whose words come out of an editor for the web have them. What stands
/// in CDATA sections and comments is left alone.
/// </summary>
internal static class CcdaEntities
{
    private const int LongestName = 32;

    private static readonly HashSet<string> OfXml = ["amp", "lt", "gt", "quot", "apos"];

    /// <returns>The text with such names written as characters, and a sentence when there were any.</returns>
    internal static (string Text, string? Mended) Mend(string text)
    {
        if (text.Contains("<!ENTITY", StringComparison.Ordinal))
        {
            // It declares names of its own, which are never expanded: what they mean is not for HTML to say.
            return (text, null);
        }

        StringBuilder? mended = null;
        var (copied, at) = (0, 0);
        while ((at = text.AsSpan(at).IndexOfAny('&', '<') is >= 0 and var next ? at + next : -1) >= 0)
        {
            if (text[at] == '<')
            {
                at = EndOfPlain(text, at);
                continue;
            }

            var end = text.AsSpan(at, Math.Min(LongestName, text.Length - at)).IndexOf(';');
            var name = end > 1 ? text[(at + 1)..(at + end)] : "";
            if (name.StartsWith('#') || OfXml.Contains(name))
            {
                at++;
                continue;
            }

            var decoded = name.Length > 0 && name.All(char.IsAsciiLetterOrDigit) ? WebUtility.HtmlDecode($"&{name};") : "";
            var isName = decoded.Length is 1 or 2 && decoded[0] != '&';
            mended ??= new StringBuilder(text.Length + 64);
            mended.Append(text, copied, at - copied).Append(isName ? decoded : "&amp;");
            copied = at = isName ? at + end + 1 : at + 1;
        }

        return mended is null
            ? (text, null)
            : (mended.Append(text, copied, text.Length - copied).ToString(), "the document has ampersands or names of characters that XML does not know: they were taken as in HTML");
    }

    /// <summary>Where to go on after a mark: behind a CDATA section or a comment, else behind the bracket.</summary>
    private static int EndOfPlain(string text, int at)
    {
        var close = text.AsSpan(at).StartsWith("<![CDATA[") ? "]]>" : text.AsSpan(at).StartsWith("<!--") ? "-->" : null;
        return close is null ? at + 1 : text.IndexOf(close, at, StringComparison.Ordinal) is >= 0 and var end ? end + close.Length : text.Length;
    }
}
