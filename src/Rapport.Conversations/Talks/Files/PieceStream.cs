using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A stored file as a stream, from any place, with one piece in memory. Read without holding a thread. Not thread safe.</summary>
internal sealed class PieceStream(FileStore store, StoredConversation known, LocalId id, StoredFile file) : Stream
{
    private byte[] _piece = [];
    private long _number = -1;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Size;

    public override long Position { get; set; }

    /// <exception cref="SealBrokenException">The file was changed or cut off.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        var (number, start) = (Position / FileStore.PieceLength, (int)(Position % FileStore.PieceLength));
        if (number != _number)
        {
            (_number, _piece) = (-1, await store.ReadPieceAsync(known, id, file.Attempt, number, cancellationToken));
            _number = number;
        }

        var count = (int)Math.Min(Math.Min(buffer.Length, _piece.Length - start), Length - Position);
        _piece.AsMemory(start, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read it without holding a thread");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Array.Clear(_piece);
        base.Dispose(disposing);
    }
}
