using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle.Childs;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle;

/// <summary>What is shared with somebody out of a record at the moment when they part from whose circle it is.</summary>
/// <param name="Agreements">The agreements that mean this person alone or by name, that open something or will, and that whoever asks may stop.</param>
/// <param name="Others">Those that mean everybody where this person works, or that somebody else made who looks after the child: they are not stopped.</param>
public sealed record StillShared(IReadOnlyList<Agreement> Agreements, IReadOnlyList<Agreement> Others)
{
    /// <summary>What is shared with somebody by whoever asks, or out of the record of the child whom they look after; nothing for who keeps no record.</summary>
    internal static async Task<StillShared> OfAsync(CircleDesk desk, PeopleModule people, Person person, DateTimeOffset now, CancellationToken cancel)
    {
        IReadOnlyList<Agreement> all = desk.Own is { } own ? await Agreement.AllAsync(own, new Recipients(people), desk.Patient.Id, now, cancel)
            : desk.Guardian is { } guardian ? await ChildsAgreements.AllAsync(guardian, people, desk.Patient.Id, now, cancel) : [];

        // Also by the reference that they have only as long as somebody vouches for them.
        var alone = person.RecipientReferences.Where(reference => IsOf(reference, person)).Append(person.VerifiedReference).ToList();
        var open = all.Where(agreement => agreement.State != AgreementState.Ended && !agreement.Consent.Consent.Denies && !IsForLater(agreement.Consent.Consent) && Names(agreement, [.. person.RecipientReferences, .. alone])).ToList();

        // What is attached in a conversation ends there.
        var shown = desk.Guardian is null ? open : [.. open.Where(static agreement => agreement.Consent.Consent.Attached is null)];
        return new StillShared([.. shown.Where(IsTheirs)], [.. shown.Where(agreement => !IsTheirs(agreement))]);

        bool IsTheirs(Agreement agreement) => Names(agreement, alone) && (desk.Guardian is null || agreement.Consent.Consent.PassedOn?.By[0] == desk.Reader.Reference);
    }

    /// <summary>Stops what means this person: whatever else happens to the agreements meanwhile.</summary>
    internal async Task StopAsync(HttpContext http, RecordDoor door, CircleDesk desk, CancellationToken cancel)
    {
        foreach (var id in Agreements.Select(static agreement => LocalId.Parse(agreement.LocalId)))
        {
            if (desk.Own is { } own)
            {
                await SharingEndpoints.EndAsync(own, id, cancel);
            }
            else if (desk.Guardian is { } guardian)
            {
                await door.TakeBackPassedOnAsync(http, guardian.Patient, id);
            }
        }
    }

    /// <summary>What was set for the case that the patient cannot decide any more, and what was asked for under it, ends with the parting in any case.</summary>
    private static bool IsForLater(PatientConsent consent) => consent.Succession is not null || consent.Asked is not null;

    private static bool Names(Agreement agreement, IReadOnlyList<string> references) => agreement.Consent.Consent.Recipients.Any(references.Contains);

    private static bool IsOf(string reference, Person person) =>
        reference.EndsWith($"/{person.Id}", StringComparison.Ordinal) || (person.Record is { } record && reference == $"Patient/{record}");
}
