using Rapport.Consent;

namespace Rapport.Records;

/// <summary>
/// The consents of one state, made ready for those whom some marks do not concern (<see cref="LabelWord.ExceptFor"/>), within so many bytes: what was used longest ago goes first. Thread safe.
/// </summary>
/// <param name="budget">Bytes that it may keep.</param>
internal sealed class WriterConsents(long budget)
{
    private readonly Dictionary<string, Kept> _kept = [];
    private readonly Lock _keeping = new();
    private long _tick;
    private long _bytes;

    internal long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The consents for everybody whom the same marks do not concern.</summary>
    /// <param name="writers">As whom they wrote what the marks are on: see <see cref="KeyOf"/>.</param>
    /// <param name="compile">Makes them ready; also twice, when two ask at once.</param>
    internal CompiledConsents For(string writers, Func<CompiledConsents> compile)
    {
        lock (_keeping)
        {
            if (_kept.TryGetValue(writers, out var known))
            {
                known.LastUsed = ++_tick;
                return known.Compiled;
            }
        }

        var compiled = compile();
        Keep(writers, new Kept(compiled, compiled.Bytes + (writers.Length * 2L)));
        return compiled;
    }

    /// <summary>Somebody is known by several references, which change: what is decided for them depends on all by which they wrote something, and on nothing else.</summary>
    internal static string KeyOf(IEnumerable<string> writers) => string.Join('\n', writers.Distinct().Order(StringComparer.Ordinal));

    private void Keep(string writers, Kept made)
    {
        if (made.Bytes > budget)
        {
            return;
        }

        lock (_keeping)
        {
            if (!_kept.TryAdd(writers, made))
            {
                return;
            }

            made.LastUsed = ++_tick;
            for (_bytes += made.Bytes; _bytes > budget;)
            {
                var (key, oldest) = _kept.MinBy(static known => known.Value.LastUsed);
                _kept.Remove(key);
                _bytes -= oldest.Bytes;
            }
        }
    }

    private sealed record Kept(CompiledConsents Compiled, long Bytes)
    {
        internal long LastUsed { get; set; }
    }
}
