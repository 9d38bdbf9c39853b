using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Server.Tests.LinksGiven;

/// <summary>A client of links that is not ours: the npm package kill-the-clipboard, in <c>tests/interop</c>.</summary>
internal static class OthersClient
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "interop");

    /// <summary>Opens a link with it: <c>resources</c> and where its <c>files</c> lay, or the name of an <c>error</c>. The test is skipped where it is not installed.</summary>
    public static Task<JsonNode> OpenAsync(string shlink, string passcode = "", int? embedded = null) => RunAsync(["open-link.mjs", shlink, passcode, $"{embedded}"], "");

    /// <summary>Reads a health card with it: what it finds in the <c>file</c> and in the <c>codes</c>, or the name of an <c>error</c>. The test is skipped where it is not installed.</summary>
    public static Task<JsonNode> ReadCardAsync(JsonObject card) => RunAsync(["read-card.mjs"], card.ToJsonString());

    private static async Task<JsonNode> RunAsync(string[] arguments, string input)
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(Folder, "node_modules", "kill-the-clipboard")), "the client kill-the-clipboard is not installed: `npm ci --ignore-scripts` in tests/interop does it");
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process node;
        try
        {
            node = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node is not installed");
            throw;
        }

        using (node)
        {
            var problems = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.StandardInput.WriteAsync(input);
            node.StandardInput.Close();
            var told = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(node.ExitCode == 0, await problems);
            return JsonNode.Parse(told)!;
        }
    }
}
