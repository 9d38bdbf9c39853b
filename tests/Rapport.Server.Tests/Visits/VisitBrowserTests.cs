using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Visits;
using Rapport.Server.Tests.Pages;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Visits;

/// <summary>A patient prepares a visit and sends the questions: in a browser, as people do it.</summary>
public sealed class VisitBrowserTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", 1200, true, false)]
    [InlineData("es", 360, false, true)]
    [InlineData("es", 360, true, true)]
    public async Task FromTheRecordToAMessageThatSaysExactlyWhatWasShown(string language, int width, bool script, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark, script) { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server);
        var page = visitor.Page;
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(VisitPlaces.Home);
        await page.GetByLabel(VisitPagesText.Who, new() { Exact = true }).SelectOptionAsync(home.Doctor.Person.Reference);
        await page.GetByLabel(VisitPagesText.On).FillAsync("2026-07-02");
        await visitor.ClickAsync(VisitPagesText.Make);
        await visitor.SeesAsync(VisitPagesText.DoneMade);
        await LookAsync("visit");

        // One that is typed goes first, by buttons alone; all others go.
        await page.GetByLabel(VisitPagesText.AddLabel).FillAsync("May I swim?");
        await visitor.ClickAsync(VisitPagesText.Add);
        var all = page.Locator("textarea[name=text]");
        await Assertions.Expect(all.Last).ToHaveValueAsync("May I swim?");
        var count = await all.CountAsync();
        Assert.True(count > 1);
        await page.Locator($"#question-{count}").GetByRole(AriaRole.Button, new() { Name = VisitPagesText.Up }).ClickAsync();
        await Assertions.Expect(page.Locator($"#q{count - 1}")).ToHaveValueAsync("May I swim?");
        for (var left = count; left > 1; left--)
        {
            await Assertions.Expect(all).ToHaveCountAsync(left);
            var first = await page.Locator("#q1").InputValueAsync() == "May I swim?" ? 2 : 1;
            await page.Locator($"#question-{first}").GetByRole(AriaRole.Button, new() { Name = VisitPagesText.TakeOut }).ClickAsync();
        }

        await Assertions.Expect(all).ToHaveCountAsync(1);
        await visitor.ClickAsync(VisitPagesText.Send);
        await visitor.SeesAsync("1. May I swim?");
        await LookAsync("visit-send");
        await visitor.FollowAsync(ConversationText.New);
        await visitor.ClickAsync(ConversationText.Begin);
        await visitor.SeesAsync(VisitPagesText.ToThem);
        await page.GetByRole(AriaRole.Button, new() { Name = VisitPagesText.WriteThere }).ClickAsync();
        await Assertions.Expect(page.Locator("#text")).ToHaveValueAsync(new Regex(@"1\. May I swim\?", RegexOptions.None, Patience.Limit));
        await visitor.SeesAsync("Dr Lee");
        await visitor.ClickAsync(ConversationText.Send);
        await Assertions.Expect(page.Locator("#lines")).ToContainTextAsync("May I swim?");
        visitor.AssertNothingWentWrong();

        // Looking at a page takes script.
        async Task LookAsync(string name) => Assert.Empty(script ? (await PageLook.AtAsync(page)).Faults(name) : []);
    }

    [Fact]
    public async Task AListIsOrderedByTheKeyboardAlone()
    {
        await using var visitor = await browser.VisitAsync(new Look(1200));
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        var own = await home.Patient.OpenAsync(visitor.Server);
        var made = (await own.Visits.MakeAsync("x", new() { Questions = [new("First?"), new("Second?")] }, TestContext.Current.CancellationToken))!;
        await home.Patient.ImportAsync(visitor.Server, """
            {"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"36437","display":"sertraline"}],"text":"Sertraline 50 MG"},"authoredOn":"2026-05-03","subject":{"display":"Maya"}}
            """);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(VisitPlaces.Of(made.Id));
        await visitor.ClickAsync(VisitPagesText.ShowThem);
        await visitor.SeesAsync(VisitPagesText.OftenPrivate);
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("visit-private"));
        await visitor.TabToAsync($"{VisitPagesText.Up}: {Say.Fill(VisitPagesText.Number, "2")}");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.Locator("#q1")).ToHaveValueAsync("Second?");
        await visitor.Page.Locator("#q2").FocusAsync();
        await visitor.TabToAsync($"{VisitPagesText.TakeOut}: {Say.Fill(VisitPagesText.Number, "2")}");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.Locator("#q2")).ToHaveCountAsync(0);
        Assert.Equal("Second?", (await own.Visits.FindAsync(made.Id, TestContext.Current.CancellationToken))!.Plan.Questions.Single().Text);
        visitor.AssertNothingWentWrong();
    }
}
