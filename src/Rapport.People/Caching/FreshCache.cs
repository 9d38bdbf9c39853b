using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Rapport.People;

/// <summary>
/// What was read from the database a moment ago. A value is given out for one freshness after its reading <em>began</em>; then it is read
/// again, once for all who ask meanwhile. What is removed is gone at once: a reading that is under way does not bring it back. Bounded.
/// Thread safe.
/// </summary>
/// <param name="clock">Tells how old a value is.</param>
/// <param name="freshness">How long a value is given out.</param>
/// <param name="capacity">Values held at most.</param>
internal sealed class FreshCache<TKey, TValue>(TimeProvider clock, TimeSpan freshness, int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _lock = new();

    // Entries are added to the young; after one freshness the young are the old and the old are forgotten, all of them stale.
    private Generations _generations = new(new(), new(), clock.GetTimestamp());
    private int _youngCount;

    /// <summary>A value that is fresh, without allocation.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = Find(key) is { } entry && IsFresh(entry) ? entry.Value : null;
        return value is not null;
    }

    /// <summary>The value, read by <paramref name="load"/> where it is not fresh; null, which is not remembered, when there is none.</summary>
    /// <remarks><paramref name="load"/> serves all who wait, so none of them cancels it.</remarks>
    public async Task<TValue?> GetAsync(TKey key, Func<Task<TValue?>> load, CancellationToken cancel)
    {
        Entry entry;
        var isNew = false;
        lock (_lock)
        {
            var found = Find(key);
            if (found is not null && IsFresh(found) && (found.Value is not null || !found.Loaded.Task.IsCompleted))
            {
                entry = found;
            }
            else
            {
                entry = new Entry(clock.GetTimestamp());
                isNew = true;
                Add(key, entry);
            }
        }

        if (isNew)
        {
            _ = FillAsync(entry, load);
        }

        return await entry.Loaded.Task.WaitAsync(cancel);
    }

    /// <summary>Forgets one value.</summary>
    /// <remarks>
    /// Under the lock, as every adding is: an entry is added before and is dropped here, or it is added after and its reading sees what was
    /// written before the removal. Without the lock a processor may look into the cache before others see that writing, and drop nothing.
    /// </remarks>
    public void Remove(TKey key)
    {
        lock (_lock)
        {
            _generations.Young.GetValueOrDefault(key)?.Drop();
            _generations.Old.GetValueOrDefault(key)?.Drop();
        }
    }

    /// <summary>Forgets values by what they are, and whatever is being read at this moment.</summary>
    public void RemoveWhere(Predicate<TValue> condition)
    {
        lock (_lock)
        {
            foreach (var (_, entry) in _generations.Young.Concat(_generations.Old))
            {
                if (entry.Value is not { } value || condition(value))
                {
                    entry.Drop();
                }
            }
        }
    }

    private static async Task FillAsync(Entry entry, Func<Task<TValue?>> load)
    {
        try
        {
            var value = await load();
            entry.Value = value;
            if (value is null)
            {
                entry.Drop();
            }

            entry.Loaded.SetResult(value);
        }
        catch (Exception e)
        {
            entry.Drop();
            entry.Loaded.SetException(e);
        }
    }

    private Entry? Find(TKey key)
    {
        var generations = Volatile.Read(ref _generations);
        return generations.Young.TryGetValue(key, out var entry) || generations.Old.TryGetValue(key, out entry) ? entry : null;
    }

    private bool IsFresh(Entry entry) => !entry.IsDropped && clock.GetElapsedTime(entry.Since) < freshness;

    private void Add(TKey key, Entry entry)
    {
        if (_youngCount >= capacity / 2 || clock.GetElapsedTime(_generations.Since) >= freshness)
        {
            Volatile.Write(ref _generations, new Generations(new(), _generations.Young, clock.GetTimestamp()));
            _youngCount = 0;
        }

        _generations.Young[key] = entry;
        _youngCount++;
    }

    private sealed class Entry(long since)
    {
        private volatile bool _isDropped;
        private volatile TValue? _value;

        internal long Since { get; } = since;

        internal TaskCompletionSource<TValue?> Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TValue? Value
        {
            get => _value;
            set => _value = value;
        }

        internal bool IsDropped => _isDropped;

        /// <summary>For ever. It is never set back, so that no thread can lose the drop of another.</summary>
        internal void Drop() => _isDropped = true;
    }

    private sealed record Generations(ConcurrentDictionary<TKey, Entry> Young, ConcurrentDictionary<TKey, Entry> Old, long Since);
}
