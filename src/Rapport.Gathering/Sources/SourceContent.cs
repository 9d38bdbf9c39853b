using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>What somebody brought: bytes that can be read as often as needed. Immutable, thread safe.</summary>
/// <param name="name">What the patient knows it by, such as the file's name without folders.</param>
/// <param name="length">How many bytes there are.</param>
/// <param name="open">Opens them from the start: a stream that can seek.</param>
public sealed class SourceContent(string name, long length, Func<Stream> open)
{
    /// <summary>What the patient knows it by.</summary>
    public string Name => name;

    /// <summary>How many bytes there are.</summary>
    public long Length => length;

    /// <summary>Opens the bytes from the start, for whoever closes the stream.</summary>
    public Stream Open() => open();

    /// <summary>The same, whose streams stop whoever reads them once it is given up, however long a reader goes on without looking.</summary>
    internal SourceContent Until(CancellationToken cancel) => new(name, length, () => new StoppedStream(open(), cancel));

    /// <summary>Bytes in memory.</summary>
    public static SourceContent Of(string name, ReadOnlyMemory<byte> bytes) => new(
        name,
        bytes.Length,
        () => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false));

    /// <summary>A file on disk.</summary>
    /// <exception cref="IOException">The file is not there.</exception>
    public static SourceContent OfFile(string path) => new(Path.GetFileName(path), new FileInfo(path).Length, () => File.OpenRead(path));

    /// <summary>All bytes, for a format that needs them at once.</summary>
    /// <param name="most">The most that is read: the caller has looked at <see cref="Length"/>, but a file may grow.</param>
    /// <exception cref="InvalidDataException">There are more.</exception>
    internal byte[] ReadAll(int most)
    {
        if (Length > most)
        {
            throw new InvalidDataException("the content is longer than what is read at once");
        }

        using var stream = Open();
        var bytes = new byte[Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads on until it is given up.</summary>
    private sealed class StoppedStream(Stream inner, CancellationToken cancel) : ReadOnlyStream(inner)
    {
        public override bool CanSeek => Inner.CanSeek;

        public override long Length => Inner.Length;

        public override long Position
        {
            get => Inner.Position;
            set => Inner.Position = value;
        }

        public override int Read(Span<byte> buffer)
        {
            cancel.ThrowIfCancellationRequested();
            return Inner.Read(buffer);
        }

        public override long Seek(long offset, SeekOrigin origin) => Inner.Seek(offset, origin);
    }
}
