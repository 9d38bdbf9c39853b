using System.Diagnostics;
using Rapport.Data;
using Rapport.Server.Talks;

namespace Rapport.Server.Hosting;

/// <summary>Somebody who listens to what happens in their conversations. Disposing of it makes room for another. Thread safe.</summary>
internal sealed class TalkStream : IOpenStream, IDisposable
{
    private readonly TalkStreams _streams;
    private long _toldAt = Stopwatch.GetTimestamp();
    private long _wokenAt = Stopwatch.GetTimestamp();
    private IReadOnlyDictionary<string, long>? _heard;
    private bool _isBeatDue;

    internal TalkStream(TalkStreams streams, PersonId person, Pass pass, bool isPage) => (_streams, Person, Pass, IsPage) = (streams, person, pass, isPage);

    /// <summary>Who listens.</summary>
    public PersonId Person { get; }

    /// <summary>What they listen by.</summary>
    public Pass Pass { get; }

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

    /// <summary>When it was woken last, or it began.</summary>
    public long WokenAt => Interlocked.Read(ref _wokenAt);

    /// <summary>Notes up to which number of each member it has been asked what is new: nothing of that wakes it again.</summary>
    public void NoteHeard(IReadOnlyDictionary<string, long> newest) => Volatile.Write(ref _heard, newest);

    /// <summary>Up to which number of a member it has been asked what is new; 0 for none.</summary>
    internal long HeardOf(string member) => Volatile.Read(ref _heard)?.GetValueOrDefault(member) ?? 0;

    /// <summary>Wakes it: there may be something new.</summary>
    internal void Wake()
    {
        // Before the signal: whoever it wakes finds when that was.
        Interlocked.Exchange(ref _wokenAt, Stopwatch.GetTimestamp());
        Signal.Wake();
    }

    /// <summary>Notes that something was told just now.</summary>
    public void NoteTold() => Interlocked.Exchange(ref _toldAt, Stopwatch.GetTimestamp());

    /// <summary>Whether it is time for a sign of life: once for each time.</summary>
    public bool TakeBeat() => Interlocked.Exchange(ref _isBeatDue, false);

    /// <summary>It is time for a sign of life.</summary>
    internal void Beat()
    {
        NoteTold();
        Interlocked.Exchange(ref _isBeatDue, true);
        Wake();
    }
}
