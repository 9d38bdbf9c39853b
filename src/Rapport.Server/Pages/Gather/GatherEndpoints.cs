using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Gather;

/// <summary>Bringing a file into one's own record.</summary>
internal static class GatherEndpoints
{
    /// <summary>What a form carries beside its file.</summary>
    private const long FormOverhead = 64 * 1024;

    /// <summary>How many times too large a file may be and still be read to its end (and thrown away): a browser shows no answer before it has sent all of a form.</summary>
    private const int MostTooLarge = 16;

    public static void MapGather(this IEndpointRouteBuilder pages, long maxBytes)
    {
        pages.MapGet("/gather", AskAsync);
        pages.MapPost("/gather", TakeAsync).RequireRateLimiting(RateLimits.Import).WithMetadata(new RequestSizeLimitAttribute((maxBytes * MostTooLarge) + FormOverhead));
        pages.MapPost("/gather/confirm", ConfirmAsync).RequireRateLimiting(RateLimits.Import);
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, ServerSettings settings, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own ? await ShowFormAsync(own, settings, null, false, StatusCodes.Status200OK, cancel) : TypedResults.NotFound();

    private static async Task<IResult> TakeAsync(HttpContext http, RecordDoor door, ServerSettings settings, HeldFiles held, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var (file, problem, status) = await UploadedFile.ReadAsync(http, settings.MaxImportBytes, cancel);
        return file is null
            ? await ShowFormAsync(own, settings, problem, false, status, cancel)
            : await ImportAsync(http, own, file, settings, held, cancel);
    }

    private static async Task<IResult> ConfirmAsync(
        HttpContext http, IFormCollection form, RecordDoor door, ServerSettings settings, HeldFiles held, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        return held.Take(http.GetPerson().Id) is { } file
            ? await ImportAsync(http, own, file with { IsConfirmed = true }, settings, held, cancel)
            : await ShowFormAsync(
                own, settings, GatherText.NotKept, true, StatusCodes.Status422UnprocessableEntity, cancel);
    }

    private static async Task<IResult> ImportAsync(
        HttpContext http, OwnAccess own, UploadedFile file, ServerSettings settings, HeldFiles held, CancellationToken cancel)
    {
        var options = new ImportOptions
        {
            SourceName = file.Name,
            IdentityConfirmed = file.IsConfirmed,
            OwnName = http.GetPerson().DisplayName,
            MaxBytes = (int)Math.Min(settings.MaxImportBytes, Array.MaxLength),
        };
        var source = await Task.Run(() => Importer.Read(SourceContent.Of(file.Name, file.Content), options, null, cancel), cancel);
        var result = await Importer.WriteAsync(own, source, options, cancel);
        if (result.Status == ImportStatus.IdentityInDoubt)
        {
            held.Hold(http.GetPerson().Id, file);
        }

        return new RazorComponentResult<GatheredPage>(new Dictionary<string, object?>
        {
            [nameof(GatheredPage.Result)] = result,
            [nameof(GatheredPage.FileName)] = file.Name,
            [nameof(GatheredPage.Explanation)] = result.Status == ImportStatus.Refused ? WrongFile.Explain(file.Content.Span, result.Issues) : null,
        })
        {
            StatusCode = result.Status == ImportStatus.Refused || (result.Status == ImportStatus.IdentityInDoubt && !result.Identity!.IsFirst)
                ? StatusCodes.Status422UnprocessableEntity
                : StatusCodes.Status200OK,
        };
    }

    private static async Task<IResult> ShowFormAsync(
        OwnAccess own, ServerSettings settings, string? problem, bool askToConfirm, int status, CancellationToken cancel) =>
        new RazorComponentResult<GatherPage>(new Dictionary<string, object?>
        {
            [nameof(GatherPage.Sources)] = await own.SourcesAsync(cancel),
            [nameof(GatherPage.MaxBytes)] = settings.MaxImportBytes,
            [nameof(GatherPage.Problem)] = problem,
            [nameof(GatherPage.AskToConfirm)] = askToConfirm,
        })
        { StatusCode = status };
}
