using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Record.Labels;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Ledger;

namespace Rapport.Server.Tests.Pages;

/// <summary>What stays home unless the patient says so: why, and changing it. What lets somebody see more is shown first and asks who it is.</summary>
public sealed partial class LabelPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnEntryTellsWhyItIsMarkedAndTheMarkIsTakenOffAndPutBack()
    {
        var (home, entry) = await MoveInAsync();
        using var visitor = await home.Patient.SignInAsync(server);
        var page = await visitor.ReadAsync($"/record/{entry}");
        Assert.Contains("HIV infection", page);
        Assert.Contains(LabelsText.Section, page);
        var why = (await (await home.Patient.OpenAsync(server)).Labels.ExplainAsync("Condition", IdOf(entry), Cancel))!.There[0].Found[0].Reason;
        Assert.Contains(why, WebUtility.HtmlDecode(page));

        using var said = await ChangeAsync(visitor, entry, "this");
        Assert.Equal($"/record/{entry}?labels=said", said.Headers.Location!.ToString());
        Assert.Contains(LabelsText.Done, await visitor.ReadAsync($"/record/{entry}?labels=said"));
        Assert.Contains(LabelsText.SectionNone, await visitor.ReadAsync($"/record/{entry}"));
        Assert.Contains(LabelsText.TakenOff, await visitor.ReadAsync($"/record/{entry}/labels"));

        // It stands among what the patient changed, and is taken back there.
        var all = await visitor.ReadAsync(LabelEndpoints.All);
        Assert.Contains(LabelsText.Undo, all);
        using var undone = await visitor.PostAsync(LabelEndpoints.All, LabelEndpoints.All + "/undo", ("id", WordId().Match(all).Groups["id"].Value));
        Assert.Equal(LabelEndpoints.All + "?done=said", undone.Headers.Location!.ToString());
        Assert.Contains($"{LabelEndpoints.All}/HIV", await visitor.ReadAsync(LabelEndpoints.All));
        Assert.Contains("HIV infection", await visitor.ReadAsync(LabelEndpoints.All + "/HIV"));
    }

    [Fact]
    public async Task TakingAMarkOffThatLetsSomebodySeeMoreIsShownFirstAndAsksWhoItIs()
    {
        var (home, entry) = await MoveInAsync();
        var own = await home.Patient.OpenAsync(server);
        await own.ShareWithAsync(home.Doctor);
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await ChangeAsync(visitor, entry, "this");
        var review = asked.Headers.Location!.ToString();
        Assert.StartsWith(LabelEndpoints.All + "/review?draft=", review, StringComparison.Ordinal);
        Assert.DoesNotContain("HIV", review, StringComparison.Ordinal);
        var page = await visitor.ReadAsync(review);
        Assert.Contains(LabelsText.WhoSeesMore, page);
        Assert.Contains("Dr Lee", page);
        Assert.Contains("HIV infection", page);
        Assert.Null(await home.LookAsync(server));

        // Without agreeing to what was shown, it is shown again.
        var draft = review[(review.IndexOf('=', StringComparison.Ordinal) + 1)..];
        using var again = await visitor.PostAsync(review, LabelEndpoints.All + "/review", ("draft", draft));
        Assert.StartsWith(LabelEndpoints.All + "/review?draft=", again.Headers.Location!.ToString(), StringComparison.Ordinal);

        // Whoever finds the device open is asked who they are.
        var token = await visitor.TokenAsync(review);
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        using var confirm = await visitor.GetAsync(review);
        Assert.StartsWith("/confirm", confirm.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var stale = await visitor.PostWithAsync(LabelEndpoints.All + "/review", ("__RequestVerificationToken", token), ("draft", draft), ("more", More().Match(page).Groups["more"].Value));
        Assert.StartsWith(LabelEndpoints.All + "/review?draft=", stale.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Null(await home.LookAsync(server));

        await visitor.PostAsync("/confirm", "/confirm", ("password", Household.Password), ("then", "/"));
        using var done = await SayAsync(visitor, review);
        Assert.Equal($"/record/{entry}?labels=said", done.Headers.Location!.ToString());
        Assert.Equal([entry], (await home.LookAsync(server)).Entries.Select(static seen => seen.Reference));

        // Putting it on again asks nobody.
        using var added = await ChangeAsync(visitor, entry, "this", "HIV");
        Assert.Equal($"/record/{entry}?labels=said", added.Headers.Location!.ToString());
        Assert.Null(await home.LookAsync(server));
    }

    [Fact]
    public async Task WhoeverSharesSomethingMeanwhileIsShownAnew()
    {
        var (home, entry) = await MoveInAsync();
        var own = await home.Patient.OpenAsync(server);
        await own.ShareWithAsync(home.Doctor);
        using var visitor = await home.Patient.SignInAsync(server);
        using var asked = await ChangeAsync(visitor, entry, "this");
        var review = asked.Headers.Location!.ToString();
        var shown = await visitor.ReadAsync(review);
        await own.ShareWithAsync(home.Carer);
        using var early = await SayAsync(visitor, review, shown);
        Assert.StartsWith(LabelEndpoints.All + "/review?draft=", early.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["HIV"], await LabelsAsync(home, entry));
        Assert.Contains(home.Carer.Person.DisplayName, WebUtility.HtmlDecode(await visitor.ReadAsync(early.Headers.Location!.ToString())));
        using var done = await SayAsync(visitor, early.Headers.Location!.ToString());
        Assert.Equal($"/record/{entry}?labels=said", done.Headers.Location!.ToString());
        Assert.Empty(await LabelsAsync(home, entry));
    }

    [Fact]
    public async Task WhatTwoSourcesTellIsShownAsOneAndMarkedAsOne()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        foreach (var (id, code, text) in new[] { ("a", "44054006", "Diabetes"), ("b", "44054006", "Type 2 diabetes mellitus without complications") })
        {
            await home.Patient.ImportAsync(
                server, $$$"""{"resourceType":"Condition","id":"{{{id}}}","code":{"coding":[{"system":"http://snomed.info/sct","code":"{{{code}}}"}],"text":"{{{text}}}"},"onsetDateTime":"2015-05-01","subject":{"reference":"Patient/p"}}""");
        }

        var own = await home.Patient.OpenAsync(server);
        await own.ShareWithAsync(home.Doctor);
        Assert.Equal(2, (await home.LookAsync(server)).Count);
        using var visitor = await home.Patient.SignInAsync(server);
        var entries = (await own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Where(static entry => entry.ResourceType == "Condition").Select(static entry => entry.Reference).ToList();
        Assert.Contains(Say.Count(LabelsText.OnlyThisPlaces, 2), WebUtility.HtmlDecode(await visitor.ReadAsync($"/record/{entries[0]}/labels")));
        using var said = await ChangeAsync(visitor, entries[0], "this", "R");
        Assert.Equal($"/record/{entries[0]}?labels=said", said.Headers.Location!.ToString());
        Assert.Contains(Say.Count(LabelsText.DonePlaces, 2), WebUtility.HtmlDecode(await visitor.ReadAsync(said.Headers.Location!.ToString())));
        Assert.Null(await home.LookAsync(server));

        // It is one line among what the patient changed, and taken back as one.
        var all = await visitor.ReadAsync(LabelEndpoints.All);
        Assert.Single(AllText().Matches(all));
        var ids = WordId().Matches(all).Select(static match => ("id", match.Groups["id"].Value)).ToList();
        Assert.Equal(2, ids.Count);
        using var undone = await visitor.PostAsync(LabelEndpoints.All, LabelEndpoints.All + "/undo", ids);
        using var agreed = await SayAsync(visitor, undone.Headers.Location!.ToString());
        Assert.Equal(2, (await home.LookAsync(server)).Count);
    }

    /// <summary>An address that is too long opens nothing: what does not fit in it is told at once.</summary>
    [Fact]
    public async Task WhatIsSaidOfMoreThanAnAddressHoldsIsToldAndChangesNothing()
    {
        var (home, entry) = await MoveInAsync();
        var own = await home.Patient.OpenAsync(server);
        await own.ShareWithAsync(home.Doctor);
        var label = SecurityLabel.Of("", "SDV");
        LabelWord[] words =
        [
            new LabelWord(new LabelScope.Coded("http://snomed.info/sct", "86406008"), label, LabelVerdict.Added),
            .. Enumerable.Range(0, OwnLabelling.MostAtOnce - 1).Select(static i => string.Concat(Enumerable.Range(0, 5).Select(part => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([(byte)i, (byte)part])))))
                .Select(code => new LabelWord(new LabelScope.Coded("urn:test:" + code[..200], code[..290]), label, LabelVerdict.Added)),
        ];
        await own.Labels.SayAsync(words, mayShareMore: false, Cancel);
        await own.Labels.SayAsync([new LabelWord(new LabelScope.Entry("Condition", IdOf(entry)), SecurityLabel.Of("", "HIV"), LabelVerdict.TakenAway)], mayShareMore: true, Cancel);
        Assert.Equal(["SDV"], await LabelsAsync(home, entry));
        using var visitor = await home.Patient.SignInAsync(server);
        var ids = (await own.Labels.ListAsync(Cancel)).Where(said => said.Word.Label == label).Select(static said => ("id", said.Id.ToString()));
        using var undone = await visitor.PostAsync(LabelEndpoints.All, LabelEndpoints.All + "/undo", ids);
        Assert.Equal(LabelEndpoints.All + "?done=much", undone.Headers.Location!.ToString());
        Assert.Contains(LabelsText.TooMuchAtOnce, WebUtility.HtmlDecode(await visitor.ReadAsync(undone.Headers.Location!.ToString())));
        Assert.Equal(["SDV"], await LabelsAsync(home, entry));
    }

    [Fact]
    public async Task AKindIsSpokenOfByItsNameAndItsTypeAndARuleByItself()
    {
        var (home, entry) = await MoveInAsync();
        using var visitor = await home.Patient.SignInAsync(server);
        Assert.Contains(Say.Fill(LabelsText.AllCalled, "HIV infection"), WebUtility.HtmlDecode(await visitor.ReadAsync($"/record/{entry}/labels")));
        using var called = await ChangeAsync(visitor, entry, "0", "HIV", "SDV");
        var review = called.Headers.Location!.ToString();
        Assert.Contains(LabelsText.NobodySeesMore, await visitor.ReadAsync(review));
        using var said = await SayAsync(visitor, review);
        Assert.Equal($"/record/{entry}?labels=said", said.Headers.Location!.ToString());
        Assert.Equal(["HIV", "SDV"], await LabelsAsync(home, entry));

        using var kind = await ChangeAsync(visitor, entry, "type", "HIV", "SDV", "GDIS");
        using var saidOfKind = await SayAsync(visitor, kind.Headers.Location!.ToString());
        Assert.Equal(["GDIS", "HIV", "SDV"], await LabelsAsync(home, entry));

        var list = await visitor.ReadAsync(LabelEndpoints.All + "/HIV");
        Assert.Contains(LabelsText.NotForMe, list);
        using var ignored = await visitor.PostAsync(LabelEndpoints.All + "/HIV", LabelEndpoints.All + "/rule", ("rule", RuleName().Match(list).Groups["rule"].Value));
        using var saidOfRule = await SayAsync(visitor, ignored.Headers.Location!.ToString());
        Assert.Equal(LabelEndpoints.All + "?done=said", saidOfRule.Headers.Location!.ToString());
        Assert.DoesNotContain("HIV", await LabelsAsync(home, entry));
    }

    [Fact]
    public async Task ADocumentThatNobodyLookedAtIsLookedAt()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, "%PDF-1.7 scanned %%EOF"u8.ToArray(), "scan.pdf");
        var own = await home.Patient.OpenAsync(server);
        var all = (await own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries;
        var letter = all.Single(static entry => entry.ResourceType == "DocumentReference");
        Assert.Equal(["R"], letter.Labels);
        using var visitor = await home.Patient.SignInAsync(server);
        Assert.Contains(LabelsText.LookAtItText, await visitor.ReadAsync($"/record/{letter.Reference}"));
        using var looked = await visitor.PostAsync($"/record/{letter.Reference}", $"/record/{letter.Reference}/labels", ("looked", "1"));
        Assert.Equal($"/record/{letter.Reference}?labels=said", looked.Headers.Location!.ToString());
        Assert.DoesNotContain(LabelsText.LookAtItText, await visitor.ReadAsync($"/record/{letter.Reference}"));
        Assert.All((await own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries, static entry => Assert.Empty(entry.Labels));
    }

    [Fact]
    public async Task NobodyElseIsToldWhyOrWhatThePatientSaid()
    {
        var (home, entry) = await MoveInAsync();
        var own = await home.Patient.OpenAsync(server);
        var local = IdOf(entry);
        await own.Labels.SayAsync(
            [
                new LabelWord(new LabelScope.Entry("Condition", local), SecurityLabel.Of("", "HIV"), LabelVerdict.TakenAway),
                new LabelWord(new LabelScope.Coded("http://snomed.info/sct", "86406008"), SecurityLabel.Of("", "SDV"), LabelVerdict.Added) { Shown = "told to nobody" },
                new LabelWord(new LabelScope.Entry("Condition", local), SecurityLabel.Of("", "SDV"), LabelVerdict.TakenAway),
            ],
            mayShareMore: true,
            Cancel);
        await own.ShareWithAsync(home.Doctor);
        using var doctor = await home.Doctor.SignInAsync(server);
        var seen = await doctor.ReadAsync($"/shared/{own.Patient}/{entry}?for=TREAT");
        Assert.Contains("HIV infection", seen);
        Assert.DoesNotContain(LabelsText.Section, seen);
        Assert.DoesNotContain("/labels", seen);
        foreach (var path in new[] { $"/record/{entry}/labels", LabelEndpoints.All + "/HIV", $"/shared/{own.Patient}/{entry}/labels?for=TREAT" })
        {
            using var answer = await doctor.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        var disclosed = await home.LookAsync(server);
        var bodies = string.Concat(Enumerable.Range(0, disclosed.Count).Select(i => System.Text.Encoding.UTF8.GetString(disclosed.ReadBody(i))));
        Assert.DoesNotContain("own-label", bodies, StringComparison.Ordinal);
        Assert.DoesNotContain("told to nobody", bodies, StringComparison.Ordinal);
        Assert.DoesNotContain("security", bodies, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWrongIsToldAndChangesNothing()
    {
        var (home, entry) = await MoveInAsync();
        using var visitor = await home.Patient.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var before = (await own.OverviewAsync(Cancel)).LedgerSize;
        foreach (var (chosen, labels, where) in new[] { ("this", new[] { "HIV" }, "same"), ("99", [], "what"), ("-1", [], "what"), ("", [], "what"), ("this", ["HIV", "NOSUCH"], "same") })
        {
            using var answer = await ChangeAsync(visitor, entry, chosen, labels);
            Assert.Equal($"/record/{entry}/labels?check={where}", answer.Headers.Location!.ToString());
        }

        Assert.Contains(LabelsText.NothingChanged, await visitor.ReadAsync($"/record/{entry}/labels?check=same"));
        foreach (var path in new[] { LabelEndpoints.All + "/XYZ", LabelEndpoints.All + "/N", $"/record/Observation/{entry[(entry.IndexOf('/', StringComparison.Ordinal) + 1)..]}/labels", "/record/Condition/nothing/labels" })
        {
            using var answer = await visitor.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using var rule = await visitor.PostAsync(LabelEndpoints.All + "/HIV", LabelEndpoints.All + "/rule", ("rule", "no-such-rule"));
        Assert.Equal(HttpStatusCode.NotFound, rule.StatusCode);
        using var nothing = await visitor.PostAsync($"/record/{entry}/labels", LabelEndpoints.All + "/undo", ("id", "nothing"));
        Assert.Equal(LabelEndpoints.All, nothing.Headers.Location!.ToString());
        using var broken = await visitor.GetAsync(LabelEndpoints.All + "/review?draft=broken");
        Assert.Equal(LabelEndpoints.All + "?done=gone", broken.Headers.Location!.ToString());
        Assert.Equal(before, (await own.OverviewAsync(Cancel)).LedgerSize);
    }

    private async Task<(Household Home, string Entry)> MoveInAsync()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(
            server, """{"resourceType":"Condition","id":"c","code":{"coding":[{"system":"http://snomed.info/sct","code":"86406008","display":"HIV infection"}],"text":"HIV infection"},"subject":{"reference":"Patient/p"}}""");
        var own = await home.Patient.OpenAsync(server);
        return (home, (await own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(static entry => entry.ResourceType == "Condition").Reference);
    }

    private static Data.LocalId IdOf(string entry) => Data.LocalId.Parse(entry.AsSpan(entry.IndexOf('.', StringComparison.Ordinal) + 1));

    private static Task<HttpResponseMessage> ChangeAsync(FormVisitor visitor, string entry, string chosen, params string[] labels) =>
        visitor.PostAsync($"/record/{entry}/labels", $"/record/{entry}/labels", [("for", chosen), .. labels.Select(static label => ("label", label))]);

    private static Task<HttpResponseMessage> SayAsync(FormVisitor visitor, string review) => SayAsync(visitor, review, null);

    /// <summary>Agrees to what a page of the review shows: the page of now, unless one of before is given.</summary>
    private static async Task<HttpResponseMessage> SayAsync(FormVisitor visitor, string review, string? shown)
    {
        shown ??= await visitor.ReadAsync(review);
        return await visitor.PostAsync(
            review, LabelEndpoints.All + "/review", ("draft", review[(review.IndexOf('=', StringComparison.Ordinal) + 1)..]), ("more", More().Match(shown).Groups["more"].Value));
    }

    private async Task<IEnumerable<string>> LabelsAsync(Household home, string entry) =>
        (await (await home.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(known => known.Reference == entry).Labels.Order();

    [GeneratedRegex("name=\"id\" value=\"(?<id>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex WordId();

    [GeneratedRegex("action=\"/record/labels/undo\"", RegexOptions.NonBacktracking)]
    private static partial Regex AllText();

    [GeneratedRegex("name=\"more\" value=\"(?<more>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex More();

    [GeneratedRegex("name=\"rule\" value=\"(?<rule>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex RuleName();
}

/// <summary>The same in front of a browser, by keyboard and without script.</summary>
public sealed class LabelJourneyTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", true)]
    [InlineData("es", false)]
    public async Task SomethingIsMarkedFoundAmongWhatStaysHomeAndUnmarked(string language, bool script)
    {
        var home = await Household.MoveInAsync(browser.Server);
        await using var visitor = await browser.VisitAsync(new Look(Script: script) { Language = Languages.Find(language)! });
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/record/timeline?kind=conditions");
        await visitor.Page.Locator(".row a").First.ClickAsync();
        var name = await visitor.Heading.InnerTextAsync();
        await visitor.FollowAsync(LabelsText.ChangeMarks);
        await visitor.SeesAsync(LabelsText.EntryLead);
        var genetics = LabelWords.Of(SecurityLabel.Of("", "GDIS"));
        await visitor.Page.GetByRole(AriaRole.Checkbox, new() { Name = Say.Sentence(genetics), Exact = true }).CheckAsync();
        await visitor.ClickAsync(LabelsText.GoOn);
        await visitor.SeesAsync(LabelsText.Done);
        await visitor.GoAsync("/record");
        await visitor.FollowAsync(LabelsText.Heading);
        await visitor.SeesAsync(LabelsText.YourWords);
        await visitor.Page.Locator($"a[href='{LabelEndpoints.All}/GDIS']").ClickAsync();
        await visitor.SeesAsync(name);
        await visitor.SeesAsync(LabelsText.ByYou);
        await visitor.GoAsync(LabelEndpoints.All);
        await visitor.Page.Locator(".said button").ClickAsync();
        await visitor.SeesAsync(LabelsText.NoWords);
        Assert.Equal(0, await visitor.Page.Locator($"a[href='{LabelEndpoints.All}/GDIS']").CountAsync());
        visitor.AssertNothingWentWrong();
    }
}
