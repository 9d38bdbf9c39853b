using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Requests.Childs;

/// <summary>What others ask of a small child, for each who looks after it: what waits, what was answered and by whom, and saying no. A yes goes by <see cref="ChildsAnswerEndpoints"/>.</summary>
internal static class ChildsRequestEndpoints
{
    public static void MapChildsRequests(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(AskedPlace.ChildsHome, ShowAsync);
        pages.MapPost(AskedPlace.ChildsHome + "/refuse", RefuseAsync);
        pages.MapPost(AskedPlace.ChildsHome + "/let-ask", LetAskAsync);
        pages.MapChildsAnswers();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel)
    {
        if (await ChildsRequestDesk.OpenAsync(http, door, people) is not { } desk)
        {
            return TypedResults.NotFound();
        }

        var now = clock.GetUtcNow();
        return new RazorComponentResult<ChildsRequestsPage>(new Dictionary<string, object?>
        {
            [nameof(ChildsRequestsPage.Place)] = desk.Place,
            [nameof(ChildsRequestsPage.Child)] = desk.Guardian.Patient,
            [nameof(ChildsRequestsPage.NameToAsk)] = desk.Child.SignInName,
            [nameof(ChildsRequestsPage.Asked)] = await desk.AskedAsync(people, now, cancel),
            [nameof(ChildsRequestsPage.Answered)] = (await AnsweredFor.AllAsync(desk, people, cancel)).Where(answered => answered.At > now - AccessRequests.KeptFor).ToList(),
            [nameof(ChildsRequestsPage.Refused)] = await people.Requests.ListRefusedAsync(desk.Child, cancel),
            [nameof(ChildsRequestsPage.Now)] = now,
            [nameof(ChildsRequestsPage.Done)] = done,
        });
    }

    private static async Task<IResult> RefuseAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await ChildsRequestDesk.OpenAsync(http, door, people) is not { } desk || !RequestId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        return await desk.FindAsync(people, id, cancel) is { } request
            && await people.Requests.RefuseAsync(desk.Child, request, tell: fields["tell"] == "on", forGood: fields["for-good"] == "on", cancel, desk.Reader)
            ? desk.Done("refused") : await desk.GoneAsync(people, id, cancel);
    }

    private static async Task<IResult> LetAskAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await ChildsRequestDesk.OpenAsync(http, door, people) is not { } desk || !PersonId.TryParse(fields["asker"].ToString(), out var asker))
        {
            return TypedResults.NotFound();
        }

        await people.Requests.LetAskAsync(desk.Child, asker, cancel);
        return desk.Done("let-ask");
    }
}
