using Rapport.Data;
using Rapport.People;
using Rapport.Server.Pages.Professionals;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle;

/// <summary>Somebody around a patient, or an organisation, with what they may see.</summary>
/// <param name="Choice">Who.</param>
/// <param name="Vouching">The organisations that vouch for them now; null for who is no professional.</param>
/// <param name="Agreements">The agreements with them that open something or will, newest first.</param>
/// <param name="Contact">When they last had to do with the patient.</param>
public sealed record CirclePerson(RecipientChoice Choice, IReadOnlyList<string>? Vouching, IReadOnlyList<Agreement> Agreements, LastContact Contact)
{
    /// <summary>Whether they are in the circle, rather than only in an agreement.</summary>
    public bool IsMember { get; init; }

    /// <summary>What a professional does, in plain words; null for who is none, or whose work nobody worded.</summary>
    public string? Profession { get; init; }

    /// <summary>Who is behind a team, a role or a whole organisation; null for one person.</summary>
    public GroupMembers? Members { get; init; }

    /// <summary>What leads to blocking them: whoever stands on the page of a patient was introduced to them; null for who is not one person.</summary>
    public string? Block { get; init; }

    /// <summary>Everybody: those with whom something is shared first.</summary>
    internal static async Task<IReadOnlyList<CirclePerson>> AllAsync(
        PeopleModule people, PatientId patient, PersonId self, IReadOnlyList<Agreement> agreements, LedgerLooks looks, LastMessages messages, DateTimeOffset now, CancellationToken cancel)
    {
        var recipients = new Recipients(people);
        var open = agreements.Where(agreement => agreement.State != AgreementState.Ended).ToList();
        var choices = (await recipients.OfCircleAsync(patient, cancel)).ToList();
        var members = choices.Select(static choice => choice.Reference).ToHashSet();
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
            var last = LastLook(choice, agreements, looks);
            var profile = await ProfileAsync(people, choice, cancel);
            found.Add(new CirclePerson(choice, profile is null ? null : VouchingIn(profile, now), own, new LastContact(last, messages.With(choice), own.Count > 0))
            {
                IsMember = members.Contains(choice.Reference),
                Profession = profile?.Professional.Role is { } role ? RoleWords.Told(role) : null,
                Block = choice.Kind == RecipientKind.Person ? people.Introductions.Of(self, choice.Reference) : null,
                Members = await GroupMembers.OfAsync(people, choice, now, cancel),
            });
        }

        return [.. found.OrderBy(person => person.Agreements.Count == 0)];
    }

    /// <summary>By themself under whatever agreement, and under one with them, be it over or not; null for never.</summary>
    private static DateTimeOffset? LastLook(RecipientChoice choice, IReadOnlyList<Agreement> agreements, LedgerLooks looks)
    {
        var under = agreements.Where(agreement => agreement.Consent.Consent.Recipients.Any(choice.IsNamed)).Select(agreement => looks.ByAgreement.GetValueOrDefault(agreement.Consent.Entry.Id)?.Last);
        return under.Concat(looks.ByActor.Where(look => choice.IsNamed(look.Key)).Select(static look => (DateTimeOffset?)look.Value)).Max();
    }

    private static async Task<ProfessionalProfile?> ProfileAsync(PeopleModule people, RecipientChoice choice, CancellationToken cancel) =>
        choice.Professional is { } professional && PersonId.TryParse(professional.AsSpan(RecipientChoice.Practitioner.Length), out var id)
            ? await people.Directory.FindProfessionalAsync(id, cancel) : null;

    private static IReadOnlyList<string> VouchingIn(ProfessionalProfile profile, DateTimeOffset now) =>
        [.. profile.Memberships.Where(m => m.Membership.Verified is not null && GroupMembers.IsNow(m.Membership, now)).Select(static m => m.Organisation.Name).Distinct()];
}
