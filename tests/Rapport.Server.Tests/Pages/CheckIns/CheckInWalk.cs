using Microsoft.Playwright;
using Rapport.Conversations;
using Rapport.Language;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Tests.Pages.CheckIns;

/// <summary>A team asks a patient a few questions, who answers them, as people go from page to page.</summary>
internal static class CheckInWalk
{
    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home, string place)
    {
        var page = visitor.Page;
        var pain = OfferedCheckIns.All.First(static offered => offered.Name == "pain" && offered.Language == Languages.Current.Code).Form;
        await visitor.SignInAsync(home.Doctor);
        await visitor.GoAsync(place);
        await visitor.FollowAsync(CheckInText.Ask);
        yield return "check-in-ask";
        await visitor.ClickAsync(CheckInText.AskNow);
        await visitor.SeesAsync(CheckInText.ProblemTitle);
        yield return "check-in-ask-problems";
        await visitor.ClickAsync(pain.Title);
        await Assertions.Expect(page.GetByLabel(CheckInText.FormTitle)).ToHaveValueAsync(pain.Title);
        yield return "check-in-offered";
        await visitor.ClickAsync(CheckInText.AskNow);
        await visitor.SeesAsync(CheckInText.See);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(TalkPlaces.Home);
        await visitor.SeesAsync(pain.Title);
        yield return "check-in-waits";
        await visitor.FollowAsync(Say.Fill(CheckInText.WaitsChip, pain.Title, CheckInWords.HowLong(pain.Questions.Count, pain.Minutes)));
        await visitor.SeesAsync(CheckInText.WhoSees);
        yield return "check-in-answer";
        await visitor.ClickAsync(CheckInText.Send);
        await visitor.SeesAsync(CheckInText.ProblemMissing);
        yield return "check-in-answer-problems";
        await page.Locator("input[name=a-0][value='4']").CheckAsync();
        await page.Locator("input[name=a-2][value='1']").CheckAsync();
        await page.Locator("input[name=a-3][value='false']").CheckAsync();
        await page.Locator("textarea[name=a-4]").FillAsync("I have a crushing pain in my chest and I cannot breathe");
        await visitor.ClickAsync(CheckInText.Send);
        await visitor.SeesAsync(CheckInText.NotSentYet);
        yield return "check-in-urgent";
        await visitor.ClickAsync(CheckInText.BackToAnswers);
        await page.Locator("textarea[name=a-4]").FillAsync("It is worse on stairs.");
        await visitor.ClickAsync(CheckInText.Send);
        await visitor.SeesAsync(CheckInText.DoneAnswered);
        yield return "check-in-answered";
        var answered = new Uri(page.Url).AbsolutePath;
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        await visitor.GoAsync(answered);
        await visitor.SeesAsync("It is worse on stairs.");
        yield return "check-in-team";
        await visitor.SignOutAsync();
    }
}
