using Rapport.Data;

namespace Rapport.People;

/// <summary>A practice, a hospital, a service: what professionals work for.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">How people call it.</param>
public sealed record Organisation(OrganisationId Id, string Name)
{
    /// <summary>How a Consent names it: <c>Organization/…</c>.</summary>
    public string Reference => "Organization/" + Id;
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
