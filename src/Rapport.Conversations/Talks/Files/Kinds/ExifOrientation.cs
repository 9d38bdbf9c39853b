using System.Buffers.Binary;

namespace Rapport.Conversations;

/// <summary>
/// How a picture is to be turned, out of its Exif data (CIPA DC-008, which is TIFF 6.0): the one thing in them that is kept, since the picture would lie on its side without it. Pure.
/// </summary>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112, Short = 3;
    private const int EntryLength = 12;

    /// <summary>1 to 8, as it is told; 1, which is upright, where nothing is told or cannot be read.</summary>
    /// <param name="tiff">Begins with the byte order.</param>
    internal static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || (!tiff.StartsWith("II*\0"u8) && !tiff.StartsWith("MM\0*"u8)))
        {
            return 1;
        }

        var isLittle = tiff[0] == 'I';
        var at = U32(tiff[4..], isLittle);
        if (at > tiff.Length - 2)
        {
            return 1;
        }

        var count = U16(tiff[(int)at..], isLittle);
        for (var (i, entry) = (0, (int)at + 2); i < count && entry + EntryLength <= tiff.Length; i++, entry += EntryLength)
        {
            if (U16(tiff[entry..], isLittle) == Tag)
            {
                return U16(tiff[(entry + 2)..], isLittle) == Short && U32(tiff[(entry + 4)..], isLittle) == 1 && U16(tiff[(entry + 8)..], isLittle) is >= 1 and <= 8 and var told ? told : 1;
            }
        }

        return 1;
    }

    /// <summary>Exif data that tell this alone.</summary>
    internal static byte[] Write(int orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, Tag >> 8, Tag & 0xFF, 0, (byte)Short, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private static ushort U16(ReadOnlySpan<byte> at, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint U32(ReadOnlySpan<byte> at, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
