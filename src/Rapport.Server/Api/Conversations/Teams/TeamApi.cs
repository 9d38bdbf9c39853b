using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations.Teams;

/// <summary>What a care team keeps of its own, for scripts of whoever is in it. A team that the caller is not in looks like none.</summary>
internal static class TeamApi
{
    /// <summary>The path.</summary>
    public const string Path = "/api/teams";

    private const int MostBytes = 512 * 1024, MostDepth = 4, OnAPage = 50;

    public static void MapTeamApi(this IEndpointRouteBuilder app)
    {
        var teams = app.MapGroup(Path).WithTags("Care teams");
        teams.MapGet("", ListAsync).WithSummary("The care teams that the caller is in, with who is in them").Produces<TeamList>();
        teams.MapGet("/{team}/conversations", ListTalksAsync).WithSummary("A team's list, in the order in which it is seen to: `show` is `waiting`, `overdue`, `mine`, `unread`, `all` or `closed`, fifty to a `page`").Produces<TeamTalks>();
        teams.MapGet("/{team}/templates", ReadTemplatesAsync).WithSummary("Words that a team uses again and again").Produces<TemplateList>();
        teams.MapPut("/{team}/templates", SetTemplatesAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes)).RequireRateLimiting(RateLimits.Say)
            .WithSummary("All templates in place of those of the `version` that was read: `{templates, version}`").Accepts<JsonElement>("application/json").Produces<TemplateList>();
        teams.MapTeamQuestionnaireApi();
        teams.MapGet("/{team}/absences", ListAbsencesAsync).WithSummary("Who of a team is away now or will be, and who stands in").Produces<AbsenceList>();
        teams.MapPut("/{team}/absences/own", SetAbsenceAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes)).RequireRateLimiting(RateLimits.Say)
            .WithSummary("Says that the caller is away: `{from, until, standIn, kept}`, in place of what they said before of days to come").Accepts<JsonElement>("application/json").Produces(StatusCodes.Status204NoContent);
        teams.MapDelete("/{team}/absences/own", EndAbsenceAsync).RequireRateLimiting(RateLimits.Say).WithSummary("Says that the caller is back, or will not be away").Produces(StatusCodes.Status204NoContent);
        teams.MapGet("/{team}/figures", ReadFiguresAsync).WithSummary("How a team does, of the team and never of one of it").Produces<FiguresTold>();
    }

    private static async Task ListAsync(HttpContext http, TalkDoor door, PeopleModule people, TimeProvider clock)
    {
        var (talker, cancel) = (await door.OpenAsync(http), http.RequestAborted);
        List<TeamTold> told = [];
        foreach (var reference in TeamEndpoints.TeamsOf(talker))
        {
            if (CareTeamId.TryParseReference(reference, out var id) && await new Recipients(people).ResolveAsync(reference, talker.Person.Id, cancel) is { } team)
            {
                var (away, now) = (await door.Desk.Absences.FindAsync(id, cancel), clock.GetUtcNow());
                var members = (await TeamMember.OfAsync(people, id, cancel)).Select(member => new TeamMemberTold(member.Reference, member.Name, member.Role, away.Of(member.Id, now) is not null));
                told.Add(new TeamTold(reference, team.Name, team.Organisation ?? "", [.. members]));
            }
        }

        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, new TeamList(told), TeamJson.Default.TeamList);
    }

    private static async Task ListTalksAsync(HttpContext http, string team, TalkDoor door, TimeProvider clock, string? show, int? page)
    {
        if (await FindAsync(http, team) is not { } id)
        {
            return;
        }

        if ((show is not null && TeamFilter.Read(show).Name != show) || page is < 1)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", $"`show` is one of {string.Join(", ", TeamFilter.All.Select(static known => $"`{known.Name}`"))}, and `page` a number from 1 on"));
            return;
        }

        var (talker, now, cancel) = (await door.OpenAsync(http), clock.GetUtcNow(), http.RequestAborted);
        var items = (await door.Desk.Inbox.ReadAsync(talker, cancel)).Where(item => item.Team == id.Reference).ToList();
        var shown = TeamItem.Ordered(items.Where(TeamFilter.Read(show).Has)).ToList();
        List<TalkTold> told = [];
        foreach (var item in shown.Skip(OnAPage * ((page ?? 1) - 1)).Take(OnAPage))
        {
            if (await door.Desk.FindAsync(talker, item.Conversation, cancel) is { } view)
            {
                told.Add(TalkTold.Of(view, await door.Desk.Hands.OfAsync(view.State, cancel), now));
            }
        }

        var counts = TeamFilter.All.ToDictionary(static known => known.Name, known => items.Count(known.Has));
        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, new TeamTalks(told, counts, (shown.Count + OnAPage - 1) / OnAPage), TeamJson.Default.TeamTalks);
    }

    private static async Task ReadTemplatesAsync(HttpContext http, string team, TalkDoor door)
    {
        if (await FindAsync(http, team) is { } id)
        {
            var (all, version) = await door.Desk.Templates.FindAsync(id, http.RequestAborted);
            await TellAsync(http, all, version);
        }
    }

    private static async Task SetTemplatesAsync(HttpContext http, string team, TalkDoor door)
    {
        var reader = new TeamReader();
        if (await FindAsync(http, team) is not { } id || await reader.TakeAsync(http, MostDepth, reader.ReadTemplates) is not { } asked)
        {
            return;
        }

        if (!await door.Desk.Templates.SetAsync(id, asked.All, asked.Version, http.RequestAborted))
        {
            await http.WriteAsync(new(StatusCodes.Status409Conflict, "conflict", "somebody of the team changed the templates meanwhile: read them again"));
            return;
        }

        await TellAsync(http, asked.All, asked.Version + 1);
    }

    private static Task TellAsync(HttpContext http, IReadOnlyList<Template> all, long version) => ConversationEndpoints.WriteAsync(
        http, StatusCodes.Status200OK, new TemplateList([.. all.Select(static one => new TemplateTold(one.Title, one.Text))], version), TeamJson.Default.TemplateList);

    private static async Task ListAbsencesAsync(HttpContext http, string team, TalkDoor door, PeopleModule people, TimeProvider clock)
    {
        if (await FindAsync(http, team) is not { } id)
        {
            return;
        }

        var away = await door.Desk.Absences.FindAsync(id, http.RequestAborted);
        var today = away.DayOf(clock.GetUtcNow());
        var members = (await TeamMember.OfAsync(people, id, http.RequestAborted)).ToDictionary(static member => member.Id, static member => member.Reference);
        var told = away.All.Where(absence => absence.Until >= today).OrderBy(static absence => absence.From).Select(absence => new AbsenceTold(
            members.GetValueOrDefault(absence.Person), absence.Name, absence.From, absence.Until, absence.StandIn is { } standIn ? members.GetValueOrDefault(standIn) : null, absence.StandInName, absence.IsKept));
        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, new AbsenceList([.. told]), TeamJson.Default.AbsenceList);
    }

    private static async Task SetAbsenceAsync(HttpContext http, string team, TalkDoor door, PeopleModule people)
    {
        var reader = new TeamReader();
        if (await FindAsync(http, team) is not { } id || await reader.TakeAsync(http, MostDepth, reader.ReadAbsence) is not { } asked)
        {
            return;
        }

        var self = http.GetPerson();
        var standIn = asked.StandIn is null ? null : (await TeamMember.OfAsync(people, id, http.RequestAborted)).FirstOrDefault(member => member.Reference == asked.StandIn && member.Id != self.Id);
        if (asked.StandIn is not null && standIn is null)
        {
            await http.WriteAsync(new(StatusCodes.Status422UnprocessableEntity, "not-found", "`standIn` is nobody else of your team: `/api/teams` names who is in it"));
            return;
        }

        var status = await door.Desk.Absences.SetAsync(id, new Absence(self.Id, self.DisplayName, asked.From, asked.Until, standIn?.Id, standIn?.Name, asked.IsKept), http.RequestAborted);
        await AnswerAsync(http, status);
    }

    private static async Task EndAbsenceAsync(HttpContext http, string team, TalkDoor door)
    {
        if (await FindAsync(http, team) is { } id)
        {
            await AnswerAsync(http, await door.Desk.Absences.EndAsync(id, http.GetPerson().Id, http.RequestAborted) ? AbsenceStatus.Set : AbsenceStatus.Busy);
        }
    }

    private static async Task AnswerAsync(HttpContext http, AbsenceStatus status)
    {
        if (status == AbsenceStatus.Set)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await http.WriteAsync(status == AbsenceStatus.WrongDays
            ? new(StatusCodes.Status422UnprocessableEntity, "invalid", $"`until` is a day from today on and not before `from`, and both within {TeamAbsences.MostDays} days")
            : new(StatusCodes.Status409Conflict, "conflict", "others of the team changed this at the same moment: try again"));
    }

    private static async Task ReadFiguresAsync(HttpContext http, string team, TalkDoor door)
    {
        if (await FindAsync(http, team) is { } id)
        {
            await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, FiguresTold.Of(await door.Desk.Inbox.FiguresAsync(id, http.RequestAborted)), TeamJson.Default.FiguresTold);
        }
    }

    /// <summary>The team of an address, where the caller is in it now; answered where they are not.</summary>
    internal static async Task<CareTeamId?> FindAsync(HttpContext http, string team)
    {
        http.Require(TokenScopes.Converse);
        if (TeamPlaces.TeamOf(http, team) is { } id)
        {
            return id;
        }

        await http.WriteAsync(Failure.NothingHere);
        return null;
    }
}
