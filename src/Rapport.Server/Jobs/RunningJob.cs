using Rapport.Gathering;

namespace Rapport.Server.Jobs;

/// <summary>How far a job is that waits or runs on this server.</summary>
/// <param name="Read">What is read of a file.</param>
/// <param name="Removed">What is worked out of a source that is taken back.</param>
/// <param name="IsHeldUp">Whether the storage failed, so that it waits for the next try.</param>
public readonly record struct JobProgress(HarvestProgress Read, RemovalProgress Removed, bool IsHeldUp = false);

/// <summary>A job that waits or runs on this server. Thread safe.</summary>
internal sealed class RunningJob : IProgress<HarvestProgress>, IProgress<RemovalProgress>
{
    private readonly Lock _lock = new();
    private JobProgress _progress;

    public CancellationTokenSource Stop { get; } = new();

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JobProgress Progress
    {
        get
        {
            lock (_lock)
            {
                return _progress;
            }
        }
    }

    public void Report(HarvestProgress value)
    {
        lock (_lock)
        {
            _progress = _progress with { Read = value };
        }
    }

    public void Report(RemovalProgress value)
    {
        lock (_lock)
        {
            _progress = _progress with { Removed = value };
        }
    }
}
