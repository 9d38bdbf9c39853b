using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Ledger;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>Who saw what in a browser: live, calm, by keyboard, in both languages, without script.</summary>
public sealed class LedgerBrowserTests(BrowserFixture browser)
{
    private const string LiveRow = "[data-live-list] li";

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public async Task TheDoctorOpensTheRecordAndThePatientsOpenPageShowsIt(string language)
    {
        var look = new Look { Language = Languages.Find(language)! };
        await using var patient = await browser.VisitAsync(look);
        await using var doctor = await browser.VisitAsync(look);
        var home = await MoveInAsync(patient);
        await patient.SignInAsync(home.Patient);
        await doctor.SignInAsync(home.Doctor);
        await patient.GoAsync("/ledger");
        await Assertions.Expect(patient.Page.Locator("[data-live][data-state=open]")).ToBeVisibleAsync();
        await patient.SeesAsync(LedgerText.LiveWaiting);

        await doctor.GoAsync($"/shared/{home.Patient.Person.Record}");
        await Assertions.Expect(patient.Page.Locator(LiveRow)).ToContainTextAsync("Dr Lee");
        await Assertions.Expect(patient.Page.GetByText(LedgerText.LiveWaiting)).ToBeHiddenAsync();
        Assert.Equal("polite", await patient.Page.Locator("[data-live-list]").GetAttributeAsync("aria-live"));
        await patient.Page.Locator(LiveRow + " a").ClickAsync();
        await patient.SeesAsync("Dr Lee");
        patient.AssertNothingWentWrong();
        doctor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task OnePersonsLooksAreOneSentenceThatGrows()
    {
        await using var patient = await browser.VisitAsync();
        var home = await MoveInAsync(patient);
        await patient.SignInAsync(home.Patient);
        await patient.GoAsync("/ledger");
        await home.LookAsync(patient.Server);
        await Assertions.Expect(patient.Page.Locator(LiveRow)).ToContainTextAsync("looked at your conditions for treatment");
        await home.LookAsync(patient.Server);
        await Assertions.Expect(patient.Page.Locator(LiveRow)).ToContainTextAsync("looked at your conditions 2 times for treatment");

        Assert.Equal(1, await patient.Page.Locator(LiveRow).CountAsync());
        patient.AssertNothingWentWrong();
    }

    [Fact]
    public async Task APageThatNobodySeesHoldsNoConnectionAndHearsWhatItMissed()
    {
        await using var patient = await browser.VisitAsync();
        var home = await MoveInAsync(patient);
        await patient.SignInAsync(home.Patient);
        await patient.GoAsync("/ledger");
        await Assertions.Expect(patient.Page.Locator("[data-live][data-state=open]")).ToBeVisibleAsync();
        await patient.Page.EvaluateAsync("Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
        await Assertions.Expect(patient.Page.Locator("[data-live][data-state=closed]")).ToBeVisibleAsync();
        await home.LookAsync(patient.Server);
        await patient.Page.EvaluateAsync("Object.defineProperty(document, 'hidden', { value: false, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");

        await Assertions.Expect(patient.Page.Locator(LiveRow)).ToContainTextAsync("looked at your conditions for treatment");
    }

    [Fact]
    public async Task WithoutScriptThePageSaysWhatItSaysAndPromisesNothing()
    {
        await using var patient = await browser.VisitAsync(new Look(Script: false));
        var home = await MoveInAsync(patient);
        await home.LookAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        await patient.GoAsync("/ledger");

        await patient.SeesAsync("Dr Lee looked at your conditions for treatment, today.");
        await patient.SeesAsync("./rapport verify FILE");
        await Assertions.Expect(patient.Page.GetByText(LedgerText.LiveWaiting)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task ByKeyboardFromTheSentenceToTheProof()
    {
        await using var patient = await browser.VisitAsync();
        var home = await MoveInAsync(patient);
        await home.LookAsync(patient.Server);
        await home.LookAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        await patient.GoAsync("/ledger");
        var keyboard = patient.Page.Keyboard;

        await patient.TabToAsync("Dr Lee looked at your conditions 2 times for treatment, today.");
        await keyboard.PressAsync("Enter");
        var entries = await patient.Page.Locator(".first li li a").First.InnerTextAsync();
        await patient.TabToAsync(entries);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(patient.Heading).ToContainTextAsync("Dr Lee looked at");
        await patient.TabToAsync(LedgerText.Proof);
        await keyboard.PressAsync("Enter");
        await patient.SeesAsync(LedgerText.ProofAbout);
    }

    [Theory]
    [InlineData(1200, false)]
    [InlineData(360, true)]
    public async Task ItIsAccessibleWithEverythingOpen(int width, bool dark)
    {
        await using var patient = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Spanish });
        var home = await MoveInAsync(patient);
        await home.LookAsync(patient.Server);
        await home.LookAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        await patient.GoAsync("/ledger");
        await Assertions.Expect(patient.Page.Locator(".check[data-state=done]")).ToBeVisibleAsync();
        await home.LookAsync(patient.Server, "CAREMGT");
        await Assertions.Expect(patient.Page.Locator(LiveRow)).ToBeVisibleAsync();
        await patient.Page.EvaluateAsync("for (const it of document.querySelectorAll('main details')) it.open = true");

        var result = await patient.Page.RunAxe(new AxeRunOptions { Rules = new Dictionary<string, RuleOptions> { ["target-size"] = new() { Enabled = true } } });

        Assert.Empty(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html} {string.Join(' ', node.Any.Select(check => check.Message))}")));
        Assert.Empty(await patient.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('main *')].filter(it => it.checkVisibility() && it.getBoundingClientRect().right > document.documentElement.clientWidth).map(it => it.outerHTML.slice(0, 120))"));
    }

    private static async Task<Household> MoveInAsync(Visitor visitor)
    {
        var home = await Household.MoveInAsync(visitor.Server);
        await (await home.Patient.OpenAsync(visitor.Server)).ShareWithAsync(home.Doctor);
        return home;
    }
}
