using Rapport.Server.Hosting;

namespace Rapport.Server.Pages;

/// <summary>The start: one's own record for who has one, else what others share: one's patients, or one's circle.</summary>
internal static class HomeEndpoints
{
    public static void MapHome(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/", (HttpContext http) => TypedResults.LocalRedirect(http.GetPerson() switch { { Record: not null } => "/record", { IsProfessional: true } => "/shared", _ => "/circle" }));
}
