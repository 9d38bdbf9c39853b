using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Rapport.Server.Tests.Api;

/// <summary>All of an answer.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">Every header but the date, in a fixed order.</param>
/// <param name="Body">The body.</param>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyList<string> Headers, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The text of the first issue of an OperationOutcome.</summary>
    public string Text => (string)Json["issue"]![0]!["details"]!["text"]!;

    /// <summary>The code of the first issue of an OperationOutcome.</summary>
    public string Code => (string)Json["issue"]![0]!["code"]!;

    /// <summary>The resources of a bundle.</summary>
    public IReadOnlyList<JsonNode> Resources => [.. Entries.Select(e => e["resource"]!)];

    /// <summary>The entries of a bundle.</summary>
    public IReadOnlyList<JsonNode> Entries => [.. (Json["entry"]?.AsArray() ?? []).Select(e => e!)];

    /// <summary>The total of a bundle.</summary>
    public int Total => (int)Json["total"]!;

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(h => h.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    /// <summary>Everything in one text, to be compared byte for byte.</summary>
    public override string ToString() => $"{(int)Status}\n{string.Join('\n', Headers)}\n\n{Body}";
}

/// <summary>Short ways to ask.</summary>
internal static class Asking
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Answer> AskAsync(this HttpClient client, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, Cancel);
        var all = response.Headers.Concat(response.Content.Headers)
            .Where(h => h.Key != "Date")
            .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}")
            .Order(StringComparer.Ordinal);
        return new Answer(response.StatusCode, [.. all], await response.Content.ReadAsStringAsync(Cancel));
    }

    public static Task<Answer> ReadAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Get, path, null, headers);

    public static Task<Answer> PostAsync(this HttpClient client, string path, string json, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Post, path, Fhir(json), headers);

    public static Task<Answer> PutAsync(this HttpClient client, string path, string json, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Put, path, Fhir(json), headers);

    public static StringContent Fhir(string json) => new(json, new MediaTypeHeaderValue("application/fhir+json"));
}
