using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>A professional asks to see what saves a life.</summary>
/// <param name="Professional">Who; that they are one, whoever calls has made sure.</param>
/// <param name="KnownAs">The reference by which what is opened names them: one that means them only as long as they are a verified professional.</param>
/// <param name="Patient">Whose record.</param>
/// <param name="PatientName">The name the patient is known by.</param>
/// <param name="Organisations">Where the professional works, which looks at it afterwards: the whole reference and the name.</param>
/// <param name="Reason">Why, in their words; the patient reads it.</param>
/// <param name="Opening">Names what is opened: the local id of the consent that stands for it.</param>
/// <param name="Lasts">For how long.</param>
public sealed record EmergencyAsk(
    Actor Professional, string KnownAs, PatientId Patient, string PatientName, IReadOnlyList<(string Reference, string Name)> Organisations, string Reason, LocalId Opening, TimeSpan Lasts);

/// <summary>An emergency door that is open for somebody.</summary>
/// <param name="Until">Until when, exclusive.</param>
/// <param name="IsNew">Whether it was opened now, and not before.</param>
public sealed record OpenedDoor(DateTimeOffset Until, bool IsNew);

/// <summary>
/// The emergency door of every record (break-glass). Who opens it writes a consent into the record: bounded in time, for one purpose, of what saves a life, in the
/// ledger before anything is seen. So the one gate decides about it as about all else, the patient sees it among what they share, and stops it as they stop anything.
/// Thread safe.
/// </summary>
public sealed class EmergencyDoor
{
    private readonly RecordServices _services;

    internal EmergencyDoor(RecordServices services) => _services = services;

    /// <summary>
    /// Opens the door. Null when there is no such record, and when its patient closed this door: whoever asks cannot tell which.
    /// </summary>
    /// <returns>Until when it is open; where it was open already for the same professional, nothing is opened anew.</returns>
    /// <exception cref="StorageException">The database failed: nothing is opened, unless the outcome is unknown.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<OpenedDoor?> OpenAsync(EmergencyAsk ask, CancellationToken cancel) => _services.WithOthersAsync<OpenedDoor?>(
        ask.Patient, ask.Professional, null, async compartment => await new ConsentWriting(_services, compartment, ask.Professional).BreakGlassAsync(ask, cancel));

    /// <summary>Until when the door is open for somebody under these consents; null when it is not.</summary>
    internal static DateTimeOffset? OpenUntil(IEnumerable<PatientConsent> consents, Actor professional, DateTimeOffset now) =>
        (from consent in consents
         where consent is { Counts: true, BrokeGlassFor: not null } && consent.ValidUntil > now && consent.Recipients.Any(professional.RecipientReferences.Contains)
         select consent.ValidUntil).Max();
}
