using System.Buffers.Binary;
using System.Text;

namespace Rapport.Conversations;

/// <summary>
/// Sound as WebM (RFC 8794, RFC 9559), as browsers record: elements as long as they say or, as in a recording that went on while it was written, until the next one of their level; sound in Opus or Vorbis alone, and no
/// film. What is told beside it goes.
/// </summary>
internal static class WebMFile
{
    private const uint DocType = 0x4282, Segment = 0x18538067, Tracks = 0x1654AE6B, Track = 0xAE, TrackType = 0x83, Codec = 0x86, Cluster = 0x1F43B675;
    private const uint SeekHead = 0x114D9B74, Info = 0x1549A966, Cues = 0x1C53BB6B, Tags = 0x1254C367, Chapters = 0x1043A770, Attachments = 0x1941A469, Void = 0xEC, Sum = 0xBF;
    private const uint Title = 0x7BA9, FileName = 0x7384, Date = 0x4461;
    private const uint Timestamp = 0xE7, Block = 0xA3, BlockGroup = 0xA0, Position = 0xA7, PreviousSize = 0xAB;
    private const int MostShort = 64;

    internal static CheckedFile? Check(FileBytes file)
    {
        if (file.Length < 4 || !file.Takes([0x1A, 0x45, 0xDF, 0xA3]))
        {
            return null;
        }

        file.GoTo(0);
        var kept = new CheckedFile(FileKind.WebM);
        var head = Element(file);
        if (head.End is not { } headEnd || !IsWebM(file, headEnd))
        {
            return null;
        }

        file.GoTo(headEnd);
        var segment = Element(file);
        if (segment.Id != Segment || (segment.End is { } told && told != file.Length))
        {
            return null;
        }

        var (hasSound, hasCluster) = (false, false);
        var at = 0L;
        while (file.HasMore)
        {
            var begin = file.Position;
            var (id, end) = Element(file);
            file.Expect(end is not null || id == Cluster);
            switch (id)
            {
                case Cluster:
                    file.Expect(hasSound);
                    hasCluster = true;
                    PassCluster(file, end);
                    continue;
                case Tracks when !hasSound && !file.IsDamaged:
                    hasSound = HoldsSoundAlone(file, end!.Value);
                    file.Expect(hasSound);
                    break;
                case Tags or Chapters or Attachments when !file.IsDamaged:
                    at = WriteOver(kept, at, begin, end!.Value);
                    break;
                case Info when !file.IsDamaged:
                    at = PassInfo(file, kept, at, end!.Value);
                    break;
                case SeekHead or Cues or Void or Sum:
                    break;
                default:
                    return null;
            }

            if (file.IsDamaged)
            {
                return null;
            }

            file.GoTo(end!.Value);
        }

        return file.IsDamaged || !hasCluster ? null : kept.Keep(at, file.Length);
    }

    /// <summary>Writes over what stands there; gives where what is kept goes on.</summary>
    private static long WriteOver(CheckedFile kept, long at, long begin, long end)
    {
        kept.Keep(at, begin).WriteOver(EmptinessOf(end - begin), end - begin);
        return end;
    }

    /// <summary>Passes over what is told of the whole, and takes out how somebody called it and when it was made.</summary>
    private static long PassInfo(FileBytes file, CheckedFile kept, long at, long end)
    {
        while (!file.IsDamaged && file.Position < end)
        {
            var begin = file.Position;
            var (id, after) = Element(file);
            file.Expect(after <= end);
            if (!file.IsDamaged && id is Title or FileName or Date)
            {
                at = WriteOver(kept, at, begin, after!.Value);
            }

            file.GoTo(after ?? -1);
        }

        return at;
    }

    private static bool IsWebM(FileBytes file, long end)
    {
        while (file.Position < end && !file.IsDamaged)
        {
            var (id, after) = Element(file);
            if (after is not { } next || next > end)
            {
                return false;
            }

            if (id == DocType)
            {
                return Text(file, next) == "webm";
            }

            file.GoTo(next);
        }

        return false;
    }

    private static bool HoldsSoundAlone(FileBytes file, long end)
    {
        var tracks = 0;
        while (file.Position < end && !file.IsDamaged)
        {
            var (id, after) = Element(file);
            if (after is not { } next || next > end || (id == Track && !IsSound(file, next)))
            {
                return false;
            }

            tracks += id == Track ? 1 : 0;
            file.GoTo(next);
        }

        return tracks > 0 && file.Position == end;
    }

    private static bool IsSound(FileBytes file, long end)
    {
        var (isSound, isKnown) = (false, false);
        while (file.Position < end && !file.IsDamaged)
        {
            var (id, after) = Element(file);
            if (after is not { } next || next > end)
            {
                return false;
            }

            isSound |= id == TrackType && next - file.Position == 1 && file.Byte() == 2;
            isKnown |= id == Codec && Text(file, next) is "A_OPUS" or "A_VORBIS";
            file.GoTo(next);
        }

        return isSound && isKnown && file.Position == end;
    }

    /// <summary>Passes over a cluster: to its end, or where it does not say where that is, to the next element that is not of it.</summary>
    private static void PassCluster(FileBytes file, long? end)
    {
        while (!file.IsDamaged && file.Position < (end ?? file.Length))
        {
            var at = file.Position;
            var (id, after) = Element(file);
            if (end is null && id is Cluster or Cues or Tags or Void or SeekHead or Info)
            {
                file.GoTo(at);
                return;
            }

            file.Expect(id is Timestamp or Block or BlockGroup or Position or PreviousSize or Void or Sum && after <= (end ?? file.Length));
            file.GoTo(after ?? -1);
        }
    }

    /// <summary>The beginning of an element of the same length that tells nothing; none that is taken out is too short for it.</summary>
    private static byte[] EmptinessOf(long length)
    {
        if (length < 10)
        {
            return [(byte)Void, (byte)(0x80 | (length - 2))];
        }

        var head = new byte[9];
        (head[0], head[1]) = ((byte)Void, 0x01);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(5), (uint)(length - 9));
        return head;
    }

    private static string Text(FileBytes file, long end) => end - file.Position is >= 0 and <= MostShort and var length ? Encoding.ASCII.GetString(file.Bytes((int)length)).TrimEnd('\0') : "";

    /// <summary>The next element: what it is, and where it ends; null where it does not say.</summary>
    private static (uint Id, long? End) Element(FileBytes file)
    {
        var first = file.Byte();
        var length = System.Numerics.BitOperations.LeadingZeroCount((uint)first << 24) + 1;
        file.Expect(length <= 4);
        uint id = first;
        for (var i = 1; i < length && !file.IsDamaged; i++)
        {
            id = (id << 8) | file.Byte();
        }

        first = file.Byte();
        length = System.Numerics.BitOperations.LeadingZeroCount((uint)first << 24) + 1;
        file.Expect(length <= 8);
        if (file.IsDamaged)
        {
            return (0, -1);
        }

        var size = first & ((1L << (8 - length)) - 1);
        var isUnknown = size == (1L << (8 - length)) - 1;
        for (var i = 1; i < length; i++)
        {
            var value = file.Byte();
            isUnknown &= value == 0xFF;
            size = (size << 8) | value;
        }

        file.Expect(isUnknown || size <= file.Length - file.Position);
        return (id, isUnknown ? null : file.Position + size);
    }
}
