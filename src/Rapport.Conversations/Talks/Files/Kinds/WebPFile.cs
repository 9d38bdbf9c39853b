using System.Buffers.Binary;

namespace Rapport.Conversations;

/// <summary>
/// A picture as WebP (RFC 9649): one picture, plain or with transparency, in chunks as long as they say. Kept are the picture, its colour profile, and how it is turned. What moves cannot be sent.
/// </summary>
internal static class WebPFile
{
    private const byte HasProfile = 0x20, HasAlpha = 0x10, HasExif = 0x08, HasXmp = 0x04, Moves = 0x02;
    private const int MostExif = 1024 * 1024, HeaderLength = 12;

    internal static CheckedFile? Check(FileBytes file)
    {
        if (!file.Takes("RIFF"u8))
        {
            return null;
        }

        var end = file.U32Little() + 8L;
        if (!file.Takes("WEBP"u8))
        {
            return null;
        }

        file.Expect(end <= file.Length);
        var kept = new CheckedFile(FileKind.WebP);
        kept.Write([]);
        var (extended, flags, pictures, isTurned) = (-1, (byte)0, 0, false);
        var first = file.Position;
        while (!file.IsDamaged && file.Position < end)
        {
            var at = file.Position;
            var name = file.Name();
            var length = file.U32Little();
            var body = file.Position;
            var after = body + length + (length & 1);
            file.Expect(after <= end);
            if (file.IsDamaged)
            {
                return null;
            }

            switch (name)
            {
                case "VP8X" when at == first && length == 10:
                    flags = file.Byte();
                    file.Expect((flags & Moves) == 0);
                    file.Skip(3);
                    file.Expect((long)(U24Little(file) + 1) * (U24Little(file) + 1) <= FileCheck.MostPoints);
                    extended = kept.Write([]);
                    break;
                case "VP8 " or "VP8L":
                    pictures++;
                    WalkPicture(file, name);
                    kept.Keep(at, after);
                    break;
                case "ICCP" or "ALPH" when extended >= 0:
                    kept.Keep(at, after);
                    break;
                case "EXIF" when extended >= 0 && !isTurned && length <= MostExif:
                    isTurned = KeepOrientation(kept, file.Bytes((int)length));
                    break;
                case "VP8X" or "ANIM" or "ANMF":
                    return null;
            }

            file.GoTo(after);
        }

        if (file.IsDamaged || pictures != 1 || file.Position != end)
        {
            return null;
        }

        if (extended >= 0)
        {
            kept.Rewrite(extended, ExtendedOf(file, first, (byte)((flags & (HasProfile | HasAlpha)) | (isTurned ? HasExif : 0))));
        }

        var header = new byte[HeaderLength];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(kept.Length + 4));
        "WEBP"u8.CopyTo(header.AsSpan(8));
        kept.Rewrite(0, header);
        return kept;
    }

    private static bool KeepOrientation(CheckedFile kept, byte[] exif)
    {
        // Some write the name of a JPEG's segment before it.
        if (ExifOrientation.Read(exif.AsSpan().StartsWith("Exif\0\0"u8) ? exif.AsSpan(6) : exif) is not (> 1 and var turned))
        {
            return false;
        }

        var written = ExifOrientation.Write(turned);
        kept.Write([.. "EXIF"u8, (byte)written.Length, 0, 0, 0, .. written]);
        return true;
    }

    /// <summary>The chunk that says what there is, with what there is now.</summary>
    private static byte[] ExtendedOf(FileBytes file, long at, byte flags)
    {
        file.GoTo(at);
        var chunk = file.Bytes(18);
        chunk[8] = flags;
        chunk.AsSpan(9, 3).Clear();
        return chunk;
    }

    /// <summary>The first bytes of a picture: a key frame of VP8 (RFC 6386), or lossless.</summary>
    private static void WalkPicture(FileBytes file, string name)
    {
        long points;
        if (name == "VP8 ")
        {
            file.Expect((file.Byte() & 1) == 0);
            file.Skip(2);
            file.Expect(file.Takes([0x9D, 0x01, 0x2A]));
            points = (long)(file.U16Little() & 0x3FFF) * (file.U16Little() & 0x3FFF);
        }
        else
        {
            file.Expect(file.Byte() == 0x2F);
            var bits = file.U32Little();
            file.Expect(bits >> 29 == 0);
            points = ((bits & 0x3FFF) + 1L) * (((bits >> 14) & 0x3FFF) + 1);
        }

        file.Expect(points is > 0 and <= FileCheck.MostPoints);
    }

    private static uint U24Little(FileBytes file) => file.U16Little() | ((uint)file.Byte() << 16);
}
