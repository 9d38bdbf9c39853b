namespace Rapport.Server.Pages.Conversations.Export;

/// <summary>
/// Hands on what is written to it without holding up a thread, also where it is written the other way: a ZIP ends each of its files by a few bytes so, and a server's answer takes none. They go out with what is written next, or by
/// <see cref="FlushAsync"/>.
/// </summary>
/// <param name="to">Where to.</param>
internal sealed class LateStream(Stream to) : Stream
{
    private readonly MemoryStream _waiting = new();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => _waiting.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => _waiting.Write(buffer);

    /// <inheritdoc/>
    public override void Flush()
    {
        // It goes out with what comes next.
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await SendAsync(cancellationToken);
        await to.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken);
        await to.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask SendAsync(CancellationToken cancel)
    {
        if (_waiting.Length > 0)
        {
            await to.WriteAsync(_waiting.GetBuffer().AsMemory(0, (int)_waiting.Length), cancel);
            _waiting.SetLength(0);
        }
    }
}
