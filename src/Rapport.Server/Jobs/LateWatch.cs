using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>Tells people of care teams of what is not answered in time, whether or not anybody opens a page. Each node does it; of two at once one finds that it is done. Thread safe.</summary>
internal sealed class LateWatch(ConversationDesk desk, TimeProvider clock, ILogger<LateWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (await desk.Late.TellAsync(stoppingToken) is > 0 and var damaged)
                    {
                        Log.LateDamaged(log, damaged);
                    }
                }
                catch (StorageException e)
                {
                    Log.LateFailed(log, e.Failure.ToString());
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // A pass that fails must not end the server: the next one tries again.
                    Log.PassBroken(log, nameof(LateWatch), e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever must be told is told after the next start.
        }
    }
}
