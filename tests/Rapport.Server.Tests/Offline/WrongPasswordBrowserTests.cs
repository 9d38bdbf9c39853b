using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Offline;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>Who tries passwords on a device that keeps something waits longer each time.</summary>
public sealed class WrongPasswordBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Two_seconds_after_a_wrong_password_and_four_after_the_next_another_can_be_tried_and_not_before()
    {
        await using var visitor = await browser.VisitAsync();
        await OutboxBrowserTests.BeginAsync(visitor);
        await visitor.MeetLockAsync();
        await StillClock.StopAsync(visitor.Page);
        await TryAsync(visitor, "not the password", 2);
        await TryAsync(visitor, "not this one either", 4);
    }

    private static async Task TryAsync(Visitor visitor, string password, int seconds)
    {
        var (page, open) = (visitor.Page, visitor.Page.GetByRole(AriaRole.Button, new() { Name = OfflineText.Open, Exact = true }));
        await page.GetByLabel(OfflineText.Password).FillAsync(password);
        await open.ClickAsync();
        await Assertions.Expect(page.GetByText(OfflineText.Opening)).ToBeVisibleAsync();
        await page.Clock.RunForAsync(1);
        await visitor.SeesAsync(Say.Fill(OfflineText.Wrong, $"{seconds}"));
        await page.Clock.RunForAsync((seconds * 1000) - 1);
        await Assertions.Expect(open).ToBeDisabledAsync();
        await page.Clock.RunForAsync(1);
        await Assertions.Expect(open).ToBeEnabledAsync();
    }
}
