using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Teams;

/// <summary>How a care team does, for whoever is in it.</summary>
internal static class FiguresEndpoints
{
    public static void MapTeamFigures(this IEndpointRouteBuilder pages) => pages.MapGet(TalkPlaces.Teams + "/{team}/figures", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, PeopleModule people, string team, CancellationToken cancel) =>
        TeamPlaces.TeamOf(http, team) is not { } id ? TypedResults.NotFound()
        : new RazorComponentResult<FiguresPage>(new Dictionary<string, object?>
        {
            [nameof(FiguresPage.Title)] = await TeamPlaces.TitleAsync(http, people, id, cancel),
            [nameof(FiguresPage.Figures)] = await door.Desk.Inbox.FiguresAsync(id, cancel),
        });
}
