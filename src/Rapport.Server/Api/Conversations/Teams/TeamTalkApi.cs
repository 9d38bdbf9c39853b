using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations.Teams;

/// <summary>What somebody of a care team does in a conversation beside writing, for scripts. To whoever is in it as nobody of a team there is no draft, and nothing to hand over or to close.</summary>
internal static class TeamTalkApi
{
    private const int MostBytes = 128 * 1024, MostDepth = 2;

    private static readonly Failure NoTeam = new(StatusCodes.Status403Forbidden, "forbidden", "only whoever is in this conversation as one of a care team does that");
    private static readonly Failure Ended = new(StatusCodes.Status409Conflict, "business-rule", "the patient ended this conversation");

    public static void MapTeamTalkApi(this IEndpointRouteBuilder talks)
    {
        talks.MapGet("/{id}/draft", ReadDraftAsync).WithSummary("What the caller's care team drafts together in a conversation: nobody else sees it").Produces<DraftTold>();
        talks.MapPut("/{id}/draft", KeepDraftAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Keeps the team's draft in place of the `version` that was read: `{text, version}`; it is sent as a message that names `draft`, its version").Accepts<JsonElement>("application/json").Produces<DraftTold>();
        talks.MapPost("/{id}/assign", AssignAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Gives a conversation into the hands of somebody of the team: `{to}`, their reference, or nothing for all of the team").Accepts<JsonElement>("application/json").Produces(StatusCodes.Status204NoContent);
        talks.MapPost("/{id}/close", CloseAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Closes a conversation: what was asked is answered, and a new message opens it again; `{summary}`, what was agreed, is read by everybody in it, and the patient may put it into their record")
            .Accepts<JsonElement>("application/json").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task ReadDraftAsync(HttpContext http, string id, TalkDoor door)
    {
        if (await FindAsync(http, id, door, toWrite: false) is var (_, view) && await door.Desk.Drafts.FindAsync(view, http.RequestAborted) is { } draft)
        {
            await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, DraftTold.Of(draft), TeamJson.Default.DraftTold);
        }
    }

    private static async Task KeepDraftAsync(HttpContext http, string id, TalkDoor door)
    {
        var reader = new TeamReader();
        if (await FindAsync(http, id, door) is not var (talker, view) || await reader.TakeAsync(http, MostDepth, reader.ReadDraft) is not { } asked)
        {
            return;
        }

        if (!await door.Desk.Drafts.WriteAsync(talker, view, asked.Text, asked.Version, http.RequestAborted) || await door.Desk.Drafts.FindAsync(view, http.RequestAborted) is not { } draft)
        {
            await http.WriteAsync(new(StatusCodes.Status409Conflict, "conflict", "somebody of the team changed the draft meanwhile: read it, and go on from both"));
            return;
        }

        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, DraftTold.Of(draft), TeamJson.Default.DraftTold);
    }

    private static async Task AssignAsync(HttpContext http, string id, TalkDoor door, PeopleModule people)
    {
        var reader = new TeamReader();
        if (await FindAsync(http, id, door) is not var (talker, view) || await reader.TakeAsync(http, MostDepth, reader.ReadAssigned) is not { } asked)
        {
            return;
        }

        var to = asked.To is not null && CareTeamId.TryParseReference(view.Capacity.Reference, out var team)
            ? (await TeamMember.OfAsync(people, team, http.RequestAborted)).FirstOrDefault(member => member.Reference == asked.To) : null;
        if (asked.To is not null && to is null)
        {
            await http.WriteAsync(new(StatusCodes.Status422UnprocessableEntity, "not-found", "`to` is nobody of your team: `/api/teams` names who is in it"));
            return;
        }

        await AnswerAsync(http, await door.Desk.TakeAsync(talker, view, to?.Id, to?.Name, CancellationToken.None));
    }

    private static async Task CloseAsync(HttpContext http, string id, TalkDoor door)
    {
        var reader = new TeamReader();
        if (await FindAsync(http, id, door) is var (talker, view) && await reader.TakeAsync(http, MostDepth, reader.ReadClosed) is { } asked)
        {
            await AnswerAsync(http, await door.Desk.CloseAsync(talker, view, asked.Summary, CancellationToken.None));
        }
    }

    private static async Task AnswerAsync(HttpContext http, bool isDone)
    {
        if (!isDone)
        {
            await http.WriteAsync(Ended);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>The conversation of an id, where the caller is in it as one of a team; answered where they are not.</summary>
    private static async Task<(Talker Talker, TalkView View)?> FindAsync(HttpContext http, string id, TalkDoor door, bool toWrite = true)
    {
        if (await ConversationEndpoints.FindAsync(http, id, door) is not var (talker, view))
        {
            return null;
        }

        if (!view.IsTeam || (toWrite && view.State.IsEnded))
        {
            await http.WriteAsync(view.IsTeam ? Ended : NoTeam);
            return null;
        }

        return (talker, view);
    }
}
