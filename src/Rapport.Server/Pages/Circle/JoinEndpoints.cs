using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting.Carers;

namespace Rapport.Server.Pages.Circle;

/// <summary>
/// Where an invitation into a circle is brought, seen and answered. One that nobody made, that is over, was used or was taken back, or that is not for whoever looks has one and the same answer.
/// </summary>
internal static class JoinEndpoints
{
    public static void MapJoining(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        group.MapGet(CirclePlaces.Join, () => new RazorComponentResult<JoinPage>());
        group.MapPost(CirclePlaces.Join, Bring).RequireRateLimiting(RateLimits.Holder);
        group.MapGet(CirclePlaces.Invitation, ShowAsync).RequireRateLimiting(RateLimits.Holder);
    }

    public static void MapAnswering(this IEndpointRouteBuilder pages)
    {
        pages.MapPost(CirclePlaces.Accept, AcceptAsync);
        pages.MapPost(CirclePlaces.Decline, DeclineAsync);
    }

    private static SeeOther Bring(IFormCollection form, HttpContext http, InvitationCookie cookie)
    {
        cookie.Keep(http, form["invitation"].ToString());
        return new SeeOther(CirclePlaces.Invitation);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, InvitationCookie cookie, PeopleModule people, CareTaking care, ServerSettings settings, CancellationToken cancel)
    {
        var brought = cookie.Find(http) is { } secret ? await people.Invitations.FindAsync(InvitationMark.Of(secret), http.FindPerson()?.Id, cancel) : null;
        if (brought is null)
        {
            InvitationCookie.Forget(http);
        }

        if (brought is { Invitation.Care: not null })
        {
            return care.Page(http, brought, null);
        }

        return new RazorComponentResult<InvitationPage>(new Dictionary<string, object?>
        {
            [nameof(InvitationPage.Brought)] = brought,
            [nameof(InvitationPage.Viewer)] = http.FindPerson(),
            [nameof(InvitationPage.CanSignUp)] = settings.SignUp != SignUpRule.Closed,
        })
        { StatusCode = brought is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK };
    }

    private static async Task<IResult> AcceptAsync(IFormCollection form, HttpContext http, InvitationCookie cookie, PeopleModule people, CareTaking care, CancellationToken cancel)
    {
        var secret = cookie.Find(http);
        if (secret is not null && await people.Invitations.FindAsync(InvitationMark.Of(secret), http.GetPerson().Id, cancel) is { Invitation.Care: not null } asked)
        {
            return await care.TakeOnAsync(http, form, InvitationMark.Of(secret), asked, null, cancel);
        }

        if (secret is null || await people.Invitations.AcceptAsync(InvitationMark.Of(secret), http.GetPerson(), cancel) is null)
        {
            return await care.TakenOnAlreadyAsync(http, form) ?? (await IsInAlreadyAsync(http, form, people, cancel) ? Joined(http) : new SeeOther(CirclePlaces.Invitation));
        }

        return Joined(http);
    }

    /// <summary>Whether somebody pressed twice, since nothing seemed to happen: what they said yes to is used up by then, and they are in the circle.</summary>
    private static async Task<bool> IsInAlreadyAsync(HttpContext http, IFormCollection form, PeopleModule people, CancellationToken cancel) =>
        PatientId.TryParse(form["patient"].ToString(), out var patient) && await people.Circle.FindAsync(patient, http.GetPerson().Id, cancel) is not null;

    private static SeeOther Joined(HttpContext http)
    {
        InvitationCookie.Forget(http);
        return new SeeOther(CirclePlaces.Mine + "?done=joined");
    }

    private static async Task<IResult> DeclineAsync(IFormCollection form, HttpContext http, InvitationCookie cookie, PeopleModule people, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (cookie.Find(http) is not { } secret || !await people.Invitations.DeclineAsync(InvitationMark.Of(secret), http.GetPerson().Id, cancel))
        {
            return new SeeOther(CirclePlaces.Invitation);
        }

        InvitationCookie.Forget(http);
        return new SeeOther(CirclePlaces.Mine + "?done=declined");
    }
}
