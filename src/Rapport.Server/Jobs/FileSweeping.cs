using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>Removes files that somebody chose for a message and did not send within a day. Each node does it; of two at once one finds that it is done. Thread safe.</summary>
internal sealed class FileSweeping(ConversationDesk desk, TimeProvider clock, ILogger<FileSweeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await desk.Files.SweepAsync(stoppingToken);
                }
                catch (StorageException e)
                {
                    Log.SweepingFailed(log, e.Failure.ToString());
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // A pass that fails must not end the server: the next one tries again.
                    Log.PassBroken(log, nameof(FileSweeping), e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left goes after the next start.
        }
    }
}
