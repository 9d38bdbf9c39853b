using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.Pages.Links;

/// <summary>What came back by links and waits: the patient looks at it, and takes it into the record or refuses it. Before that nothing of it is in the record.</summary>
internal static class ReceivedEndpoints
{
    /// <summary>The endings under which a file is saved: what somebody unknown sends is called by no other.</summary>
    private static readonly FrozenSet<string> Endings =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, ".pdf", ".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif", ".tiff", ".json", ".smart-health-card");

    public static void MapReceived(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(LinkPlaces.Received, ListAsync);
        pages.MapPost(LinkPlaces.Received, DecideAsync);
        pages.MapGet(LinkPlaces.Received + "/{id}/file", SaveAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, string? done, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own
            ? await PageAsync(own, done, null, StatusCodes.Status200OK, cancel)
            : TypedResults.NotFound();

    private static async Task<RazorComponentResult<ReceivedPage>> PageAsync(OwnAccess own, string? done, string? problem, int status, CancellationToken cancel) => new(new Dictionary<string, object?>
    {
        [nameof(ReceivedPage.Deliveries)] = await own.Links.ReceivedAsync(cancel),
        [nameof(ReceivedPage.Done)] = done,
        [nameof(ReceivedPage.Problem)] = problem,
    })
    { StatusCode = status };

    /// <summary>The file as it came: only ever saved, never shown by this origin.</summary>
    private static async Task SaveAsync(HttpContext http, string id, RecordDoor door)
    {
        if (await FindAsync(http, id, door) is not ({ } own, { FileName: not null } delivery))
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        var headers = http.Response.Headers;
        headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "received" + (Endings.Contains(Path.GetExtension(delivery.FileName)) ? Path.GetExtension(delivery.FileName) : "") }.ToString();
        http.Response.ContentType = System.Net.Mime.MediaTypeNames.Application.Octet;
        await http.Response.Body.WriteAsync(await own.Links.ReadFileAsync(delivery, http.RequestAborted), http.RequestAborted);
    }

    private static async Task<IResult> DecideAsync(HttpContext http, IFormCollection fields, RecordDoor door, ImportJobs jobs, ServerSettings settings, CancellationToken cancel)
    {
        if (await FindAsync(http, fields["id"].ToString(), door) is not ({ } own, var delivery))
        {
            return TypedResults.NotFound();
        }

        if (delivery is null)
        {
            return new SeeOther(LinkPlaces.Received + "?done=gone");
        }

        // What is being read, or asks something, is decided about there.
        if (await ImportJobs.OfDeliveryAsync(own, delivery.Id, cancel) is { } underWay)
        {
            return new SeeOther($"/gather/{underWay.Id}");
        }

        if (fields["do"] != "take")
        {
            return new SeeOther(LinkPlaces.Received + (await own.Links.RefuseAsync(delivery.Id, cancel) ? "?done=refused" : "?done=gone"));
        }

        IResult answer = new SeeOther(LinkPlaces.Received + "?done=taken");
        var wasFree = await own.Links.TakeAsync(
            delivery.Id,
            async () =>
            {
                await TakeNoteAsync(own, delivery, cancel);
                if (delivery.FileName is null)
                {
                    return true;
                }

                // It waits on until its import has ended well: whatever becomes of that, the file is not lost.
                answer = await TakeFileAsync(http, own, delivery, jobs, settings, cancel);
                return false;
            },
            cancel);
        return wasFree ? answer : new SeeOther(LinkPlaces.Received + "?done=gone");
    }

    /// <summary>Taken twice, since the file could not be read the first time, it is found and not written twice.</summary>
    private static async Task TakeNoteAsync(OwnAccess own, LinkDelivery delivery, CancellationToken cancel)
    {
        if (delivery.Note.Length > 0)
        {
            var message = ReceivedMessage.Of(delivery.Said, LinkPagesText.MessageTopic, delivery.Note, delivery.At);
            await Importer.WriteAsync(own, message, new ImportOptions { SourceKind = "message", SourceName = Say.Fill(LinkPagesText.SourceOfNote, delivery.LinkLabel, delivery.Said) }, cancel);
        }
    }

    /// <summary>A file goes the way of every file that the patient brings: what is asked about such a file is asked about this one. One that cannot be read waits on, and its job says why.</summary>
    private static async Task<IResult> TakeFileAsync(HttpContext http, OwnAccess own, LinkDelivery delivery, ImportJobs jobs, ServerSettings settings, CancellationToken cancel)
    {
        var (share, why) = await jobs.ReserveAsync(own, delivery.FileSize, cancel);
        using var room = share;
        if (room is null)
        {
            return await PageAsync(own, null, GatherEndpoints.Words(why!.Value, settings), StatusCodes.Status429TooManyRequests, cancel);
        }

        try
        {
            var notes = new ImportJobNotes
            {
                FileName = Say.Fill(LinkPagesText.SourceOfFile, delivery.FileName!, delivery.LinkLabel, delivery.Said),
                OwnName = http.GetPerson().DisplayName,
                Delivery = delivery.Id.ToString(),
            };
            var job = await jobs.BeginAsync(own, notes, new MemoryStream(await own.Links.ReadFileAsync(delivery, cancel), writable: false), cancel);
            room.Dispose();
            await jobs.WaitAsync(job.Id, GatherEndpoints.Patience, cancel);
            return new SeeOther($"/gather/{job.Id}");
        }
        catch (IOException) when (!cancel.IsCancellationRequested)
        {
            return await PageAsync(own, null, GatherText.NoRoom, StatusCodes.Status507InsufficientStorage, cancel);
        }
    }

    private static async Task<(OwnAccess? Own, LinkDelivery? Delivery)> FindAsync(HttpContext http, string id, RecordDoor door) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && LocalId.TryParse(id, out var local)
            ? (own, (await own.Links.ReceivedAsync(http.RequestAborted)).FirstOrDefault(delivery => delivery.Id == local))
            : (null, null);
}
