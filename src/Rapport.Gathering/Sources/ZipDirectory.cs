using System.Buffers.Binary;

namespace Rapport.Gathering;

/// <summary>
/// Looks at how long the directory of a zip is before anything reads it: the runtime's reader makes an object of each of its lines, as many as there are.
/// The layout is that of PKWARE's APPNOTE 6.3, sections 4.3.14 to 4.3.16.
/// </summary>
internal static class ZipDirectory
{
    private const uint End = 0x06054b50;
    private const uint Locator64 = 0x07064b50;
    private const uint End64 = 0x06064b50;
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int MostComment = 65_535;

    /// <summary>Enough for the names of as many files as are read.</summary>
    private const long MostBytes = 8 * 1024 * 1024;

    /// <summary>Leaves the stream at its start.</summary>
    /// <exception cref="InvalidDataException">The directory is missing, or longer than what is read. The message is for the person who brought it.</exception>
    internal static void Check(Stream stream)
    {
        var tail = new byte[(int)Math.Min(stream.Length, EndLength + MostComment + LocatorLength)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        var end = LastIndexOf(tail, End);
        if (end < 0)
        {
            throw new InvalidDataException("the zip does not open: it may be cut off");
        }

        var position = stream.Length - tail.Length + end;
        long count = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (end >= LocatorLength && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end - LocatorLength)) == Locator64)
        {
            (count, start) = ReadEnd64(stream, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorLength + 8)));
        }

        // What the directory says of its own length may be wrong: it reaches from its start to its end, whatever it says.
        if (count > SafeZip.MostFiles || start < 0 || start > position || position - start > MostBytes)
        {
            throw new InvalidDataException($"the zip has too many files, at most {SafeZip.MostFiles} are read, or it is damaged");
        }

        stream.Position = 0;
    }

    private static (long Count, long Start) ReadEnd64(Stream stream, long at)
    {
        var end = new byte[End64Length];
        if (at < 0 || at > stream.Length - End64Length)
        {
            throw new InvalidDataException("the zip does not open: it may be cut off");
        }

        stream.Position = at;
        stream.ReadExactly(end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end) == End64
            ? (BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(32)) is >= 0 and var count ? count : long.MaxValue, BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)))
            : throw new InvalidDataException("the zip does not open: it may be cut off");
    }

    private static int LastIndexOf(ReadOnlySpan<byte> bytes, uint signature)
    {
        Span<byte> wanted = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, signature);
        for (var at = bytes.Length - EndLength; at >= 0; at--)
        {
            if (bytes[at..].StartsWith(wanted))
            {
                return at;
            }
        }

        return -1;
    }
}
