using System.Buffers.Binary;

namespace Rapport.Conversations;

/// <summary>Sound as Ogg Opus (RFC 3533, RFC 7845), as some browsers record: pages of one stream in their order, whose checksums hold, with the two headers of Opus first, to the end of the file.</summary>
internal static class OggFile
{
    private const int HeaderLength = 27, MostPage = HeaderLength + 255 + (255 * 255);
    private const byte Continues = 1, Begins = 2, Ends = 4;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static i => Step((uint)i << 24))];

    internal static CheckedFile? Check(FileBytes file)
    {
        uint serial = 0;
        uint pages = 0;
        var isOver = false;
        while (file.HasMore)
        {
            var page = PageOf(file);
            if (page.Length < HeaderLength || isOver || page[4] != 0 || BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(18)) != pages)
            {
                return null;
            }

            var body = page.AsSpan(HeaderLength + page[26]);
            var number = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(14));
            serial = pages == 0 ? number : serial;
            isOver = (page[5] & Ends) != 0;
            if (number != serial || ((page[5] & Begins) != 0) != (pages == 0) || !HoldsItsSum(page)
                || (pages == 0 && !IsHead(body)) || (pages == 1 && ((page[5] & Continues) != 0 || !body.StartsWith("OpusTags"u8))))
            {
                return null;
            }

            pages++;
        }

        return pages >= 3 ? CheckedFile.Whole(FileKind.Ogg, file.Length) : null;
    }

    /// <summary>The next page; nothing where there is none.</summary>
    private static byte[] PageOf(FileBytes file)
    {
        var at = file.Position;
        if (!file.Takes("OggS"u8))
        {
            return [];
        }

        file.GoTo(at);
        var header = file.Bytes(HeaderLength);
        var segments = file.Bytes(header[26]);
        var length = HeaderLength + segments.Length + segments.Sum(static segment => segment);
        file.GoTo(at);
        return file.IsDamaged || length > MostPage ? [] : file.Bytes(length) is var page && !file.IsDamaged ? page : [];
    }

    private static bool IsHead(ReadOnlySpan<byte> head) => head.Length >= 19 && head.StartsWith("OpusHead"u8) && head[8] >> 4 == 0 && head[9] is >= 1 and <= 8;

    private static bool HoldsItsSum(byte[] page)
    {
        var told = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(22));
        page.AsSpan(22, 4).Clear();
        return Sum(page) == told;
    }

    internal static uint Sum(ReadOnlySpan<byte> page)
    {
        uint sum = 0;
        foreach (var value in page)
        {
            sum = (sum << 8) ^ Table[(sum >> 24) ^ value];
        }

        return sum;
    }

    private static uint Step(uint value)
    {
        for (var i = 0; i < 8; i++)
        {
            value = (value & 0x80000000) != 0 ? (value << 1) ^ 0x04C11DB7 : value << 1;
        }

        return value;
    }
}
