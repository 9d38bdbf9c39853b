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
    private readonly OpenStreams<TalkStream> _open;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<TalkStream>> _ofMember = [];

    public TalkStreams(ConversationDesk desk, StreamRoom room, LiveSettings settings, IHostApplicationLifetime lifetime, ILogger<TalkStreams> log)
    {
        (_news, _settings) = (desk.News, settings);
        _open = new OpenStreams<TalkStream>(room, settings.TalkEvery, Begin, lifetime, log);
        _news.Hears += Wake;
    }

    /// <summary>A new one; null when its person or this node has as many as may be.</summary>
    /// <param name="person">Who listens.</param>
    /// <param name="members">As whom.</param>
    /// <param name="isPage">Whether a page in sight listens, and not a program.</param>
    public TalkStream? Open(PersonId person, IReadOnlyCollection<string> members, bool isPage)
    {
        var stream = new TalkStream(this, person, isPage);
        lock (_lock)
        {
            // Before it is asked for the first time, so that nothing falls between.
            Listen(stream, members);
        }

        if (_open.TryAdd(stream))
        {
            return stream;
        }

        lock (_lock)
        {
            Listen(stream, []);
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _news.Hears -= Wake;
        await _open.DisposeAsync();
    }

    /// <summary>Who has a page in sight that listens.</summary>
    internal IReadOnlySet<PersonId> InSight() => _open.Copy().Where(static stream => stream.IsPage).Select(static stream => stream.Person).ToHashSet();

    internal void Close(TalkStream stream)
    {
        if (_open.Remove(stream))
        {
            lock (_lock)
            {
                Listen(stream, []);
                stream.SetClosed();
            }
        }
    }

    internal void Move(TalkStream stream, IReadOnlyCollection<string> members)
    {
        lock (_lock)
        {
            if (!stream.IsClosed)
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
                stream.Signal.Wake();
            }
        }
    }

    /// <summary>Gives a sign of life to whom nothing was told for long. Each then asks anew who they are: so many at once that nobody else waits for them.</summary>
    private void Beat()
    {
        var streams = _open.Copy();
        var most = Math.Max(1, (int)Math.Ceiling(streams.Length * (_settings.TalkEvery / _settings.BeatEvery)));
        foreach (var stream in streams.Where(stream => Stopwatch.GetElapsedTime(stream.ToldAt) >= _settings.BeatEvery).Take(most))
        {
            stream.Beat();
        }
    }

    private string[] Members()
    {
        lock (_lock)
        {
            return [.. _ofMember.Keys];
        }
    }

    private Func<CancellationToken, Task> Begin()
    {
        var askEvery = _news.IsAlone ? _settings.TalkEveryAlone : TimeSpan.Zero;
        long? askedAt = null;
        IReadOnlyDictionary<string, long> heard = new Dictionary<string, long>();
        return async cancel =>
        {
            if (askedAt is null || Stopwatch.GetElapsedTime(askedAt.Value) >= askEvery)
            {
                askedAt = Stopwatch.GetTimestamp();
                var newest = await _news.NewestAsync(Members(), cancel);
                Wake([.. newest.Where(told => heard.GetValueOrDefault(told.Key) != told.Value).Select(static told => told.Key)]);
                heard = newest;
            }

            Beat();
        };
    }
}
