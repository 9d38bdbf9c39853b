using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.People;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>A patient, their doctor, a nurse in a care team, somebody of their circle, and somebody who is none of these.</summary>
internal sealed record TalkWorld(TestPerson Ada, TestPerson Doctor, TestPerson Nurse, TestPerson Sister, TestPerson Stranger, CareTeam Team)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TalkWorld> BeginAsync(RunningServer server)
    {
        var people = server.Modules.People;
        var ada = await server.AddAdaAsync();
        var (doctor, nurse, sister, stranger) = (await server.AddDoctorAsync(), await server.AddDoctorAsync(), await server.AddStrangerAsync(), await server.AddStrangerAsync());
        await people.Circle.AddAsync(ada.Record, sister.Person.Id, "sister", Cancel);
        var hill = (await people.Directory.AddOrganisationAsync($"Hill {Guid.NewGuid():N}", Cancel)).Value!;
        var team = (await people.CareTeams.AddAsync(hill.Id, "Heart team", Cancel)).Value!;
        await people.Directory.AddMemberAsync(hill.Id, nurse.Person.Id, "nurse", null, Cancel);
        await people.CareTeams.SetMemberAsync(team.Id, nurse.Person.Id, true, Cancel);
        return new TalkWorld(ada, doctor, nurse, sister, stranger, team);
    }

    /// <summary>Begins a conversation.</summary>
    public static async Task<string> TalkAsync(TestPerson person, string more = "", params string[] with)
    {
        var made = await BeginAsync(person, more, with);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        return (string)made.Json["id"]!;
    }

    public static Task<Answer> BeginAsync(TestPerson person, string more, params string[] with) => PostAsync(
        person.Client, "/api/conversations", $$"""{"with":[{{string.Join(',', with.Select(static one => $"\"{one}\""))}}],"subject":"my knee"{{more}}}""");

    /// <summary>Says something; it must be taken.</summary>
    public static async Task<JsonNode> SayAsync(HttpClient client, string id, string text, string? key = null, params string[] attach)
    {
        var said = await TrySayAsync(client, id, text, key, attach);
        Assert.Equal(HttpStatusCode.Created, said.Status);
        return said.Json;
    }

    public static Task<Answer> TrySayAsync(HttpClient client, string id, string text, string? key = null, params string[] attach)
    {
        var body = new JsonObject { ["text"] = text };
        if (attach.Length > 0)
        {
            body["attach"] = new JsonArray([.. attach.Select(static one => JsonValue.Create(one))]);
        }

        return PostAsync(client, $"/api/conversations/{id}/messages", body.ToJsonString(), key is null ? [] : [("Idempotency-Key", key)]);
    }

    /// <summary>What somebody reads in a conversation.</summary>
    public static async Task<string[]> TextsAsync(HttpClient client, string id) =>
        [.. (await client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray().Where(static line => (string)line!["kind"]! == "said").Select(static line => (string)line!["text"]!)];

    public static Task<Answer> PostAsync(HttpClient client, string path, string json, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), headers);
}

/// <summary>Somebody who listens at <c>/api/events</c>.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private Listener(HttpResponseMessage answer, Stream body) => (_answer, _items) = (answer, SseParser.Create(body).EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The id of the last event.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>Begins to listen: when the task completes, what comes from then on is heard.</summary>
    public static async Task<Listener> OpenAsync(RunningServer server, TestPerson person, string? lastEventId = null)
    {
        var answer = await AskAsync(server, person, lastEventId);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var listener = new Listener(answer, await answer.Content.ReadAsStreamAsync(Cancel));
        await listener._items.MoveNextAsync();
        listener.LastId = listener._items.Current.EventId!;
        return listener;
    }

    public static Task<HttpResponseMessage> AskAsync(RunningServer server, TestPerson person, string? lastEventId = null, string accept = "text/event-stream")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Accept.ParseAdd(accept);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return server.Client(person.Token.Secret).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    /// <summary>The next thing that happened; null when the stream has ended.</summary>
    public async Task<JsonNode?> NextAsync()
    {
        while (await _items.MoveNextAsync())
        {
            LastId = _items.Current.EventId ?? LastId;
            if (_items.Current.EventType != "beat")
            {
                return JsonNode.Parse(_items.Current.Data);
            }
        }

        return null;
    }

    /// <summary>The text of the next message.</summary>
    public async Task<string?> TextAsync()
    {
        while (await NextAsync() is { } told)
        {
            if ((string)told["message"]!["kind"]! == "said")
            {
                return (string)told["message"]!["text"]!;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _answer.Dispose();
    }
}
