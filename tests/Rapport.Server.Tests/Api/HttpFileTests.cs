using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Rapport.Server.Demo;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Api;

/// <summary>The requests of <c>docs/rapport.http</c>, sent one after the other to a demo server, do the main job.</summary>
public sealed class HttpFileTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheFileDoesTheMainJob()
    {
        await new DemoSeeder(server.Settings, server.Modules).SeedAsync(Cancel);
        var people = JsonNode.Parse(await File.ReadAllTextAsync(DemoTokens.PathIn(server.Settings), Cancel))!;
        using var maya = new FormVisitor(server);
        using var signedIn = await maya.SignInAsync("maya", (string)people["maya"]!["password"]!);
        Dictionary<string, string> variables = new()
        {
            ["server"] = server.Address.GetLeftPart(UriPartial.Authority),
            ["maya"] = (string)people["maya"]!["token"]!,
            ["mayaId"] = (string)people["maya"]!["patient"]!,
            ["noor"] = (string)people["noor"]!["token"]!,
            ["lee"] = (string)people["dr-lee"]!["token"]!,
            ["device"] = await DeviceApiTests.ConnectAsync(maya, "Watch", "heart-rate"),
            ["leeRef"] = (string)people["dr-lee"]!["person"]!,
        };
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "rapport.http"), Cancel);
        var parts = text.Split("\n### ");
        Assert.All(variables.Keys, name => Assert.Contains($"\n@{name} = ", parts[0]));
        List<string> told = [];

        foreach (var part in parts.Skip(1))
        {
            var (title, answer) = await SendAsync(part, variables);
            Assert.True((int)answer.Status is 200 or 201 or 204, $"{title}: {answer}");
            told.Add($"{title}: {answer.Body}");
        }

        Assert.Contains("\"total\":0", told.Single(t => t.StartsWith("The doctor sees nothing", StringComparison.Ordinal)));
        Assert.Contains("\"resourceType\":\"Observation\"", told.Single(t => t.StartsWith("Read:", StringComparison.Ordinal)));
        Assert.Contains("\"kind\":\"disclosed\"", told.Single(t => t.StartsWith("Who saw what", StringComparison.Ordinal)));
        Assert.Contains("\"inactive\"", told[^1]);
        Assert.Equal(0, (await server.Client(variables["lee"]).ReadAsync($"/fhir/Observation?patient={variables["mayaId"]}")).Total);
    }

    private async Task<(string Title, Answer Answer)> SendAsync(string part, Dictionary<string, string> variables)
    {
        foreach (var (name, value) in variables)
        {
            part = part.Replace("{{" + name + "}}", value);
        }

        var title = part.Split('\n')[0];
        var lines = part.Split('\n').Skip(1).ToList();
        var keepAs = lines.FirstOrDefault(line => line.StartsWith("# @name ", StringComparison.Ordinal))?["# @name ".Length..];
        lines = [.. lines.Where(line => !line.StartsWith('#'))];
        var blank = lines.FindIndex(string.IsNullOrEmpty);
        var first = lines[0].Split(' ', 2);
        var headers = lines.Take(1..blank).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var body = string.Join('\n', lines.Skip(blank)).Trim();
        using var content = headers.Remove("Content-Type", out var type) ? new StringContent(body, MediaTypeHeaderValue.Parse(type)) : null;
        Assert.DoesNotContain("{{", part);

        var answer = await server.Client().AskAsync(new HttpMethod(first[0]), first[1], content, [.. headers.Select(h => (h.Key, h.Value))]);
        if (keepAs is not null)
        {
            variables[$"{keepAs}.response.body.$.id"] = (string)answer.Json["id"]!;
        }

        return (title, answer);
    }
}
