using Rapport.Data;
using Rapport.People;

namespace Rapport.Conversations;

/// <summary>Somebody of a team.</summary>
/// <param name="Person">Who.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do, in words; null when nobody said.</param>
public sealed record TeamMember(PersonId Person, string Name, string? Role);

/// <summary>
/// Finds who of a team is told of what it has not answered: whom the team named, then whom it named for when that one is away, then who was there last, then everybody. Thread safe.
/// </summary>
/// <remarks>Nobody MUST be told who is not in the team at that moment, and nobody at all only where nobody is in it.</remarks>
internal sealed class LateHands(PeopleModule people, ConversationStore store)
{
    private const int LinesLookedAt = 200;

    /// <summary>Whose it becomes: one where there is one, else all of the team.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<TeamMember>> OfAsync(CareTeamId team, TeamPromise? promise, StoredConversation talk, CancellationToken cancel)
    {
        foreach (var named in new[] { promise?.ToldOfOverdue, promise?.ToldNext })
        {
            if (named is { } person && await InTeamAsync(team, person, cancel) is { } member)
            {
                return [member];
            }
        }

        foreach (var person in await LastThereAsync($"CareTeam/{team}", talk, cancel))
        {
            if (await InTeamAsync(team, person, cancel) is { } member)
            {
                return [member];
            }
        }

        return [.. from known in await people.Directory.ListMembersAsync(team.Organisation, cancel)
                   where known.Membership.Teams.Contains(team)
                   select new TeamMember(known.Professional.Person, known.Professional.DisplayName, known.Professional.Role)];
    }

    /// <summary>Who did something in it for the team, the last first; then who looked at it, the last first.</summary>
    private async Task<IEnumerable<PersonId>> LastThereAsync(string team, StoredConversation talk, CancellationToken cancel)
    {
        var lines = await store.LinesAsync(talk, Math.Max(1, talk.State.Size - LinesLookedAt + 1), LinesLookedAt, cancel);
        var marks = await store.Marks.ReadAsync(talk, cancel);
        return lines.Where(line => line.Line.By.As == team && line.Line is not OverdueLine).Reverse().Select(static line => line.Line.By.Person)
            .Concat(marks.OrderByDescending(static mark => mark.At).Select(static mark => mark.Reader)).Distinct();
    }

    private async Task<TeamMember?> InTeamAsync(CareTeamId team, PersonId person, CancellationToken cancel) =>
        await people.Accounts.FindAsync(person, cancel) is { } known && known.RecipientReferences.Contains($"CareTeam/{team}")
            ? new TeamMember(known.Id, known.DisplayName, known.Organisations.FirstOrDefault(membership => membership.Teams.Contains(team))?.Role ?? known.Role) : null;
}
