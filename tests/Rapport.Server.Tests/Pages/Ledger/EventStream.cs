using System.Net;
using System.Net.ServerSentEvents;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>A page that is open, reduced to its stream of events.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventStream(HttpClient client, HttpResponseMessage answer, Stream body)
    {
        (_client, _answer) = (client, answer);
        _items = SseParser.Create(body).EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public HttpResponseMessage Answer => _answer;

    /// <summary>Opens the stream; it must be granted.</summary>
    public static async Task<EventStream> OpenAsync(RunningServer server, FormVisitor visitor, string query, string? lastEventId = null)
    {
        var client = server.Client();
        var answer = await AskAsync(server, client, visitor, query, lastEventId);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new EventStream(client, answer, await answer.Content.ReadAsStreamAsync(Cancel));
    }

    /// <summary>Asks for a stream.</summary>
    public static Task<HttpResponseMessage> AskAsync(RunningServer server, HttpClient client, FormVisitor? visitor, string query, string? lastEventId = null, string accept = "text/event-stream")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/ledger/events" + query);
        request.Headers.Accept.ParseAdd(accept);
        if (visitor is not null)
        {
            request.Headers.Add("Cookie", visitor.Cookies.GetCookieHeader(server.Address));
        }

        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    /// <summary>The next event, signs of life left out; null when the stream has ended.</summary>
    public async Task<SseItem<string>?> NextAsync()
    {
        while (await _items.MoveNextAsync())
        {
            if (_items.Current.EventType != "beat")
            {
                return _items.Current;
            }
        }

        return null;
    }

    /// <summary>The next event of any kind.</summary>
    public async Task<SseItem<string>?> NextOfAnyKindAsync() => await _items.MoveNextAsync() ? _items.Current : null;

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _answer.Dispose();
        _client.Dispose();
    }
}
