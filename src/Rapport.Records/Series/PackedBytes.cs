using System.Buffers.Binary;
using System.IO.Compression;

namespace Rapport.Records;

/// <summary>Bytes under Brotli, with their length before them. Stateless.</summary>
internal static class PackedBytes
{
    private const int LengthBytes = 4;

    internal static byte[] Compress(ReadOnlySpan<byte> plain, int quality, int windowBits)
    {
        var target = new byte[LengthBytes + BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        BinaryPrimitives.WriteInt32BigEndian(target, plain.Length);
        return BrotliEncoder.TryCompress(plain, target.AsSpan(LengthBytes), out var written, quality, windowBits)
            ? target[..(LengthBytes + written)]
            : throw new InvalidOperationException("the compressor wanted more room than it said it would");
    }

    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Compress"/>, or are more than <paramref name="most"/>.</exception>
    internal static byte[] Decompress(ReadOnlySpan<byte> packed, int most)
    {
        if (packed.Length < LengthBytes || BinaryPrimitives.ReadInt32BigEndian(packed) is not (>= 0 and var length) || length > most)
        {
            throw new InvalidDataException("stored points are cut off");
        }

        var plain = new byte[length];
        return BrotliDecoder.TryDecompress(packed[LengthBytes..], plain, out var written) && written == length ? plain : throw new InvalidDataException("stored points do not unpack");
    }
}
