using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>What became of a document that was to be read.</summary>
internal enum DocumentReading
{
    /// <summary>There is no text, or it cannot be read.</summary>
    Unreadable,

    /// <summary>It was read, and may say what the rules do not know: it is in none of their languages, or hardly any of its words are known.</summary>
    Unjudged,

    /// <summary>It was read: what was not found is not there.</summary>
    Read,
}

/// <summary>The text in an Attachment or a Binary, where it is text. It is unpacked and read in one buffer, for a document may be large.</summary>
internal static class AttachmentText
{
    /// <summary>Goes over the text.</summary>
    internal static DocumentReading Scan(Element holder, TextScanner scanner, TextScanner.Found found)
    {
        if (MarkupOf(TypeOf(holder)) is not { } markup || !holder.TryGetChild("data", out var data) || PlainText.Of(data) is not { IsEmpty: false } base64)
        {
            return DocumentReading.Unreadable;
        }

        var rented = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        try
        {
            return Base64.DecodeFromUtf8(base64, rented, out _, out var length) == OperationStatus.Done
                ? Scan(rented.AsSpan(0, length), markup, scanner, found) : DocumentReading.Unreadable;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>What kind of file it is, as it says itself.</summary>
    internal static ReadOnlySpan<byte> KindOf(Element holder) =>
        holder.TryGetChild("contentType", out var type) ? PlainText.Of(type) : [];

    /// <summary>UTF-16 says so by its first two bytes; what is no UTF-8 is read as Latin-1; what has a zero in it is no text.</summary>
    private static DocumentReading Scan(Span<byte> bytes, Markup markup, TextScanner scanner, TextScanner.Found found)
    {
        Span<byte> text = bytes switch
        {
            [0xFF, 0xFE, ..] => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes[2..])),
            [0xFE, 0xFF, ..] => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(bytes[2..])),
            _ when bytes.Contains((byte)0) => [],
            _ when Utf8.IsValid(bytes) => bytes,
            _ => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(bytes)),
        };
        if (text.IsEmpty)
        {
            return DocumentReading.Unreadable;
        }

        var plain = text[..MarkupText.Plain(text, markup)];
        scanner.Scan(plain, found);
        return TextLanguage.IsKnown(plain, markup == Markup.Xml) ? DocumentReading.Read : DocumentReading.Unjudged;
    }

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
}
