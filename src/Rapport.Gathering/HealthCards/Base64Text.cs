using System.Buffers;
using System.Buffers.Text;

namespace Rapport.Gathering;

/// <summary>Base64 as JSON Web Signatures and Encryption write it (RFC 7515: for URLs, without padding).</summary>
internal static class Base64Text
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The bytes; null when the text is none.</summary>
    internal static byte[]? TryDecode(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Letters) && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}
