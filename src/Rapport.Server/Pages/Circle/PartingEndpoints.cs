using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Circle;

/// <summary>Leaving a circle, and taking somebody out of one's own, or out of that of a small child whom one looks after.</summary>
internal static class PartingEndpoints
{
    public static void MapParting(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CirclePlaces.Mine, ShowMineAsync);
        pages.MapGet(CirclePlaces.Leave, AskToLeaveAsync);
        pages.MapPost(CirclePlaces.Leave, LeaveAsync);
        foreach (var home in CirclePlace.Homes)
        {
            var place = new CirclePlace(home, null);
            pages.MapPost(place.Left, DismissAsync);
            pages.MapGet(place.Remove, AskToRemoveAsync);
            pages.MapPost(place.Remove, RemoveAsync);
        }
    }

    private static async Task<IResult> ShowMineAsync(HttpContext http, PeopleModule people, string? done, CancellationToken cancel) =>
        new RazorComponentResult<MinePage>(new Dictionary<string, object?>
        {
            [nameof(MinePage.Circles)] = await CircleOfOther.AllAsync(people, http.GetPerson(), cancel),
            [nameof(MinePage.Done)] = done,
        });

    private static async Task<IResult> AskToLeaveAsync(HttpContext http, PeopleModule people, string? patient, CancellationToken cancel) =>
        await FindCircleAsync(http, people, patient, cancel) is { } circle
            ? new RazorComponentResult<LeavePage>(new Dictionary<string, object?> { [nameof(LeavePage.Circle)] = circle })
            : TypedResults.NotFound();

    /// <summary>What waits for who leaves is taken back first: out of the circle they find no page to take it back, and nothing opens later to somebody who went.</summary>
    private static async Task<IResult> LeaveAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await FindCircleAsync(http, people, fields["patient"], cancel) is not { } circle)
        {
            return TypedResults.NotFound();
        }

        await door.WithdrawAskAsync(http, circle.Link.Patient);
        return await people.Circle.LeaveAsync(circle.Link.Patient, http.GetPerson().Id, cancel) ? new SeeOther(CirclePlaces.Mine + "?done=left") : TypedResults.NotFound();
    }

    private static async Task<CircleOfOther?> FindCircleAsync(HttpContext http, PeopleModule people, string? patient, CancellationToken cancel) => PatientId.TryParse(patient, out var id)
        ? (await CircleOfOther.AllAsync(people, http.GetPerson(), cancel)).FirstOrDefault(circle => circle.Link.Patient == id) : null;

    /// <summary>The patient, or whoever looks after the child, has seen that somebody left.</summary>
    private static async Task<IResult> DismissAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { Record: { } record } desk || !PersonId.TryParse(fields["who"].ToString(), out var who)
            || (await people.Circle.WhoLeftAsync(record, cancel)).FirstOrDefault(member => member.Person.Id == who) is not { } left)
        {
            return TypedResults.NotFound();
        }

        await EndAsync(desk, people, left.Person, cancel);
        return new SeeOther(desk.Place.Home);
    }

    private static async Task<IResult> AskToRemoveAsync(HttpContext http, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, string? who, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { } desk || await desk.FindMemberAsync(people, who, cancel) is not { } member)
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<RemovePage>(new Dictionary<string, object?>
        {
            [nameof(RemovePage.Place)] = desk.Place,
            [nameof(RemovePage.Member)] = member,
            [nameof(RemovePage.Shared)] = await StillShared.OfAsync(desk, people, member.Person, clock.GetUtcNow(), cancel),
            [nameof(RemovePage.Talks)] = await SharedTalks.OfAsync(talks, http, desk, member.Person),
        });
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, IFormCollection fields, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { } desk || await desk.FindMemberAsync(people, fields["who"], cancel) is not { } member)
        {
            return TypedResults.NotFound();
        }

        // First what opens something: if this stops halfway, nobody is gone from the circle who still sees what was to be stopped.
        var stops = fields["sharing"] == "stop";
        if (stops)
        {
            await (await StillShared.OfAsync(desk, people, member.Person, clock.GetUtcNow(), cancel)).StopAsync(http, door, desk, cancel);
        }

        if (fields["talks"] == "part")
        {
            await (await SharedTalks.OfAsync(talks, http, desk, member.Person)).PartAsync(talks, http, desk.Attached, member.Person);
        }

        await EndAsync(desk, people, member.Person, cancel);
        return new SeeOther(desk.Place.Home + (stops ? "?done=removed-and-stopped" : "?done=removed"));
    }

    /// <summary>Ends the connection. Whoever is around the patient no more is trusted no more for later.</summary>
    internal static async Task EndAsync(CircleDesk desk, PeopleModule people, Person person, CancellationToken cancel)
    {
        if (desk.Own is { } own)
        {
            await SetSuccession.EndForAsync(own, people, person, cancel);
        }

        await people.Circle.RemoveAsync(desk.Record!.Value, person.Id, cancel);
    }
}
