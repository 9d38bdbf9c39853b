using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What became of giving an opinion.</summary>
public enum OpinionGiven
{
    /// <summary>It is in the record, or the invitation is declined; and what was open for it is closed.</summary>
    Done,

    /// <summary>There is no such invitation for them now: it was answered, withdrawn or is over, or never was. Nobody can tell which.</summary>
    NothingHere,
}

/// <summary>
/// Where a professional whom a patient invited gives their opinion: it becomes an entry of the record, with them as its source. Nobody else writes into a record but its patient. Thread safe.
/// </summary>
/// <remarks>
/// The opinion, the end of every agreement that was open for it, and what the ledger says of both MUST be written in one transaction, so that no crash leaves access open behind an opinion,
/// and none takes the opinion away with the access.
/// </remarks>
public sealed class OpinionDoor
{
    /// <summary>The kind of a source that is an opinion: it is given once, and taken back by nobody but the patient.</summary>
    public const string Kind = "opinion";

    /// <summary>In place of an opinion, in the consent that ended with it.</summary>
    public const string Declined = "declined";

    /// <summary>Whom one question may be put to, whoever was asked and withdrawn among them.</summary>
    public const int MostInvited = 5;

    private readonly RecordServices _services;

    internal OpinionDoor(RecordServices services) => _services = services;

    /// <summary>Gives an opinion, or declines to.</summary>
    /// <param name="professional">Who gives it.</param>
    /// <param name="patient">Whose record.</param>
    /// <param name="invitation">The consent that invites them.</param>
    /// <param name="opinion">A checked R4 ClinicalImpression about this patient; null to decline.</param>
    /// <param name="requests">Requests of theirs for more: what the patient agreed to in answer to these ends too.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">The opinion is none about this patient.</exception>
    /// <exception cref="StorageException">The database failed: nothing is written, unless the outcome is unknown.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<OpinionGiven> GiveAsync(Actor professional, PatientId patient, LocalId invitation, Resource? opinion, IReadOnlyCollection<string> requests, CancellationToken cancel)
    {
        if (opinion is not null && (opinion.TypeName != "ClinicalImpression" || !opinion.Root.TryGetChild("subject", out var subject)
            || !subject.TryGetChild("reference", out var reference) || reference.GetString() != $"Patient/{patient}"))
        {
            throw new ArgumentException("an opinion is a ClinicalImpression about the patient", nameof(opinion));
        }

        return await _services.WithOthersAsync(
            patient, professional, OpinionGiven.NothingHere, compartment => new OpinionWriting(_services, compartment, professional).GiveAsync(invitation, opinion, requests, cancel));
    }

    /// <summary>Whether a consent invites somebody to give an opinion now.</summary>
    internal static bool Invites(PatientConsent consent, Actor professional, DateTimeOffset now) =>
        consent is { Counts: true, OpinionOn: not null } && !(consent.ValidFrom > now) && !(consent.ValidUntil <= now) && consent.Recipients.Any(professional.RecipientReferences.Contains);
}
