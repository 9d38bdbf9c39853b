using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;

namespace Rapport.Server.Pages.Professionals;

/// <summary>What everybody here may know of a professional: exactly what organisations vouch for.</summary>
internal static class ProfessionalEndpoints
{
    public static void MapProfessionals(this IEndpointRouteBuilder pages) => pages.MapGet("/professionals/{id}", ShowAsync);

    private static async Task<IResult> ShowAsync(string id, PeopleModule people, TimeProvider clock, CancellationToken cancel) =>
        PersonId.TryParse(id, out var person) && await people.Directory.FindProfessionalAsync(person, cancel) is { } profile
            ? new RazorComponentResult<ProfessionalPage>(new Dictionary<string, object?>
            {
                [nameof(ProfessionalPage.Profile)] = profile,
                [nameof(ProfessionalPage.Now)] = clock.GetUtcNow(),
            })
            : TypedResults.NotFound();
}
