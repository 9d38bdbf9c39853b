namespace Rapport.Conversations;

/// <summary>
/// A photo as JPEG (ITU-T T.81): its segments one after the other, each table as long as it says, a frame before its scans, and an end. Kept are what a decoder needs, the colour profile (ICC.1, annex B.4), and how it is turned.
/// </summary>
internal static class JpegFile
{
    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, Quantisation = 0xDB, Restart = 0xDD, Huffman = 0xC4, Arithmetic = 0xCC, Comment = 0xFE;
    private const byte App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App14 = 0xEE, App15 = 0xEF;

    internal static CheckedFile? Check(FileBytes file)
    {
        if (!file.Takes([0xFF, StartOfImage]))
        {
            return null;
        }

        var kept = new CheckedFile(FileKind.Jpeg).Keep(0, 2);
        var (hasFrame, hasScan) = (false, false);
        while (!file.IsDamaged)
        {
            var at = file.Position;
            file.Expect(file.Byte() == 0xFF);
            byte marker;
            do
            {
                marker = file.Byte();
            }
            while (marker == 0xFF && !file.IsDamaged);
            if (marker == EndOfImage)
            {
                return hasScan ? kept.Keep(at, file.Position) : null;
            }

            var length = file.U16() - 2;
            var body = file.Position;
            file.Expect(length >= 0 && length <= file.Length - body);
            if (file.IsDamaged)
            {
                return null;
            }

            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    file.Expect(!hasFrame);
                    hasFrame = true;
                    WalkFrame(file, length);
                    kept.Keep(at, body + length);
                    break;
                case StartOfScan:
                    file.Expect(hasFrame);
                    hasScan = true;
                    file.Expect(file.Byte() is >= 1 and <= 4 and var components && length == 4 + (2 * components));
                    file.GoTo(body + length);
                    PassScan(file);
                    kept.Keep(at, file.Position);
                    continue;
                case Quantisation:
                    WalkQuantisation(file, body + length);
                    kept.Keep(at, body + length);
                    break;
                case Huffman:
                    WalkHuffman(file, body + length);
                    kept.Keep(at, body + length);
                    break;
                case Restart or Arithmetic:
                    kept.Keep(at, body + length);
                    break;
                case App0 or App1 or App2 or App14:
                    KeepOf(file, kept, marker, at, length);
                    break;
                case (> App0 and <= App15) or Comment:
                    break;
                default:
                    return null;
            }

            file.GoTo(body + length);
        }

        return null;
    }

    /// <summary>What an application wrote: kept without a small copy of the picture, and without what it tells of the place.</summary>
    private static void KeepOf(FileBytes file, CheckedFile kept, byte marker, long at, int length)
    {
        var body = file.Bytes(length).AsSpan();
        if (marker == App0 && body.StartsWith("JFIF\0"u8) && body.Length >= 14)
        {
            kept.Write([0xFF, App0, 0, 16, .. body[..12], 0, 0]);
        }
        else if (marker == App1 && body.StartsWith("Exif\0"u8) && body.Length >= 6 && ExifOrientation.Read(body[6..]) is > 1 and var turned)
        {
            var exif = ExifOrientation.Write(turned);
            kept.Write([0xFF, App1, 0, (byte)(8 + exif.Length), .. "Exif\0\0"u8, .. exif]);
        }
        else if ((marker == App2 && body.StartsWith("ICC_PROFILE\0"u8)) || (marker == App14 && body.StartsWith("Adobe"u8)))
        {
            kept.Keep(at, file.Position);
        }
    }

    private static void WalkFrame(FileBytes file, int length)
    {
        file.Expect(file.Byte() is 8 or 12);
        var (height, width, components) = (file.U16(), file.U16(), file.Byte());
        file.Expect(height > 0 && width > 0 && (long)height * width <= FileCheck.MostPoints && components is 1 or 3 or 4 && length == 6 + (3 * components));
        for (var i = 0; i < components && !file.IsDamaged; i++)
        {
            file.Skip(1);
            var sampling = file.Byte();
            file.Expect(sampling >> 4 is >= 1 and <= 4 && (sampling & 15) is >= 1 and <= 4 && file.Byte() <= 3);
        }
    }

    private static void WalkQuantisation(FileBytes file, long end)
    {
        while (file.Position < end && !file.IsDamaged)
        {
            var of = file.Byte();
            file.Expect(of >> 4 <= 1 && (of & 15) <= 3);
            file.Skip(of >> 4 == 0 ? 64 : 128);
        }

        file.Expect(file.Position == end);
    }

    private static void WalkHuffman(FileBytes file, long end)
    {
        while (file.Position < end && !file.IsDamaged)
        {
            var of = file.Byte();
            var codes = 0;
            for (var i = 0; i < 16; i++)
            {
                codes += file.Byte();
            }

            file.Expect(of >> 4 <= 1 && (of & 15) <= 3 && codes <= 256);
            file.Skip(codes);
        }

        file.Expect(file.Position == end);
    }

    /// <summary>Passes over what is coded, to the next marker that is not part of it.</summary>
    private static void PassScan(FileBytes file)
    {
        while (file.HasMore)
        {
            var held = file.Held(2);
            var mark = held.IndexOf((byte)0xFF);
            if (mark < 0)
            {
                file.Skip(held.Length);
                continue;
            }

            file.Skip(mark);
            held = file.Held(2);
            if (held.Length < 2)
            {
                break;
            }

            if (held[1] is not 0 and not (>= 0xD0 and <= 0xD7))
            {
                return;
            }

            file.Skip(2);
        }

        file.Damage();
    }
}
