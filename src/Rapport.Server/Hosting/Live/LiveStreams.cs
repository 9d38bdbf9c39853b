using System.Diagnostics;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>
/// The pages of this node that wait for something to happen. What happens is heard from the database alone, a question for all pages at a time, so that it is the same
/// whichever node wrote it and nobody who writes waits for who listens. While no page is open nothing is asked. Thread safe.
/// </summary>
/// <remarks>A stream MUST NOT be told anything once its session has ended: sessions are looked at after the sizes, before the telling.</remarks>
internal sealed class LiveStreams : IAsyncDisposable
{
    private readonly Modules _modules;
    private readonly LiveSettings _settings;
    private readonly ILogger<LiveStreams> _log;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenRegistration _onStop;
    private readonly Lock _lock = new();
    private readonly HashSet<LiveStream> _streams = [];
    private readonly Dictionary<PersonId, int> _ofPerson = [];
    private Task _asking = Task.CompletedTask;
    private bool _isAsking;
    private long _asked;
    private long _told;

    public LiveStreams(Modules modules, LiveSettings settings, IHostApplicationLifetime lifetime, ILogger<LiveStreams> log)
    {
        (_modules, _settings, _log) = (modules, settings, log);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        _onStop = _stopping.Token.Register(EndAll);
    }

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>How often the database was asked, the question that is under way among them.</summary>
    internal long Asked => Volatile.Read(ref _asked);

    /// <summary>Which question was the last whose answer a page was told; 0 for none.</summary>
    internal long Told => Volatile.Read(ref _told);

    /// <summary>A new stream; null when its person or this node has as many as may be.</summary>
    public LiveStream? Open(PersonId person, PatientId? record, string ticket, LiveWatch watches)
    {
        lock (_lock)
        {
            var count = _ofPerson.GetValueOrDefault(person);
            if (_stopping.IsCancellationRequested || count >= _settings.MostForOnePerson || _streams.Count >= _settings.Most)
            {
                return null;
            }

            var stream = new LiveStream(this, person, record, ticket, watches);
            _streams.Add(stream);
            _ofPerson[person] = count + 1;
            if (!_isAsking)
            {
                _isAsking = true;
                _asking = Task.Run(AskAsync, CancellationToken.None);
            }

            return stream;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _asking;
        await _onStop.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Who has a page in sight.</summary>
    internal IReadOnlySet<PersonId> InSight()
    {
        lock (_lock)
        {
            return _ofPerson.Keys.ToHashSet();
        }
    }

    internal void Close(LiveStream stream)
    {
        lock (_lock)
        {
            if (_streams.Remove(stream) && --_ofPerson[stream.Person] == 0)
            {
                _ofPerson.Remove(stream.Person);
            }
        }
    }

    private void EndAll()
    {
        foreach (var stream in Copy())
        {
            stream.End();
        }
    }

    private LiveStream[] Copy()
    {
        lock (_lock)
        {
            return [.. _streams];
        }
    }

    /// <summary>Asks as long as there are streams. By the time that passes, not by the clock of the records: how soon a page shows something is no fact of a record.</summary>
    private async Task AskAsync()
    {
        using var timer = new PeriodicTimer(_settings.AskEvery);
        var (sessionsAt, beatAt) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        while (HasStreams())
        {
            var streams = Copy();
            try
            {
                await AskAsync(streams, allSessions: IsDue(ref sessionsAt, _settings.LookAtSessionsEvery));
                if (IsDue(ref beatAt, _settings.BeatEvery))
                {
                    Array.ForEach(streams, stream => stream.Beat());
                }

                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (StorageException e)
            {
                // Whoever waits goes on waiting: what happened meanwhile is told when the database is back.
                Log.LiveFailed(_log, e.Failure);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The streams have been ended.
            }
#pragma warning disable CA1031 // whatever it was: whoever waits must not wait for ever
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.LiveBroken(_log, e.GetType().Name);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    private async Task AskAsync(LiveStream[] streams, bool allSessions)
    {
        var question = Interlocked.Increment(ref _asked);
        var sizes = await SizesAsync(streams);
        var concerned = allSessions ? streams : [.. streams.Where(stream => sizes.GetValueOrDefault(stream.Of) != stream.Size)];
        if (concerned.Length == 0)
        {
            return;
        }

        var open = await _modules.People.Sessions.OpenAmongAsync([.. concerned.Select(stream => stream.Ticket)], _stopping.Token);
        foreach (var stream in concerned)
        {
            if (!open.Contains(stream.Ticket) || !sizes.TryGetValue(stream.Of, out var size))
            {
                stream.End();
            }
            else if (size != stream.Size)
            {
                Volatile.Write(ref _told, question);
                stream.Tell(size);
            }
        }
    }

    /// <summary>One question for each thing that pages wait for, and none for what no page does.</summary>
    private async Task<Dictionary<(LiveWatch, string?), long>> SizesAsync(LiveStream[] streams)
    {
        Dictionary<(LiveWatch, string?), long> sizes = [];
        foreach (var watched in streams.GroupBy(stream => stream.Watches))
        {
            if (watched.Key == LiveWatch.Told)
            {
                foreach (var (person, number) in await ToldNumbers.OfAsync(_modules, [.. watched.Select(stream => (stream.Person, stream.Record)).Distinct()], _stopping.Token))
                {
                    sizes[(watched.Key, person.ToString())] = number;
                }

                continue;
            }

            PatientId[] records = [.. watched.Select(stream => stream.Record).OfType<PatientId>().Distinct()];
            var known = watched.Key == LiveWatch.Ledger
                ? await _modules.Records.Compartments.LedgerSizesAsync(records, _stopping.Token)
                : await _modules.Records.Compartments.RecordSizesAsync(records, _stopping.Token);
            foreach (var (record, size) in known)
            {
                sizes[(watched.Key, record.ToString())] = size;
            }
        }

        return sizes;
    }

    private bool HasStreams()
    {
        lock (_lock)
        {
            return _isAsking = _streams.Count > 0 && !_stopping.IsCancellationRequested;
        }
    }

    private static bool IsDue(ref long since, TimeSpan every)
    {
        if (Stopwatch.GetElapsedTime(since) < every)
        {
            return false;
        }

        since = Stopwatch.GetTimestamp();
        return true;
    }
}
