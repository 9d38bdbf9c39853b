using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Rapport.Ledger;

/// <summary>
/// Writes the pieces of an export's lines: JSON without white space in which every value has one text. In strings only the quote, the
/// backslash and the control characters below U+0020 are escaped, as RFC 8785 section 3.2.2.2 does. Reused line after line.
/// </summary>
internal sealed class CanonicalJsonWriter
{
    private readonly ArrayBufferWriter<byte> _line = new(1024);

    /// <summary>What was written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _line.WrittenSpan;

    public void Clear() => _line.ResetWrittenCount();

    public void Literal(ReadOnlySpan<byte> text) => _line.Write(text);

    public void Number(long value)
    {
        value.TryFormat(_line.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        _line.Advance(written);
    }

    public void Text(string value)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        var rest = rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented));
        _line.Write("\""u8);
        while (rest.IndexOfAny(JsonEscapes.Escaped) is var plain && plain >= 0)
        {
            _line.Write(rest[..plain]);
            _line.Write(JsonEscapes.Of(rest[plain]));
            rest = rest[(plain + 1)..];
        }

        _line.Write(rest);
        _line.Write("\""u8);
        ArrayPool<byte>.Shared.Return(rented);
    }

    public void Base64Text(ReadOnlySpan<byte> bytes)
    {
        _line.Write("\""u8);
        Base64.EncodeToUtf8(bytes, _line.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        _line.Advance(written);
        _line.Write("\""u8);
    }

    public void HexText(ReadOnlySpan<byte> bytes)
    {
        _line.Write("\""u8);
        Convert.TryToHexStringLower(bytes, _line.GetSpan(2 * bytes.Length), out var written);
        _line.Advance(written);
        _line.Write("\""u8);
    }
}
