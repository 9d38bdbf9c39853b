using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>The text in an Attachment or a Binary, where it is text.</summary>
/// <param name="Utf8">The text; of another encoding it is made UTF-8.</param>
/// <param name="Markup">What stands between tags.</param>
internal readonly record struct AttachmentText(byte[] Utf8, Markup Markup)
{
    /// <summary>The text; null when there is none or it cannot be read.</summary>
    internal static AttachmentText? Read(Element holder)
    {
        if (MarkupOf(TypeOf(holder)) is not { } markup)
        {
            return null;
        }

        if (!holder.TryGetChild("data", out var data) || data.GetString() is not { Length: > 0 } base64)
        {
            return null;
        }

        var bytes = new byte[((base64.Length / 4) + 1) * 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) && Decode(bytes.AsSpan(0, length)) is { } text ? new(text, markup) : null;
    }

    /// <summary>What kind of file it is, as it says itself.</summary>
    internal static ReadOnlySpan<byte> KindOf(Element holder) =>
        holder.TryGetChild("contentType", out var type) && type.RawUtf8 is { Length: > 2 } raw ? raw[1..^1] : [];

    /// <summary>What kind of text a MIME type is; null for what is no text that can be read here.</summary>
    private static Markup? MarkupOf(string type) => type switch
    {
        "text/html" or "application/xhtml+xml" => Markup.Html,
        "text/xml" or "application/xml" => Markup.Xml,
        "text/rtf" or "text/richtext" => null,
        _ when type.EndsWith("+xml", StringComparison.Ordinal) => Markup.Xml,
        _ when type.StartsWith("text/", StringComparison.Ordinal) => Markup.None,
        _ => null,
    };

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
