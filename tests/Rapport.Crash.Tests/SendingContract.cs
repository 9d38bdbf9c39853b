using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Rapport.Crash.Tests;

/// <summary>The server dies in the middle of sending, again and again: whoever sends what was not acknowledged once more, with the same key, loses and doubles nothing, and whoever listens hears each message once.</summary>
public abstract class SendingContract(ServerFiles files)
{
    private const int Senders = 4;
    private const int Seed = 20261101;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Whether this is the long run: <c>RAPPORT_TEST_LONG=1</c>.</summary>
    protected static bool IsLong => Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1";

    protected abstract int Kills { get; }

    [Fact]
    public async Task Killed_in_the_middle_of_sending_it_loses_and_doubles_no_message_and_tells_each_once()
    {
        var place = new ServerPlace(files.NewFolder(), files.Postgres);
        DemoPerson maya, lee;
        string id, position;
        await using (var first = await ServerProcess.StartAsync(place, demo: true))
        {
            var people = await DemoPerson.ReadAsync(place);
            (maya, lee) = (people["maya"], people["dr-lee"]);
            using var api = new Api(first);
            var (status, body) = await api.PostAsync(maya, "/api/conversations", new JsonObject { ["with"] = new JsonArray(lee.Person), ["subject"] = "a storm" });
            Assert.True(status == HttpStatusCode.Created, body);
            id = (string)JsonNode.Parse(body)!["id"]!;
            position = await ListenAsync(first, lee, null, [], CancellationToken.None, untilBeat: true);
        }

        var random = new Random(Seed);
        var queues = Enumerable.Range(0, Senders).Select(static sender => new Sender(sender)).ToList();
        List<string> heard = [];
        for (var round = 0; round <= Kills; round++)
        {
            await using var server = await ServerProcess.StartAsync(place);
            using var api = new Api(server);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var listening = ListenAsync(server, lee, position, heard, over.Token);
            var (acknowledged, after) = (0, round == Kills ? int.MaxValue : random.Next(3, 60));
            await Task.WhenAll(queues.Select(queue => queue.SendAsync(api, maya, id, most: 40, () =>
            {
                if (Interlocked.Increment(ref acknowledged) == after)
                {
                    server.Kill();
                }
            })));
            if (round == Kills)
            {
                // The last to be said is the last to be heard.
                Assert.Equal(HttpStatusCode.Created, (await api.PostAsync(maya, $"/api/conversations/{id}/messages", new JsonObject { ["text"] = "end" })).Status);
            }
            else
            {
                server.Kill();
            }

            position = await listening;
        }

        await using var last = await ServerProcess.StartAsync(place);
        using var reads = new Api(last);
        var said = await reads.TextsAsync(lee, id);
        Assert.True(queues.Sum(static queue => queue.Acknowledged.Count) > 10 * Kills, "hardly anything was sent: the test proves little");
        Assert.Equal(queues.SelectMany(static queue => queue.Acknowledged).Append("end").Order(), said.Order());
        Assert.Equal(said, heard);
        await HasItsFilesAsync(reads, lee, id);
    }

    /// <summary>Each message that was sent with a file has it, whole, and no other.</summary>
    private static async Task HasItsFilesAsync(Api api, DemoPerson who, string conversation)
    {
        var read = 0;
        foreach (var line in await api.SaidAsync(who, conversation))
        {
            var (text, files) = ((string)line["text"]!, line["files"]?.AsArray());
            Assert.Equal(Sender.HasFile(text) ? 1 : 0, files?.Count ?? 0);
            if (files is not null)
            {
                var (status, body) = await api.GetAsync(who, (string)files[0]!["href"]!);
                Assert.True(status == HttpStatusCode.OK, body);
                Assert.Equal(Sender.FileOf(text).ToJsonString(), body);
                read++;
            }
        }

        Assert.True(read > 2, "hardly any file was sent: the test proves little");
    }

    /// <summary>Listens until the message `end`, or the server is gone; the position of what was heard last.</summary>
    private static async Task<string> ListenAsync(ServerProcess server, DemoPerson who, string? position, List<string> heard, CancellationToken cancel, bool untilBeat = false)
    {
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Token);
        if (position is not null)
        {
            request.Headers.Add("Last-Event-ID", position);
        }

        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            await using var body = await answer.Content.ReadAsStreamAsync(cancel);
            await foreach (var told in SseParser.Create(body).EnumerateAsync(cancel))
            {
                position = told.EventId;
                if (untilBeat)
                {
                    break;
                }

                if (told.EventType == "message" && JsonNode.Parse(told.Data)!["message"]!["text"] is { } text)
                {
                    heard.Add((string)text!);
                    if ((string)text! == "end")
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // It was killed.
        }

        return position ?? "";
    }

    /// <summary>One who sends one message after the other, each until it is acknowledged.</summary>
    private sealed class Sender(int number)
    {
        private const int FileEvery = 4, FileLength = 300_000;

        private int _next;

        /// <summary>What was acknowledged.</summary>
        internal List<string> Acknowledged { get; } = [];

        /// <summary>Whether a message is sent with a file.</summary>
        internal static bool HasFile(string text) => text.Split('-') is [_, var of] && int.Parse(of, System.Globalization.CultureInfo.InvariantCulture) % FileEvery == 0;

        /// <summary>A text of more than one piece, another for each message.</summary>
        internal static JsonObject FileOf(string text) => new() { ["of"] = text, ["more"] = new string('x', FileLength) };

        internal async Task SendAsync(Api api, DemoPerson who, string conversation, int most, Action acknowledged)
        {
            for (var sent = 0; sent < most; sent++)
            {
                var text = $"{number}-{_next}";
                var message = new JsonObject { ["text"] = text };
                if (HasFile(text))
                {
                    var (taken, file) = await api.PostAsync(who, $"/api/conversations/{conversation}/files", FileOf(text), ("Idempotency-Key", "f" + text));
                    if (taken is null)
                    {
                        return;
                    }

                    Assert.True(taken == HttpStatusCode.Created, file);
                    message["files"] = new JsonArray((string)JsonNode.Parse(file)!["id"]!);
                }

                var (status, body) = await api.PostAsync(who, $"/api/conversations/{conversation}/messages", message, ("Idempotency-Key", "k" + text));
                if (status is null)
                {
                    return;
                }

                Assert.True(status == HttpStatusCode.Created, body);
                Acknowledged.Add(text);
                _next++;
                acknowledged();
            }
        }
    }
}

public sealed class SendingOnSqlite(SqliteFiles files) : SendingContract(files), IClassFixture<SqliteFiles>
{
    protected override int Kills => IsLong ? 60 : 2;
}

public sealed class SendingOnPostgres(PostgresFiles files) : SendingContract(files), IClassFixture<PostgresFiles>
{
    protected override int Kills => IsLong ? 40 : 1;
}
