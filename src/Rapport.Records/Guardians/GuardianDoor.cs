using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// The one door by which somebody looks after the record of a small child as the child itself would, if it could. Whose right that is, and when it ends, is decided here alone: it is that of a parent or guardian whose delegation is in force
/// and without any limit (<see cref="PatientConsent.IsActingWithoutLimit"/>), as long as the child has never been in with a sign-in of its own (<see cref="RecordsOptions.IsDependent"/>) and is below the age from which on something is
/// its own by the operator's policy (<see cref="MinorPolicy.CareEndOf"/>). Thread safe.
/// </summary>
/// <remarks>What changes the record MUST be written under a state of the consents and the birth date in which the right holds: it is asked again with each change.</remarks>
public sealed class GuardianDoor
{
    private readonly RecordServices _services;

    internal GuardianDoor(RecordServices services) => _services = services;

    /// <summary>The child's record, for whoever looks after it. Null for everybody else, and when there is no such record: whoever asks cannot tell which.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<GuardianAccess?> OpenAsync(PatientId patient, Actor actor, CancellationToken cancel) => _services.WithOthersAsync<GuardianAccess?>(patient, actor, null, async compartment =>
    {
        var state = await _services.FreshAsync(compartment, cancel);
        return Under(state, actor, _services.Clock.GetUtcNow()).Count > 0 && await _services.IsDependent(compartment.Owner, cancel)
            ? new GuardianAccess(_services, compartment, actor, await SharingRows.PatientNameAsync(_services, compartment, cancel) ?? "") : null;
    });

    /// <summary>
    /// Whoever acts as a parent or guardian, within whichever limits, for a child that has never been in: the references of those who are told of what the child would be told of. None where the patient is told themself.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<IReadOnlyList<string>> WhoActsAsync(PatientId patient, CancellationToken cancel) => _services.WithAsync<IReadOnlyList<string>>(patient, [], async compartment =>
    {
        var state = await _services.FreshAsync(compartment, cancel);
        var acting = Parents(state, _services.Clock.GetUtcNow());
        return acting.Count > 0 && await _services.IsDependent(compartment.Owner, cancel) ? acting : [];
    });

    /// <summary>Whether somebody took out of those who look after a child whom one of some agreements let: what is noted of it before it is done is true then.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="by">How the agreement of who did it names them.</param>
    /// <param name="agreements">The ids of the agreements.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<bool> HasTakenOutAsync(PatientId patient, string by, IReadOnlyCollection<string> agreements, CancellationToken cancel) => _services.WithAsync(patient, false, async compartment =>
        (await _services.FreshAsync(compartment, cancel)).Rules.Any(rule => rule.Consent.TakenOutBy == by && agreements.Contains(rule.Consent.Id)));

    /// <summary>The references of whoever acts as a parent or guardian, as of a state of the record and an instant.</summary>
    internal static IReadOnlyList<string> Parents(CompartmentState state, DateTimeOffset now) =>
        [.. state.Delegations.Where(delegation => delegation.IsParental && Standings.IsInForce(state, delegation, now)).Select(static delegation => delegation.Delegation!.To).Distinct()];

    /// <summary>The delegations by which somebody looks after a small child, as of a state of its record and an instant.</summary>
    internal static IReadOnlyList<PatientConsent> Under(CompartmentState state, Actor actor, DateTimeOffset now) =>
        [.. Standings.Of(state, actor, now).Where(delegation => state.Minors.CareEndOf(delegation, state.View().Born) > now)];

    /// <summary>
    /// The delegation by which whoever looks after a child passes on what they share of its record, so that it is never more than they may see, nor outlasts what they may do. Null where they may not at this moment.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static async Task<PatientConsent?> PassingOnAsync(RecordServices services, Compartment compartment, Actor guardian, CancellationToken cancel) =>
        guardian.RecipientReferences.Count <= PassedOn.MostReferences && Under(await services.FreshAsync(compartment, cancel), guardian, services.Clock.GetUtcNow()) is [var from, ..] ? from : null;

    /// <summary>The same as what a change is written under.</summary>
    internal static Standing StandingOf(Actor actor) => (state, now) => Under(state, actor, now).Select(static delegation => delegation.Id).ToArray() is { Length: > 0 } under ? under : null;
}
