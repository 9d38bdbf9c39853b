using System.Buffers.Binary;

namespace Rapport.Conversations;

/// <summary>Reads a file that somebody sent. What lies behind its end reads as zero and marks the file as damaged, so that whoever walks through it asks once, at the end of a step. Not thread safe.</summary>
internal sealed class FileBytes(Stream file)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _start;
    private int _held;

    /// <summary>How long it is.</summary>
    internal long Length { get; } = file.Length;

    /// <summary>Where reading goes on.</summary>
    internal long Position { get; private set; }

    /// <summary>Whether something was read that is not there, or whoever reads found something wrong.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>Whether there is more, and nothing is wrong with what was read.</summary>
    internal bool HasMore => !IsDamaged && Position < Length;

    /// <summary>Marks it as damaged.</summary>
    internal void Damage() => IsDamaged = true;

    /// <summary>Marks it as damaged unless something holds.</summary>
    internal void Expect(bool holds) => IsDamaged |= !holds;

    /// <summary>Goes on elsewhere.</summary>
    internal void GoTo(long position)
    {
        if (position < 0 || position > Length)
        {
            IsDamaged = true;
            return;
        }

        Position = position;
    }

    /// <summary>Passes over some bytes, which are there.</summary>
    internal void Skip(long count)
    {
        if (count < 0 || count > Length - Position)
        {
            IsDamaged = true;
            return;
        }

        Position += count;
    }

    internal byte Byte()
    {
        var span = Held(1);
        if (span.IsEmpty)
        {
            IsDamaged = true;
            return 0;
        }

        Position++;
        return span[0];
    }

    internal ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    internal uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    internal ulong U64() => BinaryPrimitives.ReadUInt64BigEndian(Bytes(8));

    internal ushort U16Little() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    internal uint U32Little() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    /// <summary>Some bytes; zeros where there are not as many.</summary>
    internal byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        if (count > Length - Position)
        {
            IsDamaged = true;
            return bytes;
        }

        for (var done = 0; done < count;)
        {
            var held = Held(count - done);
            held[..Math.Min(held.Length, count - done)].CopyTo(bytes.AsSpan(done));
            var taken = Math.Min(held.Length, count - done);
            done += taken;
            Position += taken;
        }

        return bytes;
    }

    /// <summary>Four letters, as formats name their parts.</summary>
    internal string Name() => System.Text.Encoding.Latin1.GetString(Bytes(4));

    /// <summary>Whether these bytes come next; they are passed over when they do.</summary>
    internal bool Takes(ReadOnlySpan<byte> expected)
    {
        if (expected.Length > Length - Position || IsDamaged)
        {
            return false;
        }

        var before = Position;
        if (Bytes(expected.Length).AsSpan().SequenceEqual(expected))
        {
            return true;
        }

        Position = before;
        return false;
    }

    /// <summary>What is held from here on: at least one byte where there is one, and as many as are at hand.</summary>
    internal ReadOnlySpan<byte> Held(int wanted)
    {
        if (Position >= Length)
        {
            return [];
        }

        var end = _start + _held;
        if (Position < _start || Position >= end || (Position + wanted > end && end < Length && Position > _start))
        {
            file.Position = Position;
            _start = Position;
            _held = file.ReadAtLeast(_buffer, (int)Math.Min(_buffer.Length, Length - Position));
        }

        return _buffer.AsSpan((int)(Position - _start), (int)(_start + _held - Position));
    }
}
