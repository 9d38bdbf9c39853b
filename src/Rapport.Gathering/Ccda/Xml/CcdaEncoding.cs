using System.Text;

namespace Rapport.Gathering;

/// <summary>The text of XML bytes: by their byte order mark, else by how they look, else by what they declare.</summary>
internal static class CcdaEncoding
{
    private const int DeclarationLength = 200;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    // Of UTF-32 before UTF-16, whose mark it begins with.
    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
    [
        ([0xFF, 0xFE, 0, 0], Encoding.UTF32),
        ([0xEF, 0xBB, 0xBF], Encoding.UTF8),
        ([0xFF, 0xFE], Encoding.Unicode),
        ([0xFE, 0xFF], Encoding.BigEndianUnicode),
    ];

    /// <param name="bytes">The bytes.</param>
    /// <param name="isCut">Whether they may end within a character.</param>
    /// <returns>The text, and a sentence when it was not read as it declares itself.</returns>
    internal static (string Text, string? Mended) Decode(ReadOnlySpan<byte> bytes, bool isCut)
    {
        foreach (var (mark, marked) in Marks)
        {
            if (bytes.StartsWith(mark))
            {
                return (marked.GetString(bytes[mark.Length..]), null);
            }
        }

        if (bytes.Length > 3 && (bytes[0] == 0 || bytes[1] == 0))
        {
            return ((bytes[0] == 0 ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(bytes), null);
        }

        var declared = DeclaredIn(bytes);
        return declared is null || IsUnicode(declared) ? DecodeUtf8(bytes, isCut)
            : Find(declared) is { } encoding ? (encoding.GetString(bytes), null)
            : (Encoding.UTF8.GetString(bytes), $"the document says that its encoding is `{declared}`, which is not known: it was read as UTF-8");
    }

    /// <summary>Documents that say UTF-8 often hold single characters of Windows.</summary>
    private static (string Text, string? Mended) DecodeUtf8(ReadOnlySpan<byte> bytes, bool isCut)
    {
        try
        {
            return ((isCut ? Encoding.UTF8 : StrictUtf8).GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return (Find("windows-1252")!.GetString(bytes), "the document says that it is UTF-8, which it is not everywhere: it was read as Windows-1252");
        }
    }

    private static bool IsUnicode(string name) => name.StartsWith("utf", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ucs", StringComparison.OrdinalIgnoreCase);

    private static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? DeclaredIn(ReadOnlySpan<byte> bytes)
    {
        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, DeclarationLength)]);
        var at = start.IndexOf("encoding=", StringComparison.Ordinal);
        if (at < 0 || start.IndexOf("?>", StringComparison.Ordinal) is var end && end >= 0 && end < at || at + 10 >= start.Length)
        {
            return null;
        }

        var close = start.IndexOf(start[at + 9], at + 10);
        return close < 0 ? null : start[(at + 10)..close];
    }
}
