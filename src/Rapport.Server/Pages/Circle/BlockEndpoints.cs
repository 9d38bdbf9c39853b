using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Circle;

/// <summary>From whom somebody wants to hear nothing, or whoever looks after a small child for it: who that is, and the way there and back. Whoever is blocked is told nothing.</summary>
internal static class BlockEndpoints
{
    public static void MapBlocking(this IEndpointRouteBuilder pages)
    {
        foreach (var home in CirclePlace.Homes)
        {
            var place = new CirclePlace(home, null);
            pages.MapGet(place.Blocked, ListAsync);
            pages.MapPost(place.Blocked, FindAsync);
            pages.MapGet(place.Block, AskAsync);
            pages.MapPost(place.Block, BlockAsync);
            pages.MapPost(place.Unblock, UnblockAsync);
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, string? done, CancellationToken cancel) =>
        await CircleDesk.OpenAsync(http, door, people) is { } desk ? await ShowAsync(desk, people, null, null, done, cancel) : TypedResults.NotFound();

    /// <summary>Somebody by their exact sign-in name. The name stands in no address.</summary>
    private static async Task<IResult> FindAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { } desk)
        {
            return TypedResults.NotFound();
        }

        var name = fields["name"].ToString();
        return await people.Accounts.LookUpAsync(desk.Reader.Id, name, cancel) is { } person && people.Introductions.Of(desk.Reader.Id, person.Reference) is var introduced && await desk.FindAsync(people, introduced, cancel) is not null
            ? new SeeOther(desk.Place.BlockOf(introduced))
            : await ShowAsync(desk, people, name, PartingText.NobodyCalled, null, cancel);
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, string? who, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { } desk || await desk.FindAsync(people, who, cancel) is not { } person)
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<BlockPage>(new Dictionary<string, object?>
        {
            [nameof(BlockPage.Place)] = desk.Place,
            [nameof(BlockPage.Name)] = person.DisplayName,
            [nameof(BlockPage.Who)] = who,
            [nameof(BlockPage.IsNamedForLater)] = desk.Own is { } own && await SetSuccession.IsSetForAsync(own, person, cancel),
            [nameof(BlockPage.IsMember)] = desk.Record is { } record && await people.Circle.FindAsync(record, person.Id, cancel) is not null,
            [nameof(BlockPage.Shared)] = await StillShared.OfAsync(desk, people, person, clock.GetUtcNow(), cancel),
            [nameof(BlockPage.Talks)] = await SharedTalks.OfAsync(talks, http, desk, person),
        });
    }

    private static async Task<IResult> BlockAsync(HttpContext http, IFormCollection fields, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { } desk || await desk.FindAsync(people, fields["who"], cancel) is not { } person)
        {
            return TypedResults.NotFound();
        }

        if ((await people.Blocks.AddAsync(desk.Patient, person, cancel, desk.Acting)).Problem is { } problem)
        {
            return await ShowAsync(desk, people, null, Say.Sentence(problem), null, cancel);
        }

        // Who cannot ask for anything goes on for nobody: else what they ask for would open by silence, and their words stand on every page.
        if (desk.Own is { } own)
        {
            await SetSuccession.EndForAsync(own, people, person, cancel);
        }

        if (fields["talks"] == "part")
        {
            await (await SharedTalks.OfAsync(talks, http, desk, person)).PartAsync(talks, http, desk.Attached, person);
        }

        if (fields["sharing"] == "stop")
        {
            await (await StillShared.OfAsync(desk, people, person, clock.GetUtcNow(), cancel)).StopAsync(http, door, desk, cancel);
        }

        if (desk.Record is not null && fields["remove"] == "on")
        {
            await PartingEndpoints.EndAsync(desk, people, person, cancel);
        }

        return new SeeOther(desk.Place.Blocked + "?done=blocked");
    }

    private static async Task<IResult> UnblockAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel) =>
        PersonId.TryParse(fields["who"].ToString(), out var who) && await CircleDesk.OpenAsync(http, door, people) is { } desk && await people.Blocks.RemoveAsync(desk.Patient.Id, who, cancel)
            ? new SeeOther(desk.Place.Blocked + "?done=unblocked")
            : TypedResults.NotFound();

    private static async Task<IResult> ShowAsync(CircleDesk desk, PeopleModule people, string? name, string? problem, string? done, CancellationToken cancel) =>
        new RazorComponentResult<BlockedPage>(new Dictionary<string, object?>
        {
            [nameof(BlockedPage.Place)] = desk.Place,
            [nameof(BlockedPage.Blocked)] = await people.Blocks.ListAsync(desk.Patient.Id, cancel),
            [nameof(BlockedPage.Name)] = name,
            [nameof(BlockedPage.Problem)] = problem,
            [nameof(BlockedPage.Done)] = done,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
