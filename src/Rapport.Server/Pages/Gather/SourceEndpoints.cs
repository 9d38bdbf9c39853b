using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;

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
        await FindAsync(number, http, door, cancel) is var (_, found)
            ? new RazorComponentResult<SourcePage>(new Dictionary<string, object?> { [nameof(SourcePage.Source)] = found })
            : TypedResults.NotFound();

    private static async Task<IResult> TakeBackAsync(long number, IFormCollection form, HttpContext http, RecordDoor door, ImportJobs jobs, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (await FindAsync(number, http, door, cancel) is not var (own, source))
        {
            return TypedResults.NotFound();
        }

        if (source.TakenBackAt is not null)
        {
            return new SeeOther($"/gather/sources/{number}");
        }

        var job = await jobs.TakeBackAsync(own, source, cancel);
        await jobs.WaitAsync(job.Id, GatherEndpoints.Patience, cancel);
        var isDone = await own.Jobs.FindAsync(job.Id, cancel) is { } now && ImportJobNotes.Read(now.Body).Outcome?.Status is not null;
        return new SeeOther(isDone ? $"/gather/sources/{number}" : $"/gather/{job.Id}");
    }

    private static async Task<(OwnAccess Own, Source Source)?> FindAsync(long number, HttpContext http, RecordDoor door, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && (await own.SourcesAsync(cancel)).FirstOrDefault(source => source.Number == number) is { } found
            ? (own, found)
            : null;
}
