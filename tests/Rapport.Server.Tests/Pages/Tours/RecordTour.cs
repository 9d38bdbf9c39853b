using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Record.Merging;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>One's own record, read in all its ways.</summary>
internal static class RecordTour
{
    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in from here on.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.SignInAsync(home.Patient);
        yield return "record";
        await page.Locator(".trend a").First.ClickAsync();
        yield return "chart";
        await visitor.GoAsync("/record/timeline?kind=results&from=2020&to=2024");
        yield return "record-kind";
        await visitor.GoAsync("/record/timeline?q=pressure");
        yield return "record-search";
        await visitor.GoAsync("/record/timeline?q=nothing-of-the-kind&from=soon");
        yield return "record-nothing";
        await visitor.GoAsync("/record/print");
        yield return "record-print";
        await visitor.GoAsync("/record/print?kind=visits&all=1");
        yield return "record-print-all";
        await visitor.GoAsync("/record?kind=results");
        await page.Locator(".row a").First.ClickAsync();
        yield return "entry";
        await page.GetByRole(AriaRole.Link, new() { Name = Server.Pages.Record.RecordText.OverTime }).ClickAsync();
        await page.Locator(".chart summary").ClickAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        yield return "chart-table";
        await visitor.GoAsync("/record?kind=documents");
        await page.Locator(".row a").First.ClickAsync();
        yield return "entry-document";

        await home.Patient.ImportAsync(visitor.Server, Household.DemoDischarge(), "discharge.xml");
        await visitor.GoAsync("/record/timeline?kind=conditions");
        yield return "record-merged";
        await page.Locator(".row", new() { HasTextString = Say.Fill(MergingText.Sources, "2") }).GetByRole(AriaRole.Link).First.ClickAsync();
        await visitor.SeesAsync(MergingText.AlsoTold);
        yield return "entry-same";
        await visitor.FollowAsync(MergingText.ToldTwiceLink);
        yield return "entry-join";
    }
}
