using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>Deletes conversations by the operator's rule, every six hours. Each node does it; of two at once one finds that it is done. Thread safe.</summary>
internal sealed class KeepingWatch(Modules modules, ServerSettings settings, ILogger<KeepingWatch> log) : RepeatedWork(TimeSpan.FromHours(6), modules.Clock, log)
{
    protected override bool BeginsAtOnce => true;

    /// <summary>Tells and deletes what is due now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var deleted = await modules.Keeping.SweepAsync(settings.KeepConversations, IsKeptAsync, EndSharingAsync, cancel);

        // Of those too that went just before a crash.
        await modules.Reports.ForgetGoneAsync(cancel);
        return deleted;
    }

    protected override async Task PassAsync(CancellationToken cancel)
    {
        if (await SweepAsync(cancel) is > 0 and var deleted)
        {
            Log.ConversationsDeleted(log, deleted);
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
            await modules.Records.Attachments.EndAsync(own.Attached, conversation.ToString(), null, cancel);
        }
    }

    private async Task<OwnAccess?> OpenAsync(PatientId patient, CancellationToken cancel) =>
        await modules.People.Accounts.FindByReferenceAsync($"Patient/{patient}", cancel) is { } owner ? await Patients.OpenAsync(modules, owner, patient, cancel) : null;
}
