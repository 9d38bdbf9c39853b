namespace Rapport.Server.Pages.Sharing;

/// <summary>The kinds of recipients.</summary>
public enum RecipientKind
{
    /// <summary>One person.</summary>
    Person,

    /// <summary>Everyone who works for an organisation.</summary>
    Organisation,

    /// <summary>A care team of an organisation.</summary>
    Team,

    /// <summary>Whom an organisation vouches for in a role.</summary>
    Role,

    /// <summary>A program of the patient's own.</summary>
    App,

    /// <summary>Whoever has a link, or is shown a card.</summary>
    Holder,
}

/// <summary>Somebody whom a record can be shared with.</summary>
/// <param name="Reference">How the consent will name them.</param>
/// <param name="Name">Their name.</param>
/// <param name="About">What they are to the patient, or what they do and where.</param>
/// <param name="UsualPurpose">What they usually look at a record for.</param>
/// <param name="References">Every reference by which consents may mean them.</param>
public sealed record RecipientChoice(string Reference, string Name, string? About, string UsualPurpose, IReadOnlyList<string> References)
{
    /// <summary>What the references of professionals begin with.</summary>
    public const string Practitioner = "Practitioner/";

    /// <summary>Those of <see cref="References"/> that mean them alone, also the one that they have only as long as somebody vouches for them: so that nobody is taken for two.</summary>
    public IReadOnlyList<string> Named { get; init; } = [Reference];

    /// <summary>What a form sends that means them: their reference, with a proof where whoever looks was introduced to them.</summary>
    public string Value { get; init; } = Reference;

    /// <summary>Whether it is one person, some of those who work somewhere, or a program.</summary>
    public RecipientKind Kind { get; init; }

    /// <summary>The organisation of a team or a role.</summary>
    public string? Organisation { get; init; }

    /// <summary>Whether whoever belongs to it is meant, those who come later too.</summary>
    public bool IsGroup => Kind is RecipientKind.Organisation or RecipientKind.Team or RecipientKind.Role;

    /// <summary>Who it is, so that nobody takes many for one.</summary>
    public string Title => Kind switch
    {
        RecipientKind.Organisation => Say.Fill(SharingText.EveryoneAt, Name),
        RecipientKind.Team => Say.Fill(SharingText.TeamAt, Name, Organisation!),
        RecipientKind.Role => Say.Fill(SharingText.RoleAt, Name, Organisation!),
        RecipientKind.App => Say.Fill(SharingText.YourApp, Name),
        RecipientKind.Holder => Say.Sentence(Name),
        _ => Name,
    };

    /// <summary>The same inside a sentence.</summary>
    public string Told => Kind switch
    {
        RecipientKind.Organisation => Say.Fill(SharingText.EveryoneAtInside, Name),
        RecipientKind.Team => Say.Fill(SharingText.TeamAtInside, Name, Organisation!),
        RecipientKind.Role => Say.Fill(SharingText.RoleAtInside, Name, Organisation!),
        RecipientKind.App => Say.Fill(SharingText.YourAppInside, Name),
        _ => Name,
    };

    /// <summary>What it means to share with whoever belongs to it; null for one person.</summary>
    public string? Meaning => Kind switch
    {
        RecipientKind.Organisation => SharingText.WholeOrganisation,
        RecipientKind.Team => SharingText.TeamMeans,
        RecipientKind.Role => SharingText.RoleMeans,
        RecipientKind.App => SharingText.AppMeans,
        _ => null,
    };

    /// <summary>Whether they look at records as their work.</summary>
    public bool IsProfessional => UsualPurpose == "TREAT";

    /// <summary>Where it stands what organisations say of them; null for who is no professional.</summary>
    public string? ProfessionalPage => Professional is { } professional ? "/professionals/" + professional[Practitioner.Length..] : null;

    /// <summary>How consents name them as a professional, vouched for or not; null for who is none.</summary>
    public string? Professional => Named.FirstOrDefault(static reference => reference.StartsWith(Practitioner, StringComparison.Ordinal));

    /// <summary>Whether a reference of a consent means them alone.</summary>
    public bool IsNamed(string reference) => Named.Contains(reference);
}
