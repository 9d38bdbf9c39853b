using Rapport.Data;
using Rapport.People;

namespace Rapport.Server.Api.Conversations.Teams;

/// <summary>Whoever is in a care team now, as programs name them.</summary>
/// <param name="Id">Who.</param>
/// <param name="Reference">How agreements and programs name them.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do there; null when nobody said.</param>
internal sealed record TeamMember(PersonId Id, string Reference, string Name, string? Role)
{
    /// <summary>All of a team, by name.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<TeamMember>> OfAsync(PeopleModule people, CareTeamId team, CancellationToken cancel)
    {
        List<TeamMember> members = [];
        foreach (var (professional, membership) in (await people.Directory.ListMembersAsync(team.Organisation, cancel)).Where(known => known.Membership.Teams.Contains(team)))
        {
            if (await people.Accounts.FindAsync(professional.Person, cancel) is { } person)
            {
                members.Add(new TeamMember(person.Id, person.Reference, person.DisplayName, membership.Role ?? person.Role));
            }
        }

        return members;
    }
}
