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
internal sealed class LiveStream : IOpenStream, IDisposable
{
    private readonly LiveStreams _streams;
    private long _size;

    internal LiveStream(LiveStreams streams, PersonId person, PatientId? record, string ticket, LiveWatch watches) =>
        (_streams, Person, Record, Ticket, Watches) = (streams, person, record, ticket, watches);

    /// <summary>Who has the page open.</summary>
    public PersonId Person { get; }

    /// <inheritdoc/>
    public StreamSignal Signal { get; } = new();

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
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => Signal.WaitAsync(cancel);

    /// <inheritdoc/>
    public void Dispose() => _streams.Close(this);

    internal void Tell(long size)
    {
        Volatile.Write(ref _size, size);
        Signal.Wake();
    }
}
