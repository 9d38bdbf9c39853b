using System.Text;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>The pure part of health links: what a text says, what a manifest says, and what a key opens.</summary>
public sealed class HealthLinkTests
{
    private const string Url = "https://shl.example/m/Zm9v";

    private readonly HealthLinkMake _make = new();

    [Fact]
    public void ALinkSaysWhereAndHowItIsOpened()
    {
        var link = Read(_make.Link(Url, "LP", "Maya's summary", exp: 1_900_000_000, v: 1));

        Assert.Equal((Url, "shl.example", "Maya's summary"), (link.Address.AbsoluteUri, link.Host, link.Label));
        Assert.Equal((true, true, false), (link.NeedsPasscode, link.MayChange, link.IsDirect));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), link.Expires);
        var bare = Read(_make.Link(Url, "U", exp: JsonNode.Parse("1704096000.25")));
        Assert.Equal((true, false, null), (bare.IsDirect, bare.NeedsPasscode, bare.Label));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("  {0}\r\n")]
    [InlineData("https://viewer.example/open#{0}")]
    [InlineData("http://localhost:3000/viewer/#{0}")]
    [InlineData("SHLINK:/{1}")]
    [InlineData("shlink://{1}")]
    [InlineData("{0}==")]
    public void ItIsFoundInEachFormInWhichPeopleHaveIt(string form)
    {
        var link = _make.Link(Url, "P");
        Assert.True(HealthLink.Looks(string.Format(null, form, link, link["shlink:/".Length..])));
        Assert.True(Read(string.Format(null, form, link, link["shlink:/".Length..])).NeedsPasscode);
        Assert.True(Read(link.Insert(60, "\n ")).NeedsPasscode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://viewer.example/open")]
    [InlineData("look at shlink:/abc")]
    [InlineData("https://viewer.example/shlink:/abc")]
    [InlineData("javascript:#shlink:/abc")]
    public void OtherTextIsNone(string text)
    {
        Assert.False(HealthLink.Looks(text));
        Assert.Null(HealthLink.Read(text, out var mistake));
        Assert.Equal(HealthLinkMistake.None, mistake);
    }

    public static TheoryData<string, HealthLinkMistake> Wrong { get; } = new()
    {
        { "{}", HealthLinkMistake.Damaged },
        { "[]", HealthLinkMistake.Damaged },
        { "", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\"}", HealthLinkMistake.Damaged },
        { "{\"key\":\"KEY\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\",\"key\":\"KEY\",\"key\":\"KEY\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\",\"key\":\"a2V5\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\",\"key\":7}", HealthLinkMistake.Damaged },
        { "{\"url\":\"ftp://shl.example/\",\"key\":\"KEY\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"file:///etc/passwd\",\"key\":\"KEY\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"//shl.example/\",\"key\":\"KEY\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"https://me:secret@shl.example/\",\"key\":\"KEY\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL#part\",\"key\":\"KEY\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\",\"key\":\"KEY\",\"flag\":\"PU\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\",\"key\":\"KEY\",\"exp\":\"soon\"}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\",\"key\":\"KEY\",\"exp\":1e30}", HealthLinkMistake.Damaged },
        { "{\"url\":\"URL\",\"key\":\"KEY\",\"v\":2}", HealthLinkMistake.LaterVersion },
        { "{\"url\":\"URL\",\"key\":\"KEY\",\"v\":\"1\"}", HealthLinkMistake.LaterVersion },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void ADamagedOneIsNotOpened(string payload, HealthLinkMistake expected)
    {
        var text = HealthLinkMake.Link(payload.Replace("URL", Url, StringComparison.Ordinal).Replace("KEY", _make.KeyText, StringComparison.Ordinal));
        Assert.Null(HealthLink.Read(text, out var mistake));
        Assert.Equal(expected, mistake);
    }

    [Fact]
    public void OneThatIsCutOffOrEndlessIsDamaged()
    {
        var text = _make.Link(Url);
        Assert.Null(HealthLink.Read(text[..^7], out var mistake));
        Assert.Equal(HealthLinkMistake.Damaged, mistake);
        Assert.Null(HealthLink.Read(text + new string('A', HealthLink.MostText), out mistake));
        Assert.Equal(HealthLinkMistake.Damaged, mistake);
    }

    [Fact]
    public void ALabelIsShortAndNeverGivesTheSecretAway()
    {
        Assert.Equal(80, Read(_make.Link(Url, label: new string('a', 200))).Label!.Length);
        Assert.Equal(79, Read(_make.Link(Url, label: new string('a', 79) + "\U0001F980")).Label!.Length);
        Assert.Null(Read(_make.Link(Url, label: " \u0007 ")).Label);
        Assert.Null(Read(_make.Link(Url, label: "key " + _make.KeyText)).Label);
        Assert.Null(Read(_make.Link(Url, label: Url)).Label);
        Assert.Null(Read(_make.Link(Url, label: "SHLINK:/abc")).Label);
    }

    [Fact]
    public void NothingThatPrintsALinkPrintsItsSecrets()
    {
        Assert.DoesNotContain("shl.example", $"{Read(_make.Link(Url))}", StringComparison.Ordinal);
        var manifest = LinkManifest.Read(Encoding.UTF8.GetBytes(HealthLinkMake.Manifest(null, [(LinkFile.Fhir, "secret", "https://shl.example/f")])))!;
        Assert.Equal(LinkFile.Fhir, $"{manifest.Files[0]}");
    }

    [Fact]
    public void AManifestNamesItsFiles()
    {
        var read = Manifest(HealthLinkMake.Manifest("can-change", [("application/fhir+json; fhirVersion=4.0.1", "e..x.y.z", null), (LinkFile.Access, null, "https://shl.example/f")]))!;
        Assert.Equal((2, true, false), (read.Files.Count, read.MayChange, read.IsOver));
        Assert.Equal([true, false], read.Files.Select(static file => file.HasData));
        Assert.True(Manifest(HealthLinkMake.Manifest("no-longer-valid", []))!.IsOver);
        Assert.True(Manifest("""{"status":"no-longer-valid"}""")!.IsOver);
        Assert.Empty(Manifest(HealthLinkMake.Manifest(null, []))!.Files);
        Assert.Equal(LinkManifest.MostFiles + 1, Manifest(HealthLinkMake.Manifest(null, Enumerable.Repeat<(string, string?, string?)>((LinkFile.Fhir, "x", null), 5000)))!.Files.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"files\":{}}")]
    [InlineData("{\"files\":[1]}")]
    [InlineData("{\"files\":[{\"contentType\":\"application/fhir+json\"}]}")]
    [InlineData("{\"files\":[{\"embedded\":\"x\"}]}")]
    [InlineData("{\"files\":[{\"contentType\":\"a\",\"location\":\"file:///etc/passwd\"}]}")]
    [InlineData("{\"files\":[{\"contentType\":\"a\",\"location\":\"/f\"}]}")]
    [InlineData("<html>")]
    public void WhatIsNoManifestIsNone(string json) => Assert.Null(Manifest(json));

    [Theory]
    [InlineData(false, "application/fhir+json")]
    [InlineData(true, "application/smart-health-card")]
    [InlineData(true, null)]
    public void ItsKeyOpensAFile(bool pack, string? type)
    {
        var file = SealedLinkFile.Open(Read(_make.Link(Url)), _make.Seal("hello"u8, type, pack) + "\n", 100, out var mistake);
        Assert.Equal((LinkFileMistake.None, type, "hello"), (mistake, file!.ContentType, Encoding.UTF8.GetString(file.Bytes)));
    }

    [Theory]
    [InlineData("""{"alg":"dir","enc":"A128GCM"}""")]
    [InlineData("""{"alg":"dir","enc":"A256CBC-HS512"}""")]
    [InlineData("""{"alg":"A256KW","enc":"A256GCM"}""")]
    [InlineData("""{"alg":"none","enc":"A256GCM"}""")]
    [InlineData("""{"alg":"dir","enc":"A256GCM","zip":"GZIP"}""")]
    [InlineData("""{"alg":"dir","enc":"A256GCM","zip":1}""")]
    [InlineData("""{"alg":"dir","enc":"A256GCM","crit":["exp"]}""")]
    [InlineData("""{"enc":"A256GCM"}""")]
    [InlineData("{}")]
    public void OtherWaysToEncryptAreNotRead(string header)
    {
        Assert.Null(SealedLinkFile.Open(Read(_make.Link(Url)), _make.Seal("hello"u8, (JsonObject)JsonNode.Parse(header)!), 100, out var mistake));
        Assert.Equal(LinkFileMistake.OtherForm, mistake);
    }

    [Fact]
    public void WhatWasChangedOrCutOffDoesNotOpen()
    {
        var link = Read(_make.Link(Url));
        var parts = _make.Seal("hello!"u8).Split('.');
        var others = new HealthLinkMake { Key = new byte[32] };
        var head = others.Seal("hello"u8, "other/type").Split('.')[0];
        foreach (var (jwe, expected) in new (string, LinkFileMistake)[]
        {
            ($"{parts[0]}..{parts[2]}.{parts[3]}.{parts[4][..^6]}", LinkFileMistake.NotOpened),
            ($"{parts[0]}..{parts[2]}.{parts[3]}.{parts[4][..^14]}", LinkFileMistake.NotOpened),
            ($"{parts[0]}..{parts[2]}.{parts[3]}.", LinkFileMistake.NotOpened),
            ($"{parts[0]}..{parts[2]}.{parts[3][..^4]}.{parts[4]}", LinkFileMistake.NotOpened),
            ($"{head}..{parts[2]}.{parts[3]}.{parts[4]}", LinkFileMistake.NotOpened),
            (others.Seal("hello"u8), LinkFileMistake.NotOpened),
            ($"{parts[0]}.a2V5.{parts[2]}.{parts[3]}.{parts[4]}", LinkFileMistake.OtherForm),
            ($"{parts[0]}..{parts[2][..^2]}.{parts[3]}.{parts[4]}", LinkFileMistake.OtherForm),
            ($"{parts[0]}..{parts[2]}.{parts[3]}", LinkFileMistake.OtherForm),
            ($"{string.Join('.', parts)}.x", LinkFileMistake.OtherForm),
            ("", LinkFileMistake.OtherForm),
        })
        {
            Assert.Null(SealedLinkFile.Open(link, jwe, 100, out var mistake));
            Assert.True(expected == mistake, $"{jwe}: {mistake}");
        }
    }

    [Fact]
    public void WhatUnpacksWithoutEndStopsAtTheLimit()
    {
        var link = Read(_make.Link(Url));
        var bomb = _make.Seal(new byte[50_000_000], pack: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(SealedLinkFile.Open(link, bomb, 1_000_000, out var mistake));
        Assert.Equal(LinkFileMistake.TooLarge, mistake);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000);
        Assert.Null(SealedLinkFile.Open(link, _make.Seal(new byte[200]), 100, out mistake));
        Assert.Equal(LinkFileMistake.TooLarge, mistake);
        Assert.Null(SealedLinkFile.Open(link, _make.Seal([0xFF, 2, 3], new JsonObject { ["alg"] = "dir", ["enc"] = "A256GCM" }, isPacked: true), 100, out mistake));
        Assert.Equal(LinkFileMistake.OtherForm, mistake);
    }

    private static LinkManifest? Manifest(string json) => LinkManifest.Read(Encoding.UTF8.GetBytes(json));

    private static HealthLink Read(string text) => HealthLink.Read(text, out _) ?? throw new InvalidOperationException("this is no link");
}
