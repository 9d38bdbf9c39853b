namespace Rapport.Conversations;

/// <summary>
/// A picture as GIF (versions 87a and 89a): its blocks one after the other, one picture among them, and an end. Kept are the colours, the picture and what of it is transparent; comments and what applications wrote go. What
/// moves cannot be sent.
/// </summary>
internal static class GifFile
{
    private const byte Extension = 0x21, Picture = 0x2C, End = 0x3B, Control = 0xF9, PlainText = 0x01, HasTable = 0x80;

    internal static CheckedFile? Check(FileBytes file)
    {
        if (!file.Takes("GIF89a"u8) && !file.Takes("GIF87a"u8))
        {
            return null;
        }

        var (width, height) = (file.U16Little(), file.U16Little());
        file.Expect(width > 0 && height > 0 && (long)width * height <= FileCheck.MostPoints);
        PassTable(file, file.Byte(), then: 2);
        var kept = new CheckedFile(FileKind.Gif).Keep(0, file.Position);
        for (var pictures = 0; !file.IsDamaged;)
        {
            var at = file.Position;
            switch (file.Byte())
            {
                case End:
                    return pictures == 1 ? kept.Keep(at, file.Position) : null;
                case Picture when pictures == 0:
                    pictures++;
                    WalkPicture(file);
                    kept.Keep(at, file.Position);
                    break;
                case Extension:
                    var label = file.Byte();
                    file.Expect(label != PlainText);
                    PassBlocks(file);
                    if (label == Control && pictures == 0)
                    {
                        file.Expect(file.Position - at == 8);
                        kept.Keep(at, file.Position);
                    }

                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private static void WalkPicture(FileBytes file)
    {
        file.Skip(4);
        var (width, height) = (file.U16Little(), file.U16Little());
        file.Expect(width > 0 && height > 0 && (long)width * height <= FileCheck.MostPoints);
        PassTable(file, file.Byte(), then: 0);
        file.Expect(file.Byte() is >= 2 and <= 8);
        var before = file.Position;
        PassBlocks(file);
        file.Expect(file.Position > before + 1);
    }

    /// <summary>Passes over what follows the byte that says how large a table of colours is, and over the table, where there is one.</summary>
    private static void PassTable(FileBytes file, byte packed, int then)
    {
        file.Skip(then);
        if ((packed & HasTable) != 0)
        {
            file.Skip(3L << ((packed & 7) + 1));
        }
    }

    /// <summary>Passes over blocks, each of which says first how long it is, to the one that is empty.</summary>
    private static void PassBlocks(FileBytes file)
    {
        while (!file.IsDamaged && file.Byte() is > 0 and var length)
        {
            file.Skip(length);
        }
    }
}
