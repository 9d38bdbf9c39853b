using Microsoft.Playwright;
using Rapport.Server.Pages.Stories;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>What people let others learn, and what is reported of it.</summary>
internal static class StoryTour
{
    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await foreach (var name in visitor.TellStoryAsync(home))
        {
            yield return name;
        }

        await visitor.GoAsync("/share/new");
        await page.Locator(".others-told summary").First.ClickAsync();
        yield return "share-who-others";
        await visitor.GoAsync(StoryEndpoints.Home);
        await visitor.Server.Modules.People.Accounts.SetOperatorAsync(home.Patient.Person.Id, true, TestContext.Current.CancellationToken);
        await page.GetByRole(AriaRole.Button, new() { Name = StoriesText.Report }).First.ClickAsync();
        await visitor.SeesAsync(StoriesText.DoneReported);
        await visitor.GoAsync(StoryEndpoints.Reported);
        yield return "operator-stories";
        await visitor.Server.Modules.People.Accounts.SetOperatorAsync(home.Patient.Person.Id, false, TestContext.Current.CancellationToken);
    }
}
