using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Where somebody whom the patient lets comment writes a few words about an entry that they see: in their own name, or for the patient where they act for them. Thread safe.
/// </summary>
/// <remarks>
/// Nothing MUST be written under a state of the consents that the database no longer has. Who may not see an entry learns nothing of comments on it, and whoever sees it sees them.
/// </remarks>
public sealed class CommentingDoor
{
    private readonly RecordServices _services;

    internal CommentingDoor(RecordServices services) => _services = services;

    /// <summary>What somebody may comment on in a record now. Null when that is nothing, and when there is no such record: whoever asks cannot tell which.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="purpose">What they look at it for; acting for the patient they comment for them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<CommentingAccess?> OpenAsync(PatientId patient, Actor actor, string purpose, CancellationToken cancel) => _services.WithOthersAsync<CommentingAccess?>(patient, actor, null, async compartment =>
    {
        var state = await _services.FreshAsync(compartment, cancel);
        return CommentingAccess.Agreements(state, actor, purpose, _services.Clock.GetUtcNow()).Count > 0
            ? new CommentingAccess(_services, compartment, actor, purpose, await SharingRows.PatientNameAsync(_services, compartment, cancel) ?? "") : null;
    });
}
