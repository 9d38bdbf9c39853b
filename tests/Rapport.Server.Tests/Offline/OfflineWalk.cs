using Microsoft.Playwright;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Pages.Account;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>What people do who have no network.</summary>
internal static class OfflineWalk
{
    /// <summary>Loses the network once all is there that is kept for that, and comes to the page that tells so.</summary>
    public static async Task GoOfflineAsync(this Visitor visitor)
    {
        await Until.ReadyAsync(visitor.Page);
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.GoAsync("/account");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(OfflineText.Title);
    }

    /// <summary>The same, where what the device keeps waits to be opened.</summary>
    public static async Task MeetLockAsync(this Visitor visitor)
    {
        await visitor.GoOfflineAsync();
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Locked)).ToBeVisibleAsync();
    }

    /// <summary>Has this device keep what it can, under a password, from the page where that is turned on.</summary>
    public static async Task KeepByPasswordAsync(this Visitor visitor, string password)
    {
        await AskToKeepAsync(visitor.Page, password);
        await Assertions.Expect(visitor.Page.GetByText(KeepText.IsOn)).ToBeVisibleAsync();
    }

    /// <summary>Asks for it, whether or not the page can do it yet.</summary>
    public static async Task AskToKeepAsync(IPage page, string password)
    {
        await page.GetByText(KeepText.ByPassword).ClickAsync();
        await page.GetByLabel(AccountText.YourPassword).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOn, Exact = true }).ClickAsync();
    }
}
