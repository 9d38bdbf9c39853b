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
    private readonly OpenStreams<LiveStream> _open;
    private long _asked;
    private long _told;

    public LiveStreams(Modules modules, StreamRoom room, LiveSettings settings, IHostApplicationLifetime lifetime, ILogger<LiveStreams> log)
    {
        (_modules, _settings) = (modules, settings);
        _open = new OpenStreams<LiveStream>(room, settings.AskEvery, Begin, lifetime, log);
    }

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>How often the database was asked, the question that is under way among them.</summary>
    internal long Asked => Volatile.Read(ref _asked);

    /// <summary>Which question was the last whose answer a page was told; 0 for none.</summary>
    internal long Told => Volatile.Read(ref _told);

    /// <summary>A new stream; null when its person or this node has as many as may be.</summary>
    public LiveStream? Open(PersonId person, PatientId? record, string ticket, LiveWatch watches)
    {
        var stream = new LiveStream(this, person, record, ticket, watches);
        return _open.TryAdd(stream) ? stream : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _open.DisposeAsync();

    /// <summary>Who has a page in sight.</summary>
    internal IReadOnlySet<PersonId> InSight() => _open.Copy().Select(static stream => stream.Person).ToHashSet();

    internal void Close(LiveStream stream) => _open.Remove(stream);

    private Func<CancellationToken, Task> Begin()
    {
        var (sessionsAt, beatAt) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        return async cancel =>
        {
            var streams = _open.Copy();
            await AskAsync(streams, allSessions: IsDue(ref sessionsAt, _settings.LookAtSessionsEvery), cancel);
            if (IsDue(ref beatAt, _settings.BeatEvery))
            {
                Array.ForEach(streams, static stream => stream.Signal.Wake());
            }
        };
    }

    private async Task AskAsync(LiveStream[] streams, bool allSessions, CancellationToken cancel)
    {
        var question = Interlocked.Increment(ref _asked);
        var sizes = await SizesAsync(streams, cancel);
        var concerned = allSessions ? streams : [.. streams.Where(stream => sizes.GetValueOrDefault(stream.Of) != stream.Size)];
        if (concerned.Length == 0)
        {
            return;
        }

        var open = await _modules.People.Sessions.OpenAmongAsync([.. concerned.Select(stream => stream.Ticket)], cancel);
        foreach (var stream in concerned)
        {
            if (!open.Contains(stream.Ticket) || !sizes.TryGetValue(stream.Of, out var size))
            {
                stream.Signal.End();
            }
            else if (size != stream.Size)
            {
                Volatile.Write(ref _told, question);
                stream.Tell(size);
            }
        }
    }

    /// <summary>One question for each thing that pages wait for, and none for what no page does.</summary>
    private async Task<Dictionary<(LiveWatch, string?), long>> SizesAsync(LiveStream[] streams, CancellationToken cancel)
    {
        Dictionary<(LiveWatch, string?), long> sizes = [];
        foreach (var watched in streams.GroupBy(stream => stream.Watches))
        {
            if (watched.Key == LiveWatch.Told)
            {
                foreach (var (person, number) in await ToldNumbers.OfAsync(_modules, [.. watched.Select(stream => (stream.Person, stream.Record)).Distinct()], cancel))
                {
                    sizes[(watched.Key, person.ToString())] = number;
                }

                continue;
            }

            PatientId[] records = [.. watched.Select(stream => stream.Record).OfType<PatientId>().Distinct()];
            var known = watched.Key == LiveWatch.Ledger
                ? await _modules.Records.Compartments.LedgerSizesAsync(records, cancel)
                : await _modules.Records.Compartments.RecordSizesAsync(records, cancel);
            foreach (var (record, size) in known)
            {
                sizes[(watched.Key, record.ToString())] = size;
            }
        }

        return sizes;
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
