namespace Rapport.Conversations;

/// <summary>Sound as MP3 (ISO/IEC 11172-3 and 13818-3, layer III): frames one after the other, each as long as its header says, at one rate. Tags before and behind them (ID3, APE) go, and a last frame that is not whole.</summary>
internal static class Mp3File
{
    private const int MostTag = 20 * 1024 * 1024, FewestFrames = 2;

    private static readonly int[] Rates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] Rates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    private static readonly int[] Samples = [44100, 48000, 32000];

    internal static CheckedFile? Check(FileBytes file)
    {
        while (file.Takes("ID3"u8))
        {
            file.Skip(2);
            var flags = file.Byte();
            var size = file.Bytes(4);
            file.Expect(size.All(static part => part < 0x80));
            var length = (size[0] << 21) | (size[1] << 14) | (size[2] << 7) | size[3];
            file.Expect(length <= MostTag);
            file.Skip(length + ((flags & 0x10) != 0 ? 10 : 0));
        }

        var kept = new CheckedFile(FileKind.Mp3);
        var (frames, first) = (0, 0u);
        while (file.HasMore && file.Length - file.Position >= 4)
        {
            var at = file.Position;
            if (file.Takes("TAG"u8) || file.Takes("APETAGEX"u8))
            {
                return frames >= FewestFrames ? kept : null;
            }

            var header = file.U32();
            first = frames == 0 ? header : first;
            if (LengthOf(header) is not { } length || ((header ^ first) & 0xFFFE0C00) != 0)
            {
                return null;
            }

            if (length > file.Length - at)
            {
                return frames >= FewestFrames ? kept : null;
            }

            file.GoTo(at + length);
            kept.Keep(at, file.Position);
            frames++;
        }

        return !file.IsDamaged && frames >= FewestFrames ? kept : null;
    }

    /// <summary>How long a frame is, with its header; null for what is no header of one.</summary>
    private static int? LengthOf(uint header)
    {
        var (version, layer, rate, sample, padding) = ((header >> 19) & 3, (header >> 17) & 3, (int)(header >> 12) & 15, (int)(header >> 10) & 3, (int)(header >> 9) & 1);
        if (header >> 21 != 0x7FF || version == 1 || layer != 1 || rate is 0 or 15 || sample == 3)
        {
            return null;
        }

        var isFirst = version == 3;
        var hertz = Samples[sample] >> (isFirst ? 0 : version == 2 ? 1 : 2);
        return ((isFirst ? 144_000 : 72_000) * (isFirst ? Rates1 : Rates2)[rate] / hertz) + padding;
    }
}
