using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// The one door by which somebody else than the patient changes a record: whoever acts for the patient, within what the patient's consents let them do at the moment of the change. What they see they
/// see through the <see cref="DisclosureGate"/>. Thread safe.
/// </summary>
/// <remarks>
/// A change MUST NOT be written under a state of the consents that the database no longer has. Whatever it is merged with, nothing that comes back may tell of entries that its maker may not see.
/// </remarks>
public sealed class ActingDoor
{
    private readonly RecordServices _services;

    internal ActingDoor(RecordServices services) => _services = services;

    /// <summary>How a patient stands to who acts for them as a parent: for the server to decide by, and to tell nobody. Null when there is no such record, or it is damaged.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Upbringing?> UpbringingAsync(PatientId patient, CancellationToken cancel) => _services.WithAsync<Upbringing?>(
        patient, null, async compartment => Upbringing.Of(await _services.FreshAsync(compartment, cancel), _services.Clock.GetUtcNow()));

    /// <summary>What somebody may do for a patient now. Null when that is nothing, and when there is no such record: whoever asks cannot tell which.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<ActingAccess?> OpenAsync(PatientId patient, Actor actor, CancellationToken cancel) => _services.WithOthersAsync<ActingAccess?>(patient, actor, null, async compartment =>
    {
        var state = await _services.FreshAsync(compartment, cancel);
        return Standings.Of(state, actor, _services.Clock.GetUtcNow()) is { Count: > 0 } delegations
            ? new ActingAccess(_services, compartment, actor, delegations, await SharingRows.PatientNameAsync(_services, compartment, cancel)) : null;
    });
}
