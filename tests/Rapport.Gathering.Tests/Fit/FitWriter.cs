using System.Buffers.Binary;

namespace Rapport.Gathering.Tests;

/// <summary>Writes FIT files, in either byte order, with header and checksum as the protocol asks for.</summary>
internal sealed class FitWriter(bool bigEndian = false)
{
    internal const uint Noon = 1_000_000_000;

    private readonly List<byte> _data = [];

    internal enum Kind : byte
    {
        Enum = 0x00, UInt8 = 0x02, SInt16 = 0x83, UInt16 = 0x84, SInt32 = 0x85, UInt32 = 0x86, Text = 0x07, UInt32z = 0x8C, Float32 = 0x88,
    }

    /// <summary>A definition and one message of it, as local message 0.</summary>
    internal FitWriter Message(ushort number, params (byte Field, Kind Kind, long Value)[] fields)
    {
        Define(0, number, [.. fields.Select(f => (f.Field, f.Kind))]);
        return Data(0, [.. fields.Select(f => (f.Kind, f.Value))]);
    }

    internal FitWriter Define(byte local, ushort number, params (byte Field, Kind Kind)[] fields)
    {
        _data.AddRange([(byte)(0x40 | local), 0, (byte)(bigEndian ? 1 : 0)]);
        Number(Kind.UInt16, number);
        _data.Add((byte)fields.Length);
        foreach (var (field, kind) in fields)
        {
            _data.AddRange([field, (byte)Size(kind), (byte)kind]);
        }

        return this;
    }

    internal FitWriter Data(byte header, params (Kind Kind, long Value)[] values)
    {
        _data.Add(header);
        foreach (var (kind, value) in values)
        {
            Number(kind, value);
        }

        return this;
    }

    /// <summary>Any bytes.</summary>
    internal FitWriter Raw(params byte[] bytes)
    {
        _data.AddRange(bytes);
        return this;
    }

    internal byte[] Write(int header = 14)
    {
        var bytes = new byte[header + _data.Count + 2];
        (bytes[0], bytes[1]) = ((byte)header, 0x20);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), 2132);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), _data.Count);
        ".FIT"u8.CopyTo(bytes.AsSpan(8));
        _data.CopyTo(bytes, header);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 2), FitCrc.Of(bytes.AsSpan(0, bytes.Length - 2)));
        return bytes;
    }

    /// <summary>A ride of an hour with a lap, a pause and points each second, by a clock two hours ahead of UTC.</summary>
    internal static byte[] Ride(bool bigEndian = false, int points = 60)
    {
        var writer = new FitWriter(bigEndian);
        writer.Message(0, (0, Kind.Enum, 4), (1, Kind.UInt16, 1), (2, Kind.UInt16, 1036), (3, Kind.UInt32z, 77), (4, Kind.UInt32, Noon));
        writer.Message(21, (253, Kind.UInt32, Noon), (0, Kind.Enum, 0), (1, Kind.Enum, 0));
        writer.Define(1, 20, (253, Kind.UInt32), (3, Kind.UInt8), (4, Kind.UInt8), (5, Kind.UInt32), (6, Kind.UInt16), (2, Kind.UInt16), (7, Kind.UInt16), (13, Kind.UInt8));
        for (var i = 0; i < points; i++)
        {
            writer.Data(1, (Kind.UInt32, Noon + i), (Kind.UInt8, 100 + (i % 20)), (Kind.UInt8, i % 2 == 0 ? 90 : 255), (Kind.UInt32, i * 550), (Kind.UInt16, 5_500), (Kind.UInt16, 2_500 + i + 500), (Kind.UInt16, 180), (Kind.UInt8, 21));
        }

        writer.Message(21, (253, Kind.UInt32, Noon + 20), (0, Kind.Enum, 0), (1, Kind.Enum, 4));
        writer.Message(21, (253, Kind.UInt32, Noon + 30), (0, Kind.Enum, 0), (1, Kind.Enum, 0));
        writer.Message(18, (253, Kind.UInt32, Noon + points), (2, Kind.UInt32, Noon), (5, Kind.Enum, 2), (6, Kind.Enum, 7), (7, Kind.UInt32, points * 1000), (8, Kind.UInt32, (points - 10) * 1000), (9, Kind.UInt32, points * 550), (11, Kind.UInt16, 12), (16, Kind.UInt8, 109), (17, Kind.UInt8, 119));
        return writer.Message(34, (253, Kind.UInt32, Noon + points), (1, Kind.UInt16, 1), (5, Kind.UInt32, Noon + points + 7_200)).Write();
    }

    private static int Size(Kind kind) => kind switch { Kind.Enum or Kind.UInt8 => 1, Kind.SInt16 or Kind.UInt16 => 2, Kind.Text => 8, _ => 4 };

    private void Number(Kind kind, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (bigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            _data.AddRange(bytes[(8 - Size(kind))..]);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            _data.AddRange(bytes[..Size(kind)]);
        }
    }
}
