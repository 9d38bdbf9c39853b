using Microsoft.AspNetCore.Mvc;
using Rapport.Conversations;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations.Files;

/// <summary>Files of messages for scripts: to send one, and to read those of a message.</summary>
internal static class FileEndpoints
{
    /// <summary>What may be sent beyond the largest file, so that somebody is told in words what is too large.</summary>
    private const long Beyond = 1024 * 1024;

    public static void MapFiles(this RouteGroupBuilder talks)
    {
        var most = ((IEndpointRouteBuilder)talks).ServiceProvider.GetRequiredService<ServerSettings>().MaxMessageFileBytes;
        talks.MapPost("/{id}/files", TakeAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute(most + Beyond))
            .WithSummary("Takes a photo, document or voice note in, as the body, to be sent with a message within a day; with the same `Idempotency-Key` it is the same file")
            .Accepts<byte[]>("*/*").Produces<FileMade>(StatusCodes.Status201Created);
        talks.MapGet("/{id}/files/{message:long:min(1)}/{number:int:min(0)}", ReadAsync).WithSummary("A file of a message").Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream");
        talks.MapPost("/{id}/files/{message:long:min(1)}/{number:int:min(0)}/keep", KeepAsync).RequireRateLimiting(RateLimits.Say)
            .WithSummary("Takes a file of a message into the caller's own record, as a document by who sent it; taken again, it is the same document").Produces<FileKept>();
    }

    private static async Task TakeAsync(HttpContext http, string id, TalkDoor door)
    {
        if (await ConversationEndpoints.FindAsync(http, id, door) is not var (talker, view) || await ConversationEndpoints.OnceAsync(http) is not { } once)
        {
            return;
        }

        var most = door.Desk.Files.MostBytes;
        var answer = http.Request.ContentLength > most ? new FileAnswer(FileStatus.TooLarge, null)
            : await door.Desk.Files.TakeAsync(talker, view, http.Request.Body, null, once, http.RequestAborted);
        if (answer.File is not { } file)
        {
            await http.WriteAsync(FailureOf(answer.Status, most));
            return;
        }

        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status201Created, new FileMade(file.Id.ToString(), file.Kind.MediaType(), file.Size), TalkJson.Default.FileMade);
    }

    private static async Task<IResult> ReadAsync(HttpContext http, string id, long message, int number, TalkDoor door)
    {
        if (await ConversationEndpoints.FindAsync(http, id, door) is not var (_, view))
        {
            return TypedResults.Empty;
        }

        if (await MessageFile.OpenAsync(http, door, view, message, number) is not { } file)
        {
            await http.WriteAsync(Failure.NothingHere);
            return TypedResults.Empty;
        }

        var headers = http.Response.Headers;
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Cross-Origin-Resource-Policy"]) = (PageHeaders.NothingRuns, "nosniff", "same-origin");
        return file;
    }

    /// <summary>Takes a file into the record. To whoever the conversation is not about, none can be taken.</summary>
    private static async Task KeepAsync(HttpContext http, string id, long message, int number, TalkDoor door, RecordDoor records)
    {
        if (await ConversationEndpoints.FindAsync(http, id, door) is not var (_, view))
        {
            return;
        }

        var (status, entry) = view.IsOwn && await records.OpenOwnAsync(http, TokenScopes.Contribute) is { } own
            ? await TakenFile.TakeAsync(PatientSide.Of(own), door, view, message, number, http.RequestAborted) : (TakingStatus.NothingHere, null);
        if (entry is null)
        {
            await http.WriteAsync(status == TakingStatus.NoRoom
                ? new(StatusCodes.Status507InsufficientStorage, "no-store", "there is no room for this in the record")
                : Failure.NothingHere);
            return;
        }

        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, new FileKept(entry), TalkJson.Default.FileKept);
    }

    private static Failure FailureOf(FileStatus status, long most) => status switch
    {
        FileStatus.Empty => new(StatusCodes.Status422UnprocessableEntity, "invalid", "the body is empty: send the bytes of the file as the body"),
        FileStatus.TooLarge => new(StatusCodes.Status413PayloadTooLarge, "too-long", $"a file has at most {most} bytes here"),
        FileStatus.NoRoom => new(StatusCodes.Status429TooManyRequests, "throttled", "this is more than one person may send in a day: send the rest tomorrow"),
        FileStatus.Ended => new(StatusCodes.Status409Conflict, "business-rule", "the patient ended this conversation: begin another"),
        FileStatus.KeyUsedBefore => new(StatusCodes.Status409Conflict, "conflict", "this `Idempotency-Key` was sent before with another file: take a new one"),
        FileStatus.Heic => new(StatusCodes.Status415UnsupportedMediaType, "not-supported", "this is a photo as HEIC, which most browsers cannot show: send it as JPEG"),
        _ => new(StatusCodes.Status415UnsupportedMediaType, "not-supported", "this is none of the files that can be sent, or damaged: JPEG, PNG, WebP, GIF that does not move, PDF, plain text in UTF-8, and sound as Ogg Opus, WebM, MP4, MP3 or WAV"),
    };
}
