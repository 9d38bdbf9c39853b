using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>All of somebody's conversations, and looking for words in them.</summary>
internal static class ListEndpoints
{
    private const int OnAPage = 30;

    public static void MapTalkList(this IEndpointRouteBuilder pages) => pages.MapGet(TalkPlaces.Home, ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, Modules modules, ServerSettings settings, TimeProvider clock, string? find, int? page, string? done, CancellationToken cancel)
    {
        var talker = await door.OpenAsync(http);
        var views = await door.Desk.ListAsync(talker, cancel);
        var looked = OneLine.Of(find ?? "") is { Length: > 0 and <= TalkSearch.MostFind } words ? words : null;
        var pageCount = Math.Max(1, (views.Count + OnAPage - 1) / OnAPage);
        var at = Math.Clamp(page ?? 1, 1, pageCount);
        var shown = looked is null ? views.Skip((at - 1) * OnAPage).Take(OnAPage).ToList() : [];
        var rows = await TalkRow.AllAsync(door.Desk, talker, shown, clock.GetUtcNow(), cancel);
        await door.ReachedAsync(talker, shown, cancel);
        return new RazorComponentResult<ConversationsPage>(new Dictionary<string, object?>
        {
            [nameof(ConversationsPage.Rows)] = rows,
            [nameof(ConversationsPage.Going)] = settings.KeepConversations is null || looked is not null ? [] : Going(views, await modules.Keeping.GoingAsync(views, cancel)),
            [nameof(ConversationsPage.Find)] = looked,
            [nameof(ConversationsPage.Found)] = looked is null ? null : await TalkSearch.FindAsync(door.Desk, views, looked, cancel),
            [nameof(ConversationsPage.Page)] = at,
            [nameof(ConversationsPage.Pages)] = pageCount,
            [nameof(ConversationsPage.HasTeam)] = TeamEndpoints.TeamsOf(talker).Count > 0,
            [nameof(ConversationsPage.MayBegin)] = talker.Person.Record is not null,
            [nameof(ConversationsPage.IsProfessional)] = talker.Person.IsProfessional,
            [nameof(ConversationsPage.Done)] = done,
        });
    }

    private static List<(TalkView View, DateTimeOffset Day)> Going(IReadOnlyList<TalkView> views, IReadOnlyDictionary<ConversationId, DateTimeOffset> going) =>
        [.. views.Where(view => going.ContainsKey(view.Id)).Select(view => (view, going[view.Id])).OrderBy(static known => known.Item2)];
}
