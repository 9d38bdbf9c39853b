using System.Diagnostics;
using System.Threading.Channels;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>Somebody who listens to what happens in their conversations. Disposing of it makes room for another. Thread safe.</summary>
internal sealed class TalkStream : IDisposable
{
    // One signal is enough: whoever wakes asks what is new.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TalkStreams _streams;
    private long _toldAt = Stopwatch.GetTimestamp();
    private bool _isBeatDue;

    internal TalkStream(TalkStreams streams, PersonId person, bool isPage) => (_streams, Person, IsPage) = (streams, person, isPage);

    /// <summary>Who listens.</summary>
    public PersonId Person { get; }

    /// <summary>Whether a page in sight listens, and not a program.</summary>
    public bool IsPage { get; }

    /// <summary>As whom: the members whose news wake it.</summary>
    public IReadOnlyCollection<string> Members { get; private set; } = [];

    /// <summary>Listens as other members from now on.</summary>
    public void ListenAs(IReadOnlyCollection<string> members)
    {
        if (!Members.SequenceEqual(members))
        {
            _streams.Move(this, members);
        }
    }

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

    /// <summary>Under the lock of who keeps the streams.</summary>
    internal void SetMembers(IReadOnlyCollection<string> members) => Members = members;

    /// <summary>When something was told last, or it began.</summary>
    internal long ToldAt => Interlocked.Read(ref _toldAt);

    /// <summary>Notes that something was told just now.</summary>
    public void NoteTold() => Interlocked.Exchange(ref _toldAt, Stopwatch.GetTimestamp());

    /// <summary>Whether it is time for a sign of life: once for each time.</summary>
    public bool TakeBeat() => Interlocked.Exchange(ref _isBeatDue, false);

    /// <summary>Under the lock of who keeps the streams.</summary>
    internal void Wake() => _signals.Writer.TryWrite(true);

    /// <summary>It is time for a sign of life. Under the lock of who keeps the streams.</summary>
    internal void Beat()
    {
        NoteTold();
        Interlocked.Exchange(ref _isBeatDue, true);
        Wake();
    }

    internal void End() => _signals.Writer.TryComplete();
}
