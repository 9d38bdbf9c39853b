using System.Buffers.Binary;

namespace Rapport.Records;

/// <summary>Writes numbers as LEB128, signed ones in zigzag form.</summary>
internal sealed class ColumnWriter(int capacity = 1024)
{
    private byte[] _buffer = new byte[capacity + 16];
    private int _length;

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    internal void Byte(byte value)
    {
        Reserve();
        _buffer[_length++] = value;
    }

    internal void Unsigned(ulong value)
    {
        Reserve();
        for (; value >= 0x80; value >>= 7)
        {
            _buffer[_length++] = (byte)(value | 0x80);
        }

        _buffer[_length++] = (byte)value;
    }

    internal void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    internal void Double(double value)
    {
        Reserve();
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(double);
    }

    internal byte[] ToArray() => Written.ToArray();

    private void Reserve()
    {
        if (_buffer.Length - _length < 16)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}

/// <summary>Reads what a <see cref="ColumnWriter"/> wrote.</summary>
internal ref struct ColumnReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <exception cref="InvalidDataException">The bytes end before.</exception>
    internal byte Byte() => _position < _bytes.Length ? _bytes[_position++] : throw new InvalidDataException("stored numbers are cut off");

    /// <exception cref="InvalidDataException">The bytes end before, or go on for too long.</exception>
    internal ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a stored number is too long");
    }

    internal long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number of things, at most so many.</summary>
    internal int Count(int most) => Unsigned() is var count && count <= (ulong)most ? (int)count : throw new InvalidDataException("a stored count is too large");

    internal double Double()
    {
        if (_bytes.Length - _position < sizeof(double))
        {
            throw new InvalidDataException("stored numbers are cut off");
        }

        _position += sizeof(double);
        return BinaryPrimitives.ReadDoubleLittleEndian(_bytes[(_position - sizeof(double))..]);
    }
}
