using Rapport.Data;
using Rapport.People;
using Rapport.Server.Pages.Professionals;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle;

/// <summary>Who is behind a team, a role or a whole organisation at this moment.</summary>
/// <param name="VouchedBy">The organisation that says who belongs to it.</param>
/// <param name="Names">The first of them by name, with what each does.</param>
/// <param name="More">How many others there are.</param>
public sealed record GroupMembers(string VouchedBy, IReadOnlyList<string> Names, int More)
{
    private const int Most = 5;

    /// <summary>Those behind a choice; null for one person or a program.</summary>
    internal static async Task<GroupMembers?> OfAsync(PeopleModule people, RecipientChoice choice, DateTimeOffset now, CancellationToken cancel)
    {
        if (!choice.IsGroup || OrganisationOf(choice.Reference) is not { } id || await people.Directory.FindOrganisationAsync(id, cancel) is not { } organisation)
        {
            return null;
        }

        var members = (await people.Directory.ListMembersAsync(id, cancel)).Where(member => IsNow(member.Membership, now) && Belongs(member.Membership, choice.Reference)).ToList();
        return new GroupMembers(organisation.Name, [.. members.Take(Most).Select(Told)], Math.Max(0, members.Count - Most));
    }

    /// <summary>Whether somebody works where it says at this moment.</summary>
    internal static bool IsNow(Membership membership, DateTimeOffset now) => membership.Since <= now && (membership.Until is null || membership.Until > now);

    private static string Told((Professional Professional, Membership Membership) member) => (member.Membership.Role ?? member.Professional.Role) is { } role
        ? Say.Fill(CircleText.MemberAs, member.Professional.DisplayName, RoleWords.Told(role)) : member.Professional.DisplayName;

    private static bool Belongs(Membership membership, string reference) => reference == $"Organization/{membership.Organisation}"
        || membership.Teams.Any(team => reference == team.Reference) || membership.VouchedRole?.Reference == reference;

    private static OrganisationId? OrganisationOf(string reference)
    {
        const string organisation = "Organization/";
        return reference.StartsWith(organisation, StringComparison.Ordinal) && OrganisationId.TryParse(reference.AsSpan(organisation.Length), out var id) ? id
            : CareTeamId.TryParseReference(reference, out var team) ? team.Organisation
            : OrganisationRole.OrganisationOf(reference);
    }
}
