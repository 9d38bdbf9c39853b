using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Open;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Summaries;

namespace Rapport.Server.Tests.Pages;

/// <summary>A link from the first step to its end: given by a patient, opened by somebody who has nothing but the link, with a browser that runs scripts and with one that does not.</summary>
public sealed partial class GivenLinkPagesTests(BrowserFixture browser)
{
    private const string Passcode = "4711 doors";

    [Theory]
    [InlineData("en", 1200, true)]
    [InlineData("es", 360, true)]
    [InlineData("en", 360, false)]
    [InlineData("es", 1200, false)]
    public async Task ALinkIsGivenOpenedSeenAndEnded(string language, int width, bool script)
    {
        var look = new Look(width, Script: script) { Language = Languages.Find(language)! };
        await using var patient = await browser.VisitAsync(look);
        var home = await Household.MoveInAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        var address = await patient.GiveLinkAsync("For Dr Meyer", Passcode);
        await patient.SeesAsync(Passcode);
        await patient.Page.ReloadAsync();
        await patient.SeesNotAsync(Passcode);

        await using var holder = await browser.VisitAsync(look);
        await holder.OpenLinkAsync(address, "Dr Meyer", script, "an appointment", "wrong");
        await holder.SeesAsync(Say.Fill(OpenText.WrongPasscode, "9"));
        await holder.Page.Locator("#passcode").FillAsync(Passcode);
        await holder.ClickAsync(OpenText.Open);
        await Assertions.Expect(holder.Page.GetByRole(AriaRole.Heading, new() { Name = OpenText.OpenedHeading })).ToBeVisibleAsync();
        await holder.SeesAsync(PatientSummaryText.Allergies);
        await holder.SeesAsync("penicillin");
        await holder.SeesAsync("Maya Demo");
        await holder.SeesNotAsync("HIV");
        Assert.DoesNotContain("Maya", await holder.Page.TitleAsync());

        await patient.Page.ReloadAsync();
        await patient.SeesAsync("Dr Meyer – an appointment");
        await patient.GoAsync("/ledger");
        await patient.SeesAsync(Say.Sentence(Say.Fill(GivenLinkText.HolderInside, "For Dr Meyer")));
        await patient.GoAsync("/share/links");
        await patient.Page.GetByRole(AriaRole.Button, new() { Name = LinkPagesText.EndIt[..LinkPagesText.EndIt.IndexOf('<', StringComparison.Ordinal)] }).ClickAsync();
        await patient.ClickAsync(LinkPagesText.EndNow);
        await patient.SeesAsync(Visitor.Words(LinkPagesText.DoneEnded));

        await holder.OpenLinkAsync(address, "Dr Meyer", script, passcode: Passcode);
        await holder.SeesAsync(OpenText.Over);
        patient.AssertNothingWentWrong();
        holder.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DocumentsAreSavedByWhoeverHasTheLink(bool script)
    {
        await using var patient = await browser.VisitAsync(new Look(Script: script));
        var home = await Household.MoveInAsync(patient.Server, withRecord: false);
        await home.Patient.ImportAsync(patient.Server, Household.DemoDischarge(), "discharge.xml");
        await patient.SignInAsync(home.Patient);
        var address = await patient.GiveLinkAsync("Papers", null, "documents");

        await using var holder = await browser.VisitAsync(new Look(Script: script));
        await holder.OpenLinkAsync(address, "Dr Meyer", script);
        var saved = await holder.Page.RunAndWaitForDownloadAsync(() => holder.Page.Locator(".saves").First.ClickAsync());
        var file = await File.ReadAllTextAsync((await saved.PathAsync())!, TestContext.Current.CancellationToken);
        Assert.Contains("ClinicalDocument", file);
        holder.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData("en", true)]
    [InlineData("es", false)]
    public async Task WhatIsSentBackWaitsUntilThePatientTakesItOrRefusesIt(string language, bool script)
    {
        var look = new Look(360, Script: script) { Language = Languages.Find(language)! };
        await using var patient = await browser.VisitAsync(look);
        var home = await Household.MoveInAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        var address = await patient.GiveLinkAsync("For Dr Meyer", null);
        await using var holder = await browser.VisitAsync(look);
        await holder.OpenLinkAsync(address, "Dr Meyer", script);
        await holder.Page.GetByLabel(OpenText.Note).FillAsync("Your potassium is fine.\nSee you in May.");
        await holder.Page.GetByLabel(OpenText.File).SetInputFilesAsync(Files.Of("letter.pdf", "%PDF-1.4 a letter %%EOF"u8.ToArray()));
        await holder.ClickAsync(OpenText.Send);
        await holder.SeesAsync(OpenText.Sent);
        if (script)
        {
            // What was opened is still there, and a second one goes the same way.
            await holder.SeesAsync(PatientSummaryText.Allergies);
            await holder.ClickAsync(OpenText.Send);
            await holder.SeesAsync(OpenText.NothingToSend);
            await holder.Page.Locator("details.came summary").ClickAsync();
            await holder.ClickAsync(OutcomeText.ChangedMedicine);
            await holder.SeesAsync(OutcomeText.DoneTold);
            await holder.SeesAsync(PatientSummaryText.Allergies);
        }
        else
        {
            await holder.OpenLinkAsync(address, "Mallory", script);
            await holder.Page.Locator("details.came summary").ClickAsync();
            await holder.ClickAsync(OutcomeText.ChangedMedicine);
            await holder.SeesAsync(OutcomeText.DoneTold);
            await holder.OpenLinkAsync(address, "Mallory", script);
        }

        await holder.Page.GetByLabel(OpenText.Note).FillAsync("Buy my pills");
        await holder.ClickAsync(OpenText.Send);
        await holder.SeesAsync(OpenText.Sent);
        holder.AssertNothingWentWrong();

        await patient.GoAsync("/record");
        await patient.GoAsync("/ledger");
        await patient.SeesAsync(OutcomeText.TheyChangedMedicine);
        await patient.GoAsync("/record");
        await patient.SeesAsync(Say.Count(LinkPagesText.SomethingCame, 2));
        await patient.FollowAsync(LinkPagesText.LookAtReceived);
        await patient.SeesAsync("Buy my pills");
        await patient.Page.Locator("section", new() { HasTextString = "Buy my pills" }).Locator("button[value=refuse]").ClickAsync();
        await patient.SeesAsync(LinkPagesText.DoneRefused);
        await patient.SeesNotAsync("Buy my pills");
        await patient.SeesAsync("letter.pdf");
        var saved = await patient.Page.RunAndWaitForDownloadAsync(() => patient.Page.Locator(".saves").ClickAsync());
        Assert.Equal("%PDF-1.4 a letter %%EOF", await File.ReadAllTextAsync((await saved.PathAsync())!, TestContext.Current.CancellationToken));
        await patient.Page.Locator("button[value=take]").ClickAsync();
        await patient.SeesAsync(Server.Pages.Gather.GatherText.ItIsIn);
        await patient.SeesAsync(Say.Fill(LinkPagesText.SourceOfFile, "letter.pdf", "For Dr Meyer", "Dr Meyer"));
        await patient.GoAsync("/record/timeline?q=potassium+is+fine");
        await patient.Page.Locator(".row a").First.ClickAsync();
        await patient.SeesAsync("See you in May.");
        await patient.SeesAsync("Dr Meyer");
        await patient.GoAsync("/share/links/received");
        await patient.SeesAsync(LinkPagesText.NothingReceived);
        patient.AssertNothingWentWrong();
    }

    [Fact]
    public async Task WhatIsNoPaperAndNoFhirIsNotTakenInAndNobodyElseSeesWhatCame()
    {
        var server = browser.Server;
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        using var link = await maya.GiveAndOpenLinkAsync(server);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, OpenText.FileUnknown), await link.ReplyAsync("", "program.exe", "MZ\u0090 a program"u8.ToArray()));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, Say.Fill(OpenText.FileTooLarge, "10 MB")), await link.ReplyAsync("", "large.pdf", [.. "%PDF-"u8, .. new byte[10 * 1024 * 1024]]));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, Say.Fill(OpenText.FileTooLarge, "10 MB")), await link.ReplyAsync("", "larger.pdf", [.. "%PDF-"u8, .. new byte[24 * 1024 * 1024]]));
        Assert.Equal((HttpStatusCode.NotFound, OpenText.ReplyOver), await link.ReplyAsync("", "large.pdf", [.. "%PDF-"u8, .. new byte[10 * 1024 * 1024]], pass: "forged"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, OpenText.FileEmpty), await link.ReplyAsync("", "letter.pdf", []));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, OpenText.FileCutOff), await link.ReplyAsync("a word", "letter.pdf", "%PDF-1.4 1 0 obj<</Ty"u8.ToArray()));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, OpenText.FileCutOff), await link.ReplyAsync("a word", "blood.json", """{"resourceType":"Observation","status":"fin"""u8.ToArray()));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, OpenText.NothingToSend), await link.ReplyAsync(" ", null, []));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, Say.Fill(OpenText.NoteTooLong, "4,000")), await link.ReplyAsync(new string('x', 4001), null, []));
        Assert.Equal((HttpStatusCode.NotFound, OpenText.ReplyOver), await link.ReplyAsync("a note", null, [], pass: link.Pass[..^1]));
        Assert.Equal((HttpStatusCode.BadRequest, OpenText.Failed), await link.ReplyAsync("a note", null, [], token: "forged"));
        Assert.DoesNotContain("a note", await maya.ReadAsync("/share/links/received"));
        Assert.Equal((HttpStatusCode.OK, OpenText.Sent), await link.ReplyAsync("a note", "blood.json", """{"resourceType":"Observation","status":"final","code":{"text":"x"}}"""u8.ToArray()));
        Assert.Contains("a note", await maya.ReadAsync("/share/links/received"));

        var id = ConsentId().Match(await maya.ReadAsync("/share/links/received")).Groups["id"].Value;
        var other = await Household.MoveInAsync(server);
        using var visitor = await other.Patient.SignInAsync(server);
        using var file = await visitor.GetAsync($"/share/links/received/{id}/file");
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
        using var taken = await visitor.PostAsync("/account", "/share/links/received", ("id", id), ("do", "take"));
        Assert.EndsWith("done=gone", taken.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("a note", await maya.ReadAsync("/share/links/received"));

        // What cannot be read is not taken: the page of its import says why, and it waits on.
        Assert.Equal((HttpStatusCode.OK, OpenText.Sent), await link.ReplyAsync("", "broken.json", """{"resourceType":"Observation","status":"no such"}"""u8.ToArray()));
        var broken = ConsentId().Match(await maya.ReadAsync("/share/links/received")).Groups["id"].Value;
        using var tried = await maya.PostAsync("/account", "/share/links/received", ("id", broken), ("do", "take"));
        Assert.Contains(WebUtility.HtmlEncode(Server.Pages.Gather.GatherText.NothingTaken), await maya.ReadAsync(tried.Headers.Location!.ToString()));
        Assert.Contains("broken.json", await maya.ReadAsync("/share/links/received"));

        // An opening bears three, and what is more is not even read.
        Assert.Equal((HttpStatusCode.OK, OpenText.Sent), await link.ReplyAsync("a third note", null, []));
        Assert.Equal((HttpStatusCode.TooManyRequests, OpenText.TooMuchSent), await link.ReplyAsync("", "program.exe", "MZ\u0090 a program"u8.ToArray()));
    }

    /// <summary>A file whose import asks something, or is slow, is not lost when that is given up.</summary>
    [Fact]
    public async Task WhatCameByALinkWaitsUntilItIsInTheRecord()
    {
        var server = browser.Server;
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        using var link = await maya.GiveAndOpenLinkAsync(server);
        var otto = """
            {"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"o","name":[{"family":"Elsewhere","given":["Otto"]}],"birthDate":"1931-01-01"}},
             {"resource":{"resourceType":"Condition","id":"c","code":{"text":"gout"},"subject":{"reference":"Patient/o"}}}]}
            """u8.ToArray();
        Assert.Equal((HttpStatusCode.OK, OpenText.Sent), await link.ReplyAsync("", "otto.json", otto));

        var id = ConsentId().Match(await maya.ReadAsync("/share/links/received")).Groups["id"].Value;
        using var taken = await maya.PostAsync("/account", "/share/links/received", ("id", id), ("do", "take"));
        var job = taken.Headers.Location!.ToString();
        Assert.StartsWith("/gather/", job, StringComparison.Ordinal);
        Assert.Contains("otto.json", await maya.ReadAsync("/share/links/received"));
        using var again = await maya.PostAsync("/account", "/share/links/received", ("id", id), ("do", "refuse"));
        Assert.Equal(job, again.Headers.Location!.ToString());
        using var stopped = await maya.PostAsync("/account", job + "/stop");
        Assert.Contains("otto.json", await maya.ReadAsync("/share/links/received"));
        using var refused = await maya.PostAsync("/account", "/share/links/received", ("id", id), ("do", "refuse"));
        Assert.EndsWith("done=refused", refused.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutScriptOneNeedsTheWholeLinkAndNotItsAddressAlone()
    {
        var server = browser.Server;
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        var address = await maya.GiveLinkAsync();
        using var stranger = new FormVisitor(server);
        var payload = address[(address.IndexOf("shlink:/", StringComparison.Ordinal) + 8)..];
        var json = System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload))!;
        json["key"] = new string('A', 43);
        var other = "shlink:/" + System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));

        Assert.Contains(WebUtility.HtmlEncode(OpenText.Over), await PostAsync(other, "Mallory"));
        json["url"] = "https://elsewhere.example/shl/" + new string('A', 43);
        Assert.Contains("elsewhere.example", await PostAsync("shlink:/" + System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())), "Mallory"));
        Assert.Contains(WebUtility.HtmlEncode(OpenText.NoLink), await PostAsync("nonsense", "Mallory"));
        Assert.Contains(WebUtility.HtmlEncode(OpenText.WhoMissing), await PostAsync(address, " "));
        Assert.Contains(WebUtility.HtmlEncode(OpenText.WhoMissing), await PostAsync(address, new string('x', 101)));
        Assert.Contains(LinkPagesText.NotOpened, await maya.ReadAsync("/share/links"));
        Assert.Contains(WebUtility.HtmlEncode(OpenText.OpenedHeading), await PostAsync("  " + address.Insert(60, "\n"), "Dr Meyer"));
        Assert.Contains(Say.Fill(LinkPagesText.LastSaid, "Dr Meyer"), await maya.ReadAsync("/share/links"));

        async Task<string> PostAsync(string link, string who)
        {
            using var answer = await stranger.PostAsync("/open", "/open", ("link", link), ("who", who));
            Assert.Equal("noindex, nofollow", answer.Headers.GetValues("X-Robots-Tag").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.True(answer.Headers.CacheControl!.NoStore);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task TheAgreementOfALinkStandsAmongTheOthersAndStoppingItEndsTheLink()
    {
        var server = browser.Server;
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        var address = await maya.GiveLinkAsync();

        var page = WebUtility.HtmlDecode(await maya.ReadAsync("/share"));
        Assert.Contains(Say.Fill(SharingText.MaySee, Say.Sentence(Say.Fill(GivenLinkText.HolderInside, "For Dr Meyer")), LinkPagesText.WhatSummary, "treatment", "until")[..^2], page);
        Assert.DoesNotContain(SharingText.EndingHeading, page);
        var id = ConsentId().Match(page).Groups["id"].Value;
        using var stopped = await maya.PostAsync("/share", "/share/stop", ("id", id));
        Assert.Equal(HttpStatusCode.SeeOther, stopped.StatusCode);
        Assert.Contains(LinkPagesText.StateEnded, await maya.ReadAsync("/share/links"));
        using var stranger = new FormVisitor(server);
        using var answer = await stranger.PostAsync("/open", "/open", ("link", address), ("who", "Dr Meyer"));
        Assert.Contains(WebUtility.HtmlEncode(OpenText.Over), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WhatIsWrongLeadsBackToWhereItStandsAndNothingIsGiven()
    {
        var server = browser.Server;
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        Assert.Contains(WebUtility.HtmlEncode(LinkPagesText.ChooseWhat), await SendAsync(LinkPlaces.What, LinkPlaces.What, ("scope", "kinds")));
        var until = await LocationAsync(LinkPlaces.What, LinkPlaces.What, ("scope", "summary"));
        Assert.Contains(WebUtility.HtmlEncode(LinkPagesText.WriteName), await SendAsync(until, LinkPlaces.Until, ("name", " "), ("lasting", "week")));
        Assert.Contains(WebUtility.HtmlEncode(LinkPagesText.ChooseUntil), await SendAsync(until, LinkPlaces.Until, ("name", "x"), ("lasting", "for-ever")));
        Assert.Contains(WebUtility.HtmlEncode(SharingText.DayIsOver), await SendAsync(until, LinkPlaces.Until, ("name", "x"), ("lasting", "chosen"), ("until", "2020-01-01")));
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(LinkPagesText.WriteTimes, "1,000")), await SendAsync(until, LinkPlaces.Until, ("name", "x"), ("lasting", "week"), ("often", "times"), ("times", "0")));
        var review = await LocationAsync(until, LinkPlaces.Until, ("name", "x"), ("lasting", "week"), ("often", "once"));
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(LinkPagesText.WritePasscode, "4", "64")), await SendAsync(review, LinkPlaces.All, ("passcode", "1")));
        Assert.Contains(LinkPagesText.NoLinksAbout, await maya.ReadAsync(LinkPlaces.All));

        async Task<string> SendAsync(string from, string to, params (string, string)[] fields) => await maya.ReadAsync(await LocationAsync(from, to, fields));

        async Task<string> LocationAsync(string from, string to, params (string, string)[] fields)
        {
            var draft = await maya.LinkDraftAsync(from);
            using var answer = await maya.PostAsync(from, to, [("draft", draft), .. fields]);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            return answer.Headers.Location!.ToString().Split('#')[0];
        }
    }

    [Fact]
    public async Task WhatIsSensitiveGoesAlongOnlyForSomebodyWhoShowsThatItIsThem()
    {
        await using var server = new Hosting.RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        var draft = await maya.LinkDraftAsync(LinkPlaces.What);
        using var what = await maya.PostAsync(LinkPlaces.What, LinkPlaces.What, ("draft", draft), ("scope", "summary"), ("label", "HIV"));
        draft = await maya.LinkDraftAsync(what.Headers.Location!.ToString());
        using var until = await maya.PostAsync(LinkPlaces.All, LinkPlaces.Until, ("draft", draft), ("name", "x"), ("lasting", "week"));
        using var review = await maya.GetAsync(until.Headers.Location!.ToString());
        Assert.StartsWith("/confirm", review.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var given = await maya.PostAsync(LinkPlaces.What, LinkPlaces.All, ("draft", until.Headers.Location!.ToString().Split("draft=")[1]), ("passcode", "123456"));
        Assert.StartsWith("/confirm", given.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyElseSeesALinkOrEndsIt()
    {
        var server = browser.Server;
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        await maya.GiveLinkAsync();
        var place = LinkPlace().Match(await maya.ReadAsync(LinkPlaces.All)).Groups["id"].Value;
        var other = await Household.MoveInAsync(server);
        foreach (var resident in new[] { home.Doctor, other.Patient })
        {
            using var visitor = await resident.SignInAsync(server);
            using var page = await visitor.GetAsync(LinkPlaces.Of(place));
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
            using var paper = await visitor.GetAsync(LinkPlaces.Paper(place));
            Assert.Equal(HttpStatusCode.NotFound, paper.StatusCode);
            using var ended = await visitor.PostAsync("/account", LinkPlaces.End, ("id", place));
            Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
        }

        Assert.Contains(LinkPagesText.StateOpen, await maya.ReadAsync(LinkPlaces.All));
    }

    [Fact]
    public async Task WhoeverOpenedALinkSaysWhatCameOfItAndThePatientAnswers()
    {
        var server = browser.Server;
        var home = await Household.MoveInAsync(server);
        using var maya = await home.Patient.SignInAsync(server);
        using var link = await maya.GiveAndOpenLinkAsync(server);

        Assert.Equal((HttpStatusCode.NotFound, OpenText.CameOver), await TellAsync(link.Pass[..^1], "read-only", ""));
        Assert.Equal((HttpStatusCode.NotFound, OpenText.CameOver), await TellAsync(link.Pass, "helped", ""));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, OutcomeText.WordsMissing), await TellAsync(link.Pass, "other", " "));
        Assert.Equal((HttpStatusCode.OK, OutcomeText.DoneTold), await TellAsync(link.Pass, "found-something", " an old \u202E\n fracture "));
        var look = (await (await home.Patient.OpenAsync(server)).HistoryAsync(TestContext.Current.CancellationToken)).Deeds.Last(deed => deed.IsLook).Index;
        var page = WebUtility.HtmlDecode(await maya.ReadAsync($"/ledger/{look}"));
        Assert.Contains(Say.Fill(OutcomeText.ByLink, "Dr Meyer"), page);
        Assert.Contains("an old fracture", page);
        using var felt = await maya.PostAsync($"/ledger/{look}", OutcomeEndpoints.Felt, ("look", $"{look}"), ("came", "helped"));
        Assert.EndsWith("done=felt#outcome", felt.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains(Say.Fill(OutcomeText.Felt, OutcomeText.YouHelped), WebUtility.HtmlDecode(await maya.ReadAsync("/ledger")));

        async Task<(HttpStatusCode, string)> TellAsync(string by, string came, string words)
        {
            using var answer = await link.Holder.PostAsync("/open", OpenEndpoints.Came, ("pass", by), ("came", came), ("words", words));
            return await LinkFormWalk.OpenedLink.ToldAsync(answer);
        }
    }

    [Fact]
    public void WhatTheHolderSaidIsToldInTheLedger()
    {
        Assert.Contains("Dr Meyer", LedgerSentence.Way("link: Dr Meyer"));
        Assert.Contains("Dr Meyer", LedgerSentence.Way("link file: Dr Meyer"));
    }

    [GeneratedRegex("name=\"id\" value=\"(?<id>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex ConsentId();

    [GeneratedRegex("href=\"/share/links/(?<id>[0-9a-z]{13})\"", RegexOptions.NonBacktracking)]
    private static partial Regex LinkPlace();
}
