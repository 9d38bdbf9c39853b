using System.Security.Cryptography;
using System.Text;
using Rapport.Data;

namespace Rapport.People;

/// <summary>A practice, a hospital, a service: what professionals work for.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">How people call it.</param>
public sealed record Organisation(OrganisationId Id, string Name)
{
    /// <summary>How a Consent names it: <c>Organization/…</c>.</summary>
    public string Reference => "Organization/" + Id;

    /// <summary>Its care teams, by name.</summary>
    public IReadOnlyList<CareTeam> Teams { get; init; } = [];
}

/// <summary>
/// Some of the people of an organisation who care for patients together. Whoever is in the team at the moment of a decision is meant by a consent that names it, as long as they work
/// there too.
/// </summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">How people call it.</param>
public sealed record CareTeam(CareTeamId Id, string Name)
{
    /// <summary>How a Consent names it: <c>CareTeam/…</c>.</summary>
    public string Reference => Id.Reference;
}

/// <summary>
/// Everybody whom an organisation vouches for in one role, such as its cardiologists, whoever that is at the moment of a decision.
/// </summary>
/// <param name="Organisation">Where.</param>
/// <param name="Name">The role as the organisation words it.</param>
public sealed record OrganisationRole(OrganisationId Organisation, string Name)
{
    private const string Prefix = "PractitionerRole/";

    /// <summary>
    /// How a Consent names them: <c>PractitionerRole/</c>, the organisation's id, a point, and 26 letters and digits from the SHA-256 of the role's words. Case, accents and spaces make no difference to it.
    /// </summary>
    public string Reference => $"{Prefix}{Organisation}.{Key(Name)}";

    /// <summary>Of which organisation a reference names a role; null when it names none.</summary>
    public static OrganisationId? OrganisationOf(string reference) =>
        reference.StartsWith(Prefix, StringComparison.Ordinal) && reference.Length > Prefix.Length + OrganisationId.TextLength
        && reference[Prefix.Length + OrganisationId.TextLength] == '.' && OrganisationId.TryParse(reference.AsSpan(Prefix.Length, OrganisationId.TextLength), out var organisation)
            ? organisation : null;

    private static string Key(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(NameFolding.Fold(name) is { Length: > 0 } folded ? folded : name)))[..26];
}

/// <summary>A professional as everyone of the installation may find them.</summary>
/// <param name="Person">Names the person.</param>
/// <param name="DisplayName">Their name.</param>
/// <param name="Role">What they do, in words.</param>
/// <param name="Organisations">Where they work now.</param>
public sealed record Professional(PersonId Person, string DisplayName, string? Role, IReadOnlyList<Organisation> Organisations)
{
    /// <summary>How a Consent names them: <c>Practitioner/…</c>.</summary>
    public string Reference => "Practitioner/" + Person;
}
