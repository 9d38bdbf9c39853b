using System.Net;
using System.Text;

namespace Rapport.Fhir;

/// <summary>The addresses in a narrative: <c>href</c> and <c>src</c> attributes.</summary>
internal static class NarrativeLinks
{
    /// <summary>The narrative with the addresses that the map replaces; <see langword="null"/> when it replaces none.</summary>
    /// <param name="xhtml">A narrative without JSON escapes, well formed.</param>
    public static string? Map(ReadOnlySpan<byte> xhtml, ReferenceMap map)
    {
        StringBuilder? result = null;
        var copied = 0;
        var at = 0;
        while (NextTag(xhtml, ref at))
        {
            while (NextAttribute(xhtml, ref at, out var name, out int start, out int length))
            {
                if (!name.SequenceEqual("href"u8) && !name.SequenceEqual("src"u8))
                {
                    continue;
                }
                var address = WebUtility.HtmlDecode(Encoding.UTF8.GetString(xhtml.Slice(start, length)));
                if (map(Encoding.UTF8.GetBytes(address)) is { } mapped)
                {
                    result ??= new StringBuilder();
                    result.Append(Encoding.UTF8.GetString(xhtml[copied..start])).Append(WebUtility.HtmlEncode(mapped));
                    copied = start + length;
                }
            }
        }
        return result?.Append(Encoding.UTF8.GetString(xhtml[copied..])).ToString();
    }

    /// <summary>Goes from outside of a tag to after the next tag's name.</summary>
    private static bool NextTag(ReadOnlySpan<byte> xhtml, ref int at)
    {
        while (true)
        {
            var next = xhtml[at..].IndexOf((byte)'<');
            if (next < 0)
            {
                return false;
            }
            at += next;
            if (!xhtml[at..].StartsWith("<!--"u8))
            {
                break;
            }
            var end = xhtml[at..].IndexOf("-->"u8);
            if (end < 0)
            {
                return false;
            }
            at += end + 3;
        }
        var name = xhtml[at..].IndexOfAny(" \n\r\t>"u8);
        at = name < 0 ? xhtml.Length : at + name;
        return true;
    }

    /// <summary>Goes to after the tag's next attribute, or out of the tag when it has no more.</summary>
    private static bool NextAttribute(ReadOnlySpan<byte> xhtml, ref int at, out ReadOnlySpan<byte> name, out int start, out int length)
    {
        name = default;
        start = length = 0;
        var end = xhtml[at..].IndexOfAny((byte)'=', (byte)'>');
        if (end < 0 || xhtml[at + end] == '>')
        {
            at = end < 0 ? xhtml.Length : at + end + 1;
            return false;
        }
        name = xhtml.Slice(at, end).Trim(" \n\r\t"u8);
        start = JsonText.SkipSpace(xhtml, at + end + 1) + 1;
        length = start > xhtml.Length ? -1 : xhtml[start..].IndexOf(xhtml[start - 1]);
        at = length < 0 ? xhtml.Length : start + length + 1;
        return length >= 0;
    }
}
