using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.HealthLinks;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;

namespace Rapport.Server.Pages.Gather;

/// <summary>
/// Opening a SMART Health Link, or taking what the codes of a health card say. The link is opened while its person waits, since a wrong passcode is theirs to mend and what it gives may be given only once; what
/// it gave is then an import like any other.
/// </summary>
internal static class LinkEndpoints
{
    public static void MapLinks(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/gather/link", AskAsync);
        pages.MapPost("/gather/link", TakeAsync).RequireRateLimiting(RateLimits.Link);
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is not null ? Page(new LinkForm(), StatusCodes.Status200OK) : TypedResults.NotFound();

    private static async Task<IResult> TakeAsync(IFormCollection sent, HttpContext http, RecordDoor door, ServerSettings settings, ImportJobs jobs, LinkOpener opener, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = LinkForm.Read(sent);
        if (form.Problem is not null)
        {
            return Page(form, StatusCodes.Status422UnprocessableEntity);
        }

        // Before the link is opened: one that opens once would be lost.
        var (share, why) = await jobs.ReserveAsync(own, LinkOpener.MostWritten, cancel);
        using var room = share;
        if (room is null)
        {
            return Page(form.With(GatherEndpoints.Words(why!.Value, settings)), StatusCodes.Status429TooManyRequests);
        }

        if (form.IsCard)
        {
            return await ImportAsync(form, Notes(http, LinkText.NameOfCard, isOpenedLink: false), Encoding.UTF8.GetBytes(form.Text), own, jobs, room, cancel);
        }

        if (HealthLink.Read(form.Text, out var mistake) is not { } link)
        {
            return Page(form.With(LinkWords.Of(mistake)), StatusCodes.Status422UnprocessableEntity);
        }

        var opening = await opener.OpenAsync(http.GetPerson().Id, link, form.Passcode, cancel);
        return opening.Link is { } opened
            ? await ImportAsync(form, Notes(http, LinkWords.NameOf(link), isOpenedLink: true), opened.Write(), own, jobs, room, cancel)
            : Page(form.With(LinkWords.Of(link, opening), opening.Fault is LinkFault.PasscodeNeeded or LinkFault.WrongPasscode), StatusCodes.Status422UnprocessableEntity);
    }

    private static ImportJobNotes Notes(HttpContext http, string name, bool isOpenedLink) => new() { FileName = name, OwnName = http.GetPerson().DisplayName, IsOpenedLink = isOpenedLink };

    private static async Task<IResult> ImportAsync(LinkForm form, ImportJobNotes notes, byte[] content, OwnAccess own, ImportJobs jobs, SpoolShare room, CancellationToken cancel)
    {
        try
        {
            var job = await jobs.BeginAsync(own, notes, new MemoryStream(content, writable: false), cancel);
            room.Dispose();
            await jobs.WaitAsync(job.Id, GatherEndpoints.Patience, cancel);
            return new SeeOther($"/gather/{job.Id}");
        }
        catch (IOException) when (!cancel.IsCancellationRequested)
        {
            return Page(form.With(GatherText.NoRoom), StatusCodes.Status507InsufficientStorage);
        }
    }

    private static RazorComponentResult<LinkPage> Page(LinkForm form, int status) =>
        new(new Dictionary<string, object?> { [nameof(LinkPage.Form)] = form }) { StatusCode = status };
}
