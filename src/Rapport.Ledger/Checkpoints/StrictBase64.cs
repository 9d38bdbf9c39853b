using System.Buffers;
using System.Buffers.Text;

namespace Rapport.Ledger;

/// <summary>
/// Standard base64 with padding (RFC 4648 section 4), where every sequence of bytes has one accepted text: no white space, no
/// missing padding, no bits set that decode to nothing.
/// </summary>
internal static class StrictBase64
{
    /// <summary>The bytes, or null when the text is not the one that stands for them.</summary>
    public static byte[]? TryDecode(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return [];
        if (text.Length % 4 != 0)
            return null;
        var padding = text[^1] != '=' ? 0 : text[^2] != '=' ? 1 : 2;
        var bytes = new byte[text.Length / 4 * 3 - padding];
        // White space, which the decoder would skip, shows as fewer bytes than the text has room for.
        if (Base64.DecodeFromUtf8(text, bytes, out var consumed, out var written) != OperationStatus.Done
            || consumed != text.Length || written != bytes.Length)
        {
            return null;
        }

        // Whether the decoder refuses unused bits that are set is not in its contract.
        Span<byte> lastGroup = stackalloc byte[4];
        Base64.EncodeToUtf8(bytes.AsSpan(bytes.Length - (3 - padding)), lastGroup, out _, out _);
        return lastGroup.SequenceEqual(text[^4..]) ? bytes : null;
    }

    /// <summary>The bytes of a text in the same strict form, or null.</summary>
    public static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        return System.Text.Ascii.FromUtf16(text, bytes, out _) == OperationStatus.Done ? TryDecode(bytes) : null;
    }
}
