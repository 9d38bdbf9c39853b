using System.Threading.Channels;

namespace Rapport.Server.Hosting;

/// <summary>Wakes whoever waits in an open stream. One that is not waited for yet is enough: whoever wakes looks what there is, which is never behind it. Thread safe.</summary>
internal sealed class StreamSignal
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Waits to be woken; false when the stream has ended.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancel)
    {
        if (!await _signals.Reader.WaitToReadAsync(cancel))
        {
            return false;
        }

        _signals.Reader.TryRead(out _);
        return true;
    }

    /// <summary>Wakes it.</summary>
    public void Wake() => _signals.Writer.TryWrite(true);

    /// <summary>Ends it: it wakes for the last time.</summary>
    public void End() => _signals.Writer.TryComplete();
}
