using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Tokens;

namespace Rapport.Server.Pages.Circle;

/// <summary>How a patient invites somebody into their circle, and takes that back. To be invited opens nothing.</summary>
internal static class InvitingEndpoints
{
    public static void MapInviting(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CirclePlaces.Invitations, ListAsync);
        pages.MapPost(CirclePlaces.Invitations, InviteAsync).RequireRateLimiting(RateLimits.Invite);
        pages.MapGet(CirclePlaces.Made, ShowMade);
        pages.MapPost(CirclePlaces.TakeBack, TakeBackAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, string? done, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Share) is null ? TypedResults.NotFound() : await ShowAsync(http, people, new InvitationForm(), null, done, cancel);

    private static async Task<IResult> InviteAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, MadeToken handing, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is null)
        {
            return TypedResults.NotFound();
        }

        var form = InvitationForm.Read(fields);
        if (form.Problem is { } missing)
        {
            return await ShowAsync(http, people, form, missing, null, cancel);
        }

        var made = await people.Invitations.MakeAsync(http.GetPerson(), form.Relationship, form.Days, cancel);
        if (made.Value is not { } invitation)
        {
            return await ShowAsync(http, people, form, Say.Sentence(made.Problem!), null, cancel);
        }

        handing.HandOver(http, http.GetPerson().Id, invitation.Secret, CirclePlaces.Made);
        return new SeeOther(CirclePlaces.Made);
    }

    /// <summary>The invitation that was just made: its secret is told this once.</summary>
    private static IResult ShowMade(HttpContext http, MadeToken handing) => handing.Take(http, http.GetPerson().Id, CirclePlaces.Made) is { } secret
        ? new RazorComponentResult<InvitedPage>(new Dictionary<string, object?>
        {
            [nameof(InvitedPage.Address)] = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{CirclePlaces.Join}#{secret}",
        })
        : TypedResults.LocalRedirect(CirclePlaces.Invitations);

    private static async Task<IResult> TakeBackAsync(HttpContext http, IFormCollection fields, PeopleModule people, CancellationToken cancel) =>
        LocalId.TryParse(fields["id"].ToString(), out var id) && await people.Invitations.TakeBackAsync(http.GetPerson().Id, id, cancel)
            ? new SeeOther(CirclePlaces.Invitations + "?done=back")
            : TypedResults.NotFound();

    private static async Task<IResult> ShowAsync(HttpContext http, PeopleModule people, InvitationForm form, string? problem, string? done, CancellationToken cancel) =>
        new RazorComponentResult<InvitationsPage>(new Dictionary<string, object?>
        {
            [nameof(InvitationsPage.Open)] = await people.Invitations.ListAsync(http.GetPerson().Id, cancel),
            [nameof(InvitationsPage.Form)] = form,
            [nameof(InvitationsPage.Problem)] = problem,
            [nameof(InvitationsPage.Done)] = done,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
