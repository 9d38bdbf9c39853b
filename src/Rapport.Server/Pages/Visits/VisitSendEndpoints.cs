using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;
using Rapport.Server.Visits;

namespace Rapport.Server.Pages.Visits;

/// <summary>
/// Where somebody chooses in which conversation their questions go. It sends nothing: the chosen conversation opens with the text in its form, which says who reads it and by when they answer, looks for words of an emergency, and sends once.
/// </summary>
internal static class VisitSendEndpoints
{
    private const int MostShown = 20;

    public static void MapVisitSending(this IEndpointRouteBuilder pages) => pages.MapGet(VisitPlaces.Home + "/{id}/send", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, TalkDoor talks, string id, string? to, CancellationToken cancel)
    {
        if (await VisitEndpoints.FindAsync(http, door, TokenScopes.ReadOwn, id) is not var (_, visit))
        {
            return TypedResults.NotFound();
        }

        var talker = await talks.OpenAsync(http);
        var chosen = ConversationId.TryParse(to ?? "", out var named) ? named : (ConversationId?)null;
        var open = (await talks.Desk.ListAsync(talker, cancel)).Where(static view => view is { IsOwn: true, State.IsEnded: false })
            .OrderByDescending(view => view.Id == chosen).ThenByDescending(view => visit.Plan.WithReference is { } with && view.State.SeatOf(with) is not null).Take(chosen is null ? MostShown : 1).ToList();
        return new RazorComponentResult<VisitSendPage>(new Dictionary<string, object?>
        {
            [nameof(VisitSendPage.Visit)] = visit,
            [nameof(VisitSendPage.Text)] = VisitWords.Message(visit.Plan),
            [nameof(VisitSendPage.Open)] = open,
            [nameof(VisitSendPage.IsBegun)] = chosen is not null && open.Exists(view => view.Id == chosen),
        });
    }
}
