using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>The text in an Attachment or a Binary, where it is text.</summary>
/// <param name="Utf8">The text; of another encoding it is made UTF-8.</param>
/// <param name="IsMarkup">Whether it has tags.</param>
internal readonly record struct AttachmentText(byte[] Utf8, bool IsMarkup)
{
    /// <summary>The text; null when there is none or it cannot be read.</summary>
    internal static AttachmentText? Read(Element holder)
    {
        var type = TypeOf(holder);
        var isMarkup = type is "text/html" or "text/xml" or "application/xml" or "application/xhtml+xml" || type.EndsWith("+xml", StringComparison.Ordinal);
        if (!isMarkup && !(type.StartsWith("text/", StringComparison.Ordinal) && type != "text/rtf") && type is not ("application/json" or "application/fhir+json"))
        {
            return null;
        }

        if (!holder.TryGetChild("data", out var data) || data.GetString() is not { Length: > 0 } base64)
        {
            return null;
        }

        var bytes = new byte[((base64.Length / 4) + 1) * 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) && Decode(bytes.AsSpan(0, length)) is { } text ? new(text, isMarkup) : null;
    }

    /// <summary>What kind of file it is, as it says itself.</summary>
    internal static ReadOnlySpan<byte> KindOf(Element holder) =>
        holder.TryGetChild("contentType", out var type) && type.RawUtf8 is { Length: > 2 } raw ? raw[1..^1] : [];

    private static string TypeOf(Element holder) =>
        holder.TryGetChild("contentType", out var type) && type.GetString() is { } text ? text.Split(';')[0].Trim().ToLowerInvariant() : "";

    /// <summary>UTF-16 says so by its first two bytes; what is no UTF-8 is read as Latin-1; what has a zero in it is no text.</summary>
    private static byte[]? Decode(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes[2..])),
        [0xFE, 0xFF, ..] => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(bytes[2..])),
        _ when bytes.Contains((byte)0) => null,
        _ when System.Text.Unicode.Utf8.IsValid(bytes) => bytes.ToArray(),
        _ => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(bytes)),
    };
}
