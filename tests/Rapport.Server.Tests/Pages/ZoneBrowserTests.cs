using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Zone;

namespace Rapport.Server.Tests.Pages;

/// <summary>The clock by which pages tell times, in a browser: proposed by it, chosen by hand, with and without script.</summary>
public sealed class ZoneBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task ABrowserProposesItsOwnClockUntilAnotherIsChosen()
    {
        await using var visitor = await browser.VisitAsync(new Look { Zone = "Asia/Tokyo" });
        var home = await Household.MoveInAsync(browser.Server);
        await visitor.GoAsync("/sign-in");
        await Assertions.Expect(Foot(visitor)).ToHaveTextAsync(Say.Fill(FrameText.TimeZone, "UTC"));
        await visitor.SignInAsync(home.Patient);
        await Assertions.Expect(Foot(visitor)).ToHaveTextAsync(Say.Fill(FrameText.TimeZone, "Tokyo"));

        await ChooseAsync(visitor, "America/Lima", "Lima");
        await visitor.GoAsync("/ledger");
        await Assertions.Expect(Foot(visitor)).ToHaveTextAsync(Say.Fill(FrameText.TimeZone, "Lima"));
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task WithoutScriptItIsChosenOnItsPageWhichLeadsBack()
    {
        await using var visitor = await browser.VisitAsync(Look.Phone with { Script = false, Zone = "Asia/Tokyo", Language = Languages.Spanish });
        await visitor.GoAsync("/sign-up");
        await ChooseAsync(visitor, "Europe/Madrid", "Madrid");
        Assert.EndsWith("/sign-up", visitor.Page.Url);
    }

    private static async Task ChooseAsync(Visitor visitor, string zone, string place)
    {
        await Foot(visitor).ClickAsync();
        await visitor.Page.GetByLabel(ZoneText.Place, new() { Exact = true }).SelectOptionAsync(zone);
        await visitor.ClickAsync(ZoneText.Choose);
        await Assertions.Expect(Foot(visitor)).ToHaveTextAsync(Say.Fill(FrameText.TimeZone, place));
    }

    private static ILocator Foot(Visitor visitor) => visitor.Page.Locator("footer a[href^='/zone']");
}
