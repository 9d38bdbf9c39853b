using System.Text;
using System.Text.Json;
using Rapport.TestKit;

namespace Rapport.Fhir.Tests.Checking;

/// <summary>Whatever the bytes, <see cref="Resource.Parse"/> answers; what it accepts is JSON and can be read again to the same tape.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 20_000;

    private static readonly RewriteOptions _everything = new()
    {
        Id = "new",
        VersionId = "2",
        LastUpdated = DateTimeOffset.UnixEpoch,
        MapReference = text => text.StartsWith("urn:uuid:"u8) ? "urn:uuid:c757873d-ec9a-4326-a141-556f43239520" : null,
        Identifiers = [new AddedIdentifier("http://example.org/source", "1")],
    };

    private static readonly string[] _pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "0", "-", "1.5e3", "\"x\"", "{}", "[]", "\\u0000", "\\ud800", "\u00e4", "\u0001", " ",
        "\"resourceType\":\"Patient\"", "\"resourceType\":\"Bundle\",", "\"_given\":[null],", "\"extension\":[{\"url\":\"x\"}],", "\"contained\":[",
    ];

    [Fact]
    public void Mutated_resources_get_an_answer()
    {
        var seeds = new List<byte[]>();
        seeds.AddRange(Samples.All.Select(Encoding.UTF8.GetBytes));
        Mutate(seeds, Rounds, seed: 1);
    }

    [Fact]
    public void Mutated_official_examples_get_an_answer()
    {
        string[] files = Directory.GetFiles(Repository.SharedData("fhir-r4-examples/hl7"), "*.json");
        List<byte[]> seeds = [.. files.Select(File.ReadAllBytes).Where(f => f.Length < 20_000)];
        Mutate(seeds, Rounds, seed: 2);
    }

    [Fact]
    public void Random_bytes_get_an_answer()
    {
        var random = new Random(3);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Answer(bytes);
        }
    }

    [Fact]
    public void Every_truncation_gets_an_answer()
    {
        foreach (var sample in Samples.All)
        {
            var bytes = Encoding.UTF8.GetBytes(sample);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.False(Answer(bytes[..length]));
            }
        }
    }

    private static void Mutate(List<byte[]> seeds, int rounds, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < rounds; round++)
        {
            List<byte> bytes = [.. seeds[random.Next(seeds.Count)]];
            for (var edits = random.Next(1, 5); edits > 0; edits--)
            {
                var at = random.Next(bytes.Count);
                var length = Math.Min(random.Next(1, 20), bytes.Count - at);
                switch (random.Next(5))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1 when bytes.Count > length:
                        bytes.RemoveRange(at, length);
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.GetRange(at, length));
                        break;
                    case 3:
                        bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                        break;
                    default:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(_pieces[random.Next(_pieces.Length)]));
                        break;
                }
            }
            Answer([.. bytes]);
        }
    }

    private static bool Answer(byte[] bytes)
    {
        var result = Resource.Parse(bytes);
        Assert.Equal(result.IsValid, !result.Issues.Any(i => i.Severity != IssueSeverity.Warning));
        if (!result.IsValid)
        {
            return false;
        }
        using (JsonDocument.Parse(result.Resource.Json, new JsonDocumentOptions { MaxDepth = 100 }))
        {
            Assert.Equal(Tape(result.Resource), Tape(Resource.Read(bytes)));
        }
        var rewritten = Resource.Parse(ResourceRewriter.Rewrite(result.Resource.Root, _everything));
        Assert.True(rewritten.IsValid, string.Join("; ", rewritten.Issues));
        Assert.Equal("new", rewritten.Resource.Id);
        return true;
    }

    private static List<string> Tape(Resource resource)
    {
        var lines = new List<string>();
        foreach (var node in resource.Nodes)
        {
            lines.Add($"{node.Start} {node.Length} {node.End} {node.Property} {node.Type} {node.Kind} {node.Flags}");
        }
        return lines;
    }
}
