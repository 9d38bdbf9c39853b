using System.Diagnostics;
using System.Runtime.InteropServices;
using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>
/// Those who listen at this node to what happens in their conversations. What this node writes wakes them at once; what others write is heard by one question to the database for all who listen. Whoever is woken is told nothing by it:
/// they ask for what is theirs to know at that moment. While nobody listens nothing is asked. Thread safe.
/// </summary>
internal sealed class TalkStreams : IAsyncDisposable
{
    private readonly TalkNews _news;
    private readonly LiveSettings _settings;
    private readonly ILogger<TalkStreams> _log;
    private readonly CancellationTokenSource _stopping;
    private readonly CancellationTokenRegistration _onStop;
    private readonly Lock _lock = new();
    private readonly HashSet<TalkStream> _streams = [];
    private readonly Dictionary<PersonId, int> _ofPerson = [];
    private readonly Dictionary<string, HashSet<TalkStream>> _ofMember = [];
    private Task _asking = Task.CompletedTask;
    private bool _isAsking;

    public TalkStreams(ConversationDesk desk, LiveSettings settings, IHostApplicationLifetime lifetime, ILogger<TalkStreams> log)
    {
        (_news, _settings, _log) = (desk.News, settings, log);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        _onStop = _stopping.Token.Register(EndAll);
        _news.Hears += Wake;
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
    /// <param name="person">Who listens.</param>
    /// <param name="members">As whom.</param>
    /// <param name="isPage">Whether a page in sight listens, and not a program.</param>
    public TalkStream? Open(PersonId person, IReadOnlyCollection<string> members, bool isPage)
    {
        lock (_lock)
        {
            var count = _ofPerson.GetValueOrDefault(person);
            if (_stopping.IsCancellationRequested || count >= _settings.MostForOnePerson || _streams.Count >= _settings.Most)
            {
                return null;
            }

            var stream = new TalkStream(this, person, isPage);
            _streams.Add(stream);
            _ofPerson[person] = count + 1;
            Listen(stream, members);
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
        _news.Hears -= Wake;
        await _stopping.CancelAsync();
        await _asking;
        await _onStop.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Who has a page in sight that listens.</summary>
    internal IReadOnlySet<PersonId> InSight()
    {
        lock (_lock)
        {
            return _streams.Where(static stream => stream.IsPage).Select(static stream => stream.Person).ToHashSet();
        }
    }

    internal void Close(TalkStream stream)
    {
        lock (_lock)
        {
            if (!_streams.Remove(stream))
            {
                return;
            }

            Listen(stream, []);
            if (--_ofPerson[stream.Person] == 0)
            {
                _ofPerson.Remove(stream.Person);
            }
        }
    }

    internal void Move(TalkStream stream, IReadOnlyCollection<string> members)
    {
        lock (_lock)
        {
            if (_streams.Contains(stream))
            {
                Listen(stream, members);
            }
        }
    }

    private void Listen(TalkStream stream, IReadOnlyCollection<string> members)
    {
        foreach (var member in stream.Members)
        {
            if (_ofMember.TryGetValue(member, out var streams) && streams.Remove(stream) && streams.Count == 0)
            {
                _ofMember.Remove(member);
            }
        }

        foreach (var member in members)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_ofMember, member, out _) ??= []).Add(stream);
        }

        stream.SetMembers(members);
    }

    private void Wake(IReadOnlyCollection<string> members)
    {
        lock (_lock)
        {
            foreach (var stream in members.SelectMany(member => _ofMember.GetValueOrDefault(member) ?? []))
            {
                stream.Wake();
            }
        }
    }

    /// <summary>Gives a sign of life to whom nothing was told for long. Each then asks anew who they are: so many at once that nobody else waits for them.</summary>
    private void Beat()
    {
        lock (_lock)
        {
            var most = Math.Max(1, (int)Math.Ceiling(_streams.Count * (_settings.TalkEvery / _settings.BeatEvery)));
            foreach (var stream in _streams.Where(stream => Stopwatch.GetElapsedTime(stream.ToldAt) >= _settings.BeatEvery).Take(most))
            {
                stream.Beat();
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

    private TalkStream[] Copy()
    {
        lock (_lock)
        {
            return [.. _streams];
        }
    }

    private string[] Members()
    {
        lock (_lock)
        {
            return [.. _ofMember.Keys];
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
        var askEvery = _news.IsAlone ? _settings.TalkEveryAlone : TimeSpan.Zero;
        long? askedAt = null;
        IReadOnlyDictionary<string, long> heard = new Dictionary<string, long>();
        while (HasStreams())
        {
            try
            {
                if (askedAt is null || Stopwatch.GetElapsedTime(askedAt.Value) >= askEvery)
                {
                    askedAt = Stopwatch.GetTimestamp();
                    var newest = await _news.NewestAsync(Members(), _stopping.Token);
                    Wake([.. newest.Where(told => heard.GetValueOrDefault(told.Key) != told.Value).Select(static told => told.Key)]);
                    heard = newest;
                }

                Beat();

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
#pragma warning disable CA1031 // whatever it was: whoever waits must not wait for ever
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.LiveBroken(_log, e.GetType().Name);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
