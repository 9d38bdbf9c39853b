using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Pages.Tokens;

namespace Rapport.Server.Pages.Circle;

/// <summary>How a patient, or whoever looks after a small child for it, invites somebody into the circle, and takes that back. To be invited opens nothing.</summary>
internal static class InvitingEndpoints
{
    public static void MapInviting(this IEndpointRouteBuilder pages)
    {
        foreach (var home in CirclePlace.Homes)
        {
            var place = new CirclePlace(home, null);
            pages.MapGet(place.Invitations, ListAsync);
            pages.MapPost(place.Invitations, InviteAsync).RequireRateLimiting(RateLimits.Invite);
            pages.MapGet(place.Made, ShowMadeAsync);
            pages.MapPost(place.TakeBack, TakeBackAsync);
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, string? done, CancellationToken cancel) =>
        await CircleDesk.OpenAsync(http, door, people) is { Record: not null } desk ? await ShowAsync(desk, people, new InvitationForm(), null, done, cancel) : TypedResults.NotFound();

    private static async Task<IResult> InviteAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, MadeToken handing, CancellationToken cancel)
    {
        if (await CircleDesk.OpenAsync(http, door, people) is not { Record: not null } desk)
        {
            return TypedResults.NotFound();
        }

        var form = InvitationForm.Read(fields);
        if (form.ProblemOf(desk.Place) is { } missing)
        {
            return await ShowAsync(desk, people, form, missing, null, cancel);
        }

        var made = await people.Invitations.MakeAsync(desk.Patient, form.Relationship, form.Days, cancel, desk.Acting, once: form.Once);
        if (made.Value is not { } invitation)
        {
            return await ShowAsync(desk, people, form, Say.Sentence(made.Problem!), null, cancel);
        }

        handing.HandOver(http, desk.Reader.Id, invitation.Secret, desk.Place.Made);
        return new SeeOther(desk.Place.Made);
    }

    /// <summary>The invitation that was just made: its secret is told this once.</summary>
    private static async Task<IResult> ShowMadeAsync(HttpContext http, RecordDoor door, PeopleModule people, MadeToken handing) => await CircleDesk.OpenAsync(http, door, people) is not { } desk ? TypedResults.NotFound()
        : handing.Take(http, desk.Reader.Id, desk.Place.Made) is { } secret ? new RazorComponentResult<InvitedPage>(new Dictionary<string, object?>
        {
            [nameof(InvitedPage.Place)] = desk.Place,
            [nameof(InvitedPage.Address)] = CirclePlaces.AddressOf(http, secret),
        })
        : TypedResults.LocalRedirect(desk.Place.Invitations);

    private static async Task<IResult> TakeBackAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel) =>
        await CircleDesk.OpenAsync(http, door, people) is { } desk && await IsTakenBackAsync(desk, people, fields["id"], cancel) ? new SeeOther(desk.Place.Invitations + "?done=back") : TypedResults.NotFound();

    /// <summary>Takes an invitation into a circle back; false where there is none of this id, or whoever looks may not.</summary>
    internal static async Task<bool> IsTakenBackAsync(CircleDesk desk, PeopleModule people, string? invitation, CancellationToken cancel) => LocalId.TryParse(invitation, out var id)
        && await CareAsked.MayTakeBackAsync(desk, people, (await people.Invitations.ListAsync(desk.Patient.Id, cancel)).FirstOrDefault(open => open.Id == id), cancel) && await people.Invitations.TakeBackAsync(desk.Patient.Id, id, cancel);

    private static async Task<IResult> ShowAsync(CircleDesk desk, PeopleModule people, InvitationForm form, string? problem, string? done, CancellationToken cancel) =>
        new RazorComponentResult<InvitationsPage>(new Dictionary<string, object?>
        {
            [nameof(InvitationsPage.Place)] = desk.Place,
            [nameof(InvitationsPage.Open)] = await people.Invitations.ListAsync(desk.Patient.Id, cancel),
            [nameof(InvitationsPage.Form)] = form,
            [nameof(InvitationsPage.Problem)] = problem,
            [nameof(InvitationsPage.Done)] = done,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
