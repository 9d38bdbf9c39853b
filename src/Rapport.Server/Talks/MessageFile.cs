using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Server.Pages;

namespace Rapport.Server.Talks;

/// <summary>
/// A file of a message as an answer, in parts too: saved by who opens it by itself under a name of ours, and shown or heard only where a page of this server places it. Whoever may not read the message finds what they find
/// where there is none.
/// </summary>
internal static class MessageFile
{
    /// <summary>A file of a message that somebody may read now; null where there is none.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<FileStreamHttpResult?> OpenAsync(HttpContext http, TalkDoor door, TalkView view, long message, int number) =>
        await FindAsync(door, view, message, number, http.RequestAborted) is var (_, file) ? await OpenAsync(http, door, view, file, $"{message}-{number + 1}") : null;

    /// <summary>A file of a message that somebody may read now, with its message; null where there is none.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<(SaidLine Message, TalkFile File)?> FindAsync(TalkDoor door, TalkView view, long message, int number, CancellationToken cancel) =>
        message >= view.From && await door.Desk.LinesAsync(view, message, 1, cancel) is [{ Line: SaidLine { Files: { } files } said } found] && found.Seq == message && number < files.Count
            ? (said, files[number]) : null;

    /// <summary>A file that somebody may read; null where it is gone.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<FileStreamHttpResult?> OpenAsync(HttpContext http, TalkDoor door, TalkView view, TalkFile file, string named)
    {
        if (await door.Desk.Files.OpenAsync(view, file, http.RequestAborted) is not { } bytes)
        {
            return null;
        }

        http.Response.Headers.CacheControl = PageHeaders.NotKept;
        return TypedResults.Stream(bytes, file.Kind.MediaType(), $"rapport-{named}{file.Kind.Ending()}", enableRangeProcessing: true);
    }
}
