using Rapport.Data;
using Rapport.People;

namespace Rapport.Conversations;

/// <summary>Who has something in hand at a moment.</summary>
/// <param name="Person">Who; null for all of the team.</param>
/// <param name="Name">Their name.</param>
/// <param name="Instead">For whom they have it, or the team has it: somebody who is away; null where it is in the hands it was given to.</param>
public sealed record HandsNow(PersonId? Person, string? Name, Absence? Instead)
{
    /// <summary>All of the team.</summary>
    public static HandsNow Everybody { get; } = new(null, null, null);
}

/// <summary>Who of each team of a conversation has it in hand at a moment.</summary>
/// <param name="ByTeam">By the team's reference, in the order in which they are there; none of whom nobody has it.</param>
public sealed record HandsOfTeams(IReadOnlyDictionary<string, HandsNow> ByTeam)
{
    /// <summary>Nobody's.</summary>
    public static HandsOfTeams None { get; } = new(new Dictionary<string, HandsNow>());

    /// <summary>Who of a team has it.</summary>
    public HandsNow Of(string team) => ByTeam.GetValueOrDefault(team, HandsNow.Everybody);

    /// <summary>Who has it, for somebody who looks: of their own team, or of the first of which somebody has.</summary>
    public HandsNow For(TalkView view) => view.IsTeam ? Of(view.Capacity.Reference) : ByTeam.Values.FirstOrDefault(HandsNow.Everybody);
}

/// <summary>
/// In whose hands something is at a moment: in those it was given to, unless they are away. Then it is in those of who stands in, or all of the team's where that one is away too or not of it any more. Nothing is moved for that,
/// so nothing is lost between. Thread safe.
/// </summary>
public sealed class TeamHands
{
    private readonly PeopleModule _people;
    private readonly TeamAbsences _absences;
    private readonly TimeProvider _clock;

    internal TeamHands(PeopleModule people, TeamAbsences absences, TimeProvider clock) => (_people, _absences, _clock) = (people, absences, clock);

    /// <summary>Who of each team has a conversation in hand now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<HandsOfTeams> OfAsync(Conversation state, CancellationToken cancel)
    {
        Dictionary<string, HandsNow> found = [];
        foreach (var standing in state.Seats.Where(static seat => seat.Member.IsTeam).Select(seat => state.Of(seat.Member.Reference)))
        {
            if (standing.Hands is { } given && CareTeamId.TryParseReference(standing.Team, out var team)
                && await OfAsync(team, await _absences.FindAsync(team, cancel), given, standing.HandsSince, cancel) is { } hands)
            {
                found.Add(standing.Team, hands);
            }
        }

        return new HandsOfTeams(found);
    }

    /// <summary>Who has in hand now what was given to somebody of a team; null where that one is not of it.</summary>
    /// <param name="team">The team.</param>
    /// <param name="away">Who of it is away.</param>
    /// <param name="given">To whom it was given.</param>
    /// <param name="since">When.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<HandsNow?> OfAsync(CareTeamId team, TeamAway away, PersonId given, DateTimeOffset? since, CancellationToken cancel)
    {
        if (await MemberAsync(team, given, cancel) is not { } member)
        {
            return null;
        }

        var now = _clock.GetUtcNow();
        return away.From(given, since, now) is not { } absence ? new HandsNow(given, member.Name, null)
            : absence.StandIn is { } other && away.Of(other, now) is null && await MemberAsync(team, other, cancel) is { } standIn ? new HandsNow(other, standIn.Name, absence)
            : new HandsNow(null, null, absence);
    }

    /// <summary>Somebody as one of a team; null when they are not of it now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<TeamMember?> MemberAsync(CareTeamId team, PersonId person, CancellationToken cancel) =>
        await _people.Accounts.FindAsync(person, cancel) is { } known && known.RecipientReferences.Contains(team.Reference)
            ? new TeamMember(known.Id, known.DisplayName, known.Organisations.FirstOrDefault(membership => membership.Teams.Contains(team))?.Role ?? known.Role) : null;
}
