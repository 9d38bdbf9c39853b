using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Requests;

/// <summary>What somebody asks others to share, and what became of it. Whether anybody has the name that was typed makes no difference to any answer.</summary>
internal static class RequestEndpoints
{
    private const string Home = "/requests";

    public static void MapRequests(this IEndpointRouteBuilder pages)
    {
        var requests = pages.MapGroup(Home);
        requests.MapGet("", ListAsync);
        requests.MapGet("/new", Ask);
        requests.MapPost("/new", SendAsync);
        requests.MapPost("/take-back", TakeBackAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, string? done, CancellationToken cancel)
    {
        var sent = new List<SentView>();
        foreach (var request in await people.Requests.ListSentAsync(http.GetPerson().Id, cancel))
        {
            sent.Add(new SentView(request, request.Patient is { } patient ? await door.FindSharedAsync(http, patient) : null));
        }

        return new RazorComponentResult<RequestsPage>(new Dictionary<string, object?>
        {
            [nameof(RequestsPage.Sent)] = sent,
            [nameof(RequestsPage.Done)] = done,
            [nameof(RequestsPage.Viewer)] = http.GetPerson(),
        });
    }

    /// <summary>What for, and then the form with the least that serves it.</summary>
    private static IResult Ask(HttpContext http, string? @for) => RequestAim.Find(http.GetPerson(), @for) is { } aim
        ? Show(aim, AskForm.For(aim), [], null)
        : new RazorComponentResult<PurposePage>(new Dictionary<string, object?> { [nameof(PurposePage.Aims)] = RequestAim.For(http.GetPerson()) });

    private static async Task<IResult> SendAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel)
    {
        if (RequestAim.Find(http.GetPerson(), fields["for"].ToString()) is not { } aim)
        {
            return new SeeOther($"{Home}/new");
        }

        var form = AskForm.Read(fields);
        if (form.Problems() is { Count: > 0 } problems)
        {
            return Show(aim, form, problems, null);
        }

        var asked = await people.Requests.AskAsync(http.GetPerson(), form.To, form.Terms(aim), cancel);
        return asked.IsOk ? new SeeOther($"{Home}?done=asked") : Show(aim, form, [], asked.Problem);
    }

    private static async Task<IResult> TakeBackAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel)
    {
        if (!RequestId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        return new SeeOther($"{Home}?done={(await people.Requests.TakeBackAsync(http.GetPerson().Id, id, cancel) ? "taken-back" : "not-waiting")}");
    }

    private static RazorComponentResult<AskPage> Show(RequestAim aim, AskForm form, Dictionary<string, string> problems, string? refusal) =>
        new(new Dictionary<string, object?>
        {
            [nameof(AskPage.Aim)] = aim,
            [nameof(AskPage.Form)] = form,
            [nameof(AskPage.Problems)] = problems,
            [nameof(AskPage.Refusal)] = refusal,
        })
        {
            StatusCode = problems.Count == 0 && refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        };
}
