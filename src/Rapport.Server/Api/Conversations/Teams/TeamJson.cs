using System.Text.Json.Serialization;
using Rapport.Conversations;

namespace Rapport.Server.Api.Conversations.Teams;

/// <summary>The care teams that the caller is in.</summary>
internal sealed record TeamList(IReadOnlyList<TeamTold> Teams);

/// <summary>A care team.</summary>
/// <param name="Reference"><c>CareTeam/…</c>; what stands behind the stroke is its id in addresses.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Organisation">Of which organisation it is.</param>
/// <param name="Members">Who is in it now.</param>
internal sealed record TeamTold(string Reference, string Name, string Organisation, IReadOnlyList<TeamMemberTold> Members);

/// <summary>Somebody of a team.</summary>
/// <param name="Reference">Who.</param>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do there; left out when nobody said.</param>
/// <param name="Away">Whether they are away today, by the team's clock.</param>
internal sealed record TeamMemberTold(string Reference, string Name, string? Role, bool Away);

/// <summary>A page of a team's list.</summary>
/// <param name="Conversations">In the order in which the team sees to them.</param>
/// <param name="Counts">How many there are in each view.</param>
/// <param name="Pages">How many pages this view has.</param>
internal sealed record TeamTalks(IReadOnlyList<TalkTold> Conversations, IReadOnlyDictionary<string, int> Counts, int Pages);

/// <summary>What a team drafts together in a conversation.</summary>
/// <param name="Text">The words; empty for none.</param>
/// <param name="Version">Which it is: who changes it, or sends it, names it.</param>
/// <param name="Writers">Who wrote at it, the last first.</param>
/// <param name="At">When they did last; left out where nobody did.</param>
internal sealed record DraftTold(string Text, long Version, IReadOnlyList<string> Writers, DateTimeOffset? At)
{
    internal static DraftTold Of(TeamDraft draft) => new(draft.Text, draft.Version, [.. draft.Writers.Select(static writer => writer.Name)], draft.Version == 0 ? null : draft.At);
}

/// <summary>Words that a team uses again and again.</summary>
/// <param name="Templates">In their order.</param>
/// <param name="Version">Which they are: who changes them names it.</param>
internal sealed record TemplateList(IReadOnlyList<TemplateTold> Templates, long Version);

/// <summary>A template.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Text">The words, with holes in braces.</param>
internal sealed record TemplateTold(string Title, string Text);

/// <summary>Who of a team is away, or will be.</summary>
internal sealed record AbsenceList(IReadOnlyList<AbsenceTold> Absences);

/// <summary>That somebody is away.</summary>
/// <param name="Who">Their reference; left out for who is in the team no more.</param>
/// <param name="Name">Their name.</param>
/// <param name="From">The first day, by the team's clock.</param>
/// <param name="Until">The last day.</param>
/// <param name="StandIn">The reference of who has meanwhile what is in their hands; left out for all of the team.</param>
/// <param name="StandInName">Their name.</param>
/// <param name="Kept">Whether what went elsewhere stays there when they are back.</param>
internal sealed record AbsenceTold(string? Who, string Name, DateOnly From, DateOnly Until, string? StandIn, string? StandInName, bool Kept);

/// <summary>How a team does.</summary>
/// <param name="Open">How many questions wait now.</param>
/// <param name="Late">How many of them wait longer than promised.</param>
/// <param name="Weeks">By the week in which they came, the oldest first.</param>
/// <param name="Topics">By topic, where enough came.</param>
internal sealed record FiguresTold(int Open, int Late, IReadOnlyList<WeekTold> Weeks, IReadOnlyList<TopicTold> Topics)
{
    internal static FiguresTold Of(TeamFigures figures) => new(
        figures.OpenNow, figures.LateNow, [.. figures.Weeks.Select(static week => new WeekTold(week.Monday, FigureTold.Of(week.Figures)))],
        [.. figures.Topics.Select(static topic => new TopicTold(TalkTold.NameOf(topic.Topic), FigureTold.Of(topic.Figures)))]);
}

/// <summary>How a team did in a week.</summary>
internal sealed record WeekTold(DateOnly Monday, FigureTold Figures);

/// <summary>How a team did with a topic.</summary>
internal sealed record TopicTold(string Topic, FigureTold Figures);

/// <summary>How a team did with some questions.</summary>
/// <param name="Came">How many came.</param>
/// <param name="Answered">How many of them are answered.</param>
/// <param name="Due">How many had a promised time that has passed, or were answered before it did.</param>
/// <param name="Kept">How many of these were answered by then.</param>
/// <param name="MedianMinutes">Half of the answered ones were answered within so many minutes; left out where none was.</param>
/// <param name="NinetiethMinutes">Nine of ten were.</param>
internal sealed record FigureTold(int Came, int Answered, int Due, int Kept, long? MedianMinutes, long? NinetiethMinutes)
{
    internal static FigureTold Of(FiguresOf figures) => new(
        figures.Came, figures.Answered, figures.Due, figures.Kept, (long?)figures.Median?.TotalMinutes, (long?)figures.Ninetieth?.TotalMinutes);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TeamList))]
[JsonSerializable(typeof(TeamTalks))]
[JsonSerializable(typeof(DraftTold))]
[JsonSerializable(typeof(TemplateList))]
[JsonSerializable(typeof(AbsenceList))]
[JsonSerializable(typeof(FiguresTold))]
internal sealed partial class TeamJson : JsonSerializerContext;
