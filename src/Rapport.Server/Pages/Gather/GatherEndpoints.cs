using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;
using Rapport.Server.Pages.Gather.Columns;
using Rapport.Server.Pages.Gather.Devices;

namespace Rapport.Server.Pages.Gather;

/// <summary>Bringing a file into one's own record, watching it come in, and answering what it asks.</summary>
internal static class GatherEndpoints
{
    /// <summary>What a form carries beside its file.</summary>
    private const long FormOverhead = 64 * 1024;

    /// <summary>How much more than may be is read to its end and thrown away: a browser shows no answer before it has sent all of a form.</summary>
    private const long TooMuchRead = 256L * 1024 * 1024;

    /// <summary>Most files are in by then, and most sources taken back: whoever asks for it sees at once what became of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static void MapGather(this IEndpointRouteBuilder pages, long maxBytes)
    {
        pages.MapGet("/gather", AskAsync);
        pages.MapPost("/gather", TakeAsync).RequireRateLimiting(RateLimits.Import).WithMetadata(new RequestSizeLimitAttribute(maxBytes + TooMuchRead + FormOverhead));
        var job = pages.MapGroup("/gather/{job}");
        job.MapGet("", ShowAsync);
        job.MapGet("/progress", TellProgressAsync);
        job.MapPost("/confirm", ConfirmAsync);
        job.MapPost("/partial", TakeGoodPartAsync);
        job.MapPost("/stop", StopAsync);
        pages.MapColumns();
        pages.MapDevicePages();
        pages.MapSources();
        pages.MapByHand();
        pages.MapLinks();
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, ServerSettings settings, ImportJobs jobs, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own ? await ShowFormAsync(own, settings, jobs, null, StatusCodes.Status200OK, cancel) : TypedResults.NotFound();

    private static async Task<IResult> TakeAsync(HttpContext http, RecordDoor door, ServerSettings settings, ImportJobs jobs, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        // Asked before anything is read: what there is no room for is not laid down first.
        var (share, why) = await jobs.ReserveAsync(own, http.Request.ContentLength, cancel);
        using var room = share;
        if (room is null)
        {
            await PassOverAsync(http, cancel);
            return await ShowFormAsync(own, settings, jobs, Words(why!.Value, settings), why == NoRoom.TooMany ? StatusCodes.Status429TooManyRequests : StatusCodes.Status413PayloadTooLarge, cancel);
        }

        UploadedFile? file;
        string? problem;
        int status;
        var most = Math.Min(settings.MaxUploadBytes, room.Bytes);
        try
        {
            (file, problem, status) = await UploadedFile.OpenAsync(http, most, cancel);
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !cancel.IsCancellationRequested)
        {
            return await ShowFormAsync(own, settings, jobs, GatherText.SendForm, StatusCodes.Status400BadRequest, cancel);
        }

        if (file is null)
        {
            return await ShowFormAsync(own, settings, jobs, problem, status, cancel);
        }

        try
        {
            var job = await jobs.BeginAsync(own, NotesOf(file, http), file.Content, cancel);
            room.Dispose();
            await jobs.WaitAsync(job.Id, Patience, cancel);
            return new SeeOther($"/gather/{job.Id}");
        }
        catch (InvalidDataException)
        {
            await PassOverAsync(http, cancel);
            return await ShowFormAsync(own, settings, jobs, UploadedFile.TooLarge(most), StatusCodes.Status413PayloadTooLarge, cancel);
        }
        catch (BadHttpRequestException) when (!cancel.IsCancellationRequested)
        {
            return await ShowFormAsync(own, settings, jobs, GatherText.NotThrough, StatusCodes.Status400BadRequest, cancel);
        }
        catch (IOException) when (!cancel.IsCancellationRequested)
        {
            return await ShowFormAsync(own, settings, jobs, GatherText.NoRoom, StatusCodes.Status507InsufficientStorage, cancel);
        }
    }

    private static ImportJobNotes NotesOf(UploadedFile file, HttpContext http) =>
        new() { FileName = file.Name, OwnName = http.GetPerson().DisplayName, IdentityConfirmed = file.IsConfirmed };

    private static async Task<IResult> ShowAsync(string job, HttpContext http, RecordDoor door, ImportJobs jobs, Spool spool, CancellationToken cancel)
    {
        if (await FindAsync(job, http, door, cancel) is not var (own, found))
        {
            return TypedResults.NotFound();
        }

        var notes = ImportJobNotes.Read(found.Body);
        return notes is { TakesBack: { } source, Outcome.Status: not null } ? new SeeOther($"/gather/sources/{source}")
            : found.State == GatheringJobState.Asking && notes is { Proposed: null, Outcome.Told: not null } && spool.Has(own.Patient, found) ? new SeeOther($"/gather/{found.Id}/columns/check")
            : new RazorComponentResult<ImportPage>(new Dictionary<string, object?>
            {
                [nameof(ImportPage.Job)] = found,
                [nameof(ImportPage.Notes)] = notes,
                [nameof(ImportPage.Live)] = jobs.ProgressOf(found.Id),
                [nameof(ImportPage.IsElsewhere)] = found.State == GatheringJobState.Asking && !spool.Has(own.Patient, found),
            });
    }

    /// <summary>For the page's script: how far it is, and whether it goes on.</summary>
    private static async Task<IResult> TellProgressAsync(string job, HttpContext http, RecordDoor door, ImportJobs jobs, TimeProvider clock, CancellationToken cancel)
    {
        if (await FindAsync(job, http, door, cancel) is not var (_, found))
        {
            return TypedResults.NotFound();
        }

        var told = ImportProgress.Of(found, ImportJobNotes.Read(found.Body), jobs.ProgressOf(found.Id), clock.GetUtcNow());
        return TypedResults.Json(new ProgressAnswer(told.IsUnderWay, told.Percent, told.Words), GatherJson.Default.ProgressAnswer);
    }

    private static Task<IResult> ConfirmAsync(string job, IFormCollection form, HttpContext http, RecordDoor door, ImportJobs jobs, CancellationToken cancel) =>
        AnswerAsync(job, form, http, door, jobs, notes => notes with { ConfirmedDoubt = notes.Outcome?.Identity }, cancel);

    private static Task<IResult> TakeGoodPartAsync(string job, IFormCollection form, HttpContext http, RecordDoor door, ImportJobs jobs, CancellationToken cancel) =>
        AnswerAsync(job, form, http, door, jobs, notes => notes with { TakeGoodPart = true }, cancel);

    private static async Task<IResult> AnswerAsync(
        string job, IFormCollection form, HttpContext http, RecordDoor door, ImportJobs jobs, Func<ImportJobNotes, ImportJobNotes> answer, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (await FindAsync(job, http, door, cancel) is not var (own, found))
        {
            return TypedResults.NotFound();
        }

        if (await jobs.AnswerAsync(own, found, answer(ImportJobNotes.Read(found.Body)), cancel))
        {
            await jobs.WaitAsync(found.Id, Patience, cancel);
        }

        return new SeeOther($"/gather/{found.Id}");
    }

    private static async Task<IResult> StopAsync(string job, IFormCollection form, HttpContext http, RecordDoor door, ImportJobs jobs, CancellationToken cancel)
    {
        _ = form;
        if (await FindAsync(job, http, door, cancel) is not var (own, found))
        {
            return TypedResults.NotFound();
        }

        await jobs.GiveUpAsync(own, found.Id, cancel);
        return new SeeOther($"/gather/{found.Id}");
    }

    private static async Task<(OwnAccess Own, GatheringJob Job)?> FindAsync(string job, HttpContext http, RecordDoor door, CancellationToken cancel) =>
        LocalId.TryParse(job, out var id) && await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && await own.Jobs.FindAsync(id, cancel) is { } found
            ? (own, found)
            : null;

    private static async Task<IResult> ShowFormAsync(OwnAccess own, ServerSettings settings, ImportJobs jobs, string? problem, int status, CancellationToken cancel)
    {
        return new RazorComponentResult<GatherPage>(new Dictionary<string, object?>
        {
            [nameof(GatherPage.Sources)] = await own.SourcesAsync(cancel),
            [nameof(GatherPage.Jobs)] = (await own.Jobs.ListAsync(cancel)).Where(job => job.State != GatheringJobState.Over).ToList(),
            [nameof(GatherPage.MaxBytes)] = settings.MaxUploadBytes,
            [nameof(GatherPage.Full)] = await jobs.WhyFullAsync(own, cancel) is { } full ? Words(full, settings) : null,
            [nameof(GatherPage.Problem)] = problem,
        })
        { StatusCode = status };
    }

    /// <summary>Why there is no room for a file.</summary>
    public static string Words(NoRoom why, ServerSettings settings) =>
        why == NoRoom.TooMany ? Say.Fill(GatherText.TooMany, Say.Number(ImportJobs.MostForOnePerson)) : Say.Fill(GatherText.TooMuch, Say.Size(settings.MaxSpoolBytes));

    /// <summary>Reads on to the end of a form that is not wanted, as far as that is worth it: a browser shows no answer before it has sent all.</summary>
    private static async Task PassOverAsync(HttpContext http, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        int read;
        for (long total = 0; total < TooMuchRead && (read = await http.Request.Body.ReadAsync(buffer, cancel)) > 0; total += read)
        {
        }
    }
}

/// <summary>What the script of an import's page is told.</summary>
internal sealed record ProgressAnswer(bool UnderWay, int? Percent, string Words);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(ProgressAnswer))]
internal sealed partial class GatherJson : System.Text.Json.Serialization.JsonSerializerContext;
