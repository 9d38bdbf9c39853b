using System.Buffers.Binary;

namespace Rapport.Conversations;

/// <summary>
/// A picture as PNG (ISO/IEC 15948): chunks whose checksums hold, a header before all, data together, and an end. Kept are what a decoder needs, colours and their profile, and how it is turned; of one that moves the first picture.
/// </summary>
internal static class PngFile
{
    private const int HeaderLength = 13, MostExif = 1024 * 1024;

    private static readonly byte[] Signature = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'];
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static i => Step((uint)i))];

    internal static CheckedFile? Check(FileBytes file)
    {
        if (!file.Takes(Signature))
        {
            return null;
        }

        var kept = new CheckedFile(FileKind.Png).Keep(0, Signature.Length);
        var (before, colour, hasPalette, hasData) = ("", -1, false, false);
        while (!file.IsDamaged)
        {
            var at = file.Position;
            var length = file.U32();
            var name = file.Name();
            var body = file.Position;
            file.Expect(length <= int.MaxValue && length <= file.Length - body - 4 && name.All(char.IsAsciiLetter) && (before.Length > 0 || name == "IHDR"));
            if (file.IsDamaged)
            {
                return null;
            }

            switch (name)
            {
                case "IHDR":
                    file.Expect(before.Length == 0 && length == HeaderLength);
                    colour = WalkHeader(file);
                    break;
                case "PLTE":
                    file.Expect(!hasPalette && !hasData && colour is 2 or 3 or 6 && length is > 0 and <= 768 && length % 3 == 0);
                    hasPalette = true;
                    break;
                case "IDAT":
                    file.Expect((before == "IDAT" || !hasData) && (hasPalette || colour != 3));
                    hasData = true;
                    break;
                case "IEND":
                    file.Expect(hasData && length == 0);
                    break;
            }

            file.GoTo(body);
            file.Expect(Checksum(file, name, length) == file.U32());
            if (name is "IHDR" or "PLTE" or "IDAT" or "IEND" or "tRNS" or "gAMA" or "cHRM" or "sRGB" or "iCCP" or "cICP" or "sBIT" or "bKGD" or "pHYs")
            {
                kept.Keep(at, file.Position);
            }
            else if (name == "eXIf")
            {
                KeepOrientation(file, kept, body, length);
            }
            else if (char.IsAsciiLetterUpper(name[0]))
            {
                // Whoever does not know it cannot show the picture.
                return null;
            }

            if (name == "IEND")
            {
                return kept;
            }

            before = name;
        }

        return null;
    }

    /// <returns>What its colours are: 0, 2, 3, 4 or 6.</returns>
    private static int WalkHeader(FileBytes file)
    {
        var (width, height, depth, colour) = (file.U32(), file.U32(), file.Byte(), file.Byte());
        file.Expect(width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue && (long)width * height <= FileCheck.MostPoints);
        file.Expect((colour, depth) is (0, 1 or 2 or 4 or 8 or 16) or (2 or 4 or 6, 8 or 16) or (3, 1 or 2 or 4 or 8));
        file.Expect(file.Byte() == 0 && file.Byte() == 0 && file.Byte() <= 1);
        return colour;
    }

    private static void KeepOrientation(FileBytes file, CheckedFile kept, long body, uint length)
    {
        var after = file.Position;
        file.Expect(length <= MostExif);
        file.GoTo(body);
        if (!file.IsDamaged && ExifOrientation.Read(file.Bytes((int)length)) is > 1 and var turned)
        {
            kept.Write(Chunk("eXIf", ExifOrientation.Write(turned)));
        }

        file.GoTo(after);
    }

    internal static byte[] Chunk(string name, byte[] body)
    {
        var chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        System.Text.Encoding.ASCII.GetBytes(name, chunk.AsSpan(4));
        body.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + body.Length), ~Add(uint.MaxValue, chunk.AsSpan(4, 4 + body.Length)));
        return chunk;
    }

    private static uint Checksum(FileBytes file, string name, uint length)
    {
        var sum = Add(uint.MaxValue, System.Text.Encoding.ASCII.GetBytes(name));
        for (long left = length; left > 0 && !file.IsDamaged;)
        {
            var held = file.Held(1);
            var taken = (int)Math.Min(held.Length, left);
            file.Expect(taken > 0);
            sum = Add(sum, held[..taken]);
            file.Skip(taken);
            left -= taken;
        }

        return ~sum;
    }

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            sum = Table[(byte)(sum ^ value)] ^ (sum >> 8);
        }

        return sum;
    }

    /// <summary>CRC-32 as PNG has it (annex D).</summary>
    private static uint Step(uint value)
    {
        for (var i = 0; i < 8; i++)
        {
            value = (value & 1) == 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        }

        return value;
    }
}
