namespace Rapport.Conversations;

/// <summary>Finds out what a file is by walking through it: what is none of the kinds from its beginning to its end cannot be sent. Pure.</summary>
internal static class FileCheck
{
    /// <summary>The most points of a picture: what a browser would have to hold in memory to show it.</summary>
    internal const long MostPoints = 250_000_000;

    private static readonly Func<FileBytes, CheckedFile?>[] Checks =
        [JpegFile.Check, PngFile.Check, WebPFile.Check, GifFile.Check, WavFile.Check, PdfFile.Check, OggFile.Check, WebMFile.Check, Mp4File.Check, Mp3File.Check, TextFile.Check];

    /// <summary>What it is and what of it is kept; null for what is none of the kinds, or damaged.</summary>
    /// <param name="file">Can be read from any place.</param>
    internal static CheckedFile? Look(Stream file)
    {
        foreach (var check in Checks)
        {
            var bytes = new FileBytes(file);
            if (check(bytes) is { } found && !bytes.IsDamaged)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Whether it is a photo as phones keep it (HEIF, ISO/IEC 23008-12): whoever sends one is told what to do, for most browsers cannot show it.</summary>
    internal static bool IsHeic(Stream file)
    {
        var bytes = new FileBytes(file);
        bytes.Skip(4);
        return bytes.Name() == "ftyp" && bytes.Name() is "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1" && !bytes.IsDamaged;
    }
}
