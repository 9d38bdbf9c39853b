using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Gathering;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Tests.HealthLinks;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages;

/// <summary>Opening a health link, or pasting a card: what came is in the record with from where, and the link is nowhere.</summary>
public sealed class LinkPagesTests : IAsyncLifetime
{
    private readonly RunningServer _server = new() { HasLinks = true };
    private Resident _ada = null!;
    private FormVisitor _visitor = null!;

    private LinkServer Links => _server.Links;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        Links.Files.AddRange([(LinkFile.Fhir, Files.AboutSomebodyElse, false), (LinkFile.Access, "{}"u8.ToArray(), true)]);
        _ada = (await Household.MoveInAsync(_server, withRecord: false, "Ada Example")).Patient;
        _visitor = await _ada.SignInAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task ALinkIsOpenedWithItsPasscodeAndItsSecretsAreNowhere()
    {
        var link = Links.Link("LP", "Ada's summary");
        var asked = await ReadAsync(await SendAsync(link));
        Assert.Contains("The link needs a passcode: who gave you the link has it.", asked);
        Assert.Contains("aria-describedby=\"problem passcode-hint\"", asked);
        Assert.Contains(link, asked);
        var wrong = await ReadAsync(await SendAsync(link, "7777"));
        Assert.Contains("The passcode is not right: 4 more tries are left.", wrong);
        Assert.DoesNotContain("7777", wrong);
        Assert.Empty(await SourcesAsync());

        using var sent = await SendAsync(link, LinkServer.Passcode);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Matches("^/gather/[a-z0-9]+$", sent.Headers.Location!.ToString());
        var told = await ReadAsync(await _visitor.GetAsync(sent.Headers.Location.ToString()));
        Assert.Contains(WebUtility.HtmlDecode(GatherText.ItIsIn), told);
        Assert.Contains("It came by a health link, from <strong>127.0.0.1</strong>.", told);
        Assert.Contains(LinkText.MayChange, told);
        Assert.Contains(LinkFile.Access, told);

        var source = Assert.Single(await SourcesAsync());
        Assert.Equal(("Ada's summary", "link"), (source.Description.Name, source.Description.Kind));
        List<string> pages = [told];
        foreach (var path in new[] { "/gather", $"/gather/sources/{source.Number}", "/record", "/ledger", "/ledger/lines", "/record/timeline" })
        {
            pages.Add(await ReadAsync(await _visitor.GetAsync(path)));
        }

        Assert.All(pages, page => Assert.All((string[])[Links.Make.KeyText, "/manifest", "shlink:", LinkServer.Passcode], secret => Assert.DoesNotContain(secret, page)));
        Assert.All(Directory.EnumerateFiles(_server.Settings.DataFolder, "*", SearchOption.AllDirectories), file => Assert.Equal(-1, Bytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Links.Make.KeyText))));

        using var again = await SendAsync(link, LinkServer.Passcode);
        Assert.Contains(GatherText.HaveAll, await ReadAsync(await _visitor.FollowAsync(again)));
        Assert.Single(await SourcesAsync());
    }

    [Theory]
    [InlineData("", "Paste the link first.")]
    [InlineData("hello", "This is no health link and no health card")]
    [InlineData("shlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUub3JnIn0", "The link is not whole")]
    public async Task WhatIsNoLinkIsSaidToBeNone(string text, string expected)
    {
        using var answer = await SendAsync(text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(expected, html);
        Assert.Contains(LinkText.NothingChanged, html);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://localhost/")]
    [InlineData("http://example.org/")]
    public async Task ALinkIntoTheInnerNetworkOpensNothing(string url)
    {
        using var answer = await SendAsync(Links.Make.Link(url));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Empty(await SourcesAsync());
        Assert.Empty(await (await _ada.OpenAsync(_server)).Jobs.ListAsync(Cancel));
    }

    [Fact]
    public async Task ALinkIsReadFromAFormAloneAndOnlyFromOurs()
    {
        var link = Links.Link("P");
        Assert.Equal(HttpStatusCode.Forbidden, (await _visitor.PostWithAsync("/gather/link", ("link", link), ("passcode", LinkServer.Passcode))).StatusCode);
        var page = await ReadAsync(await _visitor.GetAsync($"/gather/link?link={Uri.EscapeDataString(link)}&passcode={LinkServer.Passcode}"));
        Assert.DoesNotContain(Links.Make.KeyText, page);
        Assert.Empty(Links.Far.Asked);
        using var stranger = new FormVisitor(_server);
        Assert.NotEqual(HttpStatusCode.OK, (await stranger.GetAsync("/gather/link")).StatusCode);
    }

    [Fact]
    public async Task WhoOpensTooManyLinksWaits()
    {
        var token = await _visitor.TokenAsync("/gather/link");
        HashSet<HttpStatusCode> seen = [];
        for (var i = 0; i < RateLimits.LinksAtOnce + 1; i++)
        {
            using var answer = await _visitor.PostWithAsync("/gather/link", ("__RequestVerificationToken", token), ("link", "hello"));
            seen.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.UnprocessableEntity, HttpStatusCode.TooManyRequests], seen);
    }

    /// <summary>A link that opens once would be lost, so it is not opened while there is no room for what it gives.</summary>
    [Fact]
    public async Task ALinkIsNotOpenedWhereItsFilesFindNoRoom()
    {
        var own = await _ada.OpenAsync(_server);
        for (var i = 0; i < Server.Jobs.ImportJobs.MostForOnePerson; i++)
        {
            await own.Jobs.AddAsync(Data.LocalId.New(), "another", new Server.Jobs.ImportJobNotes { FileName = "f", OwnName = "Ada" }.Write(), Cancel);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(Links.Link("P"), LinkServer.Passcode)).StatusCode);
        Assert.Empty(Links.Far.Asked);
    }

    [Fact]
    public async Task ACardIsPastedAndItsStandingIsTold()
    {
        using var issuer = new HealthCardMake();
        var card = issuer.Card("https://cards.example/north", Bundle(), expires: 1_750_000_000);
        var told = await ReadAsync(await _visitor.FollowAsync(await SendAsync("shc:/" + HealthCardMake.Digits(card))));
        Assert.Contains(Say.Fill(CardText.IssuerUnknown, "cards.example/north"), told);
        Assert.Contains(Say.Fill(CardText.Ended, "15 June 2025, 15:06 (UTC)")[..30], told);
        var source = Assert.Single(await SourcesAsync());
        Assert.Equal(LinkText.NameOfCard, source.Description.Name);
        Assert.Contains(Say.Fill(CardText.IssuerUnknown, "cards.example/north"), await ReadAsync(await _visitor.GetAsync($"/gather/sources/{source.Number}")));
    }

    [Fact]
    public async Task HowACardStandsIsToldForEachWayItCan()
    {
        using var issuer = new HealthCardMake();
        using var other = new HealthCardMake();
        var wellKnown = Path.Combine(_server.Settings.CardIssuersPath, "cards.example", ".well-known");
        Directory.CreateDirectory(Path.Combine(wellKnown, "crl"));
        await File.WriteAllTextAsync(Path.Combine(wellKnown, "jwks.json"), issuer.Keys.ToJsonString(), Cancel);
        var list = Path.Combine(wellKnown, "crl", issuer.Kid + ".json");
        const string name = "https://cards.example";

        var verified = await PasteAsync(issuer.Card(name, Bundle("A")));
        Assert.Contains(Say.Fill(CardText.Verified, "cards.example"), verified);
        Assert.Contains(CardText.MayBeTakenBack, verified);
        Assert.DoesNotContain(CardText.AddKeys, verified);

        await File.WriteAllTextAsync(list, new JsonObject { ["kid"] = issuer.Kid, ["method"] = "rid", ["ctr"] = 1, ["rids"] = new JsonArray("gone") }.ToJsonString(), Cancel);
        Assert.Contains(CardText.NotTakenBack, await PasteAsync(issuer.Card(name, Bundle("B"), expires: 1_900_000_000)));
        Assert.Contains(Say.Fill(CardText.TakenBack, "cards.example"), await PasteAsync(issuer.Card(name, Bundle("C"), rid: "gone")));
        Assert.Contains(Say.Fill(CardText.NotYet, "cards.example"), await PasteAsync(issuer.Card(name, Bundle("D"), notBefore: 1_900_000_000)));
        var keyUnknown = await PasteAsync(other.Card(name, Bundle("E")));
        Assert.Contains(Say.Fill(CardText.KeyUnknown, "cards.example"), keyUnknown);
        Assert.Contains(CardText.AddKeys, keyUnknown);
        var (one, two) = (issuer.Card(name, Bundle("F")).Split('.'), issuer.Card(name, Bundle("G")).Split('.'));
        Assert.Contains(Say.Fill(CardText.Forged, "cards.example"), await PasteAsync($"{one[0]}.{two[1]}.{one[2]}"));
    }

    [Fact]
    public async Task AFileThatIsALinkIsSaidToBeOne()
    {
        using var answer = await _visitor.UploadAsync("link.txt", Encoding.ASCII.GetBytes(Links.Link()));
        var html = await ReadAsync(answer);
        Assert.Contains("This is a health link: paste it where health links are opened", html);
        Assert.DoesNotContain(Links.Make.KeyText, html);
    }

    private static JsonObject Bundle(string lot = "A1") => (JsonObject)JsonNode.Parse($$$"""
        {"resourceType":"Bundle","type":"collection","entry":[
          {"fullUrl":"resource:0","resource":{"resourceType":"Patient","name":[{"family":"Example","given":["Ada"]}],"birthDate":"1931-02-03"}},
          {"fullUrl":"resource:1","resource":{"resourceType":"Immunization","status":"completed","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"207"}]},
            "patient":{"reference":"resource:0"},"occurrenceDateTime":"2021-01-01","lotNumber":"{{{lot}}}"}}]}
        """)!;

    private static byte[] Bytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private async Task<string> PasteAsync(string card) => await ReadAsync(await _visitor.FollowAsync(await SendAsync("shc:/" + HealthCardMake.Digits(card))));

    private Task<HttpResponseMessage> SendAsync(string link, string passcode = "") => _visitor.PostAsync("/gather/link", "/gather/link", ("link", link), ("passcode", passcode));

    private static async Task<string> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    private async Task<IReadOnlyList<Source>> SourcesAsync() => await (await _ada.OpenAsync(_server)).SourcesAsync(Cancel);
}
