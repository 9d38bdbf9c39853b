using System.Threading.Channels;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>Somebody who listens to what happens in their conversations. Disposing of it makes room for another. Thread safe.</summary>
internal sealed class TalkStream : IDisposable
{
    // One signal is enough: whoever wakes asks what is new.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TalkStreams _streams;
    private IReadOnlyCollection<string> _members = [];

    internal TalkStream(TalkStreams streams, PersonId person) => (_streams, Person) = (streams, person);

    /// <summary>Who listens.</summary>
    public PersonId Person { get; }

    /// <summary>As whom: the members whose news wake it.</summary>
    public IReadOnlyCollection<string> Members
    {
        get => Volatile.Read(ref _members);
        set => Volatile.Write(ref _members, value);
    }

    /// <summary>What was last heard of each member; touched by the one loop that asks alone.</summary>
    internal Dictionary<string, long> Heard { get; } = [];

    /// <summary>Waits for news or the next sign of life; false when the server stops.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancel)
    {
        if (!await _signals.Reader.WaitToReadAsync(cancel))
        {
            return false;
        }

        _signals.Reader.TryRead(out _);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _streams.Close(this);
    }

    internal void Wake() => _signals.Writer.TryWrite(true);

    internal void End() => _signals.Writer.TryComplete();
}
