using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Teams;

/// <summary>The words that a care team uses again and again, kept by whoever is in it.</summary>
internal static class TemplateEndpoints
{
    private const string One = TalkPlaces.Teams + "/{team}/templates";

    public static void MapTeamTemplates(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(One, ShowAsync);
        pages.MapPost(One, ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, PeopleModule people, string team, string? done, CancellationToken cancel) =>
        TeamPlaces.TeamOf(http, team) is { } id ? await PageAsync(http, door, people, id, null, null, done == "set", cancel) : TypedResults.NotFound();

    /// <summary>Adds one, changes or removes one, or adds those that are offered: all against the list that was seen.</summary>
    private static async Task<IResult> ChangeAsync(HttpContext http, IFormCollection fields, TalkDoor door, PeopleModule people, string team, CancellationToken cancel)
    {
        if (TeamPlaces.TeamOf(http, team) is not { } id)
        {
            return TypedResults.NotFound();
        }

        var (all, _) = await door.Desk.Templates.FindAsync(id, cancel);
        var typed = new Template(OneLine.Of(fields["title"].ToString()), MessageDraft.Lines(fields["text"].ToString()));
        var version = long.TryParse(fields["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;
        var at = int.TryParse(fields["at"], NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < all.Count ? place : -1;
        var step = fields["step"].ToString();
        List<Template>? next = step switch
        {
            "remove" when at >= 0 => [.. all.Where((_, i) => i != at)],
            "offered" => [.. all, .. TemplateWords.Offered.Where(offered => all.All(known => known.Title != offered.Title))],
            "change" when at >= 0 => [.. all.Select((known, i) => i == at ? typed : known)],
            "add" => [.. all, typed],
            _ => null,
        };
        var problem = next is null ? ConversationText.SetMeanwhile
            : next.Count > TeamTemplates.Most ? Say.Fill(TeamText.TooManyTemplates, Say.Number(TeamTemplates.Most))
            : next.Any(static one => one.Title.Length is 0 or > TeamTemplates.MostTitle || one.Text.Length is 0 or > TeamTemplates.MostText)
                ? Say.Fill(TeamText.TemplateProblem, Say.Number(TeamTemplates.MostTitle), Say.Number(TeamTemplates.MostText))
            : await door.Desk.Templates.SetAsync(id, next, version, cancel) ? null : ConversationText.SetMeanwhile;
        return problem is null ? new SeeOther(TeamPlaces.TemplatesOf(id) + "?done=set") : await PageAsync(http, door, people, id, step is "add" or "change" ? typed : null, problem, false, cancel);
    }

    private static async Task<IResult> PageAsync(HttpContext http, TalkDoor door, PeopleModule people, CareTeamId team, Template? typed, string? problem, bool isSet, CancellationToken cancel)
    {
        var (all, version) = await door.Desk.Templates.FindAsync(team, cancel);
        return new RazorComponentResult<TemplatesPage>(new Dictionary<string, object?>
        {
            [nameof(TemplatesPage.Title)] = await TeamPlaces.TitleAsync(http, people, team, cancel),
            [nameof(TemplatesPage.Action)] = TeamPlaces.TemplatesOf(team),
            [nameof(TemplatesPage.All)] = all,
            [nameof(TemplatesPage.Version)] = version,
            [nameof(TemplatesPage.Typed)] = typed ?? new Template("", ""),
            [nameof(TemplatesPage.Problem)] = problem,
            [nameof(TemplatesPage.IsSet)] = isSet,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }
}
