using Rapport.TestKit;

namespace Rapport.People.Tests;

public sealed class SignInThrottleTests
{
    private readonly ManualClock _clock = new();
    private readonly SignInThrottle _throttle;

    public SignInThrottleTests() => _throttle = new SignInThrottle(_clock);

    [Fact]
    public void A_source_has_a_few_attempts_at_once_and_then_one_a_minute()
    {
        Assert.Equal(5, Attempts("maya", "home"));
        Assert.Equal(TimeSpan.FromSeconds(60), _throttle.TryEnter("maya", "home"));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(1), _throttle.TryEnter("maya", "home"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Attempts("maya", "home"));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Attempts("maya", "home"));
    }

    [Fact]
    public void To_be_refused_costs_nothing()
    {
        Attempts("maya", "home");
        for (var i = 0; i < 100; i++)
        {
            _throttle.TryEnter("maya", "home");
        }

        Assert.Equal(TimeSpan.FromSeconds(60), _throttle.TryEnter("maya", "home"));
    }

    [Fact]
    public void Names_and_sources_are_apart()
    {
        Attempts("maya", "home");
        Assert.Equal(5, Attempts("sam", "home"));
        Assert.Equal(5, Attempts("maya", "elsewhere"));
    }

    [Fact]
    public void Many_sources_together_are_slow_too()
    {
        int attempts = Enumerable.Range(0, 1000).Sum(i => Attempts("maya", $"bot {i}"));
        Assert.Equal(20, attempts);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(20, Enumerable.Range(1000, 1000).Sum(i => Attempts("maya", $"bot {i}")));
    }

    [Fact]
    public void Nobody_can_lock_a_person_out_where_they_signed_in_before()
    {
        Assert.Null(_throttle.TryEnter("maya", "home"));
        _throttle.Succeeded("maya", "home");
        for (var day = 0; day < 29; day++)
        {
            for (var bot = 0; bot < 50; bot++)
            {
                Attempts("maya", $"bot {bot}");
            }

            Assert.NotNull(_throttle.TryEnter("maya", "a cafe"));
            Assert.Null(_throttle.TryEnter("maya", "home"));
            _throttle.Succeeded("maya", "home");
            _clock.Advance(TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public void To_be_known_somewhere_gives_guessers_there_no_more_than_others()
    {
        _throttle.TryEnter("maya", "home");
        _throttle.Succeeded("maya", "home");
        Assert.Equal(5, Attempts("maya", "home"));
    }

    [Fact]
    public void Who_signs_in_again_and_again_is_never_slowed_down()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.Null(_throttle.TryEnter("maya", $"place {i % 40}"));
            _throttle.Succeeded("maya", $"place {i % 40}");
        }
    }

    [Fact]
    public void Memory_is_bounded()
    {
        var map = new BoundedMap<int, int>(10);
        for (var i = 0; i < 100; i++)
        {
            map.Set(i, i);
        }

        int[] kept = [.. Enumerable.Range(0, 100).Where(i => map.TryGet(i, out _))];
        Assert.InRange(kept.Length, 5, 10);
        Assert.Equal(Enumerable.Range(100 - kept.Length, kept.Length), kept);
    }

    private int Attempts(string name, string source)
    {
        var count = 0;
        while (count < 1000 && _throttle.TryEnter(name, source) is null)
        {
            count++;
        }

        return count;
    }
}
