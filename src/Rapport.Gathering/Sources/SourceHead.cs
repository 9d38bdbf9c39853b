using System.IO.Compression;
using System.Text;

namespace Rapport.Gathering;

/// <summary>How a source begins, by which its format is recognised: never by its name.</summary>
internal sealed class SourceHead
{
    private const int Length = 64 * 1024;
    private const int Opened = 16 * 1024;
    private const int MostOpened = 8;

    private readonly SourceContent _content;

    private SourceHead(SourceContent content, ReadOnlyMemory<byte> bytes, IReadOnlyList<string> zipped)
    {
        (_content, Bytes, Zipped) = (content, bytes, zipped);
        Start = TextOf(bytes.Span);
    }

    /// <summary>The name it came under; only a hint.</summary>
    internal string Name => _content.Name;

    /// <summary>The first 64 KiB.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many bytes there are in all.</summary>
    internal long ContentLength => _content.Length;

    /// <summary>The same as text, without byte order mark and leading white space.</summary>
    internal string Start { get; }

    /// <summary>The names in it, when it is a zip that opens; else none.</summary>
    internal IReadOnlyList<string> Zipped { get; }

    internal bool IsZip => Bytes.Span.StartsWith("PK"u8);

    internal bool IsXml => Start.StartsWith('<');

    internal bool IsJson => Start.StartsWith('{') || Start.StartsWith('[');

    /// <summary>Whether a file in the zip begins as asked, looking at the first few of those that <paramref name="name"/> picks.</summary>
    internal bool AnyZipped(Func<string, bool> name, Func<string, bool> start)
    {
        try
        {
            using var stream = _content.Open();
            ZipDirectory.Check(stream);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            return zip.Entries.Take(SafeZip.MostFiles).Where(entry => name(entry.FullName)).Take(MostOpened).Any(entry => start(StartOf(entry)));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    internal static SourceHead Of(SourceContent content)
    {
        using var stream = content.Open();
        var bytes = new byte[(int)Math.Min(content.Length, Length)];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return new SourceHead(content, bytes.AsMemory(0, read), bytes.AsSpan(0, read).StartsWith("PK"u8) ? NamesIn(stream) : []);
    }

    private static string StartOf(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new byte[Opened];
        return TextOf(bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }

    private static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8));

    private static IReadOnlyList<string> NamesIn(Stream stream)
    {
        try
        {
            ZipDirectory.Check(stream);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return [.. zip.Entries.Take(SafeZip.MostFiles + 1).Select(entry => entry.FullName)];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or NotSupportedException)
        {
            return [];
        }
    }
}
