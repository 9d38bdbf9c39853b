using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Visits;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Visits;

/// <summary>A patient prepares a visit, as people go from page to page.</summary>
internal static class VisitWalk
{
    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in, and nothing is sent.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.GoAsync(RecordPlace.Own.Overview);
        await visitor.FollowAsync(VisitPagesText.Prepare);
        await visitor.SeesAsync(VisitPagesText.Lead);
        yield return "visits-none";
        await page.GetByLabel(VisitPagesText.Who, new() { Exact = true }).SelectOptionAsync(home.Doctor.Person.Reference);
        await page.GetByLabel(VisitPagesText.On).FillAsync("2026-07-02");
        await visitor.ClickAsync(VisitPagesText.Make);
        await visitor.SeesAsync(VisitPagesText.DoneMade);
        yield return "visit";
        await page.GetByLabel(VisitPagesText.AddLabel).FillAsync("¿Puedo nadar? Can I swim?");
        await visitor.ClickAsync(VisitPagesText.Add);
        await Microsoft.Playwright.Assertions.Expect(page.GetByLabel(VisitPagesText.AddLabel)).ToHaveValueAsync("");
        await page.Locator("#q1").EvaluateAsync("field => { field.removeAttribute('maxlength'); field.value = 'w'.repeat(400); }");
        await visitor.ClickAsync(VisitPagesText.Save);
        await visitor.SeesAsync(ConversationText.LookAgain);
        yield return "visit-problem";
        await page.Locator("#q1").FillAsync("What can I do myself?");
        await visitor.ClickAsync(VisitPagesText.Print);
        await visitor.SeesAsync(VisitPagesText.PrintHint);
        yield return "visit-print";
        await visitor.FollowAsync(VisitPagesText.OneTitle);
        await visitor.ClickAsync(VisitPagesText.Send);
        await visitor.SeesAsync(VisitPagesText.AttachesNothing);
        yield return "visit-send";
        await visitor.GoAsync(VisitPlaces.Home);
        yield return "visits";
    }
}
