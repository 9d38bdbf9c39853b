using System.Buffers.Binary;

namespace Rapport.Gathering;

/// <summary>
/// Whether a photo or a PDF is there to its end, as its format marks that: what was cut off on its way opens nowhere, and whoever brought it would learn of it when they need it. What a format does not mark is not asked. Whatever stands
/// after the end is nobody's concern here.
/// </summary>
internal static class WholePaper
{
    private const byte Marker = 0xFF, StartOfScan = 0xDA, EndOfImage = 0xD9;

    /// <summary>Whether it is.</summary>
    /// <param name="type">What it is, as <see cref="PaperFormat"/> tells it.</param>
    /// <param name="bytes">All of it.</param>
    public static bool Is(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "application/pdf" => bytes.LastIndexOf("%%EOF"u8) >= 0,
        "image/png" => bytes.LastIndexOf("IEND"u8) >= 0,
        "image/gif" => bytes.LastIndexOf("\0;"u8) >= 0,

        // The size after the mark counts what follows it; some programs count the byte that makes it even, and do not write it.
        "image/webp" => bytes.Length + 1L >= 8L + BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        "image/jpeg" => HasPicture(bytes),
        _ => true,
    };

    /// <summary>Past the segments, one of which may hold a small picture with an end of its own, to the scan and the end behind it (ITU T.81).</summary>
    private static bool HasPicture(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 4 <= bytes.Length && bytes[at] == Marker;)
        {
            switch (bytes[at + 1])
            {
                case Marker:
                    at++;
                    break;
                case StartOfScan:
                    return bytes[at..].LastIndexOf((ReadOnlySpan<byte>)[Marker, EndOfImage]) >= 0;
                default:
                    at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
                    break;
            }
        }

        return false;
    }
}
