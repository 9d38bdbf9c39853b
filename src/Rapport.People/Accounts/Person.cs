using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Anyone with an account, as they are at this moment. Patient, carer and professional are relationships: one person may be all three.
/// Immutable, thread safe.
/// </summary>
public sealed record Person
{
    /// <summary>Names the person.</summary>
    public required PersonId Id { get; init; }

    /// <summary>How others see the person.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What the person types to sign in, in its normal form.</summary>
    public required string SignInName { get; init; }

    /// <summary>Whether the person cares for patients as a profession, and stands in the directory.</summary>
    public bool IsProfessional { get; init; }

    /// <summary>What a professional does, in words, such as <c>general practitioner</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Whether the person runs this server: sees organisations and how the system is, and no more of any record than others.</summary>
    public bool IsOperator { get; init; }

    /// <summary>The code of the language they chose, such as <c>es</c>; null when they did not.</summary>
    public string? Language { get; init; }

    /// <summary>The name of the time zone they chose, such as <c>Europe/Madrid</c>; null when they did not.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The person's own compartment, if they keep a record here.</summary>
    public PatientId? Record { get; init; }

    /// <summary>
    /// Whether they are a child whose record somebody else began and who has never been in: nobody has signed in with this account since it is there. Who has been in once looks after themself.
    /// </summary>
    public bool IsDependent { get; init; }

    /// <summary>Where the person works now.</summary>
    public IReadOnlyList<Membership> Organisations { get; init; } = [];

    /// <summary>
    /// How a Consent and a ledger name this person: <c>Practitioner/…</c> for a professional, else <c>Patient/…</c> for who has a record
    /// here, else <c>RelatedPerson/…</c>.
    /// </summary>
    public required string Reference { get; init; }

    /// <summary>
    /// Every reference by which a Consent may mean this person now: <see cref="Reference"/>, <c>RelatedPerson/…</c> for anyone,
    /// <c>Patient/…</c> of their own record, <c>Organization/…</c> of each organisation they work for now, <c>CareTeam/…</c> of the teams they are in there, and
    /// <c>PractitionerRole/…</c> of the role in which it vouches for them;
    /// and <see cref="VerifiedReference"/> as long as one of them vouches for them.
    /// </summary>
    public required IReadOnlyList<string> RecipientReferences { get; init; }

    /// <summary>The reference of <see cref="RecipientReferences"/> that they have as long as an organisation vouches for them.</summary>
    public string VerifiedReference => $"PractitionerRole/{Id}";

    /// <summary>Whether an organisation vouches for them now.</summary>
    public bool IsVerified => Organisations.Any(static membership => membership.Verified is not null);

    /// <summary>The purpose of use (HL7 code) when none is named: <c>TREAT</c> for professionals, <c>FAMRQT</c> for others.</summary>
    public string DefaultPurpose => IsProfessional ? "TREAT" : "FAMRQT";

    /// <summary>When time alone makes this untrue: a membership begins or ends.</summary>
    internal DateTimeOffset ChangesAt { get; init; } = DateTimeOffset.MaxValue;
}

/// <summary>That a person works for an organisation.</summary>
/// <param name="Organisation">Where.</param>
/// <param name="Role">As what, in words; null when nobody said.</param>
/// <param name="Since">From when.</param>
/// <param name="Until">Until when, exclusive; null for no end.</param>
/// <param name="Verified">What the organisation looked at; null when it vouches for nothing.</param>
public sealed record Membership(OrganisationId Organisation, string? Role, DateTimeOffset Since, DateTimeOffset? Until, Verification? Verified)
{
    /// <summary>Whether they look at what the organisation's professionals do in emergencies.</summary>
    public bool IsPrivacyOfficer { get; init; }

    /// <summary>The care teams of the organisation that they are in.</summary>
    public IReadOnlyList<CareTeamId> Teams { get; init; } = [];

    /// <summary>The role in which the organisation vouches for them; null when it vouches for nothing.</summary>
    public OrganisationRole? VouchedRole => Verified is not null && Role is not null ? new OrganisationRole(Organisation, Role) : null;

    /// <summary>How a Consent may mean whoever works there as they do.</summary>
    internal IEnumerable<string> References =>
        [$"Organization/{Organisation}", .. Teams.Select(static team => team.Reference), .. VouchedRole is { } role ? [role.Reference] : Array.Empty<string>()];
}

/// <summary>Who is to have an account.</summary>
public sealed record NewPerson
{
    /// <summary>What the person will type to sign in; see <see cref="Accounts.AddAsync(NewPerson, CancellationToken)"/> for what is allowed.</summary>
    public required string SignInName { get; init; }

    /// <summary>How others will see the person: 1 to 100 characters.</summary>
    public required string DisplayName { get; init; }

    /// <summary>8 to 1024 characters; null for a person who signs in with access tokens only.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the person stands in the directory of professionals.</summary>
    public bool IsProfessional { get; init; }

    /// <summary>What a professional does, in words: up to 100 characters.</summary>
    public string? Role { get; init; }

    /// <summary>Whether they run this server.</summary>
    public bool IsOperator { get; init; }

    /// <summary>The person's own compartment, when it is there already.</summary>
    public PatientId? Record { get; init; }

    /// <summary>Whether somebody else begins their record: <see cref="Person.IsDependent"/>.</summary>
    internal bool IsDependent { get; init; }
}
