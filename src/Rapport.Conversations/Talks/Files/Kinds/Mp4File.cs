using System.Buffers.Binary;

namespace Rapport.Conversations;

/// <summary>
/// Sound as MP4 (ISO/IEC 14496-12 and -14), as phones and some browsers record, whole or in fragments: boxes within boxes, each track sound in AAC or Opus, and no film. What is told beside the sound, such as where it
/// was recorded, is written over.
/// </summary>
internal static class Mp4File
{
    private const int MostDepth = 8, MostTracks = 8;

    internal static CheckedFile? Check(FileBytes file)
    {
        var head = Box(file, file.Length);
        if (head.Name != "ftyp" || head.End - file.Position < 8)
        {
            return null;
        }

        var walk = new Walk(file);
        file.GoTo(head.End);
        while (file.HasMore)
        {
            walk.Pass("", file.Length, 0);
        }

        return file.IsDamaged || !walk.HasMovie || !walk.HasSound || walk.Tracks is 0 or > MostTracks || walk.Tracks != walk.SoundTracks || walk.Tracks != walk.Known ? null : walk.End();
    }

    /// <summary>The next box: what it is, and where it ends, which is not behind the end of what it is in.</summary>
    private static (string Name, long End) Box(FileBytes file, long within)
    {
        var at = file.Position;
        long length = file.U32();
        var name = file.Name();
        if (length == 1)
        {
            var told = file.U64();
            file.Expect(told <= long.MaxValue);
            length = (long)told;
        }
        else if (length == 0)
        {
            length = within - at;
        }

        file.Expect(length >= file.Position - at && length <= within - at);
        return file.IsDamaged ? ("", within) : (name, at + length);
    }

    private sealed class Walk(FileBytes file)
    {
        private readonly CheckedFile _kept = new(FileKind.Mp4);
        private long _at;

        internal bool HasMovie { get; private set; }

        internal bool HasSound { get; private set; }

        internal int Tracks { get; private set; }

        internal int SoundTracks { get; private set; }

        internal int Known { get; private set; }

        internal CheckedFile End() => _kept.Keep(_at, file.Length);

        /// <summary>Passes over the next box, and over those in it.</summary>
        internal void Pass(string parent, long within, int depth)
        {
            var begin = file.Position;
            var (name, end) = Box(file, within);
            if (file.IsDamaged)
            {
                return;
            }

            switch (name)
            {
                case "moov" when depth == 0 && !HasMovie:
                    HasMovie = true;
                    PassAll(name, end, depth);
                    break;
                case "trak" when parent == "moov":
                    Tracks++;
                    PassAll(name, end, depth);
                    break;
                case "mdia" when parent == "trak":
                case "minf" when parent == "mdia":
                case "stbl" when parent == "minf":
                    PassAll(name, end, depth);
                    break;
                case "hdlr" when parent == "mdia":
                    file.Skip(8);
                    SoundTracks += file.Name() == "soun" ? 1 : 0;
                    break;
                case "stsd" when parent == "stbl":
                    PassFormats(end);
                    break;
                case "mdat" when depth == 0:
                    HasSound |= end > file.Position;
                    break;
                case "udta" or "meta" or "uuid" or "free" or "skip" or "wide" or "xml " or "bxml":
                    WriteOver(begin, end);
                    break;
                case "ftyp" or "moov" or "trak":
                    file.Damage();
                    break;
            }

            file.GoTo(end);
        }

        private void PassAll(string name, long end, int depth)
        {
            file.Expect(depth < MostDepth);
            while (!file.IsDamaged && file.Position < end)
            {
                Pass(name, end, depth + 1);
            }
        }

        /// <summary>What a track is coded in: one way, and one that browsers know.</summary>
        private void PassFormats(long end)
        {
            file.Skip(4);
            file.Expect(file.U32() == 1 && Box(file, end).Name is "mp4a" or "Opus");
            Known++;
        }

        private void WriteOver(long begin, long end)
        {
            _kept.Keep(_at, begin);
            var head = new byte[8];
            BinaryPrimitives.WriteUInt32BigEndian(head, (uint)(end - begin));
            "free"u8.CopyTo(head.AsSpan(4));
            _kept.WriteOver(head, end - begin);
            _at = end;
        }
    }
}
