using Rapport.Data;
using Rapport.People;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle;

/// <summary>Somebody around a patient, or an organisation, with what they may see.</summary>
/// <param name="Choice">Who.</param>
/// <param name="Vouching">The organisations that vouch for them now; null for who is no professional.</param>
/// <param name="Agreements">The agreements with them that open something or will, newest first.</param>
/// <param name="LastLook">When they looked last under one of these; null for never.</param>
public sealed record CirclePerson(RecipientChoice Choice, IReadOnlyList<string>? Vouching, IReadOnlyList<Agreement> Agreements, DateTimeOffset? LastLook)
{
    /// <summary>Everybody: those with whom something is shared first.</summary>
    internal static async Task<IReadOnlyList<CirclePerson>> AllAsync(
        PeopleModule people, PatientId patient, PersonId self, IReadOnlyList<Agreement> agreements, IReadOnlyDictionary<string, Looks> looks, DateTimeOffset now, CancellationToken cancel)
    {
        var recipients = new Recipients(people);
        var open = agreements.Where(agreement => agreement.State != AgreementState.Ended).ToList();
        var choices = (await recipients.OfCircleAsync(patient, cancel)).ToList();
        foreach (var (consent, reference) in open.SelectMany(static agreement => agreement.Consent.Consent.Recipients.Select(reference => (agreement.Consent, reference))))
        {
            if (choices.All(known => !known.IsNamed(reference)) && await recipients.ResolveAsync(reference, self, cancel, Recipients.NameIn(consent.Resource, reference)) is { } choice)
            {
                choices.Add(choice);
            }
        }

        var found = new List<CirclePerson>();
        foreach (var choice in choices)
        {
            var own = open.Where(agreement => agreement.Consent.Consent.Recipients.Any(choice.IsNamed)).ToList();
            var last = own.Select(agreement => looks.GetValueOrDefault(agreement.Consent.Entry.Id)?.Last).Max();
            found.Add(new CirclePerson(choice, await VouchingAsync(people, choice, now, cancel), own, last));
        }

        return [.. found.OrderBy(person => person.Agreements.Count == 0)];
    }

    private static async Task<IReadOnlyList<string>?> VouchingAsync(PeopleModule people, RecipientChoice choice, DateTimeOffset now, CancellationToken cancel) =>
        choice.Professional is { } professional && PersonId.TryParse(professional.AsSpan(RecipientChoice.Practitioner.Length), out var id)
        && await people.Directory.FindProfessionalAsync(id, cancel) is { } profile
            ? [.. profile.Memberships.Where(m => m.Membership.Verified is not null && (m.Membership.Until is null || m.Membership.Until > now)).Select(m => m.Organisation.Name).Distinct()]
            : null;
}
