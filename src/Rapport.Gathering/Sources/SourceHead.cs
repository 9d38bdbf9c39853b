using System.IO.Compression;
using System.Text;

namespace Rapport.Gathering;

/// <summary>How a source begins, by which its format is recognised: never by its name.</summary>
internal sealed class SourceHead
{
    private const int Length = 64 * 1024;

    private SourceHead(string name, ReadOnlyMemory<byte> bytes, long contentLength, IReadOnlyList<string> zipped)
    {
        (Name, Bytes, ContentLength, Zipped) = (name, bytes, contentLength, zipped);
        Start = Encoding.UTF8.GetString(bytes.Span.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8));
    }

    /// <summary>The name it came under; only a hint.</summary>
    internal string Name { get; }

    /// <summary>The first 64 KiB.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How many bytes there are in all.</summary>
    internal long ContentLength { get; }

    /// <summary>The same as text, without byte order mark and leading white space.</summary>
    internal string Start { get; }

    /// <summary>The names in it, when it is a zip that opens; else none.</summary>
    internal IReadOnlyList<string> Zipped { get; }

    internal bool IsZip => Bytes.Span.StartsWith("PK"u8);

    internal bool IsXml => Start.StartsWith('<');

    internal bool IsJson => Start.StartsWith('{') || Start.StartsWith('[');

    internal static SourceHead Of(SourceContent content)
    {
        using var stream = content.Open();
        var bytes = new byte[(int)Math.Min(content.Length, Length)];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return new SourceHead(content.Name, bytes.AsMemory(0, read), content.Length, bytes.AsSpan(0, read).StartsWith("PK"u8) ? NamesIn(stream) : []);
    }

    private static IReadOnlyList<string> NamesIn(Stream stream)
    {
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return [.. zip.Entries.Take(SafeZip.MostFiles + 1).Select(entry => entry.FullName)];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or NotSupportedException)
        {
            return [];
        }
    }
}
