using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Ledger;

/// <summary>
/// What happens to a record while its patient has the page open, as server-sent events: each a sentence in the reader's language, ready to be shown. What is told about is
/// everything since the page was made, so a sentence that comes again with more in it takes the place of the one before.
/// </summary>
internal static class LedgerEvents
{
    /// <summary>The events: a sentence; too much happened to tell it so.</summary>
    private const string Told = "told", Reload = "reload";

    /// <summary>Lines that are told as they happen; who comes back after more loads the page anew.</summary>
    private const int MostNew = 1000;

    /// <param name="http">The request.</param>
    /// <param name="door">To the record.</param>
    /// <param name="live">The streams of this node.</param>
    /// <param name="modules">What stands behind.</param>
    /// <param name="from">How many lines the page was made of.</param>
    /// <param name="after">The position of the last line that was told, where no <c>Last-Event-ID</c> says it.</param>
    public static async Task<IResult> StreamAsync(HttpContext http, RecordDoor door, LiveStreams live, Modules modules, long from, long? after)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own || SessionCookie.Find(http) is not { } secret)
        {
            return TypedResults.NotFound();
        }

        if (!LiveEvents.AreAskedFor(http))
        {
            return TypedResults.StatusCode(StatusCodes.Status406NotAcceptable);
        }

        var last = http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } text ? Position(text) : after ?? from - 1;
        if (from is < 0 or > int.MaxValue || last is null or > int.MaxValue)
        {
            return TypedResults.BadRequest();
        }

        if (live.Open(http.GetPerson().Id, own.Patient, modules.People.Sessions.TicketOf(secret), LiveWatch.Ledger) is not { } stream)
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        http.Response.RegisterForDispose(stream);
        return LiveEvents.Answer(http, TellAsync(http, door, modules, stream, from, Math.Max(last.Value, from - 1), http.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> TellAsync(
        HttpContext http, RecordDoor door, Modules modules, LiveStream stream, long from, long last, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Kept while the page is open, so that what is new is all that is read and told.
        var (tales, next) = (new NewTales(), (int)from);
        IReadOnlyDictionary<string, ConsentWords>? consents = null;
        IReadOnlySet<long> changes = new HashSet<long>();
        yield return LiveEvents.First();
        while (await stream.WaitAsync(cancel))
        {
            if (stream.Size <= last + 1)
            {
                yield return new SseItem<string>("", LiveEvents.Beat);
                continue;
            }

            if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
            {
                yield break;
            }

            var deeds = (await own.HistoryAsync(stream.Size, cancel)).Deeds;
            if (deeds.Count - from > MostNew)
            {
                yield return new SseItem<string>("", Reload);
                yield break;
            }

            var happened = deeds.Skip(next).ToList();
            next = Math.Max(next, deeds.Count);
            if (consents is null || happened.Any(static deed => deed.Kind is LedgerKind.Consented or LedgerKind.Revoked or LedgerKind.Delegated))
            {
                consents = await LedgerEndpoints.ConsentWordsAsync(own, modules, http, cancel);
                changes = LedgerSentence.ChangesIn(deeds);
            }

            var teller = new LedgerTeller(new LedgerSentence(own.Actor.Reference, consents, modules.Clock.GetUtcNow()) { Changes = changes });
            foreach (var tale in tales.Tell(happened).Where(tale => tale.Newest.Index > last))
            {
                last = tale.Newest.Index;
                yield return new SseItem<string>(await RenderAsync(http, teller.View(tale, LedgerFilter.Everything)), Told)
                {
                    EventId = last.ToString(CultureInfo.InvariantCulture),
                };
            }
        }
    }

    private static async Task<string> RenderAsync(HttpContext http, TaleView tale)
    {
        await using var renderer = new HtmlRenderer(http.RequestServices, http.RequestServices.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<LiveTale>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(LiveTale.Tale)] = tale }))).ToHtmlString());
    }

    private static long? Position(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null;
}
