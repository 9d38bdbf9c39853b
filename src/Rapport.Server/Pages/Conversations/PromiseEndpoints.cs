using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>When a care team reads and by when it answers, set by whoever is in it and vouched for there.</summary>
internal static class PromiseEndpoints
{
    private const string One = TalkPlaces.Teams + "/{team}/promise";

    public static void MapTeamPromise(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(One, ShowAsync);
        pages.MapPost(One, SetAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, PeopleModule people, TimeProvider clock, string team, string? done, CancellationToken cancel)
    {
        if (TeamOf(http, team) is not { } id)
        {
            return TypedResults.NotFound();
        }

        var set = await door.Desk.Promises.FindAsync(id, cancel);
        return await PageAsync(http, people, id, PromiseForm.Of(set, TimeZones.DayOf(clock.GetUtcNow())), [], done == "set", cancel);
    }

    private static async Task<IResult> SetAsync(HttpContext http, IFormCollection fields, TalkDoor door, PeopleModule people, TimeProvider clock, string team, CancellationToken cancel)
    {
        if (TeamOf(http, team) is not { } id)
        {
            return TypedResults.NotFound();
        }

        var form = PromiseForm.Read(fields);
        if (form.ToPromise(await MembersAsync(http, people, id, cancel), out var problems) is not { } promise)
        {
            return await PageAsync(http, people, id, form, problems, false, cancel);
        }

        // What somebody else set meanwhile is seen before it is set anew.
        return await door.Desk.Promises.SetAsync(id, promise, form.Version, cancel)
            ? new SeeOther(TalkPlaces.PromiseOf(id) + "?done=set")
            : await PageAsync(http, people, id, PromiseForm.Of(await door.Desk.Promises.FindAsync(id, cancel), TimeZones.DayOf(clock.GetUtcNow())), new() { ["form"] = ConversationText.SetMeanwhile }, false, cancel);
    }

    /// <summary>Whether somebody sets what a team promises: who is in it, as long as its organisation vouches for them.</summary>
    public static bool MaySet(Person person, CareTeamId team) => person.Organisations.Any(membership => membership.Verified is not null && membership.Teams.Contains(team));

    /// <summary>The team of an address, where the caller may set what it promises; null else.</summary>
    private static CareTeamId? TeamOf(HttpContext http, string team) => CareTeamId.TryParse(team, out var id) && MaySet(http.GetPerson(), id) ? id : null;

    private static async Task<IReadOnlyList<(PersonId Id, string Name)>> MembersAsync(HttpContext http, PeopleModule people, CareTeamId team, CancellationToken cancel) =>
        [(http.GetPerson().Id, http.GetPerson().DisplayName), .. await TalkPages.ColleaguesAsync(people, team.Reference, http.GetPerson().Id, cancel)];

    private static async Task<IResult> PageAsync(
        HttpContext http, PeopleModule people, CareTeamId team, PromiseForm form, Dictionary<string, string> problems, bool isSet, CancellationToken cancel) => new RazorComponentResult<PromisePage>(new Dictionary<string, object?>
    {
        [nameof(PromisePage.Form)] = form,
        [nameof(PromisePage.Title)] = await TeamPlaces.TitleAsync(http, people, team, cancel),
        [nameof(PromisePage.Action)] = TalkPlaces.PromiseOf(team),
        [nameof(PromisePage.Members)] = await MembersAsync(http, people, team, cancel),
        [nameof(PromisePage.Problems)] = problems,
        [nameof(PromisePage.IsSet)] = isSet,
    })
    { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
