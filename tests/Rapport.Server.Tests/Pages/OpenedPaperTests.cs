using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Open;

namespace Rapport.Server.Tests.Pages;

/// <summary>What a link opened, on paper: what was shared and when, and nothing that is only for the screen.</summary>
public sealed class OpenedPaperTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ThePaperSaysWhatWasSharedAndWhenAndALongListGoesOnOverThePage(bool script)
    {
        await using var patient = await browser.VisitAsync();
        var home = await Household.MoveInAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        var address = await patient.GiveLinkAsync("For the practice", "2468");
        await using var stranger = await browser.VisitAsync(new Look(1200, Script: script));
        await stranger.OpenLinkAsync(address, "A practice", script, passcode: "2468");
        await stranger.SeesAsync(OpenText.OpenedHeading);
        var page = stranger.Page;
        string[] onScreen = script ? ["#files", "#came", "#reply"] : ["#came", "#reply"];
        foreach (var one in onScreen)
        {
            await Assertions.Expect(page.Locator(one)).ToBeVisibleAsync();
        }

        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        foreach (var one in onScreen)
        {
            await Assertions.Expect(page.Locator(one)).ToBeHiddenAsync();
        }

        await Assertions.Expect(page.GetByText(Say.Fill(OpenText.AsOf, Say.Day(patient.Server.Clock.GetUtcNow())), new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".shared-section").First).ToHaveCSSAsync("break-inside", "auto");
        await Assertions.Expect(page.Locator(".row").First).ToHaveCSSAsync("break-inside", "avoid");
        stranger.AssertNothingWentWrong();
    }

    [Fact]
    public async Task WhoeverHasALinkWithAPasscodeIsAskedForItAndNotWhetherThereIsOne()
    {
        await using var patient = await browser.VisitAsync();
        var home = await Household.MoveInAsync(patient.Server);
        await patient.SignInAsync(home.Patient);
        var address = await patient.GiveLinkAsync("For the practice", "2468");
        await using var stranger = await browser.VisitAsync();

        await stranger.GoAsync(address[address.IndexOf("/open", StringComparison.Ordinal)..]);
        await Assertions.Expect(stranger.Page.GetByLabel(OpenText.PasscodeNeeded, new() { Exact = true })).ToBeVisibleAsync();

        await stranger.GoAsync("/design");
        await stranger.Page.EvaluateAsync("sessionStorage.clear()");
        await stranger.GoAsync("/open");
        await Assertions.Expect(stranger.Page.GetByLabel(OpenText.Passcode, new() { Exact = true })).ToBeVisibleAsync();
    }
}
