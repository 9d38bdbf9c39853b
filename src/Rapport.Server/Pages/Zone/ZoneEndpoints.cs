using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.SignIn;

namespace Rapport.Server.Pages.Zone;

/// <summary>Choosing the time zone in which times are told, signed in or not.</summary>
internal static class ZoneEndpoints
{
    public static void MapZone(this IEndpointRouteBuilder endpoints)
    {
        var zone = endpoints.MapGroup("/zone").AllowAnonymous().ExcludeFromDescription();
        zone.MapGet("", Ask);
        zone.MapPost("", ChooseAsync);
    }

    private static RazorComponentResult<ZonePage> Ask(TimeProvider clock, string? back) => Show(clock, back, StatusCodes.Status200OK);

    private static async Task<IResult> ChooseAsync(IFormCollection form, HttpContext http, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        var back = form["back"].ToString();
        if (TimeZones.Find(form["zone"].ToString()) is not { } zone)
        {
            return Show(clock, back, StatusCodes.Status422UnprocessableEntity);
        }

        RequestTimeZone.Remember(http, zone);
        if (http.FindPerson() is { } person)
        {
            await people.Accounts.SetTimeZoneAsync(person.Id, zone, cancel);
        }

        return new SeeOther(SignInEndpoints.LocalOr(back, "/"));
    }

    private static RazorComponentResult<ZonePage> Show(TimeProvider clock, string? back, int status) => new(new Dictionary<string, object?>
    {
        [nameof(ZonePage.Back)] = SignInEndpoints.LocalOr(back, "/"),
        [nameof(ZonePage.Now)] = clock.GetUtcNow(),
        [nameof(ZonePage.IsUnknown)] = status != StatusCodes.Status200OK,
    })
    {
        StatusCode = status,
    };
}
