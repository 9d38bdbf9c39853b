using System.Buffers.Text;

namespace Rapport.Gathering;

/// <summary>Base64 as JSON Web Signatures write it (RFC 7515: for URLs, without padding).</summary>
internal static class Base64Text
{
    /// <summary>The bytes; null when the text is none.</summary>
    internal static byte[]? TryDecode(string text) => Base64Url.IsValid(text) && text.All(IsLetter) ? Base64Url.DecodeFromChars(text) : null;

    private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
