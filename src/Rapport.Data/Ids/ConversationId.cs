using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rapport.Data;

/// <summary>Names one conversation. Random: it tells nothing of who is in it, nor of what about.</summary>
public readonly record struct ConversationId : IComparable<ConversationId>
{
    /// <summary>Characters of the text form.</summary>
    public const int TextLength = 26;

    private readonly UInt128 _value;

    private ConversationId(UInt128 value) => _value = value;

    /// <summary>A new id from 128 random bits.</summary>
    public static ConversationId New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new ConversationId(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Reads the text form; false for anything that <see cref="ToString"/> would not have written.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ConversationId id)
    {
        var ok = Base32.TryRead(text, 128, out var value);
        id = ok ? new ConversationId(value) : default;
        return ok;
    }

    /// <summary>Reads the text form of an id that this system stored.</summary>
    /// <exception cref="FormatException">The text is not an id: storage is broken.</exception>
    public static ConversationId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not an id");

    /// <summary>Reads what <see cref="WriteBytes"/> wrote.</summary>
    public static ConversationId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <inheritdoc/>
    public int CompareTo(ConversationId other) => _value.CompareTo(other._value);

    /// <summary>Writes the 16 bytes of the id, most significant first.</summary>
    public void WriteBytes(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, _value);

    /// <summary>The 26 characters of the text form.</summary>
    public override string ToString() => string.Create(TextLength, _value, static (target, value) => Base32.Write(value, target));
}
