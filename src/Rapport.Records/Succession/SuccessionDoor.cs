using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>What a patient set beforehand for somebody, as that somebody is told.</summary>
/// <param name="Set">How it is asked for.</param>
/// <param name="Actions">What they get to do: <see cref="ConsentAction"/>.</param>
/// <param name="Types">The FHIR types that it is about; none for all.</param>
/// <param name="Standing">How it stands.</param>
public sealed record NamedSuccession(Consent.Succession Set, IReadOnlyList<string> Actions, IReadOnlyList<string> Types, SuccessionStanding Standing);

/// <summary>
/// Where somebody whom a patient named beforehand asks for access, for the case that the patient cannot decide any more. What they get is a consent whose period begins after the waiting time, so
/// the one gate decides about it, on every node, and the patient's objection is the end of an agreement like any other. Thread safe.
/// </summary>
/// <remarks>
/// What is asked for MUST be written under the state of the consents that names who asks. Who is not named gets the same answer whether there is a record or not, and nobody learns by asking
/// whether it holds anything.
/// </remarks>
public sealed class SuccessionDoor
{
    private readonly RecordServices _services;

    internal SuccessionDoor(RecordServices services) => _services = services;

    /// <summary>What a patient set beforehand for somebody; null when that is nothing, and when there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<NamedSuccession?> FindAsync(PatientId patient, Actor named, CancellationToken cancel) =>
        WithAsync<NamedSuccession?>(patient, named, null, async writing => (await writing.FindAsync(cancel))?.Told(_services.Clock.GetUtcNow()));

    /// <summary>Asks for access. Where they may not ask now, nothing is written.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="patientName">The name the patient is known by.</param>
    /// <param name="named">Who asks.</param>
    /// <param name="reason">Why, in their words; the patient reads it.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>How it stands now; null as for <see cref="FindAsync"/>.</returns>
    /// <exception cref="StorageException">The database failed: nothing is written, unless the outcome is unknown.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<NamedSuccession?> AskAsync(PatientId patient, string patientName, Actor named, string reason, CancellationToken cancel) =>
        WithAsync<NamedSuccession?>(patient, named, null, writing => writing.AskAsync(patientName, reason, cancel));

    /// <summary>Takes back what somebody asked for and waits for; false when there is nothing.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<bool> WithdrawAsync(PatientId patient, string patientName, Actor named, CancellationToken cancel) =>
        WithAsync(patient, named, false, writing => writing.WithdrawAsync(patientName, cancel));

    /// <summary>What others asked for and the patient said nothing to, for whom the patient wants to be told of it: that they are, whoever calls has made sure.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<IReadOnlyList<AskedSuccession>> AskedAsync(PatientId patient, Actor told, CancellationToken cancel) =>
        WithAsync<IReadOnlyList<AskedSuccession>>(patient, told, [], async writing => OwnSuccession.Asked(await writing.StateAsync(cancel), _services.Clock.GetUtcNow()));

    private Task<T> WithAsync<T>(PatientId patient, Actor actor, T otherwise, Func<SuccessionWriting, Task<T>> work) =>
        _services.WithOthersAsync(patient, actor, otherwise, compartment => work(new SuccessionWriting(_services, compartment, actor)));
}
