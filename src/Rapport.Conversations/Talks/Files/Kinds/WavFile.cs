using System.Buffers.Binary;

namespace Rapport.Conversations;

/// <summary>Sound as WAV (RIFF, Microsoft's multimedia specification): what it is in, then the sound. Names, dates and whatever else a recorder wrote beside go.</summary>
internal static class WavFile
{
    private const int HeaderLength = 12, MostChannels = 8;
    private const ushort Extensible = 0xFFFE;

    internal static CheckedFile? Check(FileBytes file)
    {
        if (!file.Takes("RIFF"u8))
        {
            return null;
        }

        var end = file.U32Little() + 8L;
        if (!file.Takes("WAVE"u8))
        {
            return null;
        }

        file.Expect(end <= file.Length);
        var kept = new CheckedFile(FileKind.Wav);
        kept.Write([]);
        var (hasFormat, hasSound) = (false, false);
        while (!file.IsDamaged && file.Position < end)
        {
            var at = file.Position;
            var name = file.Name();
            var length = file.U32Little();
            var body = file.Position;

            // The last is often without the byte that makes it even.
            var after = Math.Min(body + length + (length & 1), end);
            file.Expect(body + length <= end);
            if (file.IsDamaged)
            {
                return null;
            }

            if (name == "fmt ")
            {
                file.Expect(!hasFormat && length >= 16);
                hasFormat = true;
                WalkFormat(file);
                kept.Keep(at, after);
            }
            else if (name == "data")
            {
                file.Expect(hasFormat && !hasSound && length > 0);
                hasSound = true;
                kept.Keep(at, after);
            }

            file.GoTo(after);
        }

        if (file.IsDamaged || !hasSound)
        {
            return null;
        }

        var header = new byte[HeaderLength];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(kept.Length + 4));
        "WAVE"u8.CopyTo(header.AsSpan(8));
        kept.Rewrite(0, header);
        return kept;
    }

    /// <summary>Numbers as they are (1), floating (3), A-law and µ-law (6, 7), or one of these told at length.</summary>
    private static void WalkFormat(FileBytes file)
    {
        var (format, channels, rate) = (file.U16Little(), file.U16Little(), file.U32Little());
        file.Skip(4);
        var (frame, bits) = (file.U16Little(), file.U16Little());
        file.Expect(format is 1 or 3 or 6 or 7 or Extensible && channels is >= 1 and <= MostChannels && rate is >= 4000 and <= 384_000);
        file.Expect(bits is 8 or 16 or 24 or 32 or 64 && frame == channels * bits / 8);
    }
}
