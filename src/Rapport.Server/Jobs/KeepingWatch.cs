using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>Deletes conversations by the operator's rule, every six hours. Each node does it; of two at once one finds that it is done. Thread safe.</summary>
internal sealed class KeepingWatch(Modules modules, ServerSettings settings, ILogger<KeepingWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);

    /// <summary>Tells and deletes what is due now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<int> SweepAsync(CancellationToken cancel) => modules.Keeping.SweepAsync(settings.KeepConversations, IsKeptAsync, EndSharingAsync, cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, modules.Clock);
        try
        {
            do
            {
                try
                {
                    if (await SweepAsync(stoppingToken) is > 0 and var deleted)
                    {
                        Log.ConversationsDeleted(log, deleted);
                    }
                }
                catch (StorageException e)
                {
                    Log.KeepingFailed(log, e.Failure.ToString());
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // A pass that fails must not end the server: the next one tries again.
                    Log.PassBroken(log, nameof(KeepingWatch), e.GetType().Name);
                }
            }
            while (settings.KeepConversations is not null && await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is due goes after the next start.
        }
    }

    /// <summary>A patient under age keeps theirs, and so does one of whom nobody can tell.</summary>
    private async Task<bool> IsKeptAsync(PatientId patient, CancellationToken cancel)
    {
        try
        {
            return await OpenAsync(patient, cancel) is not { } own || await own.IsMinorAsync(cancel);
        }
        catch (Exception e) when (e is RecordErasedException or RecordUnreadableException or SealBrokenException)
        {
            return true;
        }
    }

    private async Task EndSharingAsync(PatientId patient, ConversationId conversation, CancellationToken cancel)
    {
        if (await OpenAsync(patient, cancel) is { } own)
        {
            await modules.Records.Attachments.EndAsync(own, conversation.ToString(), null, cancel);
        }
    }

    private async Task<OwnAccess?> OpenAsync(PatientId patient, CancellationToken cancel) =>
        await modules.People.Accounts.FindByReferenceAsync($"Patient/{patient}", cancel) is { } owner ? await Patients.OpenAsync(modules, owner, patient, cancel) : null;
}
