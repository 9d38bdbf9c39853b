using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Demo;
using Rapport.Server.Design.Components;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeriesTerms;
using Rapport.Server.Pages.Visits;
using Rapport.Server.SignIn;
using Rapport.Server.Tests.Offline;
using Rapport.Server.Tests.Pages.Tours;

namespace Rapport.Server.Tests.Pages;

/// <summary>
/// Pictures for people to look at: all pages, in both themes, for desk and phone, in both languages, and those of the README. Taken by
/// <c>dotnet run -c Release --project tests/Rapport.Server.Tests -- take-pictures FOLDER</c>; of some looks only where they are named after it, such as <c>es-phone-dark</c>.
/// </summary>
internal static class Gallery
{
    private const int Phone = 390;

    private static readonly Look[] Looks =
    [
        .. from language in Languages.All
           from width in (int[])[1200, 360]
           from dark in (bool[])[false, true]
           select new Look(width, dark) { Language = language },
    ];

    /// <summary>Takes the pictures of all pages into <paramref name="folder"/>, and the README's to where it belongs; the exit code.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="named">The looks, such as <c>en-desk-light</c>; none for all.</param>
    public static async Task<int> TakeAsync(string folder, IReadOnlyCollection<string> named)
    {
        if (!BrowserFixture.IsHere)
        {
            await Console.Error.WriteLineAsync("there is no Chromium here: set RAPPORT_TEST_CHROMIUM to its path");
            return 1;
        }

        Directory.CreateDirectory(folder);
        await using var browser = new BrowserFixture();
        await browser.InitializeAsync();
        foreach (var look in Looks.Where(look => named.Count == 0 || named.Contains(NameOf(look))))
        {
            await TakeAllAsync(browser, look, folder);
        }

        await TakeThePicturesOfTheReadmeAsync(browser);
        await TakeWhatGoesOnAsync(browser);
        return 0;
    }

    private static async Task TakeAllAsync(BrowserFixture browser, Look look, string folder)
    {
        await using var visitor = await browser.VisitAsync(look);
        await foreach (var name in Tour.WalkAsync(visitor))
        {
            // From its top: the rooms stay at the upper edge of the window, and would lie across the middle of what was scrolled.
            await visitor.Page.EvaluateAsync("scrollTo(0, 0)");
            await visitor.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, $"{name}-{NameOf(look)}.png"),
                FullPage = true,
                Clip = new Clip { Width = look.Width, Height = Math.Min(1800, await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollHeight")) },
            });
        }
    }

    private static string NameOf(Look look) => $"{look.Language.Code}-{(look.Width < 600 ? "phone" : "desk")}-{(look.Dark ? "dark" : "light")}";

    /// <summary>The main job in the demo: what matters now, what exactly is shared, and who saw it.</summary>
    private static async Task TakeThePicturesOfTheReadmeAsync(BrowserFixture browser)
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        await visitor.ClickAsync(Say.Fill(SignInText.DemoBe, "Maya Demo"));
        await visitor.SeesAsync(RecordText.Problems);
        await TakeAsync(visitor, "record", 860);
        await visitor.GoToReviewAsync("Dr Robin Lee", ["conditions", "medicines", "results"]);
        await visitor.SeesAsync(SharingText.ReviewHeading);
        await TakeAsync(visitor, "share", 900);
        await visitor.ClickAsync(Say.Fill(SharingText.ShareWith, "Dr Robin Lee"));
        await visitor.SignOutAsync();

        await visitor.ClickAsync(Say.Fill(SignInText.DemoBe, "Dr Robin Lee"));
        await visitor.FollowAsync("Maya Demo");
        await visitor.SeesAsync(RecordText.Problems);
        await visitor.SignOutAsync();

        await visitor.ClickAsync(Say.Fill(SignInText.DemoBe, "Maya Demo"));
        await visitor.EnterAsync(FrameText.Ledger);
        await Assertions.Expect(visitor.Page.Locator(".check[data-state=done]")).ToBeVisibleAsync();
        await TakeAsync(visitor, "ledger", 1000);
    }

    /// <summary>What goes on over weeks in the demo, on a phone: a check-in with its answers, a visit that is prepared, and what the device opens where there is no network.</summary>
    private static async Task TakeWhatGoesOnAsync(BrowserFixture browser)
    {
        await using var visitor = await browser.VisitAsync(new Look(Phone));
        await visitor.GoAsync("/sign-in");
        await visitor.ClickAsync(Say.Fill(SignInText.DemoBe, "Maya Demo"));
        await visitor.SeesAsync(RecordText.Problems);
        await visitor.GoAsync(TalkPlaces.Home);
        await visitor.FollowAsync("My blood pressure at home");
        await visitor.FollowAsync(CheckInText.See);
        await visitor.SeesAsync(CheckInText.Answers);
        await TakeAsync(visitor, "check-in", 900, Phone);
        await visitor.GoAsync(VisitPlaces.Home);
        await visitor.Page.Locator("main .rows a").First.ClickAsync();
        await visitor.SeesAsync(VisitPagesText.YourQuestions);
        await TakeAsync(visitor, "visit", 900, Phone);

        // All there is of one test, and what is still to come.
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync("Dr Robin Lee", SharingText.AimTreat);
        await visitor.Page.Locator("#exactly > summary").ClickAsync();
        await visitor.ClickAsync(SeriesTermsText.Choose);
        await visitor.Page.GetByLabel(SeriesTermsText.Find).FillAsync("blood");
        await visitor.ClickAsync(SharingText.Find);
        await visitor.SeesAsync(SeriesTermsText.Found);
        await visitor.Page.EvaluateAsync("scrollTo(0, 0)");
        await TakeAsync(visitor, "series", 900, Phone);

        var password = DemoTokens.Read(browser.Server.Settings)["maya"].Password;
        await visitor.GoAsync(KeepEndpoints.Home);
        await visitor.KeepByPasswordAsync(password);
        await Until.ReadyAsync(visitor.Page);
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.GoAsync("/record");
        await visitor.Page.GetByLabel(OfflineText.Password).FillAsync(password);
        await visitor.ClickAsync(OfflineText.Open);
        await visitor.Page.Locator("summary").First.ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("details[open] li").First).ToBeVisibleAsync();
        await visitor.Page.Locator("#talks").ScrollIntoViewIfNeededAsync();
        await visitor.Page.EvaluateAsync("document.querySelector('#talks').scrollIntoView()");
        await TakeAsync(visitor, "offline", 900, Phone);
    }

    private static async Task TakeAsync(Visitor visitor, string name, int height, int width = 1200)
    {
        await visitor.Page.SetViewportSizeAsync(width, height);
        await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(TestKit.Repository.Root, "docs", "images", $"{name}.png") });
    }
}
