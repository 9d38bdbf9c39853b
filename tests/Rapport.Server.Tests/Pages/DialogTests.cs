using Microsoft.Playwright;
using Rapport.Server.Pages.Design;

namespace Rapport.Server.Tests.Pages;

/// <summary>Dialogs, on the page that shows every component: they are the browser's own and need no script.</summary>
public sealed class DialogTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpensByKeyboardBeginsAtWhatDoesNothingAndGoesAwayByEscape(bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look(Script: script));
        await visitor.GoAsync("/design");
        var dialog = visitor.Page.GetByRole(AriaRole.Dialog, new() { Name = DesignText.DialogTitle });
        var opener = visitor.Page.Locator("button[popovertarget=d-dialog]").First;
        await Assertions.Expect(dialog).ToBeHiddenAsync();

        await opener.FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = DesignText.DialogCancel })).ToBeFocusedAsync();

        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await Assertions.Expect(opener).ToBeFocusedAsync();
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task ItsOwnButtonClosesIt()
    {
        await using var visitor = await browser.VisitAsync(Look.Phone);
        await visitor.GoAsync("/design");
        await visitor.Page.Locator("button[popovertarget=d-dialog]").First.ClickAsync();
        await visitor.ClickAsync(DesignText.DialogCancel);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }
}
