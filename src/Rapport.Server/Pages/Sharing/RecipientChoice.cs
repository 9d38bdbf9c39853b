namespace Rapport.Server.Pages.Sharing;

/// <summary>Somebody whom a record can be shared with.</summary>
/// <param name="Reference">How the consent will name them.</param>
/// <param name="Name">Their name.</param>
/// <param name="About">What they are to the patient, or what they do and where.</param>
/// <param name="UsualPurpose">What they usually look at a record for.</param>
/// <param name="References">Every reference by which consents may mean them.</param>
/// <param name="IsOrganisation">Whether it is everyone who works somewhere, and not one person.</param>
public sealed record RecipientChoice(string Reference, string Name, string? About, string UsualPurpose, IReadOnlyList<string> References, bool IsOrganisation = false)
{
    /// <summary>Who it is, so that nobody takes an organisation for a person.</summary>
    public string Title => IsOrganisation ? Say.Fill(SharingText.EveryoneAt, Name) : Name;

    /// <summary>The same inside a sentence.</summary>
    public string Told => IsOrganisation ? Say.Fill(SharingText.EveryoneAtInside, Name) : Name;

    /// <summary>Whether they look at records as their work.</summary>
    public bool IsProfessional => UsualPurpose == "TREAT";

    /// <summary>Where it stands what organisations say of them; null for who is no professional.</summary>
    public string? ProfessionalPage => Reference.StartsWith("Practitioner/", StringComparison.Ordinal) ? "/professionals/" + Reference["Practitioner/".Length..] : null;
}
