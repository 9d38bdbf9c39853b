using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Outcomes;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>A question that is asked and answered, seen by both, and what came of it.</summary>
internal static class OpinionTour
{
    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before, the doctor at the end.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        var vouched = await visitor.VouchAsync(home.Doctor);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(OpinionEndpoints.Home);
        yield return "opinions-none";
        await foreach (var step in visitor.AskAsync(home, vouched))
        {
            yield return step;
        }

        yield return "opinion-waits";
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Doctor);
        await foreach (var step in visitor.AnswerAsync(OpinionText.ChooseRefines, "Your values at home are good enough to wait.", home.Patient.Person.DisplayName))
        {
            yield return step;
        }

        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Patient);
        await visitor.SeesAsync(OpinionText.NewsLook);
        yield return "record-opinion";
        await visitor.GoAsync(OpinionEndpoints.Home);
        yield return "opinions";
        await page.Locator(".card h2 a").First.ClickAsync();
        yield return "opinion";
        await visitor.GoAsync("/ledger");
        await page.Locator(".outcome a").First.ClickAsync();

        // The link leads to a place in the page: from its top nothing lies under the head that stays.
        await visitor.GoAsync(new Uri(page.Url).AbsolutePath);
        yield return "ledger-look";
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Doctor);
        await visitor.GoAsync(OutcomeEndpoints.Looked);
        await page.Locator("details.came summary").First.ClickAsync();
        yield return "looked";
        await visitor.ClickAsync(OutcomeText.FoundSomething);
        await visitor.SeesAsync(OutcomeText.DoneTold);
        yield return "looked-told";
    }
}
