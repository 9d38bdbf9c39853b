namespace Rapport.People;

/// <summary>
/// Slows down guessing. For each name, each source (a network address) has 5 attempts at once and then one a minute; and all sources together from
/// which this name has not signed in lately have 20 at once and then one each 30 seconds. So guessing from many places is slow too, and yet nobody can lock
/// a person out: what others use up does not count where the person signed in before, and comes back with time everywhere else. Names nobody has are
/// treated alike. Thread safe.
/// </summary>
/// <remarks>
/// Kept in the memory of each node: several nodes give as many times the attempts, and a restart gives them anew. Writing each failure to the
/// database would let anyone who can reach the sign-in page make it write. Memory is bounded, and to push an entry out takes
/// <see cref="Capacity"/> other attempts, each of which costs the hashing of a password.
/// </remarks>
internal sealed class SignInThrottle(TimeProvider clock)
{
    internal const int SourceBurst = 5;
    internal const int NameBurst = 20;
    internal const int Capacity = 50_000;

    internal static readonly TimeSpan SourcePace = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan NamePace = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_knownFor = TimeSpan.FromDays(30);
    private readonly Lock _lock = new();

    // Of each name and source, and of each name: when all its attempts are there again. Of each name and source: until when it is known.
    private readonly BoundedMap<SecretHash, DateTimeOffset> _bySource = new(Capacity);
    private readonly BoundedMap<SecretHash, DateTimeOffset> _byName = new(Capacity);
    private readonly BoundedMap<SecretHash, DateTimeOffset> _known = new(Capacity);

    /// <summary>Takes one attempt; when there is none left, tells how long until the next.</summary>
    internal TimeSpan? TryEnter(string name, string source)
    {
        var (forSource, forName) = Keys(name, source);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var isKnown = _known.TryGet(forSource, out var until) && until > now;
            var wait = Wait(_bySource, forSource, SourceBurst, SourcePace, now);
            if (!isKnown && Wait(_byName, forName, NameBurst, NamePace, now) is { } nameWait && (wait is null || nameWait > wait))
            {
                wait = nameWait;
            }

            if (wait is not null)
            {
                return wait;
            }

            Take(_bySource, forSource, SourcePace, now);
            if (!isKnown)
            {
                Take(_byName, forName, NamePace, now);
            }

            return null;
        }
    }

    /// <summary>Takes one attempt of a name, wherever it comes from.</summary>
    internal TimeSpan? TryEnterByName(string name)
    {
        var key = SecretHash.Of(name);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var wait = Wait(_byName, key, NameBurst, NamePace, now);
            if (wait is null)
            {
                Take(_byName, key, NamePace, now);
            }

            return wait;
        }
    }

    /// <summary>Takes one attempt of a name from one source, without a limit over all sources: for secrets that nobody guesses, so that nobody can use up another's.</summary>
    internal TimeSpan? TryEnterFrom(string name, string source)
    {
        var (key, _) = Keys(name, source);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var wait = Wait(_bySource, key, SourceBurst, SourcePace, now);
            if (wait is null)
            {
                Take(_bySource, key, SourcePace, now);
            }

            return wait;
        }
    }

    /// <summary>Gives back what this attempt took: the password was right.</summary>
    internal void Succeeded(string name, string source)
    {
        var (forSource, forName) = Keys(name, source);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (!(_known.TryGet(forSource, out var until) && until > now) && _byName.TryGet(forName, out var full))
            {
                _byName.Set(forName, full - NamePace);
            }

            _bySource.Set(forSource, now);
            _known.Set(forSource, now + s_knownFor);
        }
    }

    private static (SecretHash Source, SecretHash Name) Keys(string name, string source) => (SecretHash.Of(name + '\0' + source), SecretHash.Of(name));

    private static TimeSpan? Wait(BoundedMap<SecretHash, DateTimeOffset> map, SecretHash key, int burst, TimeSpan pace, DateTimeOffset now)
    {
        if (!map.TryGet(key, out var full))
        {
            return null;
        }

        var wait = full + pace - (pace * burst) - now;
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static void Take(BoundedMap<SecretHash, DateTimeOffset> map, SecretHash key, TimeSpan pace, DateTimeOffset now) =>
        map.Set(key, (map.TryGet(key, out var full) && full > now ? full : now) + pace);
}
