using Rapport.Data;
using Rapport.Server.Jobs;

namespace Rapport.Server.Tests.Jobs;

/// <summary>Whose job is next, and that a worker is free no sooner than its thread.</summary>
public sealed class JobTurnsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_none_under_way_comes_before_the_many_of_one_person()
    {
        var (many, few) = (PatientId.New(), PatientId.New());
        LocalId[] jobs = [.. Enumerable.Range(0, 4).Select(_ => LocalId.New())];
        var turns = new JobTurns();
        turns.Add(many, jobs[0]);
        turns.Add(many, jobs[1]);
        turns.Add(many, jobs[2]);
        turns.Add(few, jobs[3]);
        Assert.Equal((many, jobs[0]), await turns.TakeAsync(Cancel));
        Assert.Equal((few, jobs[3]), await turns.TakeAsync(Cancel));
        turns.End(few);

        // Nobody else waits: a free worker is not kept idle.
        Assert.Equal((many, jobs[1]), await turns.TakeAsync(Cancel));
        turns.End(many);
        turns.End(many);
        Assert.Equal((many, jobs[2]), await turns.TakeAsync(Cancel));
    }

    [Fact]
    public async Task A_worker_that_is_given_up_is_not_free_before_its_reading_has_ended()
    {
        using var stop = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var hasEnded = false;
        var whole = ImportWork.RunToEndAsync(
            _ =>
            {
                begun.SetResult();
                gate.Wait(CancellationToken.None);
                return hasEnded = true;
            },
            static (reading, cancel) => reading.WaitAsync(cancel),
            stop.Token);
        await begun.Task;
        await stop.CancelAsync();
        Assert.False(whole.IsCompleted);
        gate.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => whole);
        Assert.True(hasEnded);
    }

    [Fact]
    public async Task A_reading_is_told_to_stop_when_what_goes_on_beside_it_fails()
    {
        var wasTold = false;
        await Assert.ThrowsAsync<StorageException>(() => ImportWork.RunToEndAsync(
            stop => wasTold = stop.WaitHandle.WaitOne(),
            static (_, _) => throw new StorageException(StorageFailure.Unavailable),
            Cancel));
        Assert.True(wasTold);
    }
}
