using Rapport.TestKit;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Small files as cameras, browsers and programs write them.</summary>
internal static class SentFiles
{
    public static byte[] Of(string name) => Convert.FromBase64String(
        File.ReadLines(Path.Combine(Repository.Root, "tests", "Rapport.Conversations.Tests", "Talks", "Files", "files.tsv")).Select(static line => line.Split('\t')).First(parts => parts[0] == name)[2]);
}
