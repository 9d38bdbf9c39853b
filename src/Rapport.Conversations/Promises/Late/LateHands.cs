using Rapport.Data;
using Rapport.People;

namespace Rapport.Conversations;

/// <summary>Somebody of a team.</summary>
/// <param name="Person">Who.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do, in words; null when nobody said.</param>
public sealed record TeamMember(PersonId Person, string Name, string? Role);

/// <summary>
/// Finds who of a team is told of what it has not answered: whom the team named, then whom it named for when that one is away, then who stands in for them, then who was there last, then everybody. Thread safe.
/// </summary>
/// <remarks>Nobody MUST be told who is not in the team at that moment, and nobody at all only where nobody is in it. Who is away is told only where everybody is.</remarks>
internal sealed class LateHands(PeopleModule people, ConversationStore store, TeamAbsences absences, TeamHands hands, TimeProvider clock)
{
    private const int LinesLookedAt = 200;

    /// <summary>Whose it becomes: one where there is one, else all of the team.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<TeamMember>> OfAsync(CareTeamId team, TeamPromise? promise, StoredConversation talk, CancellationToken cancel)
    {
        var (away, now) = (await absences.FindAsync(team, cancel), clock.GetUtcNow());
        PersonId?[] named = [promise?.ToldOfOverdue, promise?.ToldNext];
        var standIns = named.Select(person => person is { } known ? away.Of(known, now)?.StandIn : null);
        foreach (var person in named.Concat(standIns).OfType<PersonId>().Concat(await LastThereAsync(team.Reference, talk, cancel)))
        {
            if (away.Of(person, now) is null && await hands.MemberAsync(team, person, cancel) is { } member)
            {
                return [member];
            }
        }

        return await ThereAsync(team, away, now, cancel);
    }

    /// <summary>Who is reminded of what is not late yet: who has it in hand now, or everybody where nobody has.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<TeamMember>> BeforeAsync(CareTeamId team, Conversation state, CancellationToken cancel)
    {
        var away = await absences.FindAsync(team, cancel);
        var held = state.Of(team.Reference);
        return held.Hands is { } given && (await hands.OfAsync(team, away, given, held.HandsSince, cancel))?.Person is { } person && await hands.MemberAsync(team, person, cancel) is { } member ? [member]
            : await ThereAsync(team, away, clock.GetUtcNow(), cancel);
    }

    /// <summary>Everybody of the team who is there; everybody where nobody is.</summary>
    private async Task<IReadOnlyList<TeamMember>> ThereAsync(CareTeamId team, TeamAway away, DateTimeOffset now, CancellationToken cancel)
    {
        List<TeamMember> all =
        [
            .. from known in await people.Directory.ListMembersAsync(team.Organisation, cancel)
               where known.Membership.Teams.Contains(team)
               select new TeamMember(known.Professional.Person, known.Professional.DisplayName, known.Professional.Role),
        ];
        var there = all.Where(member => away.Of(member.Person, now) is null).ToList();
        return there.Count > 0 ? there : all;
    }

    /// <summary>Who did something in it for the team, the last first; then who looked at it, the last first.</summary>
    private async Task<IEnumerable<PersonId>> LastThereAsync(string team, StoredConversation talk, CancellationToken cancel)
    {
        var lines = await store.LinesAsync(talk, Math.Max(1, talk.State.Size - LinesLookedAt + 1), LinesLookedAt, cancel);
        var marks = await store.Marks.ReadAsync(talk, cancel);
        return lines.Where(line => line.Line.By.As == team && line.Line is not OverdueLine).Reverse().Select(static line => line.Line.By.Person)
            .Concat(marks.Where(static mark => mark.Seq > 0).OrderByDescending(static mark => mark.At).Select(static mark => mark.Reader)).Distinct();
    }
}
