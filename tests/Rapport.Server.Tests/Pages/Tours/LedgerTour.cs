using Microsoft.Playwright;
using Rapport.Server.Design.Components;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>The ledger.</summary>
internal static class LedgerTour
{
    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.EnterAsync(FrameText.Ledger);
        yield return "ledger";
        await Assertions.Expect(page.Locator(".check[data-state=done]")).ToBeVisibleAsync();
        await page.Locator(".first .row summary").First.ClickAsync();
        await page.Locator(".filter summary").ClickAsync();
        await page.Locator(".proof summary").ClickAsync();
        yield return "ledger-open";
        await visitor.GoAsync("/ledger/lines?what=looks");
        yield return "ledger-lines";
        await visitor.GoAsync("/ledger");
        await page.Locator(".first .row summary").First.ClickAsync();
        await page.Locator(".first li li a").Last.ClickAsync();
        await page.Locator("main > details > summary").Last.ClickAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        yield return "ledger-entry";
    }
}
