using System.Buffers;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// The words of an entry that people search by: titles, values, displays, codes, notes, narratives and plain letters, folded as <see cref="SearchText"/> has it. Ids, addresses, references and
/// what a server adds are no such words.
/// </summary>
internal static class TextWords
{
    /// <summary>A longer word is cut: nobody types more.</summary>
    internal const int MaxWordLength = 32;

    /// <summary>Text of one entry that is read; the rest of a giant is found by its beginning.</summary>
    private const int MaxText = 1 << 20;

    private static readonly SearchValues<byte> Separators = SearchValues.Create(",;:()[]{}<>|+\"=&*#!?\\\u00b7"u8);

    /// <summary>The words of a text, each folded.</summary>
    internal static void Split(ReadOnlySpan<byte> utf8, Action<ReadOnlyMemory<byte>> word)
    {
        var plain = utf8.ToArray();
        for (int at; (at = plain.AsSpan().IndexOfAny(Separators)) >= 0;)
        {
            plain[at] = (byte)' ';
        }

        ReadOnlyMemory<byte> folded = SearchText.Fold(plain);
        while (!folded.IsEmpty)
        {
            var end = folded.Span.IndexOf((byte)' ');
            var next = end < 0 ? folded : folded[..end];
            if (!next.IsEmpty)
            {
                word(next.Length > MaxWordLength ? next[..MaxWordLength] : next);
            }

            folded = end < 0 ? default : folded[(end + 1)..];
        }
    }

    /// <summary>The words of an entry.</summary>
    internal static void Of(Resource resource, Action<ReadOnlyMemory<byte>> word)
    {
        var left = MaxText;
        Walk(resource.Root, ref left, word);
    }

    private static void Walk(Element parent, ref int left, Action<ReadOnlyMemory<byte>> word)
    {
        foreach (var child in parent.Children)
        {
            switch (child.TypeName)
            {
                case "Meta" or "id" or "uri" or "url" or "canonical" or "oid" or "uuid" or "boolean" or "base64Binary":
                    break;
                case "code" when child.Name != "code":
                    break;
                case "Attachment":
                    Letter(child, ref left, word);
                    Walk(child, ref left, word);
                    break;
                case "xhtml":
                    Take(WithoutMarkup(child.GetString()), ref left, word);
                    break;
                case "string" when child.Name is "reference" or "linkId" or "versionId":
                    break;
                default:
                    if (child.HasValue)
                    {
                        Take(child.GetString(), ref left, word);
                    }
                    else
                    {
                        Walk(child, ref left, word);
                    }

                    break;
            }
        }
    }

    private static void Letter(Element attachment, ref int left, Action<ReadOnlyMemory<byte>> word)
    {
        if (attachment.TryGetChild("contentType", out var type) && type.GetString() is { } name && name.StartsWith("text/plain", StringComparison.Ordinal)
            && attachment.TryGetChild("data", out var data) && data.GetString() is { } base64)
        {
            var bytes = new byte[base64.Length];
            if (Convert.TryFromBase64String(base64, bytes, out var length))
            {
                Take(Encoding.UTF8.GetString(bytes, 0, length), ref left, word);
            }
        }
    }

    private static void Take(string? text, ref int left, Action<ReadOnlyMemory<byte>> word)
    {
        if (string.IsNullOrEmpty(text) || left <= 0)
        {
            return;
        }

        var taken = text.Length > left ? text[..left] : text;
        left -= taken.Length;
        Split(Encoding.UTF8.GetBytes(taken), word);
    }

    /// <summary>XHTML without its tags and named characters, which both part words.</summary>
    private static string? WithoutMarkup(string? xhtml)
    {
        if (xhtml is null)
        {
            return null;
        }

        var text = new StringBuilder(xhtml.Length);
        var closing = '\0';
        foreach (var c in xhtml)
        {
            if (closing != '\0')
            {
                closing = c == closing ? '\0' : closing;
            }
            else if (c is '<' or '&')
            {
                closing = c == '<' ? '>' : ';';
                text.Append(' ');
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }
}
