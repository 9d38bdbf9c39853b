using System.Collections.Concurrent;
using System.Diagnostics;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Api.Conversations.Telling;
using Rapport.Server.Talks;

namespace Rapport.Server.Tests.Api.Conversations.Telling;

/// <summary>Devices of one person share a round as long as each is told what it would be told alone.</summary>
public sealed class TalkRoundsTests : IDisposable
{
    private static readonly Pass Phone = new(null, "phone"), Desk = new("desk", null);

    private readonly ConcurrentQueue<(TalkAsk Ask, TaskCompletionSource<TalkRound> Answer)> _made = [];
    private readonly SemaphoreSlim _began = new(0);
    private readonly TalkRounds _rounds;

    public TalkRoundsTests() => _rounds = new TalkRounds(ask =>
    {
        var answer = new TaskCompletionSource<TalkRound>(TaskCreationOptions.RunContinuationsAsynchronously);
        _made.Enqueue((ask, answer));
        _began.Release();
        return answer.Task;
    });

    public void Dispose() => _began.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_were_woken_before_it_began_share_it()
    {
        var person = PersonId.New();
        var (first, second) = (AskOf(person), AskOf(person, Desk));
        var answers = new List<Task<TalkRound>> { _rounds.AskAsync(first, Cancel) };
        await _began.WaitAsync(Cancel);
        answers.Add(_rounds.AskAsync(second, Cancel));
        answers.Add(_rounds.AskAsync(first with { Heard = [("a", 7), ("b", 2)] }, Cancel));
        var (_, answer) = Assert.Single(_made);
        answer.SetResult(Round());
        Assert.Single((await Task.WhenAll(answers)).Distinct());
    }

    [Fact]
    public async Task Who_was_woken_after_it_began_is_told_by_another_one()
    {
        var person = PersonId.New();
        var before = _rounds.AskAsync(AskOf(person), Cancel);
        await _began.WaitAsync(Cancel);
        var after = _rounds.AskAsync(AskOf(person), Cancel);
        await _began.WaitAsync(Cancel);
        AnswerAll();
        Assert.NotSame(await before, await after);
    }

    [Fact]
    public async Task Nobody_is_told_by_one_that_is_over()
    {
        var ask = AskOf(PersonId.New());
        var before = _rounds.AskAsync(ask, Cancel);
        await _began.WaitAsync(Cancel);
        AnswerAll();
        await before;
        var after = _rounds.AskAsync(ask, Cancel);
        await _began.WaitAsync(Cancel);
        AnswerAll();
        Assert.NotSame(await before, await after);
    }

    [Fact]
    public async Task Nobody_is_told_by_that_of_somebody_else_nor_as_other_members_nor_past_what_they_have_not_heard_nor_by_a_pass_that_was_not_looked_at()
    {
        var ask = AskOf(PersonId.New());
        TalkAsk[] others =
        [
            ask with { Person = PersonId.New() },
            ask with { Heard = [("a", 5)] },
            ask with { Heard = [("b", 2), ("a", 5)] },
            ask with { Heard = [("a", 5), ("c", 2)] },
            ask with { Heard = [("a", 4), ("b", 2)] },
            ask with { States = ["states/b"] },
            ask with { Pass = new Pass(null, "another") },
        ];
        foreach (var other in others)
        {
            var first = _rounds.AskAsync(ask, Cancel);
            await _began.WaitAsync(Cancel);
            var second = _rounds.AskAsync(other, Cancel);
            await _began.WaitAsync(Cancel);
            AnswerAll();
            Assert.NotSame(await first, await second);
        }
    }

    [Fact]
    public async Task What_fails_is_told_to_all_and_not_kept_and_who_goes_away_takes_nothing_from_the_others()
    {
        var ask = AskOf(PersonId.New());
        using var gone = new CancellationTokenSource();
        var (first, second) = (_rounds.AskAsync(ask, gone.Token), _rounds.AskAsync(ask, Cancel));
        await _began.WaitAsync(Cancel);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Single(_made).Answer.SetException(new StorageException(StorageFailure.Unavailable));
        await Assert.ThrowsAsync<StorageException>(() => second);
        var third = _rounds.AskAsync(ask, Cancel);
        await _began.WaitAsync(Cancel);
        AnswerAll();
        Assert.NotNull(await third);
    }

    private static TalkAsk AskOf(PersonId person, Pass? pass = null) => new(person, [("a", 5), ("b", 2)], ["states/a"], pass ?? Phone, new HashSet<Pass> { Phone, Desk }, Stopwatch.GetTimestamp());

    private static TalkRound Round() => new(null, new HashSet<Pass>(), new NewsSince(new Dictionary<string, long>(), new Dictionary<string, long>(), []), []);

    private void AnswerAll()
    {
        foreach (var (_, answer) in _made)
        {
            answer.TrySetResult(Round());
        }
    }
}
