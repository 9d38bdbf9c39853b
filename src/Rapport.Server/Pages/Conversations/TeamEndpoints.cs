using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>What waits for the care teams that somebody is in.</summary>
internal static class TeamEndpoints
{
    public static void MapTeamInbox(this IEndpointRouteBuilder pages) => pages.MapGet(TalkPlaces.Teams, ShowAsync);

    /// <summary>The references of the teams that somebody is in now.</summary>
    public static IReadOnlyList<string> TeamsOf(Talker talker) => [.. talker.References.Where(static reference => reference.StartsWith("CareTeam/", StringComparison.Ordinal))];

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, PeopleModule people, TimeProvider clock, string? show, CancellationToken cancel)
    {
        var talker = await door.OpenAsync(http);
        if (TeamsOf(talker) is not { Count: > 0 } references)
        {
            return TypedResults.NotFound();
        }

        var (now, self) = (clock.GetUtcNow(), talker.Person.Id);
        List<(CareTeamId Id, string Title, bool MayPromise)> teams = [];
        foreach (var reference in references)
        {
            if (CareTeamId.TryParse(reference.AsSpan("CareTeam/".Length), out var id) && await new Recipients(people).ResolveAsync(reference, self, cancel) is { } team)
            {
                teams.Add((id, team.Title, PromiseEndpoints.MaySet(talker.Person, id)));
            }
        }

        List<(TalkView View, HandsNow Hands)> all = [];
        foreach (var view in (await door.Desk.ListAsync(talker, cancel)).Where(static view => view.IsTeam && !view.State.IsEnded))
        {
            all.Add((view, await door.Desk.Hands.OfAsync(view.State, cancel)));
        }

        var filter = TeamFilter.Read(show);
        return new RazorComponentResult<TeamInboxPage>(new Dictionary<string, object?>
        {
            [nameof(TeamInboxPage.Teams)] = teams,
            [nameof(TeamInboxPage.Filter)] = filter,
            [nameof(TeamInboxPage.Counts)] = TeamFilter.All.Select(known => (known, all.Count(one => known.Has(one.View, one.Hands, self, now)))).ToList(),
            [nameof(TeamInboxPage.Rows)] = await TalkRow.AllAsync(door.Desk, self, TeamFilter.Ordered(all.Where(one => filter.Has(one.View, one.Hands, self, now)).Select(static one => one.View), now).Take(TeamInboxPage.Most), now, cancel),
        });
    }
}
