using System.Globalization;
using System.Text;

namespace Rapport.Fhir;

/// <summary>The inside of JSON strings (RFC 8259 section 7).</summary>
internal static class JsonText
{
    public static byte[] Unescape(ReadOnlySpan<byte> escaped)
    {
        byte[] buffer = new byte[escaped.Length];
        int length = Unescape(escaped, buffer);
        return buffer[..length];
    }

    /// <summary>Unescapes a string whose escapes are known to be well formed; the result is never longer than the source.
    /// A lone surrogate becomes U+FFFD.</summary>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        int written = 0;
        while (true)
        {
            int slash = escaped.IndexOf((byte)'\\');
            if (slash < 0)
            {
                escaped.CopyTo(destination[written..]);
                return written + escaped.Length;
            }
            escaped[..slash].CopyTo(destination[written..]);
            written += slash;
            byte kind = escaped[slash + 1];
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
            char high = Hex(escaped);
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
            int slash = escaped.IndexOf((byte)'\\');
            if (slash < 0)
            {
                return false;
            }
            bool isCode = escaped[slash + 1] == 'u';
            escaped = escaped[(slash + 2)..];
            if (!isCode)
            {
                continue;
            }
            char first = Hex(escaped);
            escaped = escaped[4..];
            if (!char.IsSurrogate(first))
            {
                continue;
            }
            if (!char.IsHighSurrogate(first) || escaped.Length < 6 || escaped[0] != '\\' || escaped[1] != 'u' || !char.IsLowSurrogate(Hex(escaped[2..])))
            {
                return true;
            }
            escaped = escaped[6..];
        }
    }

    private static char Hex(ReadOnlySpan<byte> digits) => (char)ushort.Parse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
