using System.Buffers.Binary;

namespace Rapport.Gathering;

/// <summary>
/// One FIT file; several may stand behind each other in one source. Source: the Flexible and Interoperable Data Transfer (FIT) protocol: a header of 12 or
/// 14 bytes, messages, and a checksum.
/// </summary>
/// <param name="Bytes">The whole source.</param>
/// <param name="Start">Where the header begins.</param>
/// <param name="DataStart">Where the messages begin.</param>
/// <param name="DataEnd">Where they end, by the header or by the end of the source.</param>
internal sealed record FitFile(ReadOnlyMemory<byte> Bytes, int Start, int DataStart, int DataEnd)
{
    private const int ShortHeader = 12;
    private const int Checksum = 2;
    private const int MostFiles = 1_000;
    private const int CancelEvery = 4_096;

    private static ReadOnlySpan<byte> Signature => ".FIT"u8;

    /// <summary>Whether something begins as a FIT file does.</summary>
    internal static bool IsStart(ReadOnlySpan<byte> bytes) => bytes.Length >= ShortHeader && bytes.Slice(8, 4).SequenceEqual(Signature);

    /// <summary>The files of a source, and what is wrong with them.</summary>
    internal static IReadOnlyList<FitFile> Split(ReadOnlyMemory<byte> bytes, List<FitDamage> damages)
    {
        List<FitFile> files = [];
        var at = 0;
        while (at < bytes.Length && files.Count < MostFiles)
        {
            if (Open(bytes, at, files.Count + 1, damages) is not { } file)
            {
                break;
            }

            files.Add(file);
            at = file.DataEnd + Checksum;
            if (files.Count == MostFiles && at < bytes.Length)
            {
                damages.Add(new FitDamage(at, $"more than {MostFiles} files stand behind each other; those that follow are not read"));
            }
        }

        return files;
    }

    /// <summary>Tells of each message.</summary>
    /// <returns>Where the messages cannot be read any further; null when all were read.</returns>
    internal FitDamage? Walk(FitVisitor visit, CancellationToken cancel)
    {
        var bytes = Bytes.Span;
        var definitions = new FitDefinition?[16];
        var (at, count) = (DataStart, 0);
        uint clock = 0;
        while (at < DataEnd)
        {
            if (++count % CancelEvery == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }

            var header = bytes[at];
            var rest = bytes[(at + 1)..DataEnd];
            if ((header & 0xC0) == 0x40)
            {
                if (FitDefinition.Read(rest, (header & 0x20) != 0, out var length) is not { } defined)
                {
                    return CutOff(at);
                }

                definitions[header & 0x0F] = defined;
                at += 1 + length;
                continue;
            }

            var isCompressed = (header & 0x80) != 0;
            if (definitions[isCompressed ? (header >> 5) & 3 : header & 0x0F] is not { } definition)
            {
                return new FitDamage(at, "a message follows no definition, so what comes after it cannot be read");
            }

            if (definition.Length > rest.Length)
            {
                return CutOff(at);
            }

            // The low five bits of the clock, going on from the last whole time.
            uint? time = isCompressed ? clock + (((uint)header - clock) & 0x1F) : null;
            var message = new FitMessage(definition, rest[..definition.Length], time, at);
            clock = message.Time ?? clock;
            visit(message);
            at += 1 + definition.Length;
        }

        return null;
    }

    private static FitFile? Open(ReadOnlyMemory<byte> bytes, int start, int number, List<FitDamage> damages)
    {
        var rest = bytes.Span[start..];
        if (!IsStart(rest) || rest[0] < ShortHeader || rest[0] > rest.Length)
        {
            damages.Add(new FitDamage(start, $"what should be the header of file {number} is none"));
            return null;
        }

        var dataStart = start + rest[0];
        var says = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        var isWhole = dataStart + (long)says + Checksum <= bytes.Length;
        var file = new FitFile(bytes, start, dataStart, isWhole ? dataStart + (int)says : bytes.Length);
        if (!isWhole)
        {
            damages.Add(new FitDamage(bytes.Length, $"file {number} is cut off: of the {says} bytes of messages and {Checksum} of checksum that it says it has, {bytes.Length - dataStart} are there"));
        }
        else if (FitCrc.Of(bytes.Span[start..(file.DataEnd + Checksum)]) != 0)
        {
            damages.Add(new FitDamage(start, $"the checksum of file {number} does not fit its content: bytes were changed after it was written"));
        }

        return file;
    }

    private FitDamage CutOff(int at) => new(at, $"a message is cut off: it goes beyond byte {DataEnd}, where the messages end");
}

/// <summary>A place where a source is damaged.</summary>
/// <param name="At">The byte.</param>
/// <param name="Text">What is wrong.</param>
internal sealed record FitDamage(long At, string Text);
