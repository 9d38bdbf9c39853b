using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>Sharing with somebody, from whom to what to until when, and stopping it.</summary>
internal static class ShareTour
{
    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.EnterAsync(FrameText.Share);
        yield return "share-nobody";
        await visitor.FollowAsync(SharingText.ShareWithSomeone);
        yield return "share-who";
        await visitor.ClickAsync(SharingText.Continue);
        yield return "share-who-problems";
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimOpinion);
        yield return "share-what-problem";
        await visitor.ClickAsync(SharingText.Back);
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimTreat);
        yield return "share-what";
        await page.Locator("#exactly > summary").ClickAsync();
        yield return "share-what-exactly";
        await visitor.ClickAsync(SeriesTermsText.Choose);
        yield return "share-series";
        await page.GetByLabel(SeriesTermsText.Find).FillAsync("a1c");
        await visitor.ClickAsync(SharingText.Find);
        await page.Locator("input[name=series]").First.CheckAsync();
        await visitor.ClickAsync(SeriesTermsText.Done);
        yield return "share-what-series";
        await visitor.ClickAsync(SeriesTermsText.ChooseBut);
        yield return "share-series-but";
        await visitor.FollowAsync(SharingText.PicksCancel);
        await page.Locator("input[name=scope][value=kinds]").CheckAsync();
        await visitor.ClickAsync(SharingText.ChooseBut);
        yield return "share-entries";
        await page.GetByLabel(SharingText.FindEntry).FillAsync("metformin");
        await visitor.ClickAsync(SharingText.Find);
        await page.Locator("input[name=entry]").First.CheckAsync();
        await visitor.ClickAsync(SharingText.PicksDone);
        yield return "share-what-but";
        await visitor.ChooseKindsAsync(["conditions", "medicines", "results", "you"], "HIV");
        yield return "share-until";
        await visitor.UnfoldAsync();
        await page.GetByLabel(SharingText.ChosenDay).CheckAsync();
        await visitor.ClickAsync(SharingText.ShowReview);
        yield return "share-until-problems";
        await page.GetByLabel(SharingText.LastDay).FillAsync(visitor.Server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-dd"));
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.ShowWhoOneIsIfAskedAsync();
        await visitor.SeesAsync(SharingText.ReviewHeading);
        await page.Locator("summary").First.ClickAsync();
        yield return "share-review";
        await page.Locator("button[name=in]").First.ClickAsync();
        yield return "share-items";
        await page.GoBackAsync();
        await visitor.ClickAsync(Say.Fill(SharingText.ShareWith, "Dr Lee"));
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneShared));
        yield return "share-done";
        await visitor.FollowAsync(Visitor.Words(SharingText.Change, "Dr Lee"));
        yield return "share-change";
        await visitor.GoAsync("/record?kind=agreements");
        await page.Locator(".row a").First.ClickAsync();
        yield return "agreement";
        await visitor.GoAsync($"/share/see?who={home.Doctor.Person.Reference}");
        yield return "see-as";
    }

    /// <summary>Stops it. The patient is signed in, and nobody at the end.</summary>
    public static async IAsyncEnumerable<string> StopAsync(Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.EnterAsync(FrameText.Share);
        await page.GetByRole(AriaRole.Button, new() { Name = Visitor.Words(SharingText.Stop, "Dr Lee") }).ClickAsync();
        await visitor.SeesAsync(SharingText.StopMeans);
        yield return "share-stop";
        await visitor.ClickAsync(SharingText.StopNow);
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneStopped));
        yield return "share-stopped";
        await visitor.SignOutAsync();
    }
}
