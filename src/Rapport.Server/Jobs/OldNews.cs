using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>Deletes what has been new for so long that nobody comes back for it. Each node does it; what another deleted is not there to delete. Thread safe.</summary>
internal sealed class OldNews(ConversationDesk desk, TimeProvider clock, ILogger<OldNews> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await desk.News.ForgetAsync(clock.GetUtcNow(), stoppingToken);
                }
                catch (StorageException e)
                {
                    Log.NewsKept(log, e.Failure);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // A pass that fails must not end the server: the next one tries again.
                    Log.PassBroken(log, nameof(OldNews), e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left goes after the next start.
        }
    }
}
