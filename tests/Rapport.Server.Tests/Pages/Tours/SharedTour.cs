using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>What is shared with somebody.</summary>
internal static class SharedTour
{
    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.SignInAsync(home.Doctor);
        yield return "shared";
        await visitor.FollowAsync("Maya Castellanos");
        await visitor.SeesAsync(Server.Pages.Record.RecordText.Problems);
        yield return "shared-summary";
        await visitor.FollowAsync(SharedText.Timeline);
        await visitor.SeesAsync(Server.Pages.Record.RecordText.NarrowByYears);
        yield return "shared-record";
        await page.Locator(".row a").First.ClickAsync();
        yield return "shared-entry";
        await visitor.SignOutAsync();
    }
}
