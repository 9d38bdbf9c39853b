using System.Diagnostics;
using System.Runtime.InteropServices;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Talks;

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
    private readonly Dictionary<PersonId, HashSet<TalkStream>> _ofPerson = [];

    public TalkStreams(ConversationDesk desk, StreamRoom room, LiveSettings settings, IHostApplicationLifetime lifetime, ILogger<TalkStreams> log)
    {
        (_news, _settings) = (desk.News, settings);
        _open = new OpenStreams<TalkStream>(room, settings.TalkEvery, Begin, lifetime, log);
        _news.Hears += Wake;
    }

    /// <summary>A new one; null when its person or this node has as many as may be.</summary>
    /// <param name="person">Who listens.</param>
    /// <param name="members">As whom.</param>
    /// <param name="pass">What they listen by.</param>
    /// <param name="isPage">Whether a page in sight listens, and not a program.</param>
    public TalkStream? Open(PersonId person, IReadOnlyCollection<string> members, Pass pass, bool isPage)
    {
        var stream = new TalkStream(this, person, pass, isPage);
        lock (_lock)
        {
            // Before it is asked for the first time, so that nothing falls between.
            Listen(stream, members);
            Add(_ofPerson, person, stream);
        }

        if (_open.TryAdd(stream))
        {
            return stream;
        }

        lock (_lock)
        {
            Forget(stream);
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

    /// <summary>What somebody listens by with all of their devices at this node.</summary>
    internal IReadOnlySet<Pass> PassesOf(PersonId person)
    {
        lock (_lock)
        {
            return (_ofPerson.GetValueOrDefault(person) ?? []).Select(static stream => stream.Pass).ToHashSet();
        }
    }

    internal void Close(TalkStream stream)
    {
        if (_open.Remove(stream))
        {
            lock (_lock)
            {
                Forget(stream);
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
            Remove(_ofMember, member, stream);
        }

        foreach (var member in members)
        {
            Add(_ofMember, member, stream);
        }

        stream.SetMembers(members);
    }

    private void Forget(TalkStream stream)
    {
        Listen(stream, []);
        Remove(_ofPerson, stream.Person, stream);
    }

    private static void Add<T>(Dictionary<T, HashSet<TalkStream>> of, T key, TalkStream stream)
        where T : notnull => (CollectionsMarshal.GetValueRefOrAddDefault(of, key, out _) ??= []).Add(stream);

    private static void Remove<T>(Dictionary<T, HashSet<TalkStream>> of, T key, TalkStream stream)
        where T : notnull
    {
        if (of.TryGetValue(key, out var streams) && streams.Remove(stream) && streams.Count == 0)
        {
            of.Remove(key);
        }
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

    /// <summary>Wakes whom the database tells of more than they have asked for: who was woken by what this node wrote has mostly done so.</summary>
    private void Wake(IEnumerable<KeyValuePair<string, long>> newest)
    {
        lock (_lock)
        {
            foreach (var (member, number) in newest)
            {
                foreach (var stream in (_ofMember.GetValueOrDefault(member) ?? []).Where(stream => stream.HeardOf(member) != number))
                {
                    stream.Wake();
                }
            }
        }
    }

    /// <summary>Gives a sign of life to whom nothing was told for long, and to their other devices with it. Each then asks anew who they are: so many at once that nobody else waits for them.</summary>
    private void Beat()
    {
        var streams = _open.Copy();
        var most = Math.Max(1, (int)Math.Ceiling(streams.Length * (_settings.TalkEvery / _settings.BeatEvery)));
        foreach (var stream in streams.Where(stream => Stopwatch.GetElapsedTime(stream.ToldAt) >= _settings.BeatEvery).Take(most))
        {
            lock (_lock)
            {
                foreach (var one in _ofPerson.GetValueOrDefault(stream.Person) ?? [])
                {
                    one.Beat();
                }
            }
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
                Wake(newest.Where(told => heard.GetValueOrDefault(told.Key) != told.Value));
                heard = newest;
            }

            Beat();
        };
    }
}
