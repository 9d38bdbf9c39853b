using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Gathering;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.LinksGiven;

/// <summary>Somebody who has a link and nothing else: reads it, asks for what is behind it, and opens the files with our own reader of links.</summary>
internal sealed class LinkHolder : IDisposable
{
    private readonly HealthLink _link;

    public LinkHolder(RunningServer server, string shlink)
    {
        Client = server.Client();
        Payload = JsonNode.Parse(Base64Url.DecodeFromChars(shlink.AsSpan(shlink.IndexOf("shlink:/", StringComparison.Ordinal) + 8)))!.AsObject();
        _link = HealthLink.Read(shlink, out _) ?? throw new FormatException("our own reader does not know it as a link");
    }

    public HttpClient Client { get; }

    /// <summary>What the link says.</summary>
    public JsonObject Payload { get; }

    /// <summary>Its address.</summary>
    public string Url => (string)Payload["url"]!;

    public void Dispose() => Client.Dispose();

    /// <summary>Asks for the manifest.</summary>
    public Task<Answer> KnockAsync(string? passcode = null, string recipient = "Dr Meyer", int? embedded = null)
    {
        var ask = new JsonObject { ["recipient"] = recipient };
        if (passcode is not null)
        {
            ask["passcode"] = passcode;
        }

        if (embedded is not null)
        {
            ask["embeddedLengthMax"] = embedded;
        }

        return SendAsync(ask.ToJsonString());
    }

    /// <summary>Asks for the manifest with this body.</summary>
    public Task<Answer> SendAsync(string body, string? url = null) => Client.PostAsync(url ?? Url, body);

    /// <summary>All files of a manifest, opened: those that do not lie in it are fetched.</summary>
    public async Task<IReadOnlyList<JsonNode>> FilesAsync(Answer manifest)
    {
        List<JsonNode> files = [];
        foreach (var file in manifest.Json["files"]!.AsArray())
        {
            var text = (string?)file!["embedded"];
            if (text is null)
            {
                var answer = await Client.ReadAsync((string)file["location"]!);
                Assert.Equal((HttpStatusCode.OK, "application/jose"), (answer.Status, answer.Header("Content-Type")));
                text = answer.Body;
            }

            files.Add(Open(text, (string)file["contentType"]!));
        }

        return files;
    }

    /// <summary>Opens the link and all that is behind it.</summary>
    public async Task<IReadOnlyList<JsonNode>> OpenAsync(string? passcode = null)
    {
        var manifest = await KnockAsync(passcode);
        Assert.Equal(HttpStatusCode.OK, manifest.Status);
        return await FilesAsync(manifest);
    }

    /// <summary>A sealed file in clear.</summary>
    public JsonNode Open(string sealedFile, string contentType = "application/fhir+json")
    {
        var file = SealedLinkFile.Open(_link, sealedFile, 64 * 1024 * 1024, out var mistake);
        Assert.Equal(LinkFileMistake.None, mistake);
        Assert.Equal(contentType, file!.ContentType);
        Assert.Empty(Rapport.Fhir.Resource.Parse(file.Bytes).Issues);
        return JsonNode.Parse(Encoding.UTF8.GetString(file.Bytes))!;
    }

    /// <summary>The types of what is in a bundle, in its order.</summary>
    public static IReadOnlyList<string> TypesOf(JsonNode bundle) => [.. bundle["entry"]!.AsArray().Select(entry => (string)entry!["resource"]!["resourceType"]!)];
}

/// <summary>How tests give links.</summary>
internal static class Giving
{
    public static async Task<(string Id, LinkHolder Holder)> GiveAsync(this RunningServer server, TestPerson patient, string ask)
    {
        var made = await patient.Client.PostAsync("/api/links", ask);
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        Assert.Equal(["id", "shlink", "viewerUrl"], made.Json.AsObject().Select(property => property.Key));
        Assert.Equal($"{server.Address}open#{made.Json["shlink"]}", (string)made.Json["viewerUrl"]!);
        return ((string)made.Json["id"]!, new LinkHolder(server, (string)made.Json["shlink"]!));
    }
}
