using Microsoft.Playwright;
using Rapport.Server.Offline;
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
}
