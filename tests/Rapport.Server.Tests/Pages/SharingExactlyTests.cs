using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Sharing more exactly than by kinds: what is dated within a time, everything but some entries, some entries alone.</summary>
public sealed partial class SharingExactlyTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnlyWhatIsDatedWithinTheTimeGoesAlong()
    {
        var (server, home) = await ShareWalk.MoveInAsync(Record());
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        var review = await patient.ToReviewAsync(home.Doctor, [("scope", "kinds"), ("kind", "results"), ("data-from", "2024-01-01"), ("data-to", "2024-12-31")]);
        var told = WebUtility.HtmlDecode(await patient.ReadAsync(review));
        Assert.Contains("Your results, dated 1 January 2024 to 31 December 2024", told);
        Assert.Contains(SharingText.NewOnesOfTheseDays, told);
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["Weight of 2024"], await SeenAsync(server, home));

        // Changed later, the form says the same, and saved as it is nothing changes.
        var what = await patient.ToChangeAsync();
        var page = await patient.ReadAsync(what);
        Assert.Contains("name=\"data-from\" type=\"date\" value=\"2024-01-01\"", page);
        var until = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "results"), ("data-from", "2024-01-01"), ("data-to", ""), ("step", "on"));
        var changed = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=changed", await patient.StepAsync(changed, "/share", ("step", "agree")));
        Assert.Contains("your results, dated 1 January 2024 or later", WebUtility.HtmlDecode(await patient.ReadAsync("/share")));
        Assert.Equal(["Weight of 2024", "Weight of 2025"], await SeenAsync(server, home));
    }

    [Fact]
    public async Task WhatIsTickedStaysHomeAlsoWhereAnotherAgreementShowsIt()
    {
        var (server, home) = await ShareWalk.MoveInAsync(Record());
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions")]);
        Assert.Contains("Asthma", await SeenAsync(server, home));

        var what = await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
        var entries = await patient.StepAsync(what, "/share/what", ("scope", "everything"), ("step", "but"));
        Assert.StartsWith("/share/entries?draft=", entries);
        var found = await patient.StepAsync(entries, "/share/entries", ("pick", "but"), ("find", "asthma"), ("step", "enter"));
        Assert.DoesNotContain("asthma", found, StringComparison.OrdinalIgnoreCase);
        var page = await patient.ReadAsync(found);
        Assert.Contains("Asthma", page);
        Assert.DoesNotContain("Eczema", page);
        var asthma = Entry().Match(page).Groups["reference"].Value;
        what = await patient.StepAsync(found, "/share/entries", ("pick", "but"), ("find", "asthma"), ("entry", asthma), ("entry", "Condition/forged"), ("step", "on"));
        Assert.StartsWith("/share/what?draft=", what);
        Assert.Contains(Say.Fill(SharingText.ButNow, "Asthma"), WebUtility.HtmlDecode(await patient.ReadAsync(what)));
        var until = await patient.StepAsync(what, "/share/what", ("scope", "everything"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        var told = WebUtility.HtmlDecode(await patient.ReadAsync(review));
        Assert.Contains(Say.Fill(SharingText.ButNot, Say.Sentence(SharingText.WhatEverything), "Asthma"), told);
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        var seen = await SeenAsync(server, home);
        Assert.Contains("Eczema", seen);
        Assert.DoesNotContain("Asthma", seen);

        // Why, entry by entry.
        var why = WebUtility.HtmlDecode(await patient.ReadAsync($"/share/see/items?who={Uri.EscapeDataString(home.Doctor.Person.Reference)}&for=TREAT&in=home.conditions"));
        Assert.Contains("Asthma", why);
    }

    /// <summary>“All results of the weight, but not: Weight” would say nothing.</summary>
    [Fact]
    public async Task AnAgreementNamesAResultWithItsDaySinceThereAreOthersOfItsName()
    {
        var (server, home) = await ShareWalk.MoveInAsync(Record());
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        var what = await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
        var entries = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "results"), ("step", "but"));
        var weight = Assert.Single(Entry().Matches(await patient.ReadAsync(entries)), static match => match.Groups["name"].Value == "Weight of 2025").Groups["reference"].Value;
        what = await patient.StepAsync(entries, "/share/entries", ("pick", "but"), ("entry", weight), ("step", "on"));
        var named = Say.Fill(SharingText.NameAndDay, "Weight of 2025", "1 June 2025");
        Assert.Contains(Say.Fill(SharingText.ButNow, named), WebUtility.HtmlDecode(await patient.ReadAsync(what)));
        var until = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "results"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Contains($"but not: {named}", WebUtility.HtmlDecode(await patient.ReadAsync(review)));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Contains($"but not: {named}", WebUtility.HtmlDecode(await patient.ReadAsync("/share")));
    }

    [Fact]
    public async Task SingleEntriesGoAlongAloneAndAreChosenAnewWithoutLoss()
    {
        var (server, home) = await ShareWalk.MoveInAsync(Record());
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        var what = await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
        var entries = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "conditions"), ("step", "only"));
        var offered = Entry().Matches(await patient.ReadAsync(entries)).Select(match => (match.Groups["reference"].Value, Name: match.Groups["name"].Value)).ToDictionary(entry => entry.Name, entry => entry.Value);
        what = await patient.StepAsync(entries, "/share/entries", ("pick", "only"), ("entry", offered["Asthma"]), ("entry", offered["Weight of 2025"]), ("step", "on"));
        Assert.Matches("value=\"entries\" checked", await patient.ReadAsync(what));
        var until = await patient.StepAsync(what, "/share/what", ("scope", "entries"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Contains(SharingText.OnlyThisOne, WebUtility.HtmlDecode(await patient.ReadAsync(review)));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["Asthma", "Weight of 2025"], await SeenAsync(server, home));
        var before = await ShareWalk.ProvisionAsync(server, home);

        // Saved as it is, it says the same.
        until = await patient.StepAsync(await patient.ToChangeAsync(), "/share/what", ("scope", "entries"), ("step", "on"));
        review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(before, await ShareWalk.ProvisionAsync(server, home));

        // One of them is taken out; none of them means kinds again.
        entries = await patient.StepAsync(await patient.ToChangeAsync(), "/share/what", ("scope", "entries"), ("step", "only"));
        what = await patient.StepAsync(entries, "/share/entries", ("pick", "only"), ("entry", offered["Asthma"]), ("step", "on"));
        until = await patient.StepAsync(what, "/share/what", ("scope", "entries"), ("step", "on"));
        review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["Asthma"], await SeenAsync(server, home));
    }

    /// <summary>What several sources tell is one entry to its patient: ticked, all of it stays home.</summary>
    [Fact]
    public async Task WhatSeveralSourcesTellStaysHomeAsOne()
    {
        var (server, home) = await ShareWalk.MoveInAsync(Record());
        await using var _ = server;
        await home.Patient.ImportAsync(server, Condition("Asthma", "195967001").Replace("\"subject\"", "\"note\":[{\"text\":\"As the hospital tells it\"}],\"subject\"", StringComparison.Ordinal));
        using var patient = await home.Patient.SignInAsync(server);
        var what = await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
        var entries = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "conditions"), ("step", "but"));
        var asthma = Assert.Single(Entry().Matches(await patient.ReadAsync(entries)), static match => match.Groups["name"].Value == "Asthma").Groups["reference"].Value;
        what = await patient.StepAsync(entries, "/share/entries", ("pick", "but"), ("entry", asthma), ("step", "on"));
        var until = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "conditions"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["Eczema"], await SeenAsync(server, home));
    }

    [Fact]
    public async Task MoreEntriesThanOneAgreementNamesAreToldAndTheAddressStaysShort()
    {
        var (server, home) = await ShareWalk.MoveInAsync(Record());
        await using var _ = server;
        await home.Patient.ImportAsync(server, Enumerable.Range(0, EntryPicks.Most + 5).Select(static i => Condition(Trouble(i), $"{1000 + i}")));
        using var patient = await home.Patient.SignInAsync(server);
        var entries = await patient.StepAsync(
            await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on")), "/share/what", ("scope", "everything"), ("step", "only"));
        List<string> ticked = [];
        for (var i = 0; i < EntryPicks.Most + 5; i++)
        {
            entries = await patient.StepAsync(entries, "/share/entries", [("pick", "only"), ("find", Trouble(i)), .. ticked.Select(static entry => ("entry", entry)), ("step", "find")]);
            Assert.InRange(entries.Length, 0, 4000);
            ticked = [.. Entry().Matches(await patient.ReadAsync(entries)).Where(match => match.Groups["name"].Value.StartsWith("Trouble", StringComparison.Ordinal)).Select(static match => match.Groups["reference"].Value)];
        }

        Assert.Equal(EntryPicks.Most + 1, ticked.Count);
        var what = await patient.StepAsync(entries, "/share/entries", [("pick", "only"), ("find", ""), .. ticked.Select(static entry => ("entry", entry)), ("step", "on")]);
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(SharingText.TooManyEntries, Say.Number(EntryPicks.Most))), await patient.ReadAsync(what));
    }

    /// <summary>By letters: numbers are found in dates and codes too.</summary>
    private static string Trouble(int number) => $"Trouble q{(char)('a' + (number / 10))}{(char)('a' + (number % 10))}";

    [Fact]
    public async Task AsPeopleDoItInABrowser()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await home.Patient.ImportAsync(visitor.Server, Record());
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync("Dr Lee", ShareWalk.ToTreat);
        await visitor.Page.Locator("#exactly > summary").ClickAsync();
        await visitor.Page.GetByLabel(SharingText.DataFirst).FillAsync("2024-01-01");
        await visitor.ClickAsync(SharingText.ChooseBut);
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(Say.Fill(SharingText.ButHeading, "Dr Lee"));
        await visitor.Page.GetByLabel(SharingText.FindEntry).FillAsync("asthma");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.GetByLabel("Asthma").CheckAsync();
        await visitor.ClickAsync(SharingText.PicksDone);
        await visitor.SeesAsync(Say.Fill(SharingText.ButNow, "Asthma"));
        await Assertions.Expect(visitor.Page.GetByLabel(SharingText.DataFirst)).ToHaveValueAsync("2024-01-01");
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync("dated 1 January 2024 or later, but not: Asthma");
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.SeesAsync("It is shared.");
        visitor.AssertNothingWentWrong();
    }

    [GeneratedRegex("name=\"entry\" value=\"(?<reference>[^\"]+)\"[^>]*><span><span[^>]*>(?<name>[^<]+)<", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    private static async Task<IReadOnlyList<string>> SeenAsync(RunningServer server, Household home)
    {
        using var doctor = await home.Doctor.SignInAsync(server);
        var page = await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}?for=TREAT");
        return [.. new[] { "Asthma", "Eczema", "Weight of 2023", "Weight of 2024", "Weight of 2025" }.Where(name => page.Contains($">{name}<", StringComparison.Ordinal))];
    }

    private static IEnumerable<string> Record() =>
    [
        Condition("Asthma", "195967001"), Condition("Eczema", "43116000"),
        .. new[] { 2023, 2024, 2025 }.Select(static year => $$"""
            {"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"text":"Weight of {{year}}"},"effectiveDateTime":"{{year}}-06-01","valueQuantity":{"value":70,"unit":"kg"},"subject":{"display":"Maya"} }
            """),
    ];

    private static string Condition(string name, string code) => $$"""
        {"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
         "code":{"coding":[{"system":"http://snomed.info/sct","code":"{{code}}","display":"{{name}}"} ],"text":"{{name}}"},"onsetDateTime":"2024-05-01","subject":{"display":"Maya"} }
        """;
}
