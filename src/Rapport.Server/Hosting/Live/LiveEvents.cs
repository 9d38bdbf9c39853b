using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Net.Http.Headers;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>Server-sent events: what each stream of them begins with, and those that tell only that a number is another now.</summary>
internal static class LiveEvents
{
    /// <summary>The event that is a sign of life.</summary>
    public const string Beat = "beat";

    private static readonly MediaTypeHeaderValue EventStream = new("text/event-stream");

    /// <summary>What a stream says first: who loses it comes back in a second.</summary>
    /// <param name="position">Where the listener is; null where that is not said yet.</param>
    public static SseItem<string> First(string? position = null) => new("", Beat) { ReconnectionInterval = TimeSpan.FromSeconds(1), EventId = position };

    /// <summary>Whether the caller listens to events. Who does not would wait for the end of the answer.</summary>
    public static bool AreAskedFor(HttpContext http) => http.Request.GetTypedHeaders().Accept.Any(static accepted => accepted.MatchesAllTypes is false && EventStream.IsSubsetOf(accepted));

    /// <summary>The answer that goes on as long as somebody listens. No proxy holds any of it back.</summary>
    public static IResult Answer(HttpContext http, IAsyncEnumerable<SseItem<string>> told)
    {
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(told);
    }

    /// <summary>Tells a page each time when a number is another than it was made with, as long as its session lasts.</summary>
    /// <param name="http">The request.</param>
    /// <param name="live">The streams of this node.</param>
    /// <param name="modules">What stands behind.</param>
    /// <param name="record">Whose record it waits for.</param>
    /// <param name="watches">What of it.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="from">The number that the page was made with, where no <c>Last-Event-ID</c> says a later one.</param>
    public static IResult TellNumber(HttpContext http, LiveStreams live, Modules modules, PatientId? record, LiveWatch watches, string name, long from)
    {
        if (SessionCookie.Find(http) is not { } secret)
        {
            return TypedResults.NotFound();
        }

        if (!AreAskedFor(http))
        {
            return TypedResults.StatusCode(StatusCodes.Status406NotAcceptable);
        }

        if (live.Open(http.GetPerson().Id, record, modules.People.Sessions.TicketOf(secret), watches) is not { } stream)
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        http.Response.RegisterForDispose(stream);
        var last = long.TryParse(http.Request.Headers["Last-Event-ID"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var heard) ? heard : from;
        return Answer(http, TellAsync(stream, name, last, http.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> TellAsync(LiveStream stream, string name, long last, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return First();
        while (await stream.WaitAsync(cancel))
        {
            var number = stream.Size;
            if (number == 0 || number == last)
            {
                yield return new SseItem<string>("", Beat);
                continue;
            }

            last = number;
            yield return new SseItem<string>("", name) { EventId = number.ToString(CultureInfo.InvariantCulture) };
        }
    }
}
