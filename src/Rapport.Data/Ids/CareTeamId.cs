namespace Rapport.Data;

/// <summary>Names a care team of an organisation. The text form begins with the organisation's id, so it tells where the team is: 26 characters, a point, 13 characters.</summary>
public readonly record struct CareTeamId : IComparable<CareTeamId>
{
    private const string Type = "CareTeam/";

    private CareTeamId(OrganisationId organisation, LocalId local) => (Organisation, Local) = (organisation, local);

    /// <summary>Whose team it is.</summary>
    public OrganisationId Organisation { get; }

    /// <summary>What tells it from the other teams there.</summary>
    public LocalId Local { get; }

    /// <summary>How a Consent, a member or a recipient is named that is the team: <c>CareTeam/…</c>.</summary>
    public string Reference => Type + this;

    /// <summary>A new id of an organisation.</summary>
    public static CareTeamId New(OrganisationId organisation) => new(organisation, LocalId.New());

    /// <summary>The id of these parts.</summary>
    public static CareTeamId Of(OrganisationId organisation, LocalId local) => new(organisation, local);

    /// <summary>Reads the text form; false for anything that <see cref="ToString"/> would not have written.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CareTeamId id)
    {
        id = default;
        if (text.Length <= OrganisationId.TextLength || text[OrganisationId.TextLength] != '.'
            || !OrganisationId.TryParse(text[..OrganisationId.TextLength], out var organisation) || !LocalId.TryParse(text[(OrganisationId.TextLength + 1)..], out var local))
        {
            return false;
        }

        id = new CareTeamId(organisation, local);
        return true;
    }

    /// <summary>Whether a reference is one to a team, whichever.</summary>
    public static bool IsReference(string reference) => reference.StartsWith(Type, StringComparison.Ordinal);

    /// <summary>Reads the team that a <see cref="Reference"/> names; false for a reference to anything else.</summary>
    public static bool TryParseReference(string reference, out CareTeamId id)
    {
        id = default;
        return IsReference(reference) && TryParse(reference.AsSpan(Type.Length), out id);
    }

    /// <inheritdoc/>
    public int CompareTo(CareTeamId other) => (Organisation, Local).CompareTo((other.Organisation, other.Local));

    /// <summary>The text form.</summary>
    public override string ToString() => $"{Organisation}.{Local}";
}
