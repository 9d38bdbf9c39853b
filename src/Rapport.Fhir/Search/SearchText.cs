using System.Buffers;
using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// How texts are compared in a search: without case, accents, punctuation, or the kind and length of white space
/// (FHIR R4, Search, 3.1.1.4.8). Covers Latin, Greek and Cyrillic letters; other scripts are compared as written.
/// </summary>
public static class SearchText
{
    /// <summary>Folds a UTF-8 text into <paramref name="output"/>. Folding what is already folded changes nothing.</summary>
    public static void Fold(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        output.Advance(Fold(utf8, output.GetSpan(MaxFoldedLength(utf8.Length))));
    }

    /// <summary>Folds a UTF-8 text.</summary>
    public static byte[] Fold(ReadOnlySpan<byte> utf8)
    {
        var rented = ArrayPool<byte>.Shared.Rent(MaxFoldedLength(utf8.Length));
        var folded = rented.AsSpan(0, Fold(utf8, rented)).ToArray();
        ArrayPool<byte>.Shared.Return(rented);
        return folded;
    }

    /// <summary>Folds a text.</summary>
    public static byte[] Fold(string text) => Fold(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// How many bytes a folded text has at most: a letter grows by half (two bytes to three), a byte that is no UTF-8 becomes three.
    /// </summary>
    internal static int MaxFoldedLength(int length) => (length * 3) + 1;

    /// <summary>Folds into a span that has room for <see cref="MaxFoldedLength"/> and says how many bytes were written.</summary>
    internal static int Fold(ReadOnlySpan<byte> utf8, Span<byte> output)
    {
        var written = 0;
        var blank = false;
        while (!utf8.IsEmpty)
        {
            var b = utf8[0];
            if (b < 0x80)
            {
                utf8 = utf8[1..];
                if (char.IsAsciiLetterOrDigit((char)b))
                {
                    Separate(output, ref written, ref blank);
                    output[written++] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
                }
                else
                {
                    blank |= b <= ' ' || b is (byte)'-' or (byte)'/' or (byte)'_';
                }

                continue;
            }

            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            if (Rune.IsWhiteSpace(rune) || rune.Value is >= 0x2010 and <= 0x2015)
            {
                blank = true;
            }
            else if (!IsIgnored(rune))
            {
                Separate(output, ref written, ref blank);
                written += Write(Rune.ToLowerInvariant(rune), output[written..]);
            }
        }

        return written;
    }

    private static void Separate(Span<byte> output, ref int written, ref bool blank)
    {
        if (blank && written > 0)
        {
            output[written++] = (byte)' ';
        }

        blank = false;
    }

    /// <summary>Combining marks and typographic quotation marks.</summary>
    private static bool IsIgnored(Rune rune) => rune.Value is (>= 0x300 and <= 0x36F) or (>= 0x2016 and <= 0x2027) or 0xAD or 0xB4;

    private static int Write(Rune rune, Span<byte> output)
    {
        if (FoldedLetters.PlainOf(rune) is not { } plain)
        {
            return rune.EncodeToUtf8(output);
        }

        plain.CopyTo(output);
        return plain.Length;
    }
}
