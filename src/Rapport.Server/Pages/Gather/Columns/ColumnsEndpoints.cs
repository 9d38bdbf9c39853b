using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;

namespace Rapport.Server.Pages.Gather.Columns;

/// <summary>Saying what the columns of a table mean, seeing how it would be read, and having it read so; and what was said of such tables before.</summary>
internal static class ColumnsEndpoints
{
    /// <summary>Most tables are in by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static void MapColumns(this IEndpointRouteBuilder pages)
    {
        var job = pages.MapGroup("/gather/{job}/columns");
        job.MapGet("", AskAsync);
        job.MapPost("", SayAsync).RequireRateLimiting(RateLimits.Import);
        job.MapGet("/check", CheckAsync).RequireRateLimiting(RateLimits.Import);
        job.MapPost("/take", TakeAsync);
        pages.MapGet("/gather/tables/{shape}", ShowToldAsync);
        pages.MapPost("/gather/tables/{shape}/forget", ForgetAsync);
    }

    private static async Task<IResult> AskAsync(string job, HttpContext http, RecordDoor door, Spool spool, TimeProvider clock, CancellationToken cancel) =>
        await FindAsync(job, http, door, cancel) is not var (own, found) ? TypedResults.NotFound()
        : Question(own, found, spool) is not { } question ? new SeeOther($"/gather/{found.Id}")
        : Page(found, question, ImportJobNotes.Read(found.Body).Said is { } said ? ColumnsForm.Of(question, said) : ColumnsForm.Guess(question, TimeZones.Current), clock, StatusCodes.Status200OK);

    private static async Task<IResult> SayAsync(string job, IFormCollection form, HttpContext http, RecordDoor door, Spool spool, TimeProvider clock, CancellationToken cancel)
    {
        if (await FindAsync(job, http, door, cancel) is not var (own, found))
        {
            return TypedResults.NotFound();
        }

        if (Question(own, found, spool) is not { } question)
        {
            return new SeeOther($"/gather/{found.Id}");
        }

        var said = ColumnsForm.Read(question, form);
        said.Tell(question, CsvTables.Try(spool.ContentOf(own, found), said.Mapping)?.Faults ?? []);
        if (said.Problems.Count > 0)
        {
            return Page(found, question, said, clock, StatusCodes.Status422UnprocessableEntity);
        }

        // Somebody else may have gone on with it meanwhile; then its page says how it stands.
        var notes = ImportJobNotes.Read(found.Body) with { Proposed = said.Mapping };
        return await own.Jobs.ChangeAsync(found, GatheringJobState.Asking, notes.Write(), cancel) is null ? new SeeOther($"/gather/{found.Id}") : new SeeOther($"/gather/{found.Id}/columns/check");
    }

    private static async Task<IResult> CheckAsync(string job, HttpContext http, RecordDoor door, Spool spool, CancellationToken cancel) =>
        await FindAsync(job, http, door, cancel) is var (own, found) ? Check(own, found, spool) : TypedResults.NotFound();

    private static async Task<IResult> TakeAsync(string job, IFormCollection form, HttpContext http, RecordDoor door, Spool spool, ImportJobs jobs, CancellationToken cancel)
    {
        if (await FindAsync(job, http, door, cancel) is not var (own, found))
        {
            return TypedResults.NotFound();
        }

        var notes = ImportJobNotes.Read(found.Body);
        if (notes is not { Said: { } said, Outcome.Shape: { } shape })
        {
            return new SeeOther($"/gather/{found.Id}");
        }

        // Another window may have said something else meanwhile: only what was seen is taken.
        if (form[ColumnsForm.Shown] != ColumnsForm.DigestOf(said))
        {
            return Check(own, found, spool, hasChanged: true);
        }

        if (await jobs.AnswerAsync(own, found, notes with { Mapping = said, Shape = shape }, cancel))
        {
            await own.Shapes.TellAsync(shape, said.Write(), cancel);
            await jobs.WaitAsync(found.Id, Patience, cancel);
        }

        return new SeeOther($"/gather/{found.Id}");
    }

    /// <summary>How the table would be read as it was said last; the question when that cannot be shown.</summary>
    private static IResult Check(OwnAccess own, GatheringJob job, Spool spool, bool hasChanged = false)
    {
        var notes = ImportJobNotes.Read(job.Body);
        return notes.Said is not { } said || Question(own, job, spool) is null || CsvTables.Try(spool.ContentOf(own, job), said) is not { Faults.Count: 0 } trial
            ? new SeeOther($"/gather/{job.Id}/columns")
            : new RazorComponentResult<ColumnsCheckPage>(new Dictionary<string, object?>
            {
                [nameof(ColumnsCheckPage.Job)] = job.Id,
                [nameof(ColumnsCheckPage.FileName)] = notes.FileName,
                [nameof(ColumnsCheckPage.Mapping)] = said,
                [nameof(ColumnsCheckPage.Trial)] = trial,
                [nameof(ColumnsCheckPage.ToldAt)] = notes.Proposed is null ? notes.Outcome?.ToldAt : null,
                [nameof(ColumnsCheckPage.HasChanged)] = hasChanged,
            })
            { StatusCode = hasChanged ? StatusCodes.Status409Conflict : StatusCodes.Status200OK };
    }

    private static async Task<IResult> ShowToldAsync(string shape, HttpContext http, RecordDoor door, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && await own.Shapes.FindAsync(shape, cancel) is { } told && CsvMapping.Parse(told.Body.Span, out _) is { } mapping
            ? new RazorComponentResult<ToldColumnsPage>(new Dictionary<string, object?> { [nameof(ToldColumnsPage.Told)] = told, [nameof(ToldColumnsPage.Mapping)] = mapping })
            : TypedResults.NotFound();

    private static async Task<IResult> ForgetAsync(string shape, IFormCollection form, HttpContext http, RecordDoor door, CancellationToken cancel)
    {
        _ = form;
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own || await own.Shapes.FindAsync(shape, cancel) is null)
        {
            return TypedResults.NotFound();
        }

        await own.Shapes.ForgetAsync(shape, cancel);
        return new SeeOther("/gather");
    }

    /// <summary>What is asked about an import's table; null when it asks nothing of the kind, or its file is not on this server.</summary>
    private static CsvQuestion? Question(OwnAccess own, GatheringJob job, Spool spool) =>
        job.State == GatheringJobState.Asking && ImportJobNotes.Read(job.Body).Outcome is { Shape: not null, Status: ImportStatus.Refused } && spool.Has(own.Patient, job)
            ? CsvTables.Ask(spool.ContentOf(own, job))
            : null;

    private static async Task<(OwnAccess Own, GatheringJob Job)?> FindAsync(string job, HttpContext http, RecordDoor door, CancellationToken cancel) =>
        LocalId.TryParse(job, out var id) && await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && await own.Jobs.FindAsync(id, cancel) is { } found ? (own, found) : null;

    private static RazorComponentResult<ColumnsPage> Page(GatheringJob job, CsvQuestion question, ColumnsForm form, TimeProvider clock, int status) => new(new Dictionary<string, object?>
    {
        [nameof(ColumnsPage.Job)] = job.Id,
        [nameof(ColumnsPage.FileName)] = ImportJobNotes.Read(job.Body).FileName,
        [nameof(ColumnsPage.Question)] = question,
        [nameof(ColumnsPage.Form)] = form,
        [nameof(ColumnsPage.Now)] = clock.GetUtcNow(),
    })
    { StatusCode = status };
}
