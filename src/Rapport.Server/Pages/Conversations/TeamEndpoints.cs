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
    private const int OnAPage = 50;

    public static void MapTeamInbox(this IEndpointRouteBuilder pages) => pages.MapGet(TalkPlaces.Teams, ShowAsync);

    /// <summary>The references of the teams that somebody is in now.</summary>
    public static IReadOnlyList<string> TeamsOf(Talker talker) => [.. talker.References.Where(CareTeamId.IsReference)];

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, PeopleModule people, TimeProvider clock, string? show, int? page, CancellationToken cancel)
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
            if (CareTeamId.TryParseReference(reference, out var id) && await new Recipients(people).ResolveAsync(reference, self, cancel) is { } team)
            {
                teams.Add((id, team.Title, PromiseEndpoints.MaySet(talker.Person, id)));
            }
        }

        var filter = TeamFilter.Read(show);
        var (items, rows, at, pages) = await PageAsync(door, talker, filter, page ?? 1, now, cancel);
        return new RazorComponentResult<TeamInboxPage>(new Dictionary<string, object?>
        {
            [nameof(TeamInboxPage.Teams)] = teams,
            [nameof(TeamInboxPage.Filter)] = filter,
            [nameof(TeamInboxPage.Counts)] = TeamFilter.All.Select(known => (known, items.Count(known.Has))).ToList(),
            [nameof(TeamInboxPage.Rows)] = rows,
            [nameof(TeamInboxPage.Page)] = at,
            [nameof(TeamInboxPage.Pages)] = pages,
        });
    }

    /// <summary>A page of a list, and all there is to count. What does not open any more is taken out of both.</summary>
    private static async Task<(IReadOnlyList<TeamItem> Items, IReadOnlyList<TalkRow> Rows, int Page, int Pages)> PageAsync(
        TalkDoor door, Talker talker, TeamFilter filter, int page, DateTimeOffset now, CancellationToken cancel)
    {
        while (true)
        {
            var items = await door.Desk.Inbox.ReadAsync(talker, cancel);
            var shown = TeamItem.Ordered(items.Where(filter.Has)).ToList();
            var pages = Math.Max(1, (shown.Count + OnAPage - 1) / OnAPage);
            var at = Math.Clamp(page, 1, pages);
            var (views, isForgotten) = (new List<TalkView>(), false);
            foreach (var item in shown.Skip((at - 1) * OnAPage).Take(OnAPage))
            {
                if (await door.Desk.FindAsync(talker, item.Conversation, cancel) is { } view)
                {
                    views.Add(view);
                }
                else
                {
                    isForgotten |= await door.Desk.Inbox.ForgetAsync(item, cancel);
                }
            }

            if (!isForgotten)
            {
                await door.ReachedAsync(talker, views, cancel);
                return (items, await TalkRow.AllAsync(door.Desk, talker, views, now, cancel), at, pages);
            }
        }
    }
}
