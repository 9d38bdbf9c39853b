using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Net.Http.Headers;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Record;

/// <summary>That something is added to a record while its patient has a page of it open, as server-sent events. What it is, the page asks for itself.</summary>
internal static class RecordEvents
{
    /// <summary>The events: the record has grown; a sign of life.</summary>
    private const string Grown = "grown", Beat = "beat";

    private static readonly MediaTypeHeaderValue EventStream = new("text/event-stream");

    /// <summary>How large the caller's record is; null when they have none.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<long?> SizeAsync(HttpContext http, Modules modules, CancellationToken cancel) =>
        http.GetPerson().Record is { } record && (await modules.Records.Compartments.RecordSizesAsync([record], cancel)).TryGetValue(record, out var size) ? size : null;

    /// <summary>Where a page hears what comes in after the record had a size; null for none.</summary>
    public static string? After(long? size) => size is { } from ? $"/record/events?from={from.ToString(CultureInfo.InvariantCulture)}" : null;

    /// <param name="http">The request.</param>
    /// <param name="door">To the record.</param>
    /// <param name="live">The streams of this node.</param>
    /// <param name="modules">What stands behind.</param>
    /// <param name="from">How large the record was when the page was made.</param>
    public static async Task<IResult> StreamAsync(HttpContext http, RecordDoor door, LiveStreams live, Modules modules, long from)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own || SessionCookie.Find(http) is not { } secret)
        {
            return TypedResults.NotFound();
        }

        // A client that does not ask for events would wait for the end of the answer.
        if (!http.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MatchesAllTypes is false && EventStream.IsSubsetOf(accepted)))
        {
            return TypedResults.StatusCode(StatusCodes.Status406NotAcceptable);
        }

        if (live.Open(http.GetPerson().Id, own.Patient, modules.People.Sessions.TicketOf(secret), LiveWatch.Record) is not { } stream)
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        http.Response.RegisterForDispose(stream);
        http.Response.Headers["X-Accel-Buffering"] = "no";
        var last = long.TryParse(http.Request.Headers["Last-Event-ID"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var heard) ? heard : from;
        return TypedResults.ServerSentEvents(TellAsync(stream, last, http.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> TellAsync(LiveStream stream, long last, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return new SseItem<string>("", Beat) { ReconnectionInterval = TimeSpan.FromSeconds(1) };
        while (await stream.WaitAsync(cancel))
        {
            var size = stream.Size;
            if (size == 0 || size == last)
            {
                yield return new SseItem<string>("", Beat);
                continue;
            }

            last = size;
            yield return new SseItem<string>("", Grown) { EventId = size.ToString(CultureInfo.InvariantCulture) };
        }
    }
}
