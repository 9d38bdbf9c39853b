using Rapport.Data;

namespace Rapport.TestKit;

/// <summary>A transaction that writes nothing and is under way until it is disposed of.</summary>
public sealed class HeldWriter : IAsyncDisposable
{
    private readonly TaskCompletionSource _goes = new();
    private Task _holding = Task.CompletedTask;

    private HeldWriter()
    {
    }

    internal static async Task<HeldWriter> BeginAsync(Database database)
    {
        var (held, isHeld) = (new HeldWriter(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        held._holding = database.WriteAsync(
            async _ =>
            {
                isHeld.SetResult();
                await held._goes.Task;
                return 0;
            },
            TestContext.Current.CancellationToken);
        await Task.WhenAny(isHeld.Task, held._holding);
        return held;
    }

    /// <summary>Lets it go; it is over when the task completes.</summary>
    public async ValueTask DisposeAsync()
    {
        _goes.TrySetResult();
        await _holding;
    }
}
