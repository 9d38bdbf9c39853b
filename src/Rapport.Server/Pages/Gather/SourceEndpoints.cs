using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Gather;

/// <summary>What one source brought, and taking it back.</summary>
internal static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/gather/sources/{number:long}", ShowAsync);
        pages.MapPost("/gather/sources/{number:long}/take-back", TakeBackAsync);
    }

    private static async Task<IResult> ShowAsync(long number, HttpContext http, RecordDoor door, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && (await own.SourcesAsync(cancel)).FirstOrDefault(source => source.Number == number) is { } found
            ? new RazorComponentResult<SourcePage>(new Dictionary<string, object?> { [nameof(SourcePage.Source)] = found })
            : TypedResults.NotFound();

    private static async Task<IResult> TakeBackAsync(long number, IFormCollection form, HttpContext http, RecordDoor door, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own || (await own.SourcesAsync(cancel)).All(source => source.Number != number))
        {
            return TypedResults.NotFound();
        }

        await SourceRemoval.TakeBackAsync(own, number, cancel);
        return new SeeOther($"/gather/sources/{number}");
    }
}
