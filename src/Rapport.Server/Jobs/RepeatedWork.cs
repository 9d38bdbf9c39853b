using Rapport.Data;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>
/// Work that the server does by itself, one pass after the other. A pass that fails, for whatever reason, is noted and ends nothing: the next one tries again. What a stop cuts short is left for the next start. Thread safe.
/// </summary>
/// <remarks>No <c>BackgroundService</c>: one of those that is stopped before it had its turn, or whose pass runs into a time limit, counts as failed and takes the server down.</remarks>
/// <param name="every">How long from one pass to the next.</param>
/// <param name="clock">The one clock.</param>
/// <param name="log">Where a pass that failed is noted: by the kind of its fault alone.</param>
internal abstract class RepeatedWork(TimeSpan every, TimeProvider clock, ILogger log) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private PeriodicTimer? _timer;
    private Task _running = Task.CompletedTask;

    /// <summary>Whether the first pass comes with the start, and not as long after it as each other after the one before.</summary>
    protected virtual bool BeginsAtOnce => false;

    protected TimeProvider Clock => clock;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Time counts from here, whenever the work itself gets its turn.
        _timer = new PeriodicTimer(every, clock);
        var (timer, stopping) = (_timer, _stopping.Token);
        _running = Task.Run(() => GoOnAsync(timer, stopping), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends it without waiting. Done twice where it is known to the host by two names.</summary>
    public virtual void Dispose()
    {
        _stopping.Cancel();
        _timer?.Dispose();
    }

    /// <summary>One pass: all there is to do now.</summary>
    protected abstract Task PassAsync(CancellationToken cancel);

    private async Task GoOnAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            if (BeginsAtOnce)
            {
                await TryPassAsync(stopping);
            }

            while (await timer.WaitForNextTickAsync(stopping))
            {
                await TryPassAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is left is done after the next start.
        }
    }

    private async Task TryPassAsync(CancellationToken stopping)
    {
        try
        {
            await PassAsync(stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Log.PassBroken(log, GetType().Name, e is StorageException storage ? storage.Failure.ToString() : e.GetType().Name);
        }
    }
}
