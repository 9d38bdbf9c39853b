using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Good links, manifests and sealed files damaged at random, outside and inside what is encoded: read or not, never with an exception, and never much memory.</summary>
public sealed class HealthLinkMutations(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string Url = "https://shl.example/m/Zm9v";
    private const int Most = 1_000_000;
    private const int ThroughRecord = 200;

    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;
    private static readonly string[] Pieces = ["{", "}", "[", "]", "\"", "null", ".", "..", "/", "shlink:/", "#", "\\ud83e", "\\u0000", "-1e9", "1e400", "=", "\"crit\":[],", "\"zip\":\"DEF\",", "http://", "@"];

    private readonly HealthLinkMake _make = new();

    [Fact]
    public void Whatever_comes_is_read_or_not()
    {
        var (random, outcomes) = (new Random(20261122), new HashSet<string>());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Cases; i++)
        {
            outcomes.Add((i % 3) switch { 0 => Link(random, i), 1 => Manifest(random), _ => Open(random, i) });
        }

        Assert.Superset(new HashSet<string> { "link", "Damaged", "manifest", "no manifest", "opened", "OtherForm", "NotOpened" }, outcomes);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Cases, 0, 1024 * 1024);
    }

    [Fact]
    public async Task Whatever_a_link_gave_is_taken_whole_or_changes_nothing()
    {
        using var issuer = new CardMake();
        var random = new Random(20261123);
        var record = await NewRecordAsync();
        var (_, ledger, sources) = await record.StateAsync();
        var bundle = Encoding.UTF8.GetBytes(Make.Collection(Make.Patient(), Make.Observation("o1")).ToJsonString());
        var card = CardMake.File(issuer.Card());
        for (var i = 0; i < ThroughRecord; i++)
        {
            var link = new OpenedLink(
                "shl.example", false, [new OpenedFile(LinkFile.Fhir, Mutator.Mutate(random, bundle, Pieces)), new OpenedFile(i % 2 == 0 ? null : LinkFile.Cards, Mutator.Mutate(random, card, Pieces))], []).Write();
            var options = new ImportOptions { SourceName = "c", Cards = issuer.Checks(), IsOpenedLink = true, TakeGoodPart = i % 3 == 0, IdentityConfirmed = true };
            var result = await record.ImportAsync(SourceContent.Of("c", i % 5 == 0 ? Mutator.Mutate(random, link, Pieces) : link), options);
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        Assert.True(sources > 0);
        await record.VerifyAsync();
    }

    private string Link(Random random, int i)
    {
        var good = _make.Link(Url, "LP", "Summary", exp: 1_900_000_000, v: 1);
        var text = i % 2 == 0
            ? Encoding.UTF8.GetString(Mutator.Mutate(random, Encoding.UTF8.GetBytes(good), Pieces))
            : "shlink:/" + Base64Url.EncodeToString(Mutator.Mutate(random, Base64Url.DecodeFromChars(good.AsSpan("shlink:/".Length)), Pieces));
        var link = HealthLink.Read(text, out var mistake);
        Assert.True(link is null || link.Address.Scheme is "https" or "http");
        Assert.InRange(link?.Label?.Length ?? 0, 0, 80);
        return link is null ? mistake.ToString() : "link";
    }

    private static string Manifest(Random random)
    {
        var good = HealthLinkMake.Manifest("can-change", [(LinkFile.Fhir, "a..b.c.d", null), (LinkFile.Cards, null, Url)]);
        return LinkManifest.Read(Mutator.Mutate(random, Encoding.UTF8.GetBytes(good), Pieces)) is null ? "no manifest" : "manifest";
    }

    private string Open(Random random, int i)
    {
        var link = HealthLink.Read(_make.Link(Url), out _)!;
        var header = new JsonObject { ["alg"] = "dir", ["enc"] = "A256GCM", ["cty"] = LinkFile.Fhir };
        var jwe = (i % 4) switch
        {
            // Sealed anew, what is packed is damaged; else what stands outside, or the text.
            0 => _make.Seal(Mutator.Mutate(random, HealthLinkMake.Pack("{\"resourceType\":\"Patient\"}"u8), Pieces), header, isPacked: true),
            1 => Encode(Mutator.Mutate(random, Encoding.UTF8.GetBytes(header.ToJsonString()), Pieces)) + _make.Seal("hello"u8).AsSpan(_make.Seal("hello"u8).IndexOf('.')).ToString(),
            _ => Encoding.UTF8.GetString(Mutator.Mutate(random, Encoding.UTF8.GetBytes(_make.Seal("{\"resourceType\":\"Patient\"}"u8, pack: i % 2 == 0)), Pieces)),
        };
        var file = SealedLinkFile.Open(link, jwe, Most, out var mistake);
        Assert.Equal(file is not null, mistake == LinkFileMistake.None);
        return file is null ? mistake.ToString() : "opened";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
