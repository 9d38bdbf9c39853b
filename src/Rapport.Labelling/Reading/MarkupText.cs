using System.Net;
using System.Text;

namespace Rapport.Labelling;

/// <summary>How a text is marked up.</summary>
internal enum Markup
{
    None,
    Html,

    /// <summary>Its attributes may say what it is about, as <c>displayName</c> does in C-CDA.</summary>
    Xml,
}

/// <summary>The text between the tags of HTML and XML, which need not be well formed. A tag ends a phrase unless it only changes how letters look; what is no tag is text.</summary>
internal static class MarkupText
{
    private static readonly string[] OfLetters = ["b", "i", "u", "em", "strong", "span", "sub", "sup", "font", "a", "content", "mark", "small"];

    private const int LongestEntity = 12;

    /// <summary>Leaves the text alone in the buffer, which is never longer than the markup; how long it is.</summary>
    internal static int Plain(Span<byte> buffer, Markup kind)
    {
        if (kind == Markup.None)
        {
            return buffer.Length;
        }

        var (read, written, lastEnd) = (0, 0, buffer.LastIndexOf((byte)'>'));
        while (read < buffer.Length)
        {
            // Where no tag ends any more none begins: looking for an end from each beginning would take time by the square.
            var tag = read <= lastEnd ? TagAt(buffer[read..]) : 0;
            if (tag > 0)
            {
                written += kind == Markup.Xml ? Attributes(buffer.Slice(read, tag), buffer[written..]) : IsOfLetters(buffer.Slice(read, tag)) ? 0 : Write(buffer, written, (byte)'\n');
                read += tag;
            }
            else if (buffer[read] == (byte)'&' && EntityAt(buffer[read..]) is { Length: > 0 } entity)
            {
                read += entity.Source;
                written += Encoding.UTF8.GetBytes(entity.Text, buffer[written..read]);
            }
            else
            {
                buffer[written++] = buffer[read++];
            }
        }

        return written;
    }

    private static int Write(Span<byte> buffer, int at, byte letter)
    {
        buffer[at] = letter;
        return 1;
    }

    /// <summary>What an entity such as <c>&amp;oacute;</c> stands for, and how long it is written; nothing when there is none, or when it would be longer than its name.</summary>
    private static (string Text, int Source, int Length) EntityAt(ReadOnlySpan<byte> markup)
    {
        var end = markup[..Math.Min(LongestEntity, markup.Length)].IndexOf((byte)';');
        if (end < 0 || !Ascii.IsValid(markup[..end]))
        {
            return default;
        }

        var name = Encoding.ASCII.GetString(markup[..(end + 1)]);
        var text = WebUtility.HtmlDecode(name);
        return text == name || Encoding.UTF8.GetByteCount(text) > end + 1 ? default : (text, end + 1, text.Length);
    }

    /// <summary>How long the tag is that begins here; 0 when none does.</summary>
    private static int TagAt(ReadOnlySpan<byte> markup)
    {
        if (markup.Length < 2 || markup[0] != (byte)'<' || !(char.IsAsciiLetter((char)markup[1]) || markup[1] is (byte)'/' or (byte)'!' or (byte)'?'))
        {
            return 0;
        }

        return markup.StartsWith("<![CDATA["u8) ? "<![CDATA[".Length : markup.IndexOf((byte)'>') + 1;
    }

    /// <summary>The values of a tag's attributes, a line each.</summary>
    private static int Attributes(ReadOnlySpan<byte> tag, Span<byte> text)
    {
        var length = 0;
        var isValue = false;
        foreach (var b in tag)
        {
            if (b is (byte)'"' or (byte)'\'')
            {
                isValue = !isValue;
            }
            else if (isValue)
            {
                text[length++] = b;
                continue;
            }

            if (length == 0 || text[length - 1] != (byte)'\n')
            {
                text[length++] = (byte)'\n';
            }
        }

        return length;
    }

    private static bool IsOfLetters(ReadOnlySpan<byte> tag)
    {
        var name = tag[(tag[1] == (byte)'/' ? 2 : 1)..];
        foreach (var other in OfLetters)
        {
            if (name.Length > other.Length && Ascii.EqualsIgnoreCase(name[..other.Length], other) && !char.IsAsciiLetterOrDigit((char)name[other.Length]))
            {
                return true;
            }
        }

        return false;
    }
}
