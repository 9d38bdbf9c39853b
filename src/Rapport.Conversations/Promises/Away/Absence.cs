using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>That somebody of a team is away for some days, by the team's clock.</summary>
/// <param name="Person">Who.</param>
/// <param name="Name">Their name.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="StandIn">Who has meanwhile what is in their hands; null for all of the team.</param>
/// <param name="StandInName">Their name.</param>
/// <param name="IsKept">Whether what was in their hands stays where it went when they are back.</param>
public sealed record Absence(PersonId Person, string Name, DateOnly From, DateOnly Until, PersonId? StandIn, string? StandInName, bool IsKept);

/// <summary>Who of a team is away when. Immutable.</summary>
/// <param name="zone">The team's clock.</param>
/// <param name="all">Their absences.</param>
public sealed class TeamAway(TimeZoneInfo zone, IReadOnlyList<Absence> all)
{
    /// <summary>The team's clock.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>All of them that are known.</summary>
    public IReadOnlyList<Absence> All => all;

    /// <summary>The day by the team's clock.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>The absence by which somebody is away at an instant; null when they are there.</summary>
    public Absence? Of(PersonId person, DateTimeOffset at)
    {
        var day = DayOf(at);
        return all.FirstOrDefault(absence => absence.Person == person && absence.From <= day && day <= absence.Until);
    }

    /// <summary>The absence by which what somebody has in hand is in other hands: they are away, or were since it came to them and left it where it went. Null when it is theirs.</summary>
    /// <param name="person">Into whose hands it was given.</param>
    /// <param name="since">When; null for not known.</param>
    /// <param name="at">The instant that is asked about.</param>
    public Absence? From(PersonId person, DateTimeOffset? since, DateTimeOffset at)
    {
        var (day, given) = (DayOf(at), since is { } then ? DayOf(then) : DateOnly.MinValue);
        return Of(person, at) ?? all.Where(absence => absence.Person == person && absence.IsKept && absence.Until < day && given <= absence.Until).MaxBy(static absence => absence.Until);
    }
}
