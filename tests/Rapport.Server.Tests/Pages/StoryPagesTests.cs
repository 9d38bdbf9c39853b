using System.Net;
using System.Text.RegularExpressions;
using Rapport.Conversations;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Stories;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What came of sharing, told to others without a name, over plain HTTP; and in a browser, in both languages.</summary>
public sealed partial class StoryPagesTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithTheEleventhOthersSeeItAndBeforeThatNothingTellsThatThereIsAnything()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var other = await (await Household.MoveInAsync(server, withRecord: false)).Patient.SignInAsync(server);
        var (empty, share) = (Plain(await other.ReadAsync(StoryEndpoints.Home)), Plain(await other.ReadAsync("/share/new")));
        await InventAsync(server, 10);
        Assert.Equal(empty, Plain(await other.ReadAsync(StoryEndpoints.Home)));
        Assert.Equal(share, Plain(await other.ReadAsync("/share/new")));

        var review = await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on"), ("recipient", "specialist"), ("condition", "heart"), ("sentence", " I <sleep> \u202E again "));
        var words = WebUtility.HtmlDecode(await patient.ReadAsync(review));
        string[] told = [Say.Fill(StoriesText.SharedWith, StoriesText.AimTreat, StoriesText.RecipientSpecialist), Say.Fill(StoriesText.About, StoriesText.ConditionHeart), Say.Fill(StoriesText.StoryCame, StoriesText.CameFoundSomething), "I <sleep> again"];
        Assert.All(told, text => Assert.Contains(text, words));
        Assert.Contains("I &lt;sleep&gt; again", await patient.ReadAsync(review));
        Assert.Equal($"/ledger/{look}?done=story-told#story", await SendAsync(patient, review, ("step", "tell")));

        foreach (var page in new[] { StoryEndpoints.Home, StoryEndpoints.Home + "?aim=treat", "/share/new" })
        {
            var read = WebUtility.HtmlDecode(await other.ReadAsync(page));
            Assert.All(told, text => Assert.Contains(text, read));
            Assert.Contains(Say.Fill(StoriesText.Total, "11", StoriesText.AimTreat), read);
            Assert.DoesNotContain("words of Dr Lee", read);
            Assert.DoesNotContain(home.Patient.Person.Record!.Value.ToString(), read);
        }

        Assert.DoesNotContain("I <sleep> again", WebUtility.HtmlDecode(await other.ReadAsync(StoryEndpoints.Home + "?aim=opinion")));
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(StoriesText.RowTold, "You")), await patient.ReadAsync("/ledger/lines"));
        Assert.Contains("I &lt;sleep&gt; again", await patient.ReadAsync($"/ledger/{look}"));
        Assert.Equal($"/ledger/{look}?done=story-back#story", await TakeBackAsync(patient, look, "all"));
        Assert.DoesNotContain("sleep", await other.ReadAsync(StoryEndpoints.Home));
        Assert.Contains(Say.Fill(StoriesText.Total, "11", StoriesText.AimTreat), WebUtility.HtmlDecode(await other.ReadAsync(StoryEndpoints.Home)));
        Assert.Contains(Say.Fill(StoriesText.StillInNumbers, "11"), WebUtility.HtmlDecode(await patient.ReadAsync($"/ledger/{look}")));
        Assert.Empty(await (await home.Patient.OpenAsync(server)).CheckAsync(Cancel));
    }

    [Fact]
    public async Task WhatIsReportedIsLookedAtByTheOperatorAloneWhoLearnsNoName()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await InventAsync(server, 11);
        await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on"), ("sentence", "Call me at noon")), ("step", "tell"));
        await InventMoreAsync(server);
        using var other = await (await Household.MoveInAsync(server, withRecord: false)).Patient.SignInAsync(server);
        var story = Mark().Match(await other.ReadAsync(StoryEndpoints.Home)).Groups["mark"].Value;
        foreach (var wrong in new[] { "", "x", story[..^1] })
        {
            using var refused = await other.PostAsync(StoryEndpoints.Home, StoryEndpoints.Report, ("story", wrong));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var reported = await other.PostAsync(StoryEndpoints.Home, StoryEndpoints.Report, ("story", story));
        Assert.EndsWith("?done=reported", reported.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(StoryEndpoints.Reported)).StatusCode);
        using var notTheirs = await other.PostAsync("/account", StoryEndpoints.Reported, ("story", story), ("step", "goes"));
        Assert.Equal(HttpStatusCode.NotFound, notTheirs.StatusCode);
        await server.Modules.People.Accounts.SetOperatorAsync(home.Doctor.Person.Id, true, Cancel);
        using var olga = await home.Doctor.SignInAsync(server);
        var page = await olga.ReadAsync(StoryEndpoints.Reported);
        Assert.Contains("Call me at noon", page);
        Assert.DoesNotContain("Maya", page);
        using var judged = await olga.PostAsync(StoryEndpoints.Reported, StoryEndpoints.Reported, ("story", Mark().Match(page).Groups["mark"].Value), ("step", "goes"));
        Assert.Equal(HttpStatusCode.SeeOther, judged.StatusCode);
        Assert.DoesNotContain("Call me", await other.ReadAsync(StoryEndpoints.Home));
        Assert.Contains(WebUtility.HtmlEncode(StoriesText.TakenDown), await patient.ReadAsync($"/ledger/{look}"));
    }

    [Fact]
    public async Task WhatIsWrongIsSaidAndNothingIsTold()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var other = await (await Household.MoveInAsync(server, withRecord: false)).Patient.SignInAsync(server);
        foreach (var (text, fields) in new (string, (string, string)[])[]
        {
            (StoriesText.WhatMissing, [("aim", "treat")]),
            (StoriesText.AimMissing, [("aim", "nonsense"), ("count", "on")]),
            (Say.Fill(StoriesText.SentenceTooLong, "300"), [("aim", "treat"), ("tell", "on"), ("sentence", new string('x', 301))]),
        })
        {
            var back = await FormAsync(patient, look, fields);
            Assert.StartsWith(StoryEndpoints.Tell + "?draft=", back, StringComparison.Ordinal);
            Assert.Contains(text, WebUtility.HtmlDecode(await patient.ReadAsync(back)));
        }

        // A draft of one is none for another; what nothing came of is not told; and nobody takes back what they did not tell.
        var draft = await FormAsync(patient, look, ("aim", "treat"), ("count", "on"));
        using var stolen = await other.PostAsync("/account", StoryEndpoints.Review, ("draft", draft.Split("draft=")[1]), ("step", "tell"));
        Assert.Equal("/ledger", stolen.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{StoryEndpoints.Tell}?look={look}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync($"{StoryEndpoints.Tell}?look=0")).StatusCode);
        using var nothing = await patient.PostAsync("/account", StoryEndpoints.TakeBack, ("look", $"{look}"), ("aim", "treat"), ("step", "all"));
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
        Assert.DoesNotContain((await (await home.Patient.OpenAsync(server)).HistoryAsync(Cancel)).Deeds, deed => StoryNote.Of(deed) is not null);
    }

    [Fact]
    public async Task WithTheAccountItsStoriesGo()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        await InventAsync(server, 10);
        using var patient = await home.Patient.SignInAsync(server);
        await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on"), ("sentence", "Gone tomorrow")), ("step", "tell"));
        using var other = await (await Household.MoveInAsync(server, withRecord: false)).Patient.SignInAsync(server);
        Assert.Contains("Gone tomorrow", await other.ReadAsync(StoryEndpoints.Home));
        using var closed = await patient.PostAsync("/account/close", "/account/close", ("name", home.Patient.SignInName));
        Assert.Equal("/closed", closed.Headers.Location!.ToString());
        Assert.DoesNotContain("Gone tomorrow", await other.ReadAsync(StoryEndpoints.Home));
    }

    /// <summary>A second press, and a press after the way back, stood in the ledger as another change.</summary>
    [Fact]
    public async Task WhatIsToldTwiceIsNotedOnce()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var review = await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on"), ("sentence", "I sleep again"));
        await Task.WhenAll(SendAsync(patient, review, ("step", "tell")), SendAsync(patient, review, ("step", "tell")));
        Assert.Equal($"/ledger/{look}?done=story-told#story", await SendAsync(patient, review, ("step", "tell")));
        Assert.Single(await NotesAsync(server, home));

        // Other words are another story, though the ledger says the same of them.
        await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on"), ("sentence", "I dream again")), ("step", "tell"));
        Assert.Equal(2, (await NotesAsync(server, home)).Count);
    }

    /// <summary>Whoever changed what they had shared for told the same look twice, and one look was counted for every aim that there is.</summary>
    [Fact]
    public async Task ALookIsToldForOneAim()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on"), ("sentence", "I sleep again")), ("step", "tell"));
        var review = await FormAsync(patient, look, ("aim", "hospital"), ("count", "on"));
        Assert.Contains(StoriesText.MeansInsteadOfThis, WebUtility.HtmlDecode(await patient.ReadAsync(review)));
        await SendAsync(patient, review, ("step", "tell"));
        var page = WebUtility.HtmlDecode(await patient.ReadAsync($"/ledger/{look}"));
        Assert.Contains(Say.Fill(StoriesText.YouAreCounted, StoriesText.AimHospital), page);
        Assert.DoesNotContain(Say.Fill(StoriesText.YouAreCounted, StoriesText.AimTreat), page);
        Assert.DoesNotContain("I sleep again", page);
        Assert.True(OwnStories.LastIn((await (await home.Patient.OpenAsync(server)).HistoryAsync(Cancel)).Deeds)["treat"].IsTakenBack);
    }

    /// <summary>A look for treatment could be counted as one for research: a number is true where it counts what was looked at for that.</summary>
    [Fact]
    public async Task ALookIsToldForWhatItWasFor()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var form = await patient.ReadAsync($"{StoryEndpoints.Tell}?look={look}");
        Assert.Contains("<option value=\"hospital\"", form);
        Assert.DoesNotContain("<option value=\"research\"", form);
        var back = await FormAsync(patient, look, ("aim", "research"), ("count", "on"));
        Assert.StartsWith(StoryEndpoints.Tell + "?draft=", back, StringComparison.Ordinal);
        Assert.Contains(StoriesText.AimMissing, WebUtility.HtmlDecode(await patient.ReadAsync(back)));
    }

    /// <summary>Names were looked for as whole words, and only those of the account and of whoever had looked.</summary>
    [Theory]
    [InlineData("Maya’s tablets are better")]
    [InlineData("I saw Dr.Lee there")]
    [InlineData("Sam came along")]
    [InlineData("Mrs Hartwell heard me out")]
    [InlineData("my neighbours in Sampletown")]
    [InlineData("on Example Street")]
    [InlineData("Quiet Room was good to me")]
    [InlineData("Sofia drove me")]
    [InlineData("since the end of September")]
    [InlineData("desde finales de septiembre")]
    [InlineData("write to ourvillage.example")]
    [InlineData("on the Ⅻ day")]
    public async Task WhatTheRecordNamesIsLookedForInASentence(string sentence)
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var review = WebUtility.HtmlDecode(await patient.ReadAsync(await FormAsync(patient, look, ("aim", "treat"), ("tell", "on"), ("sentence", sentence))));
        Assert.Contains(StoriesText.WarnLead, review);
        Assert.Contains(StoriesText.NotAllFound, review);
    }

    [Fact]
    public async Task WithoutAnythingFoundItIsSaidThatNotAllIsAndWhoMayReadIt()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var review = WebUtility.HtmlDecode(await patient.ReadAsync(await FormAsync(patient, look, ("aim", "treat"), ("tell", "on"), ("sentence", "The doctor may march on: I am well in the hospital and at the practice"))));
        Assert.DoesNotContain(StoriesText.WarnLead, review);
        Assert.Contains(StoriesText.NotAllFound, review);
        Assert.Contains(StoriesText.MeansLooker, review);
    }

    /// <summary>Whoever was only counted read that their story was gone, and whoever took back the story alone that the numbers change.</summary>
    [Fact]
    public async Task WhatIsTakenBackIsWhatIsSaid()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on")), ("step", "tell"));
        Assert.Contains(StoriesText.DoneBackStory, WebUtility.HtmlDecode(await patient.ReadAsync(await TakeBackAsync(patient, look, "story"))));
        Assert.Contains(Say.Fill(StoriesText.DoneBackCount, "11"), WebUtility.HtmlDecode(await patient.ReadAsync(await TakeBackAsync(patient, look, "all"))));
        await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), ("count", "on"), ("tell", "on")), ("step", "tell"));
        Assert.Contains(Say.Fill(StoriesText.DoneBack, "11"), WebUtility.HtmlDecode(await patient.ReadAsync(await TakeBackAsync(patient, look, "all"))));
    }

    /// <summary>The doctor said later that it came out otherwise, and the patient's story told what had been said before, which nothing showed.</summary>
    [Fact]
    public async Task WhatWasSaidSinceTheStoryWasToldIsShownBesideIt()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        foreach (var wanted in new[] { "tell", "count" })
        {
            await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), (wanted, "on")), ("step", "tell"));
            Assert.DoesNotContain(StoriesText.IsBehind, WebUtility.HtmlDecode(await patient.ReadAsync($"/ledger/{look}")));
            using var felt = await patient.PostAsync($"/ledger/{look}", "/ledger/felt", ("look", $"{look}"), ("came", wanted == "tell" ? "helped" : "did-harm"), ("words", ""));
            Assert.Contains(StoriesText.IsBehind, WebUtility.HtmlDecode(await patient.ReadAsync($"/ledger/{look}")));
        }
    }

    [Fact]
    public async Task WhoClosesTheirAccountReadsWhatBecomesOfTheirStory()
    {
        await using var server = await StartAsync();
        var (home, look) = await LookedAtAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var goes = Say.Fill(Server.Pages.Account.AccountText.StoriesGo, "11");
        Assert.DoesNotContain(goes, WebUtility.HtmlDecode(await patient.ReadAsync("/account/close")));
        await SendAsync(patient, await FormAsync(patient, look, ("aim", "treat"), ("count", "on")), ("step", "tell"));
        Assert.Contains(goes, WebUtility.HtmlDecode(await patient.ReadAsync("/account/close")));
    }

    [Theory]
    [InlineData("I met Maya there", true, false, false, false)]
    [InlineData("dr. lée asked me", false, true, false, false)]
    [InlineData("write to me@example.org, or see www.example.org", false, false, true, false)]
    [InlineData("on the 3rd day I was 41", false, false, false, true)]
    [InlineData("The mayan doctor was leeward and kind", false, false, false, false)]
    public void ASentenceIsLookedAtForWhatTellsWhoOneIs(string sentence, bool own, bool other, bool address, bool digits)
    {
        string[] expected =
        [
            .. own ? [StoriesText.WarnOwnName] : (string[])[], .. other ? [Say.Fill(StoriesText.WarnOtherName, "Dr Lee")] : (string[])[],
            .. address ? [StoriesText.WarnAddress] : (string[])[], .. digits ? [StoriesText.WarnDigits] : (string[])[],
        ];
        Assert.Equal(expected, SentenceCheck.WarningsOf(sentence, new KnownNames(["Maya Castellanos"], ["Dr Lee"], ["Harbour Clinic"])));
    }

    [Theory]
    [InlineData("en", 1200, true)]
    [InlineData("es", 360, false)]
    public async Task AStoryIsToldReadBeforeSharingAndTakenBack(string language, int width, bool script)
    {
        await using var patient = await browser.VisitAsync(new Look(width, Script: script) { Language = Languages.Find(language)! });
        var (home, _) = await LookedAtAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        await foreach (var _ in patient.TellStoryAsync(home))
        {
            // Each step says by itself that it was reached.
        }

        await patient.GoAsync("/share/new");
        await patient.Page.Locator(".others-told summary").First.ClickAsync();
        await patient.SeesAsync(StoriesText.WhatCame);
        await patient.GoAsync(await patient.ProblemAsync(home));
        await patient.FollowAsync(Server.Pages.Opinions.OpinionText.AskThis);
        await patient.Page.Locator(".others-told summary").ClickAsync();
        await patient.SeesAsync(StoriesText.HowItWas);
        await patient.GoAsync(await patient.LookAsync(home));
        await patient.ClickAsync(StoriesText.TakeBothBack);
        await patient.SeesAsync(Say.Fill(StoriesText.DoneBack, "11"));
        await patient.SeesNotAsync(StoryWalk.Sentence);
        patient.AssertNothingWentWrong();
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = new RunningServer();
        await server.InitializeAsync();
        return server;
    }

    /// <summary>A household in which the doctor looked and said what came of it.</summary>
    private static async Task<(Household Home, long Look)> LookedAtAsync(RunningServer server)
    {
        var home = await Household.MoveInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var terms = new SharingTerms { Recipient = home.Doctor.Person.Reference, RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Condition"] };
        await own.PutConsentAsync(null, terms.ToConsent(home.Patient.Person.Record!.Value, server.Clock.GetUtcNow()), null, Cancel);
        var lee = new Actor(home.Doctor.Person.Id, home.Doctor.Person.Reference, "Dr Lee", home.Doctor.Person.RecipientReferences);
        var look = (await server.Modules.Records.Gate.DiscloseAsync(new DisclosureAsk(lee, own.Patient, "TREAT", new RecordQuery.Everything()), Cancel))!.LedgerIndex;
        Assert.Equal(OutcomeTold.Told, await server.Modules.Records.Looks.TellAsync(lee, own.Patient, new Outcome(look, OutcomeKind.FoundSomething, "words of Dr Lee"), Cancel));
        return (home, look);
    }

    private static async Task<List<StoryNote>> NotesAsync(RunningServer server, Household home) =>
        [.. (await (await home.Patient.OpenAsync(server)).HistoryAsync(Cancel)).Deeds.Select(StoryNote.Of).OfType<StoryNote>()];

    private static Task InventAsync(RunningServer server, int count) => server.Modules.Stories.InventAsync(
        "treat", [.. Enumerable.Repeat((OutcomeKind.FoundSomething, OutcomeKind.Helped, (StoryText?)null), count)], Cancel);

    /// <summary>Eleven patients more, so that what waits is shown.</summary>
    private static async Task InventMoreAsync(RunningServer server)
    {
        for (var i = 0; i < StoryNumbers.Least; i++)
        {
            var (home, look) = await LookedAtAsync(server);
            Assert.Equal(StoryTold.Told, await new StoryDesk(server.Modules.Stories).TellAsync(await home.Patient.OpenAsync(server), new StoryWish(look, "treat", null, null, true, false, null), Cancel));
        }
    }

    /// <summary>Sends the form; where it leads.</summary>
    private static async Task<string> FormAsync(FormVisitor patient, long look, params (string, string)[] fields)
    {
        using var sent = await patient.PostAsync($"{StoryEndpoints.Tell}?look={look}", StoryEndpoints.Tell, [("look", $"{look}"), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        return sent.Headers.Location!.ToString();
    }

    private static async Task<string> SendAsync(FormVisitor patient, string review, params (string, string)[] fields)
    {
        using var sent = await patient.PostAsync(review, StoryEndpoints.Review, [("draft", review.Split("draft=")[1]), .. fields]);
        return sent.Headers.Location!.ToString();
    }

    private static async Task<string> TakeBackAsync(FormVisitor patient, long look, string step)
    {
        using var sent = await patient.PostAsync($"/ledger/{look}", StoryEndpoints.TakeBack, ("look", $"{look}"), ("aim", "treat"), ("step", step));
        return sent.Headers.Location!.ToString();
    }

    /// <summary>A page without what is random by its nature.</summary>
    private static string Plain(string page) => Token().Replace(page, "");

    [GeneratedRegex("CfDJ8[^\"&]*", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"story\" value=\"(?<mark>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Mark();
}
