using System.Diagnostics;
using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>
/// Those who listen at this node to what happens in their conversations. That something did is heard from the database alone, by one question for all who listen, so that it is the same whichever node wrote it. It wakes
/// whoever listens and tells them nothing: they ask for what is theirs to know at that moment. While nobody listens nothing is asked. Thread safe.
/// </summary>
internal sealed class TalkStreams : IAsyncDisposable
{
    private readonly ConversationDesk _desk;
    private readonly LiveSettings _settings;
    private readonly ILogger<TalkStreams> _log;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenRegistration _onStop;
    private readonly Lock _lock = new();
    private readonly HashSet<TalkStream> _streams = [];
    private readonly Dictionary<PersonId, int> _ofPerson = [];
    private Task _asking = Task.CompletedTask;
    private bool _isAsking;

    public TalkStreams(ConversationDesk desk, LiveSettings settings, IHostApplicationLifetime lifetime, ILogger<TalkStreams> log)
    {
        (_desk, _settings, _log) = (desk, settings, log);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        _onStop = _stopping.Token.Register(EndAll);
    }

    /// <summary>How many listen.</summary>
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

    /// <summary>A new one; null when its person or this node has as many as may be.</summary>
    public TalkStream? Open(PersonId person, IReadOnlyCollection<string> members)
    {
        lock (_lock)
        {
            var count = _ofPerson.GetValueOrDefault(person);
            if (_stopping.IsCancellationRequested || count >= _settings.MostForOnePerson || _streams.Count >= _settings.Most)
            {
                return null;
            }

            var stream = new TalkStream(this, person) { Members = members };
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

    internal void Close(TalkStream stream)
    {
        lock (_lock)
        {
            if (_streams.Remove(stream) && --_ofPerson[stream.Person] == 0)
            {
                _ofPerson.Remove(stream.Person);
            }
        }
    }

    private void EndAll() => Array.ForEach(Copy(), static stream => stream.End());

    private TalkStream[] Copy()
    {
        lock (_lock)
        {
            return [.. _streams];
        }
    }

    private bool HasStreams()
    {
        lock (_lock)
        {
            return _isAsking = _streams.Count > 0 && !_stopping.IsCancellationRequested;
        }
    }

    /// <summary>Asks as long as somebody listens. By the time that passes, not by the clock of the records.</summary>
    private async Task AskAsync()
    {
        using var timer = new PeriodicTimer(_settings.TalkEvery);
        var beatAt = Stopwatch.GetTimestamp();
        while (HasStreams())
        {
            try
            {
                var streams = Copy();
                await AskAsync(streams);
                if (Stopwatch.GetElapsedTime(beatAt) >= _settings.BeatEvery)
                {
                    beatAt = Stopwatch.GetTimestamp();
                    Array.ForEach(streams, static stream => stream.Wake());
                }

                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (StorageException e)
            {
                // Whoever listens goes on: what happened meanwhile is told when the database is back.
                Log.LiveFailed(_log, e.Failure);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The streams have been ended.
            }
        }
    }

    private async Task AskAsync(TalkStream[] streams)
    {
        var newest = await _desk.NewestAsync([.. streams.SelectMany(static stream => stream.Members).Distinct()], _stopping.Token);
        foreach (var stream in streams)
        {
            var isNew = false;
            foreach (var member in stream.Members)
            {
                if (newest.TryGetValue(member, out var seq) && seq != stream.Heard.GetValueOrDefault(member))
                {
                    (stream.Heard[member], isNew) = (seq, true);
                }
            }

            if (isNew)
            {
                stream.Wake();
            }
        }
    }
}
