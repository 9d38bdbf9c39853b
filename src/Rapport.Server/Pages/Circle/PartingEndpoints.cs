using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Circle;

/// <summary>Leaving a circle, and taking somebody out of one's own.</summary>
internal static class PartingEndpoints
{
    public static void MapParting(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CirclePlaces.Mine, ShowMineAsync);
        pages.MapGet(CirclePlaces.Leave, AskToLeaveAsync);
        pages.MapPost(CirclePlaces.Leave, LeaveAsync);
        pages.MapPost(CirclePlaces.Left, DismissAsync);
        pages.MapGet(CirclePlaces.Remove, AskToRemoveAsync);
        pages.MapPost(CirclePlaces.Remove, RemoveAsync);
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

    private static async Task<IResult> LeaveAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel) =>
        await FindCircleAsync(http, people, fields["patient"], cancel) is { } circle && await people.Circle.LeaveAsync(circle.Link.Patient, http.GetPerson().Id, cancel)
            ? new SeeOther(CirclePlaces.Mine + "?done=left")
            : TypedResults.NotFound();

    private static async Task<CircleOfOther?> FindCircleAsync(HttpContext http, PeopleModule people, string? patient, CancellationToken cancel) => PatientId.TryParse(patient, out var id)
        ? (await CircleOfOther.AllAsync(people, http.GetPerson(), cancel)).FirstOrDefault(circle => circle.Link.Patient == id) : null;

    /// <summary>The patient has seen that somebody left.</summary>
    private static async Task<IResult> DismissAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || !PersonId.TryParse(fields["who"].ToString(), out var who)
            || (await people.Circle.WhoLeftAsync(own.Patient, cancel)).FirstOrDefault(member => member.Person.Id == who) is not { } left)
        {
            return TypedResults.NotFound();
        }

        await SetSuccession.EndForAsync(own, people, left.Person, cancel);
        await people.Circle.RemoveAsync(own.Patient, who, cancel);
        return new SeeOther(CirclePlaces.All);
    }

    private static async Task<IResult> AskToRemoveAsync(HttpContext http, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, string? who, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || await FindMemberAsync(people, own.Patient, who, cancel) is not { } member)
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<RemovePage>(new Dictionary<string, object?>
        {
            [nameof(RemovePage.Member)] = member,
            [nameof(RemovePage.Shared)] = await StillShared.OfAsync(own, people, http.GetPerson().Id, member.Person, clock.GetUtcNow(), cancel),
            [nameof(RemovePage.Talks)] = await SharedTalks.OfAsync(talks, http, member.Person),
        });
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, IFormCollection fields, RecordDoor door, TalkDoor talks, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || await FindMemberAsync(people, own.Patient, fields["who"], cancel) is not { } member)
        {
            return TypedResults.NotFound();
        }

        // First what opens something: if this stops halfway, nobody is gone from the circle who still sees what was to be stopped.
        var stops = fields["sharing"] == "stop";
        if (stops)
        {
            await (await StillShared.OfAsync(own, people, http.GetPerson().Id, member.Person, clock.GetUtcNow(), cancel)).StopAsync(own, cancel);
        }

        if (fields["talks"] == "part")
        {
            await (await SharedTalks.OfAsync(talks, http, member.Person)).PartAsync(talks, http, own, member.Person);
        }

        // Whoever is around the patient no more is trusted no more for later.
        await SetSuccession.EndForAsync(own, people, member.Person, cancel);
        await people.Circle.RemoveAsync(own.Patient, member.Person.Id, cancel);
        return new SeeOther(CirclePlaces.All + (stops ? "?done=removed-and-stopped" : "?done=removed"));
    }

    private static async Task<CircleMember?> FindMemberAsync(PeopleModule people, PatientId patient, string? who, CancellationToken cancel) =>
        (await people.Circle.OfPatientAsync(patient, cancel)).FirstOrDefault(member => member.Person.Reference == who);
}
