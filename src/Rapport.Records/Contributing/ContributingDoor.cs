using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Where somebody whom the patient lets add to the record does so in their own name: a professional, or whoever else is meant by an agreement that names <see cref="ConsentAction.Collect"/>. Thread safe.
/// </summary>
/// <remarks>
/// Nothing MUST be written under a state of the consents that the database no longer has. Whatever is there already, nothing that comes back may tell of entries that its maker may not see.
/// </remarks>
public sealed class ContributingDoor
{
    private readonly RecordServices _services;

    internal ContributingDoor(RecordServices services) => _services = services;

    /// <summary>What somebody may add to a record now. Null when that is nothing, and when there is no such record: whoever asks cannot tell which.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<ContributingAccess?> OpenAsync(PatientId patient, Actor actor, CancellationToken cancel) => _services.WithOthersAsync<ContributingAccess?>(patient, actor, null, async compartment =>
    {
        var state = await _services.FreshAsync(compartment, cancel);
        return Standings.Own(state, actor, ConsentAction.Collect, _services.Clock.GetUtcNow()) is { Count: > 0 } agreements
            ? new ContributingAccess(_services, compartment, actor, agreements, await SharingRows.PatientNameAsync(_services, compartment, cancel) ?? "") : null;
    });
}
