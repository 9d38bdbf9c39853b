using System.Text.Json;
using Rapport.Conversations;
using Rapport.Server.Pages;

namespace Rapport.Server.Api.Conversations.Teams;

/// <summary>A draft that a script wants to keep.</summary>
internal sealed record DraftAsked(string Text, long Version);

/// <summary>In whose hands a script wants to give something: a reference, or null for all of the team.</summary>
internal sealed record AssignAsked(string? To);

/// <summary>A conversation that a script wants to close.</summary>
internal sealed record CloseAsked(string? Summary);

/// <summary>Templates that a script wants to keep, all of them.</summary>
internal sealed record TemplatesAsked(IReadOnlyList<Template> All, long Version);

/// <summary>That the caller is away, as a script says it.</summary>
internal sealed record AbsenceAsked(DateOnly From, DateOnly Until, string? StandIn, bool IsKept);

/// <summary>Reads what scripts send for care teams, strictly: what is not understood is told.</summary>
internal sealed class TeamReader : StrictReader
{
    private const int MostReference = 200;

    /// <summary>A draft; empty words take it away.</summary>
    public DraftAsked ReadDraft(JsonElement body)
    {
        body = Object(body, "the body", ["text", "version"]);
        var text = TextIn(body, "text") is "" ? "" : Words(body, "text", ConversationDesk.MostText);
        Require(text is not null, $"`text` is the draft: at most {ConversationDesk.MostText} letters of plain text, and none to take it away");
        return new DraftAsked(text ?? "", Version(body));
    }

    /// <summary>In whose hands something goes.</summary>
    public AssignAsked ReadAssigned(JsonElement body)
    {
        body = Object(body, "the body", ["to"]);
        Require(Child(body, "to") is null || TextIn(body, "to") is { Length: > 0 and <= MostReference }, "`to` is the reference of somebody of the team; leave it out for all of the team");
        return new AssignAsked(TextIn(body, "to"));
    }

    /// <summary>What came of a conversation.</summary>
    public CloseAsked ReadClosed(JsonElement body)
    {
        body = Object(body, "the body", ["summary"]);
        var summary = Words(body, "summary", ConversationDesk.MostText);
        Require(Child(body, "summary") is null || summary is not null, $"`summary` is what was agreed: 1 to {ConversationDesk.MostText} letters of plain text");
        return new CloseAsked(summary);
    }

    /// <summary>All templates of a team.</summary>
    public TemplatesAsked ReadTemplates(JsonElement body)
    {
        body = Object(body, "the body", ["templates", "version"]);
        var list = Child(body, "templates");
        Require(list is { ValueKind: JsonValueKind.Array } && list.Value.GetArrayLength() <= TeamTemplates.Most, $"`templates` is a list of at most {TeamTemplates.Most}");
        List<Template> all = [];
        foreach (var item in list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default)
        {
            var one = Object(item, "a template", ["title", "text"]);
            var (title, text) = (OneLine.Of(TextIn(one, "title") ?? ""), Words(one, "text", TeamTemplates.MostText));
            Require(
                title.Length is > 0 and <= TeamTemplates.MostTitle && text is not null && all.TrueForAll(known => known.Title != title),
                $"a template has a `title` of its own, of 1 to {TeamTemplates.MostTitle} letters on one line, and a `text` of 1 to {TeamTemplates.MostText}");
            all.Add(new Template(title, text ?? ""));
        }

        return new TemplatesAsked(all, Version(body));
    }

    /// <summary>From when until when somebody is away.</summary>
    public AbsenceAsked ReadAbsence(JsonElement body)
    {
        body = Object(body, "the body", ["from", "until", "standIn", "kept"]);
        var (from, until) = (Day(body, "from"), Day(body, "until"));
        Require(from is not null && until is not null, "`from` and `until` are the first and the last day, like `2026-05-03`");
        Require(Child(body, "standIn") is null || TextIn(body, "standIn") is { Length: > 0 and <= MostReference }, "`standIn` is the reference of somebody of the team");
        return new AbsenceAsked(from ?? default, until ?? default, TextIn(body, "standIn"), Flag(body, "kept"));
    }
}
