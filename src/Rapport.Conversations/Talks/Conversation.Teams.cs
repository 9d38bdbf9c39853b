using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>How a conversation stands for one of the teams in it: each promises, answers and hands over for itself.</summary>
/// <param name="Team">The team's reference.</param>
public sealed record TeamStanding(string Team)
{
    /// <summary>The first message that waits for its answer; null when none does.</summary>
    public Awaited? Waits { get; init; }

    /// <summary>Who of it has it in hand; null for all.</summary>
    public PersonId? Hands { get; init; }

    /// <summary>Their name.</summary>
    public string? HandsName { get; init; }

    /// <summary>Since when; null where nobody has it.</summary>
    public DateTimeOffset? HandsSince { get; init; }

    [JsonIgnore]
    internal bool IsNothing => Waits is null && Hands is null;

    internal TeamStanding In(PersonId? hands, string? name, DateTimeOffset at) => this with { Hands = hands, HandsName = name, HandsSince = hands is null ? null : at };
}

/// <content>How it stands for each team in it.</content>
public sealed partial record Conversation
{
    /// <summary>How it stands for each team for which something waits or is in somebody's hands; null in one in which nothing was written since that is noted for each.</summary>
    public IReadOnlyList<TeamStanding>? Teams { get; init; }

    /// <summary>What waits, the first first.</summary>
    [JsonIgnore]
    public IReadOnlyList<Awaited> AllWaiting => [.. Standings.Select(static standing => standing.Waits).OfType<Awaited>().OrderBy(static waits => waits.Seq)];

    /// <summary>The first message that waits for an answer of a team; null when none does.</summary>
    [JsonIgnore]
    public Awaited? Waits => AllWaiting is [var first, ..] ? first : null;

    /// <summary>What waited before it was noted for each team.</summary>
    [JsonInclude]
    [JsonPropertyName("Waits")]
    internal Awaited? WaitedOnce { get; init; }

    /// <summary>In whose hands it was before that was noted for each team.</summary>
    [JsonInclude]
    [JsonPropertyName("Hands")]
    internal PersonId? HandsOnce { get; init; }

    /// <summary>Their name.</summary>
    [JsonInclude]
    [JsonPropertyName("HandsName")]
    internal string? HandsNameOnce { get; init; }

    /// <summary>Since when.</summary>
    [JsonInclude]
    [JsonPropertyName("HandsSince")]
    internal DateTimeOffset? HandsSinceOnce { get; init; }

    private IReadOnlyList<TeamStanding> Standings => Teams ?? [.. Seats.Where(static seat => seat.Member.IsTeam).Select(seat => Before(seat.Member.Reference)).Where(static standing => !standing.IsNothing)];

    /// <summary>How it stands for a team.</summary>
    public TeamStanding Of(string team) => Standings.FirstOrDefault(standing => standing.Team == team) ?? new TeamStanding(team);

    /// <summary>Where nobody noted whose hands they are, they are those of whichever team that person is in.</summary>
    private TeamStanding Before(string team) =>
        new(team) { Waits = WaitedOnce?.Promise.Who == team ? WaitedOnce : null, Hands = HandsOnce, HandsName = HandsNameOnce, HandsSince = HandsSinceOnce };

    private List<TeamStanding> With(string team, Func<TeamStanding, TeamStanding> change) => [.. Standings.Where(standing => standing.Team != team), .. new[] { change(Of(team)) }.Where(static standing => !standing.IsNothing)];

    /// <summary>What was asked first waits until whoever promised answers, for each team by itself; what others say answers nothing, nor what a team says that is not its answer yet.</summary>
    private List<TeamStanding> Asked(string by, DateTimeOffset at, IReadOnlyList<AnswerPromise> promised, bool isUrgent, long seq, bool isAnew, bool isNotYet = false)
    {
        List<TeamStanding> next = [];
        foreach (var team in Standings.Select(static standing => standing.Team).Union(promised.Select(static promise => promise.Who)))
        {
            var before = isAnew ? Of(team).In(null, null, at) : Of(team);
            var promise = promised.FirstOrDefault(promise => promise.Who == team);
            next.Add(before with
            {
                Waits = team == by ? (isNotYet ? before.Waits : null)
                    : before.Waits is { } still ? still with { IsUrgent = still.IsUrgent || isUrgent }
                    : promise is null ? null : new Awaited(seq, at, promise, IsUrgent: isUrgent),
            });
        }

        return [.. next.Where(static standing => !standing.IsNothing)];
    }
}
