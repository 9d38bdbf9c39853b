using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Circle;

/// <summary>From whom somebody wants to hear nothing: who that is, and the way there and back. Whoever is blocked is told nothing.</summary>
internal static class BlockEndpoints
{
    public static void MapBlocking(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CirclePlaces.Blocked, ListAsync);
        pages.MapPost(CirclePlaces.Blocked, FindAsync);
        pages.MapGet(CirclePlaces.Block, AskAsync);
        pages.MapPost(CirclePlaces.Block, BlockAsync);
        pages.MapPost(CirclePlaces.Unblock, UnblockAsync);
    }

    private static Task<IResult> ListAsync(HttpContext http, PeopleModule people, string? done, CancellationToken cancel) => ShowAsync(http, people, null, null, done, cancel);

    /// <summary>Somebody by their exact sign-in name. The name stands in no address.</summary>
    private static async Task<IResult> FindAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel)
    {
        var (self, name) = (http.GetPerson(), fields["name"].ToString());
        return await people.Accounts.LookUpAsync(self.Id, name, cancel) is { } person && person.Id != self.Id
            ? new SeeOther(CirclePlaces.BlockOf(people.Introductions.Of(self.Id, person.Reference)))
            : await ShowAsync(http, people, name, PartingText.NobodyCalled, null, cancel);
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, string? who, CancellationToken cancel)
    {
        if (await ReadAsync(http, people, who, cancel) is not { } person)
        {
            return TypedResults.NotFound();
        }

        var own = await door.OpenOwnAsync(http, TokenScopes.Share);
        return new RazorComponentResult<BlockPage>(new Dictionary<string, object?>
        {
            [nameof(BlockPage.Name)] = person.DisplayName,
            [nameof(BlockPage.Who)] = who,
            [nameof(BlockPage.IsMember)] = own is not null && await people.Circle.FindAsync(own.Patient, person.Id, cancel) is not null,
            [nameof(BlockPage.Shared)] = await StillShared.OfAsync(own, people, http.GetPerson().Id, person, clock.GetUtcNow(), cancel),
            [nameof(BlockPage.Talks)] = await SharedTalks.OfAsync(talks, http, person),
        });
    }

    private static async Task<IResult> BlockAsync(HttpContext http, IFormCollection fields, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await ReadAsync(http, people, fields["who"], cancel) is not { } person)
        {
            return TypedResults.NotFound();
        }

        if ((await people.Blocks.AddAsync(http.GetPerson(), person, cancel)).Problem is { } problem)
        {
            return await ShowAsync(http, people, null, Say.Sentence(problem), null, cancel);
        }

        var own = await door.OpenOwnAsync(http, TokenScopes.Share);
        if (fields["talks"] == "part")
        {
            await (await SharedTalks.OfAsync(talks, http, person)).PartAsync(talks, http, own, person);
        }

        if (own is not null)
        {
            if (fields["sharing"] == "stop")
            {
                await (await StillShared.OfAsync(own, people, http.GetPerson().Id, person, clock.GetUtcNow(), cancel)).StopAsync(own, cancel);
            }

            if (fields["remove"] == "on")
            {
                await SetSuccession.EndForAsync(own, people, person, cancel);
                await people.Circle.RemoveAsync(own.Patient, person.Id, cancel);
            }
        }

        return new SeeOther(CirclePlaces.Blocked + "?done=blocked");
    }

    private static async Task<IResult> UnblockAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel) =>
        PersonId.TryParse(fields["who"].ToString(), out var who) && await people.Blocks.RemoveAsync(http.GetPerson().Id, who, cancel)
            ? new SeeOther(CirclePlaces.Blocked + "?done=unblocked")
            : TypedResults.NotFound();

    /// <summary>Whom a name means: somebody whom whoever asks knows, and not themself.</summary>
    private static async Task<Person?> ReadAsync(HttpContext http, PeopleModule people, string? who, CancellationToken cancel) =>
        await new Recipients(people).ResolveAsync(who, http.GetPerson().Id, cancel) is { Kind: RecipientKind.Person } known ? await people.Accounts.FindByReferenceAsync(known.Reference, cancel) : null;

    private static async Task<IResult> ShowAsync(HttpContext http, PeopleModule people, string? name, string? problem, string? done, CancellationToken cancel) =>
        new RazorComponentResult<BlockedPage>(new Dictionary<string, object?>
        {
            [nameof(BlockedPage.Blocked)] = await people.Blocks.ListAsync(http.GetPerson().Id, cancel),
            [nameof(BlockedPage.Name)] = name,
            [nameof(BlockedPage.Problem)] = problem,
            [nameof(BlockedPage.Done)] = done,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
