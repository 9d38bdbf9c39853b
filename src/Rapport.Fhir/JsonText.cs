using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Rapport.Fhir;

/// <summary>The inside of JSON strings (RFC 8259 section 7).</summary>
internal static class JsonText
{
    /// <summary>The text as a JSON string with its quotes.</summary>
    public static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    /// <summary>The first position from <paramref name="at"/> on that is not whitespace.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
        return at;
    }

    /// <summary>How long the string is that the text starts with, with its quotes; all of the text when it does not end.</summary>
    public static int StringLength(ReadOnlySpan<byte> json)
    {
        var at = 1;
        while (true)
        {
            var next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return json.Length;
            }
            at += next + 1;
            if (json[at - 1] == '"')
            {
                return at;
            }
            at = Math.Min(at + 1, json.Length);
        }
    }

    public static byte[] Unescape(ReadOnlySpan<byte> escaped)
    {
        var buffer = new byte[escaped.Length];
        var length = Unescape(escaped, buffer);
        return buffer[..length];
    }

    /// <summary>Unescapes a string whose escapes are known to be well formed; the result is never longer than the source.
    /// A lone surrogate becomes U+FFFD.</summary>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var slash = escaped.IndexOf((byte)'\\');
            if (slash < 0)
            {
                escaped.CopyTo(destination[written..]);
                return written + escaped.Length;
            }
            escaped[..slash].CopyTo(destination[written..]);
            written += slash;
            var kind = escaped[slash + 1];
            escaped = escaped[(slash + 2)..];
            if (kind != 'u')
            {
                destination[written++] = kind switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    _ => kind,
                };
                continue;
            }
            var high = Hex(escaped);
            escaped = escaped[4..];
            Rune rune;
            if (char.IsHighSurrogate(high) && escaped.Length >= 6 && escaped[0] == '\\' && escaped[1] == 'u'
                && Rune.TryCreate(high, Hex(escaped[2..]), out rune))
            {
                escaped = escaped[6..];
            }
            else if (!Rune.TryCreate(high, out rune))
            {
                rune = Rune.ReplacementChar;
            }
            written += rune.EncodeToUtf8(destination[written..]);
        }
    }

    /// <summary>Whether a string, whose escapes are well formed, escapes half of a surrogate pair.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        while (true)
        {
            var slash = escaped.IndexOf((byte)'\\');
            if (slash < 0)
            {
                return false;
            }
            var isCode = escaped[slash + 1] == 'u';
            escaped = escaped[(slash + 2)..];
            if (!isCode)
            {
                continue;
            }
            var first = Hex(escaped);
            escaped = escaped[4..];
            if (!char.IsSurrogate(first))
            {
                continue;
            }
            if (!char.IsHighSurrogate(first) || escaped.Length < 6 || escaped[0] != '\\' || escaped[1] != 'u'
                || !char.IsLowSurrogate(Hex(escaped[2..])))
            {
                return true;
            }
            escaped = escaped[6..];
        }
    }

    private static char Hex(ReadOnlySpan<byte> digits) =>
        (char)ushort.Parse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
