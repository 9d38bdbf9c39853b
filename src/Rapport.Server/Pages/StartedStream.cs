using Rapport.Data;

namespace Rapport.Server.Pages;

/// <summary>A stream whose start was read already. Whatever fails while it is read is the sender's.</summary>
internal sealed class StartedStream(byte[] start, Stream rest) : ReadOnlyStream(rest)
{
    private bool _isStarted;

    public override int Read(Span<byte> buffer)
    {
        if (!_isStarted && !buffer.IsEmpty)
        {
            return ReadStart(buffer);
        }

        try
        {
            return Inner.Read(buffer);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw BrokenOff(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isStarted && !buffer.IsEmpty)
        {
            return ReadStart(buffer.Span);
        }

        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw BrokenOff(e);
        }
    }

    private int ReadStart(Span<byte> buffer)
    {
        _isStarted = true;
        start.CopyTo(buffer);
        return start.Length;
    }

    private static BadHttpRequestException BrokenOff(IOException e) => new("the form ends before its file does", e);
}
