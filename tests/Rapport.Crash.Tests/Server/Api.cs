using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Rapport.Crash.Tests;

/// <summary>What people ask of one running server. A status of null means that no answer came: the server may or may not have done it.</summary>
internal sealed class Api(ServerProcess server) : IDisposable
{
    private const string FhirJson = "application/fhir+json";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 64 })
    {
        BaseAddress = server.Address,
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>Why the last answer stayed away, and what the server says to that.</summary>
    public string LastFailure { get; private set; } = "";

    public void Dispose() => _client.Dispose();

    /// <summary>Reads something under <c>/fhir/</c> for a purpose.</summary>
    public Task<(HttpStatusCode? Status, string Body)> ReadAsync(DemoPerson who, string path, string? purpose = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/fhir/" + path);
        if (purpose is not null)
        {
            request.Headers.Add("X-Purpose-Of-Use", purpose);
        }

        return SendAsync(who, request);
    }

    /// <summary>Gathers a bundle into one's own record.</summary>
    public Task<(HttpStatusCode? Status, string Body)> ImportAsync(DemoPerson patient, JsonObject bundle) =>
        SendAsync(patient, new HttpRequestMessage(HttpMethod.Post, "/fhir") { Content = Json(bundle) });

    /// <summary>Makes a consent of one's own.</summary>
    public Task<(HttpStatusCode? Status, string Body)> MakeConsentAsync(DemoPerson patient, JsonObject consent) =>
        SendAsync(patient, new HttpRequestMessage(HttpMethod.Post, "/fhir/Consent") { Content = Json(consent) });

    /// <summary>Replaces a consent of one's own.</summary>
    public Task<(HttpStatusCode? Status, string Body)> PutConsentAsync(DemoPerson patient, JsonObject consent) =>
        SendAsync(patient, new HttpRequestMessage(HttpMethod.Put, "/fhir/Consent/" + consent["id"]) { Content = Json(consent) });

    /// <summary>Ends what somebody of the demo shares from the beginning, so that whatever is given afterwards is given by what a test shares.</summary>
    public async Task EndSharingAsync(DemoPerson patient)
    {
        var (status, body) = await ReadAsync(patient, "Consent?status=active&_count=100");
        Assert.True(status == HttpStatusCode.OK, body);
        foreach (var entry in JsonNode.Parse(body)!["entry"]?.AsArray() ?? [])
        {
            var consent = entry!["resource"]!.DeepClone().AsObject();
            consent["status"] = "inactive";
            var ended = await PutConsentAsync(patient, consent);
            Assert.True(ended.Status == HttpStatusCode.OK, ended.Body);
        }
    }

    /// <summary>Sends something to a path of the server that takes JSON.</summary>
    public Task<(HttpStatusCode? Status, string Body)> PostAsync(DemoPerson who, string path, JsonObject body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return SendAsync(who, request);
    }

    /// <summary>Reads something at any path of the server.</summary>
    public Task<(HttpStatusCode? Status, string Body)> GetAsync(DemoPerson who, string path) => SendAsync(who, new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>All that was said in a conversation.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(DemoPerson who, string conversation) => [.. (await SaidAsync(who, conversation)).Select(static line => (string)line["text"]!)];

    /// <summary>All messages of a conversation.</summary>
    public async Task<IReadOnlyList<JsonNode>> SaidAsync(DemoPerson who, string conversation)
    {
        List<JsonNode> said = [];
        for (string? after = "0"; after is not null;)
        {
            var (status, body) = await SendAsync(who, new HttpRequestMessage(HttpMethod.Get, $"/api/conversations/{conversation}/messages?after={after}"));
            Assert.True(status == HttpStatusCode.OK, body);
            var page = JsonNode.Parse(body)!;
            said.AddRange(page["messages"]!.AsArray().Where(static line => (string)line!["kind"]! == "said").Select(static line => line!));
            after = (string?)page["next"];
        }

        return said;
    }

    public async Task<HttpStatusCode?> HealthAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        return (await SendAsync(null, request)).Status;
    }

    private static StringContent Json(JsonObject value)
    {
        var content = new StringContent(value.ToJsonString(), Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(FhirJson);
        return content;
    }

    private async Task<(HttpStatusCode? Status, string Body)> SendAsync(DemoPerson? who, HttpRequestMessage request)
    {
        using (request)
        {
            if (who is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Token);
            }

            try
            {
                using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
                return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
            catch (HttpRequestException e)
            {
                LastFailure = $"{e.Message} {e.InnerException?.Message} {server.Describe()}";
                return (null, "");
            }
        }
    }
}
