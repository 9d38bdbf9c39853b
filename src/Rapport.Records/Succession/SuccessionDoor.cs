using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>What a patient set beforehand for somebody, as that somebody is told.</summary>
/// <param name="Set">How it is asked for.</param>
/// <param name="Actions">What they get to do: <see cref="ConsentAction"/>.</param>
/// <param name="Types">The FHIR types that it is about; none for all.</param>
/// <param name="Standing">How it stands.</param>
public sealed record NamedSuccession(Consent.Succession Set, IReadOnlyList<string> Actions, IReadOnlyList<string> Types, SuccessionStanding Standing);

/// <summary>That somebody asked for access as a patient set it beforehand, as others are told whom the patient trusts. Why they asked is for the patient alone, and nothing here leads to the record.</summary>
/// <param name="Who">The reference of who asked.</param>
/// <param name="WhoName">Their name as the patient knew it; null where it does not stand.</param>
/// <param name="OpensAt">When it opens, or opened.</param>
/// <param name="IsOpen">Whether it is open.</param>
public sealed record ToldSuccession(string Who, string? WhoName, DateTimeOffset OpensAt, bool IsOpen);

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
    /// <param name="named">Who asks.</param>
    /// <param name="reason">Why, in their words; the patient reads it.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>How it stands now; null as for <see cref="FindAsync"/>.</returns>
    /// <exception cref="StorageException">The database failed: nothing is written, unless the outcome is unknown.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<NamedSuccession?> AskAsync(PatientId patient, Actor named, string reason, CancellationToken cancel) =>
        WithAsync<NamedSuccession?>(patient, named, null, writing => writing.AskAsync(reason, cancel));

    /// <summary>Takes back what somebody asked for and waits for; false when there is nothing.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<bool> WithdrawAsync(PatientId patient, Actor named, CancellationToken cancel) =>
        WithAsync(patient, named, false, writing => writing.WithdrawAsync(cancel));

    /// <summary>What others than <paramref name="told"/> asked for and the patient said nothing to. Only those are told whom the patient trusts: who they are, the circle knows, and whoever calls asks it first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<IReadOnlyList<ToldSuccession>> AskedAsync(PatientId patient, Actor told, CancellationToken cancel) =>
        WithAsync<IReadOnlyList<ToldSuccession>>(patient, told, [], async writing =>
        [
            .. from ask in OwnSuccession.Asked(await writing.StateAsync(cancel), _services.Clock.GetUtcNow())
               where !told.RecipientReferences.Contains(ask.Who)
               select new ToldSuccession(ask.Who, ask.WhoName, ask.OpensAt, ask.IsOpen),
        ]);

    private Task<T> WithAsync<T>(PatientId patient, Actor actor, T otherwise, Func<SuccessionWriting, Task<T>> work) =>
        _services.WithOthersAsync(patient, actor, otherwise, compartment => work(new SuccessionWriting(_services, compartment, actor)));
}
