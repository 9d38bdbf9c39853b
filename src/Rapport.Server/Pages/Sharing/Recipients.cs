using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// Whom a patient can share with: their circle, professionals and organisations by a part of the name, and anyone else by their exact sign-in
/// name, so that nobody can look through the people of the installation.
/// </summary>
internal sealed class Recipients(PeopleModule people)
{
    private const string Verified = "PractitionerRole/";

    /// <summary>The people of the patient's circle.</summary>
    public async Task<IReadOnlyList<RecipientChoice>> OfCircleAsync(PatientId patient, CancellationToken cancel) =>
        [.. (await people.Circle.OfPatientAsync(patient, cancel)).Select(member => Of(member.Person, Relation.Of(member)))];

    /// <summary>The patient's own programs that see what agreements let them.</summary>
    public async Task<IReadOnlyList<RecipientChoice>> AppsAsync(PersonId self, CancellationToken cancel) =>
    [
        .. from token in await people.AccessTokens.ListAsync(self, cancel)
           where token.Scopes == TokenScopes.App
           let reference = PersonPrincipal.AppReference(token.Id)
           select new RecipientChoice(reference, token.Label, null, Consent.PurposeOfUse.PatientRequest, [reference]) { Kind = RecipientKind.App },
    ];

    /// <summary>Who is found by what was typed; the patient themself is left out.</summary>
    public async Task<IReadOnlyList<RecipientChoice>> FindAsync(string text, PersonId self, CancellationToken cancel)
    {
        var found = new List<RecipientChoice>();
        if (await people.Accounts.LookUpAsync(self, text, cancel) is { } exact && exact.Id != self)
        {
            found.Add(Introduce(exact, self));
        }

        foreach (var professional in await people.Directory.SearchProfessionalsAsync(text, cancel))
        {
            if (professional.Person != self && found.All(known => known.Reference != professional.Reference))
            {
                var about = string.Join(", ", professional.Organisations.Select(organisation => organisation.Name).Prepend(professional.Role).OfType<string>());
                found.Add(new RecipientChoice(professional.Reference, professional.DisplayName, about, "TREAT", [professional.Reference]));
            }
        }

        found.AddRange((await people.Directory.SearchOrganisationsAsync(text, cancel)).Select(Of));
        found.AddRange((await people.CareTeams.SearchAsync(text, cancel)).Select(Of));
        return found;
    }

    /// <summary>Somebody whom a person found by their exact sign-in name, or who asked them.</summary>
    public RecipientChoice Introduce(Person person, PersonId self) => Of(person, person.Role) with { Value = people.Introductions.Of(self, person.Reference) };

    /// <summary>
    /// Whom a reference means, or null for nobody that is known to whoever asks: a person is known who stands in the directory, is of their circle or has them in theirs, or was introduced to them.
    /// </summary>
    /// <param name="named">The reference, as <see cref="RecipientChoice.Value"/>.</param>
    /// <param name="self">Who asks.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="told">The name by which an agreement of theirs names the person: told of who is not known otherwise.</param>
    public async Task<RecipientChoice?> ResolveAsync(string? named, PersonId self, CancellationToken cancel, string? told = null)
    {
        if (named is null)
        {
            return null;
        }

        var (reference, isIntroduced) = people.Introductions.Read(self, named);

        if (reference.StartsWith("Organization/", StringComparison.Ordinal))
        {
            return OrganisationId.TryParse(reference.AsSpan("Organization/".Length), out var id)
                && await people.Directory.FindOrganisationAsync(id, cancel) is { } organisation ? Of(organisation) : null;
        }

        if (reference.StartsWith(PersonPrincipal.AppPrefix, StringComparison.Ordinal))
        {
            return (await AppsAsync(self, cancel)).FirstOrDefault(app => app.Reference == reference);
        }

        if (await people.CareTeams.FindAsync(reference, cancel) is { } group)
        {
            return Of(group);
        }

        // A person, as long as an organisation vouches for them.
        if (reference.StartsWith(Verified, StringComparison.Ordinal) && PersonId.TryParse(reference.AsSpan(Verified.Length), out var vouched))
        {
            return await people.Accounts.FindAsync(vouched, cancel) is { IsVerified: true } known && known.Id != self ? Of(known, known.Role) with { Reference = reference } : null;
        }

        return await people.Accounts.FindByReferenceAsync(reference, cancel) is not { } person || person.Id == self ? null
            : isIntroduced && !await people.Blocks.IsBlockedAsync(person.Id, self, cancel) ? Of(person, person.Role) with { Value = named }
            : await IsKnownAsync(person, self, cancel) ? Of(person, person.Role)
            : told is null ? null : Of(person, null) with { Name = told };
    }

    /// <summary>Whether somebody may be told the name of a person whose reference they have.</summary>
    private async Task<bool> IsKnownAsync(Person person, PersonId self, CancellationToken cancel) =>
        person.IsProfessional || (person.Record is { } theirs && await people.Circle.FindAsync(theirs, self, cancel) is not null)
        || (await people.Accounts.FindAsync(self, cancel) is { Record: { } own } && await people.Circle.FindAsync(own, person.Id, cancel) is not null);

    /// <summary>The name that an agreement gives whom it means by a reference; null where it gives none.</summary>
    public static string? NameIn(Resource consent, string reference) => consent.Root.TryGetChild("provision", out var provision) ? NameWithin(provision, reference) : null;

    private static string? NameWithin(Element provision, string reference) =>
        provision.All("actor").Select(actor => actor.TryGetChild("reference", out var named) && named.Text("reference") == reference ? named.Text("display") : null)
            .Concat(provision.All("provision").Select(inner => NameWithin(inner, reference))).FirstOrDefault(static name => name is not null);

    private static RecipientChoice Of(Person person, string? about) =>
        new(person.Reference, person.DisplayName, about, person.DefaultPurpose, person.RecipientReferences)
        {
            Named = [person.Reference, .. person.RecipientReferences.Where(IsOfOne).Append(person.VerifiedReference).Where(reference => reference != person.Reference).Distinct()],
        };

    /// <summary>Whether a reference is one of a person, and not of what they belong to.</summary>
    private static bool IsOfOne(string reference) => reference[..(reference.IndexOf('/', StringComparison.Ordinal) + 1)] is RecipientChoice.Practitioner or "RelatedPerson/" or "Patient/";

    private static RecipientChoice Of(Organisation organisation) =>
        new(organisation.Reference, organisation.Name, null, "TREAT", [organisation.Reference]) { Kind = RecipientKind.Organisation };

    private static RecipientChoice Of(OrganisationGroup group) =>
        new(group.Reference, group.Name, null, "TREAT", [group.Reference]) { Kind = group.IsRole ? RecipientKind.Role : RecipientKind.Team, Organisation = group.Organisation.Name };
}
