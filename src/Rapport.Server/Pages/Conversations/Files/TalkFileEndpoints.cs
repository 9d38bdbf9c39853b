using Microsoft.AspNetCore.Mvc;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Files;

/// <summary>Photos, documents and voice notes: sending them with a message, and the bytes of those that somebody may see.</summary>
internal static class TalkFileEndpoints
{
    private const string One = TalkPlaces.Home + "/{id}";

    /// <summary>What a form has beside its files.</summary>
    private const long FormOverhead = 1024 * 1024;

    public static void MapTalkFiles(this IEndpointRouteBuilder pages, long mostBytes)
    {
        pages.MapGet(One + "/send", static (string id) => TypedResults.LocalRedirect($"{TalkPlaces.Home}/{Uri.EscapeDataString(id)}"));

        // Twice as much is read as is taken: a browser shows no answer before it has sent all of a form.
        pages.MapPost(One + "/send", SendAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute((2 * FileDesk.MostFiles * mostBytes) + FormOverhead), PageHeaders.MayRecord);
        pages.MapGet(One + "/files/{line:long:min(1)}/{number:int:min(0)}", ReadAsync);
        pages.MapGet(One + "/files/waiting/{file}", ReadWaitingAsync);
        pages.MapPost(One + "/files/{line:long:min(1)}/{number:int:min(0)}/keep", KeepAsync).RequireRateLimiting(RateLimits.Say);
    }

    private static async Task<IResult> SendAsync(HttpContext http, TalkDoor door, RecordDoor records, TalkPages shown, UrgentHelp help, string id)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request)
        {
            return TypedResults.NotFound();
        }

        var fields = await SentForm.ReadAsync(http, door, request);
        if (fields is null)
        {
            await http.WriteAsync(StaleForms.TooOld);
            return TypedResults.Empty;
        }

        return await TalkEndpoints.WriteAsync(http, fields, door, records, shown, help, id);
    }

    private static async Task<IResult> ReadAsync(HttpContext http, TalkDoor door, string id, long line, int number) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && await MessageFile.OpenAsync(http, door, request.View, line, number) is { } file ? file : TypedResults.NotFound();

    /// <summary>Takes what somebody sent into the patient's record, at their wish, or that of who looks after them as they would themself.</summary>
    private static async Task<IResult> KeepAsync(HttpContext http, IFormCollection fields, TalkDoor door, RecordDoor records, TalkPages shown, string id, long line, int number)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { View: var view } request || await PatientSide.OfAsync(http, records, view, TokenScopes.Contribute) is not { } side)
        {
            return TypedResults.NotFound();
        }

        return (await TakenFile.TakeAsync(side, door, view, line, number, http.RequestAborted)).Status switch
        {
            TakingStatus.Taken => new SeeOther(TalkPlaces.LineOf(view.Id, line, "file-kept")),
            TakingStatus.NoRoom => await shown.ShowAsync(http, request, MessageDraft.Empty(), FileText.NotKept, from: line),
            _ => TypedResults.NotFound(),
        };
    }

    /// <summary>What somebody chose and did not send yet, as others will see it.</summary>
    private static async Task<IResult> ReadWaitingAsync(HttpContext http, TalkDoor door, string id, string file) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && LocalId.TryParse(file, out var named)
        && await door.Desk.Files.WaitingAsync(request.Talker, request.View, [new SentFile(named)], http.RequestAborted) is [var waiting]
        && await MessageFile.OpenAsync(http, door, request.View, waiting, "0") is { } bytes ? bytes : TypedResults.NotFound();
}
