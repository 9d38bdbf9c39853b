using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Told;

/// <summary>That there is something that every page tells, as server-sent events to whoever has one open. What it is, the page asks for: the part alone, not itself anew.</summary>
internal static class ToldEvents
{
    private const string Part = "/told", Events = Part + "/events";

    /// <summary>The events: there is something else to tell; a sign of life.</summary>
    private const string Told = "told", Beat = "beat";

    private static readonly MediaTypeHeaderValue EventStream = new("text/event-stream");

    public static void MapTold(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Part, () => new RazorComponentResult<ToldPart>());
        pages.MapGet(Events, Stream);
    }

    /// <summary>Where a page hears what comes after it was made with a number of <see cref="ToldNumbers"/>; null where it has none.</summary>
    public static string? After(long number) => number > 0 ? $"{Events}?from={number.ToString(CultureInfo.InvariantCulture)}" : null;

    private static IResult Stream(HttpContext http, LiveStreams live, Modules modules, long from)
    {
        if (SessionCookie.Find(http) is not { } secret)
        {
            return TypedResults.NotFound();
        }

        // A client that does not ask for events would wait for the end of the answer.
        if (!http.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MatchesAllTypes is false && EventStream.IsSubsetOf(accepted)))
        {
            return TypedResults.StatusCode(StatusCodes.Status406NotAcceptable);
        }

        var person = http.GetPerson();
        if (live.Open(person.Id, person.Record, modules.People.Sessions.TicketOf(secret), LiveWatch.Told) is not { } stream)
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
            var number = stream.Size;
            if (number == 0 || number == last)
            {
                yield return new SseItem<string>("", Beat);
                continue;
            }

            last = number;
            yield return new SseItem<string>("", Told) { EventId = number.ToString(CultureInfo.InvariantCulture) };
        }
    }
}
