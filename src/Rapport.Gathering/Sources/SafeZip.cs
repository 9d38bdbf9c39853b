using System.IO.Compression;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>
/// Reads a zip that may be hostile: nothing is ever written to where a name says, and no more is unpacked than what is allowed, whatever the zip
/// says of its own sizes.
/// </summary>
internal static class SafeZip
{
    /// <summary>The most files looked at in one zip.</summary>
    internal const int MostFiles = 20_000;

    /// <summary>How many times its packed size a file may unpack to before it counts as a bomb; small files may always.</summary>
    private const int MostRatio = 1_000;

    private const int AlwaysAllowed = 1024 * 1024;

    /// <summary>The most room that is made for a file because it says that it is so long.</summary>
    private const int AtFirst = 16 * 1024 * 1024;

    /// <summary>Opens a zip.</summary>
    /// <exception cref="InvalidDataException">It does not open, or has too many files. The message is for the person who brought it.</exception>
    internal static ZipArchive Open(Stream stream)
    {
        ZipArchive? zip = null;
        try
        {
            ZipDirectory.Check(stream);
            zip = new ZipArchive(stream, ZipArchiveMode.Read);
            if (zip.Entries.Count > MostFiles)
            {
                throw TooMuch.Of($"the zip has {zip.Entries.Count} files, at most {MostFiles} are read");
            }

            return zip;
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            zip?.Dispose();
            throw new InvalidDataException("the zip does not open: it may be cut off", e);
        }
    }

    /// <summary>Opens a file of a zip for reading, at most <paramref name="mostBytes"/> of it.</summary>
    /// <exception cref="InvalidDataException">It does not open. Reading throws the same once it gives more than it may.</exception>
    internal static Stream Open(ZipArchiveEntry entry, long mostBytes)
    {
        try
        {
            var limit = Math.Min(mostBytes, Math.Max(AlwaysAllowed, entry.CompressedLength * MostRatio));
            return new LimitedStream(entry.Open(), limit, $"`{entry.FullName}` in the zip unpacks to more than the {limit} bytes that are read");
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            throw new InvalidDataException($"`{entry.FullName}` in the zip does not open: it may be encrypted or damaged", e);
        }
    }

    /// <summary>All of a file of a zip.</summary>
    /// <exception cref="InvalidDataException">It does not open, or is longer.</exception>
    internal static byte[] ReadAll(ZipArchiveEntry entry, int mostBytes)
    {
        using var stream = Open(entry, mostBytes);

        // As long as it says it is, so that what grows is not copied; what says so falsely grows.
        using var memory = new MemoryStream((int)Math.Clamp(entry.Length, 0, Math.Min(mostBytes, AtFirst)));
        stream.CopyTo(memory);
        return memory.Length == memory.Capacity ? memory.GetBuffer() : memory.ToArray();
    }
}
