using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rapport.Data;

/// <summary>
/// Names one resource within its compartment. Random rather than counted: a recipient who sees two ids learns nothing about how many
/// entries lie between them.
/// </summary>
public readonly record struct LocalId : IComparable<LocalId>
{
    /// <summary>Characters of the text form.</summary>
    public const int TextLength = 13;

    private readonly ulong _value;

    private LocalId(ulong value) => _value = value;

    /// <summary>A new id from 64 random bits.</summary>
    public static LocalId New()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return new LocalId(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>Reads the text form; false for anything that <see cref="ToString"/> would not have written.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LocalId id)
    {
        var ok = Base32.TryRead(text, 64, out var value);
        id = ok ? new LocalId((ulong)value) : default;
        return ok;
    }

    /// <summary>Reads the text form of an id that this system stored.</summary>
    /// <exception cref="FormatException">The text is not an id: storage is broken.</exception>
    public static LocalId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not an id");

    /// <summary>Reads what <see cref="WriteBytes"/> wrote.</summary>
    public static LocalId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    /// <inheritdoc/>
    public int CompareTo(LocalId other) => _value.CompareTo(other._value);

    /// <summary>Writes the 8 bytes of the id, most significant first.</summary>
    public void WriteBytes(Span<byte> target) => BinaryPrimitives.WriteUInt64BigEndian(target, _value);

    /// <summary>The 13 characters of the text form.</summary>
    public override string ToString() => string.Create(TextLength, _value, static (target, value) => Base32.Write(value, target));
}
