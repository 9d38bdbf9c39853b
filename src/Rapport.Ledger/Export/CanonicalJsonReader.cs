using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Rapport.Ledger;

/// <summary>
/// Reads the pieces of one line of an export from left to right and accepts exactly what <see cref="CanonicalJsonWriter"/> writes.
/// Each method says whether its piece stands at <see cref="Position"/> and, if so, moves past it. Takes any bytes.
/// </summary>
internal ref struct CanonicalJsonReader(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;

    /// <summary>How many bytes are read.</summary>
    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _line.Length;

    private readonly ReadOnlySpan<byte> Rest => _line[Position..];

    public bool Literal(scoped ReadOnlySpan<byte> text)
    {
        if (!Rest.StartsWith(text))
            return false;
        Position += text.Length;
        return true;
    }

    public bool Number(long max, out long value)
    {
        var rest = Rest;
        if (!Utf8Parser.TryParse(rest, out value, out var consumed) || value < 0 || value > max || !char.IsAsciiDigit((char)rest[0]))
            return false;
        // No zeros in front.
        if (rest[0] == '0' && consumed > 1)
            return false;
        Position += consumed;
        return true;
    }

    /// <param name="maxLength">In bytes of UTF-8, unescaped.</param>
    /// <param name="value">The text.</param>
    public bool Text(int maxLength, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var rest = Rest;
        if (rest.IsEmpty || rest[0] != '"')
            return false;
        rest = rest[1..];
        var end = rest.IndexOfAny(JsonEscapes.Escaped);
        if (end < 0)
            return false;
        return rest[end] == '"' ? PlainText(rest[..end], maxLength, out value) : EscapedText(rest, maxLength, out value);
    }

    public bool Base64Text(int maxLength, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        if (!Quoted(out var text) || text.Length > Base64.GetMaxEncodedToUtf8Length(maxLength))
            return false;
        value = StrictBase64.TryDecode(text);
        if (value is null || value.Length > maxLength)
            return false;
        Position += text.Length + 2;
        return true;
    }

    public bool HexText(scoped Span<byte> value)
    {
        if (!Quoted(out var text) || text.Length != 2 * value.Length || text.ContainsAnyInRange((byte)'A', (byte)'F')
            || Convert.FromHexString(text, value, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        Position += text.Length + 2;
        return true;
    }

    /// <summary>The bytes between two quotes, as they stand.</summary>
    private readonly bool Quoted(out ReadOnlySpan<byte> text)
    {
        text = default;
        var rest = Rest;
        if (rest.IsEmpty || rest[0] != '"')
            return false;
        var end = rest[1..].IndexOf((byte)'"');
        if (end < 0)
            return false;
        text = rest.Slice(1, end);
        return true;
    }

    private bool PlainText(ReadOnlySpan<byte> text, int maxLength, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (text.Length > maxLength || !Utf8.IsValid(text))
            return false;
        value = Encoding.UTF8.GetString(text);
        Position += text.Length + 2;
        return true;
    }

    private bool EscapedText(ReadOnlySpan<byte> rest, int maxLength, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var unescaped = new ArrayBufferWriter<byte>();
        var consumed = 1;
        while (true)
        {
            var plain = rest.IndexOfAny(JsonEscapes.Escaped);
            if (plain < 0 || unescaped.WrittenCount + plain > maxLength)
                return false;
            unescaped.Write(rest[..plain]);
            rest = rest[plain..];
            consumed += plain;
            if (rest[0] == '"')
                break;
            if (!JsonEscapes.TryRead(rest, out var character, out var length))
                return false;
            unescaped.Write([character]);
            rest = rest[length..];
            consumed += length;
        }

        if (unescaped.WrittenCount > maxLength || !Utf8.IsValid(unescaped.WrittenSpan))
            return false;
        value = Encoding.UTF8.GetString(unescaped.WrittenSpan);
        Position += consumed + 1;
        return true;
    }
}
