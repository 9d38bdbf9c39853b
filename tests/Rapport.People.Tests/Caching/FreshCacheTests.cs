using Rapport.TestKit;

namespace Rapport.People.Tests;

public sealed class FreshCacheTests
{
    private static readonly TimeSpan s_freshness = TimeSpan.FromSeconds(2);
    private readonly ManualClock _clock = new();
    private readonly FreshCache<int, string> _cache;
    private int _loads;

    public FreshCacheTests() => _cache = new FreshCache<int, string>(_clock, s_freshness, capacity: 10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_is_given_out_for_one_freshness_and_then_read_again()
    {
        Assert.False(_cache.TryGet(1, out _));
        Assert.Equal("value 1", await GetAsync(1));
        _clock.Advance(s_freshness - TimeSpan.FromTicks(1));
        Assert.True(_cache.TryGet(1, out string? value));
        Assert.Equal("value 1", value);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(_cache.TryGet(1, out _));
        Assert.Equal("value 2", await GetAsync(1));
        Assert.True(_cache.TryGet(1, out value));
        Assert.Equal("value 2", value);
    }

    [Fact]
    public async Task A_value_is_as_old_as_the_beginning_of_its_reading()
    {
        var read = new TaskCompletionSource<string?>();
        Task<string?> waiting = _cache.GetAsync(1, () => read.Task, Cancel);
        _clock.Advance(s_freshness);
        read.SetResult("slow");
        Assert.Equal("slow", await waiting);
        Assert.False(_cache.TryGet(1, out _));
    }

    [Fact]
    public async Task All_who_ask_at_once_are_served_by_one_reading()
    {
        var read = new TaskCompletionSource<string?>();
        Task<string?>[] waiting = [.. Enumerable.Range(0, 100).Select(_ => _cache.GetAsync(1, () => Count(read.Task), Cancel))];
        read.SetResult("one");
        Assert.All(await Task.WhenAll(waiting), static v => Assert.Equal("one", v));
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task One_who_gives_up_does_not_spoil_it_for_others()
    {
        var read = new TaskCompletionSource<string?>();
        using var gone = new CancellationTokenSource();
        Task<string?> first = _cache.GetAsync(1, () => read.Task, gone.Token);
        Task<string?> second = _cache.GetAsync(1, () => throw new InvalidOperationException("a second reading"), Cancel);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        read.SetResult("read");
        Assert.Equal("read", await second);
    }

    [Fact]
    public async Task Absence_and_failure_are_not_remembered()
    {
        Assert.Null(await _cache.GetAsync(1, () => Task.FromResult<string?>(null), Cancel));
        await Assert.ThrowsAsync<IOException>(() => _cache.GetAsync(1, () => Task.FromException<string?>(new IOException()), Cancel));
        await Assert.ThrowsAsync<IOException>(() => _cache.GetAsync(1, () => throw new IOException(), Cancel));
        Assert.Equal("value 1", await GetAsync(1));
    }

    [Fact]
    public async Task What_is_removed_is_gone_at_once()
    {
        await GetAsync(1);
        await GetAsync(2);
        _cache.Remove(1);
        Assert.False(_cache.TryGet(1, out _));
        Assert.True(_cache.TryGet(2, out _));
        _cache.RemoveWhere(static v => v == "value 2");
        Assert.False(_cache.TryGet(2, out _));
        Assert.Equal("value 3", await GetAsync(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reading_under_way_does_not_bring_back_what_was_removed(bool byKey)
    {
        var before = new TaskCompletionSource<string?>();
        Task<string?> early = _cache.GetAsync(1, () => before.Task, Cancel);
        if (byKey)
        {
            _cache.Remove(1);
        }
        else
        {
            _cache.RemoveWhere(static _ => false);
        }

        // Who asks now must not be given what was read before the removal.
        Task<string?> late = _cache.GetAsync(1, () => Task.FromResult<string?>("after"), Cancel);
        before.SetResult("before");
        Assert.Equal("before", await early);
        Assert.Equal("after", await late);
        Assert.True(_cache.TryGet(1, out string? value));
        Assert.Equal("after", value);
    }

    [Fact]
    public async Task What_is_removed_is_gone_from_both_generations()
    {
        await GetAsync(1);
        for (var i = 2; i <= 7; i++)
        {
            await GetAsync(i);
        }

        Assert.True(_cache.TryGet(1, out _));
        _cache.Remove(1);
        Assert.False(_cache.TryGet(1, out _));
        await GetAsync(1);
        _cache.RemoveWhere(static _ => true);
        for (var i = 1; i <= 7; i++)
        {
            Assert.False(_cache.TryGet(i, out _));
        }
    }

    [Fact]
    public async Task No_more_than_the_capacity_is_held()
    {
        for (var i = 0; i < 1000; i++)
        {
            await GetAsync(i);
        }

        Assert.InRange(Enumerable.Range(0, 1000).Count(i => _cache.TryGet(i, out _)), 5, 10);
        Assert.True(_cache.TryGet(999, out _));
    }

    [Fact]
    public async Task After_a_removal_no_thread_is_given_what_was_there_before()
    {
        // The database of this test is a number; each round raises it, removes, and then nobody may see less.
        var cache = new FreshCache<int, object>(_clock, TimeSpan.FromHours(1), capacity: 8);
        var stored = 0;
        var acknowledged = 0;
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                int atLeast = Volatile.Read(ref acknowledged);
                object? value = cache.TryGet(1, out object? known) ? known : await cache.GetAsync(1, () => ReadAsync(), Cancel);
                Assert.True((int)value! >= atLeast, $"{value} was given after {atLeast} was acknowledged");
                await cache.GetAsync(10 + (reader * 7) + (atLeast % 7), () => ReadAsync(), Cancel);
            }
        }, Cancel))];
        for (var round = 1; round <= 3000; round++)
        {
            Volatile.Write(ref stored, round);
            if (round % 2 == 0)
            {
                cache.Remove(1);
            }
            else
            {
                cache.RemoveWhere(v => (int)v < round);
            }

            Volatile.Write(ref acknowledged, round);
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);

        async Task<object?> ReadAsync()
        {
            object value = Volatile.Read(ref stored);
            await Task.Yield();
            return value;
        }
    }

    private Task<string?> GetAsync(int key) => _cache.GetAsync(key, () => Count(Task.FromResult<string?>($"value {_loads + 1}")), Cancel);

    private Task<string?> Count(Task<string?> value)
    {
        Interlocked.Increment(ref _loads);
        return value;
    }
}
