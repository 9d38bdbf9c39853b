using Rapport.Data;
using Rapport.Server.Jobs;
using Rapport.Server.Tests.Leaks;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Jobs;

/// <summary>What the server does by itself goes on whatever happens in it, and ends when it is told to.</summary>
public sealed class RepeatedWorkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults => ["bug", "time", "storage"];

    /// <summary>A fault that nobody thought of, and a time limit above all, once ended the server.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_a_pass_that_failed_comes_the_next_one_and_its_fault_is_named_without_its_words(string fault)
    {
        using var ear = new LogEar();
        var clock = new ManualClock();
        using var work = new Work(clock, ear, pass => pass == 1 ? throw FaultOf(fault) : Task.CompletedTask);
        await work.StartAsync(Cancel);
        for (var pass = 1; pass <= 3; pass++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await work.DidAsync(pass);
        }

        await work.StopAsync(Cancel);
        var line = Assert.Single(ear.Lines);
        Assert.Contains(nameof(Work), line);
        Assert.DoesNotContain("secret", line);
    }

    [Fact]
    public async Task Stopped_before_it_had_its_turn_it_is_over_and_has_not_failed()
    {
        using var ear = new LogEar();
        using var work = new Work(new ManualClock(), ear, static _ => Task.CompletedTask);
        await work.StopAsync(Cancel);
        await work.StartAsync(new CancellationToken(canceled: true));
        await work.StopAsync(Cancel);
        work.Dispose();
        Assert.Empty(ear.Lines);
    }

    [Fact]
    public async Task A_stop_cuts_a_pass_short_waits_for_it_and_notes_no_fault()
    {
        using var ear = new LogEar();
        var clock = new ManualClock();
        var isCut = false;
        using var work = new Work(clock, ear, async (_, cancel) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }
            finally
            {
                isCut = true;
            }
        });
        await work.StartAsync(Cancel);
        clock.Advance(TimeSpan.FromMinutes(1));
        await work.BeganAsync(1);
        await work.StopAsync(Cancel);
        Assert.True(isCut);
        Assert.Empty(ear.Lines);
    }

    private static Exception FaultOf(string fault) => fault switch
    {
        "bug" => new InvalidOperationException("secret"),
        "time" => new TaskCanceledException("secret"),
        _ => new StorageException(StorageFailure.Unavailable, new InvalidOperationException("secret")),
    };

    private sealed class Work(ManualClock clock, LogEar ear, Func<int, CancellationToken, Task> pass) : RepeatedWork(TimeSpan.FromMinutes(1), clock, ear)
    {
        private readonly TaskCompletionSource[] _began = Sources(), _did = Sources();
        private int _passes;

        public Work(ManualClock clock, LogEar ear, Func<int, Task> pass)
            : this(clock, ear, (number, _) => pass(number))
        {
        }

        public Task BeganAsync(int number) => _began[number].Task.WaitAsync(Patience.Limit, Cancel);

        public Task DidAsync(int number) => _did[number].Task.WaitAsync(Patience.Limit, Cancel);

        protected override async Task PassAsync(CancellationToken cancel)
        {
            var number = ++_passes;
            _began[number].SetResult();
            try
            {
                await pass(number, cancel);
            }
            finally
            {
                _did[number].SetResult();
            }
        }

        private static TaskCompletionSource[] Sources() => [.. Enumerable.Range(0, 5).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    }
}
