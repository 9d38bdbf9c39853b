using System.Buffers.Binary;

namespace Rapport.Gathering;

/// <summary>What the bytes of a field are. Source: the FIT protocol's table of base types, whose number is the low five bits.</summary>
internal enum FitBaseType : byte
{
    Enum, SInt8, UInt8, SInt16, UInt16, SInt32, UInt32, Text, Float32, Float64, UInt8z, UInt16z, UInt32z, Byte, SInt64, UInt64, UInt64z,
}

/// <summary>Sizes and values of the base types.</summary>
internal static class FitBaseTypes
{
    private static ReadOnlySpan<byte> Sizes => [1, 1, 1, 2, 2, 4, 4, 1, 4, 8, 1, 2, 4, 1, 8, 8, 8];

    /// <summary>The type that a definition names; bytes without meaning for a number that the protocol has not.</summary>
    internal static FitBaseType Of(byte number) => (number & 0x1F) <= (int)FitBaseType.UInt64z ? (FitBaseType)(number & 0x1F) : FitBaseType.Byte;

    /// <summary>How many bytes one value takes.</summary>
    internal static int SizeOf(FitBaseType type) => Sizes[(int)type];

    /// <summary>A whole number; null when the bytes say that there is none, or are no whole number.</summary>
    internal static long? Integer(FitBaseType type, ReadOnlySpan<byte> bytes, bool bigEndian) => type switch
    {
        FitBaseType.Enum or FitBaseType.UInt8 or FitBaseType.Byte => Unless(bytes[0], byte.MaxValue),
        FitBaseType.UInt8z => Unless(bytes[0], 0),
        FitBaseType.SInt8 => Unless((sbyte)bytes[0], sbyte.MaxValue),
        FitBaseType.SInt16 => Unless((short)Read16(bytes, bigEndian), short.MaxValue),
        FitBaseType.UInt16 => Unless(Read16(bytes, bigEndian), ushort.MaxValue),
        FitBaseType.UInt16z => Unless(Read16(bytes, bigEndian), 0),
        FitBaseType.SInt32 => Unless((int)Read32(bytes, bigEndian), int.MaxValue),
        FitBaseType.UInt32 => Unless(Read32(bytes, bigEndian), uint.MaxValue),
        FitBaseType.UInt32z => Unless(Read32(bytes, bigEndian), 0),
        FitBaseType.SInt64 => Unless((long)Read64(bytes, bigEndian), long.MaxValue),
        FitBaseType.UInt64 => Read64(bytes, bigEndian) is <= long.MaxValue and var value ? (long)value : null,
        FitBaseType.UInt64z => Read64(bytes, bigEndian) is > 0 and <= long.MaxValue and var value ? (long)value : null,
        _ => null,
    };

    /// <summary>A number with a fraction; null when the bytes say that there is none, or are no such number.</summary>
    internal static double? Real(FitBaseType type, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        var value = type switch
        {
            FitBaseType.Float32 => BitConverter.UInt32BitsToSingle(Read32(bytes, bigEndian)),
            FitBaseType.Float64 => BitConverter.UInt64BitsToDouble(Read64(bytes, bigEndian)),
            _ => double.NaN,
        };
        return double.IsFinite(value) ? value : null;
    }

    private static long? Unless(long value, long none) => value == none ? null : value;

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ulong Read64(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
