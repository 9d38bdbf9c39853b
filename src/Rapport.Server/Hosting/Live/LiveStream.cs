using System.Threading.Channels;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>What an open page waits for.</summary>
internal enum LiveWatch
{
    /// <summary>That something is written in the ledger.</summary>
    Ledger,

    /// <summary>That something is added to the record, by entries or by devices.</summary>
    Record,

    /// <summary>That something is told to whoever has the page open, whichever it is: <see cref="ToldNumbers"/>.</summary>
    Told,
}

/// <summary>One open page that waits for something to happen to a record. Disposing of it makes room for another. Thread safe.</summary>
internal sealed class LiveStream : IDisposable
{
    // One signal is enough: whoever wakes looks at the size, which is never behind the signal.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly LiveStreams _streams;
    private long _size;

    internal LiveStream(LiveStreams streams, PersonId person, PatientId? record, string ticket, LiveWatch watches) =>
        (_streams, Person, Record, Ticket, Watches) = (streams, person, record, ticket, watches);

    /// <summary>Who has the page open.</summary>
    public PersonId Person { get; }

    /// <summary>Whose record it waits for; null where its person has none.</summary>
    public PatientId? Record { get; }

    /// <summary>What of it.</summary>
    public LiveWatch Watches { get; }

    /// <summary>Names what it waits for, the same for all streams that wait for that.</summary>
    public (LiveWatch, string?) Of => (Watches, Watches == LiveWatch.Told ? Person.ToString() : Record?.ToString());

    /// <summary>Names the session it lives by.</summary>
    public string Ticket { get; }

    /// <summary>How many entries the ledger has, or the number that grows with the record, as last heard; 0 before that.</summary>
    public long Size => Volatile.Read(ref _size);

    /// <summary>Waits for news or the next sign of life; false when the stream has ended: its session did, or the server stops.</summary>
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

    internal void Tell(long size)
    {
        Volatile.Write(ref _size, size);
        Beat();
    }

    internal void Beat() => _signals.Writer.TryWrite(true);

    internal void End() => _signals.Writer.TryComplete();
}
