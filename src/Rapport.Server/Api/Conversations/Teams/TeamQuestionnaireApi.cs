using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Rapport.Conversations;
using Rapport.Fhir;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations.Teams;

/// <summary>Check-ins that a team keeps to ask for them again, for scripts: as FHIR's Questionnaire.</summary>
internal static class TeamQuestionnaireApi
{
    private const int MostBytes = 1024 * 1024, MostDepth = 18;

    public static void MapTeamQuestionnaireApi(this IEndpointRouteBuilder teams)
    {
        teams.MapGet("/{team}/questionnaires", ReadAsync).WithSummary("The check-ins that a team keeps to ask for them again: `{questionnaires, version}`").Produces<JsonElement>();
        teams.MapPut("/{team}/questionnaires", SetAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes)).RequireRateLimiting(RateLimits.Say)
            .WithSummary("All of them in place of those of the `version` that was read; each is a `Questionnaire` that a check-in can ask, with a title of its own").Accepts<JsonElement>("application/json").Produces<JsonElement>();
    }

    private static async Task ReadAsync(HttpContext http, string team, TalkDoor door)
    {
        if (await TeamApi.FindAsync(http, team) is { } id)
        {
            var (all, version) = await door.Desk.Questionnaires.FindAsync(id, http.RequestAborted);
            await TellAsync(http, all.Select(static one => one.Questionnaire), version);
        }
    }

    private static async Task SetAsync(HttpContext http, string team, TalkDoor door)
    {
        var reader = new Reader();
        if (await TeamApi.FindAsync(http, team) is not { } id || await reader.TakeAsync(http, MostDepth, reader.Read) is not { } asked)
        {
            return;
        }

        if (!await door.Desk.Questionnaires.SetAsync(id, asked.All, asked.Version, http.RequestAborted))
        {
            await http.WriteAsync(new(StatusCodes.Status409Conflict, "conflict", "somebody of the team changed the questionnaires meanwhile: read them again"));
            return;
        }

        await TellAsync(http, asked.All, asked.Version + 1);
    }

    private static Task TellAsync(HttpContext http, IEnumerable<Resource> all, long version)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        var told = new JsonObject { ["questionnaires"] = new JsonArray([.. all.Select(static one => JsonNode.Parse(one.Json.Span))]), ["version"] = version };
        return http.Response.WriteAsync(told.ToJsonString(), http.RequestAborted);
    }

    private sealed record Asked(IReadOnlyList<Resource> All, long Version);

    private sealed class Reader : StrictReader
    {
        public Asked Read(JsonElement body)
        {
            body = Object(body, "the body", ["questionnaires", "version"]);
            var list = Child(body, "questionnaires");
            Require(list is { ValueKind: JsonValueKind.Array } && list.Value.GetArrayLength() <= TeamQuestionnaires.Most, $"`questionnaires` is a list of at most {TeamQuestionnaires.Most}");
            List<Resource> all = [];
            HashSet<string> titles = [];
            foreach (var item in list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default)
            {
                var read = Resource.Parse(Encoding.UTF8.GetBytes(item.GetRawText()));
                var (form, problem) = read.Resource is { } resource ? CheckInQuestionnaire.Read(resource) : (null, read.Issues.FirstOrDefault(static issue => issue.Severity != IssueSeverity.Warning)?.Text);
                Require(form is not null, problem ?? "`questionnaires` holds something that is no `Questionnaire`");
                Require(form is null || titles.Add(form.Title), "each of `questionnaires` has a `title` of its own");
                if (form is not null)
                {
                    all.Add(read.Resource!);
                }
            }

            return new Asked(all, Version(body));
        }
    }
}
