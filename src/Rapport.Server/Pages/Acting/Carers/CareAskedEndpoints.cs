using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>Where somebody answers who is asked by name to look after a child, and says that they know that they were taken out. Whatever is not for them looks like none.</summary>
internal static class CareAskedEndpoints
{
    public static void MapCareAsked(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CarePlaces.Asked, ShowAsync);
        pages.MapPost(CarePlaces.Accept, AcceptAsync);
        pages.MapPost(CarePlaces.Decline, DeclineAsync);
        pages.MapPost(CarePlaces.Seen, SeenAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, CareTaking taking, PeopleModule people, string? id, CancellationToken cancel) =>
        await FindAsync(http, people, id, cancel) is ({ } named, { } brought) ? taking.Page(http, brought, named) : TypedResults.NotFound();

    private static async Task<IResult> AcceptAsync(HttpContext http, IFormCollection fields, CareTaking taking, PeopleModule people, CancellationToken cancel) =>
        await FindAsync(http, people, fields["id"], cancel) is ({ } named, { } brought) ? await taking.TakeOnAsync(http, fields, InvitationMark.Of(named, http.GetPerson().Id), brought, named, cancel)
            : await taking.TakenOnAlreadyAsync(http, fields) ?? TypedResults.NotFound();

    private static async Task<IResult> DeclineAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel) =>
        await FindAsync(http, people, fields["id"], cancel) is ({ } named, not null) && await people.Invitations.DeclineAsync(InvitationMark.Of(named, http.GetPerson().Id), http.GetPerson().Id, cancel)
            ? new SeeOther(Circle.CirclePlaces.Mine + "?done=declined") : TypedResults.NotFound();

    private static async Task<IResult> SeenAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel)
    {
        if (!PatientId.TryParse(fields["patient"].ToString(), out var child) || !(await people.EndedCare.ListAsync(http.GetPerson().Id, cancel)).Any(ended => ended.Child == child))
        {
            return TypedResults.NotFound();
        }

        await people.EndedCare.ForgetAsync(http.GetPerson().Id, child, cancel);
        return new SeeOther("/circle");
    }

    private static async Task<(LocalId? Id, BroughtInvitation? Brought)> FindAsync(HttpContext http, PeopleModule people, string? id, CancellationToken cancel) =>
        LocalId.TryParse(id, out var named) && await people.Invitations.FindAsync(InvitationMark.Of(named, http.GetPerson().Id), http.GetPerson().Id, cancel) is { Invitation.Care: not null } brought ? (named, brought) : (null, null);
}
