using System.Diagnostics;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>Somebody who listens to what happens in their conversations. Disposing of it makes room for another. Thread safe.</summary>
internal sealed class TalkStream : IOpenStream, IDisposable
{
    private readonly TalkStreams _streams;
    private long _toldAt = Stopwatch.GetTimestamp();
    private bool _isBeatDue;

    internal TalkStream(TalkStreams streams, PersonId person, bool isPage) => (_streams, Person, IsPage) = (streams, person, isPage);

    /// <summary>Who listens.</summary>
    public PersonId Person { get; }

    /// <inheritdoc/>
    public StreamSignal Signal { get; } = new();

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
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => Signal.WaitAsync(cancel);

    /// <inheritdoc/>
    public void Dispose() => _streams.Close(this);

    /// <summary>Whether nothing wakes it any more. Under the lock of who keeps the streams.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Under the lock of who keeps the streams.</summary>
    internal void SetClosed() => IsClosed = true;

    /// <summary>Under the lock of who keeps the streams.</summary>
    internal void SetMembers(IReadOnlyCollection<string> members) => Members = members;

    /// <summary>When something was told last, or it began.</summary>
    internal long ToldAt => Interlocked.Read(ref _toldAt);

    /// <summary>Notes that something was told just now.</summary>
    public void NoteTold() => Interlocked.Exchange(ref _toldAt, Stopwatch.GetTimestamp());

    /// <summary>Whether it is time for a sign of life: once for each time.</summary>
    public bool TakeBeat() => Interlocked.Exchange(ref _isBeatDue, false);

    /// <summary>It is time for a sign of life.</summary>
    internal void Beat()
    {
        NoteTold();
        Interlocked.Exchange(ref _isBeatDue, true);
        Signal.Wake();
    }
}
