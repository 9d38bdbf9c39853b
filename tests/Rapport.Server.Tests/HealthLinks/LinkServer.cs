using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Rapport.Server.Tests.Outbound;
using Rapport.TestKit;

namespace Rapport.Server.Tests.HealthLinks;

/// <summary>A server of health links as the specification has it: manifests for whoever knows the passcode, files by their places. What it does otherwise, a test says.</summary>
internal sealed class LinkServer : IAsyncDisposable
{
    public const string Passcode = "Blue-1234";

    private readonly HealthLinkMake _make = new();

    private LinkServer()
    {
    }

    public FarServer Far { get; private set; } = null!;

    /// <summary>Who makes its links.</summary>
    public HealthLinkMake Make => _make;

    /// <summary>An issuer of health cards.</summary>
    public HealthCardMake Issuer { get; } = new();

    /// <summary>What there is: type, content, and whether it stands in the manifest itself.</summary>
    public List<(string Type, byte[] Content, bool IsEmbedded)> Files { get; } = [];

    /// <summary>Whether it asks for the passcode.</summary>
    public bool HasPasscode { get; init; }

    /// <summary>How many more wrong passcodes it allows.</summary>
    public int AttemptsLeft { get; set; } = 5;

    /// <summary>What the manifest says of itself.</summary>
    public string? Status { get; init; }

    /// <summary>Answers in place of the manifest.</summary>
    public RequestDelegate? Instead { get; set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LinkServer> StartAsync(bool hasPasscode = false, string? status = null)
    {
        var server = new LinkServer { HasPasscode = hasPasscode, Status = status };
        server.Far = await FarServer.StartAsync(server.AnswerAsync);
        return server;
    }

    /// <summary>The link to all of it.</summary>
    public string Link(string? flag = null, string? label = null, JsonNode? exp = null) => _make.Link(new Uri(Far.Address, "/manifest").AbsoluteUri, flag, label, exp);

    /// <summary>The link to one file alone.</summary>
    public string Direct(int file = 0) => _make.Link(new Uri(Far.Address, $"/files/{file}").AbsoluteUri, "U", "One file");

    public ValueTask DisposeAsync()
    {
        Issuer.Dispose();
        return Far.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/files", StringComparison.Ordinal, out var number))
        {
            var (type, content, _) = Files[int.Parse(number.Value![1..], null)];
            context.Response.ContentType = "application/jose";
            return context.Response.WriteAsync(_make.Seal(content, type, pack: true), Cancel);
        }

        return Instead is not null ? Instead(context) : AnswerManifestAsync(context);
    }

    private Task AnswerManifestAsync(HttpContext context)
    {
        var ask = JsonNode.Parse((string)context.Items["body"]!)!;
        if (context.Request.Method != "POST" || ask["recipient"] is null)
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        }

        if (HasPasscode && (string?)ask["passcode"] != Passcode)
        {
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync(new JsonObject { ["remainingAttempts"] = --AttemptsLeft }.ToJsonString(), Cancel);
        }

        return context.Response.WriteAsync(
            HealthLinkMake.Manifest(Status, Files.Select((file, i) => (file.Type, file.IsEmbedded ? _make.Seal(file.Content, file.Type) : null, file.IsEmbedded ? null : new Uri(Far.Address, $"/files/{i}").AbsoluteUri))),
            Cancel);
    }
}
