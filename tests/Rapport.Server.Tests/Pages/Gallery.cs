using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>
/// Pictures for people to look at: all pages, in both themes, for desk and phone, and the one of the README. Taken by
/// <c>dotnet run -c Release --project tests/Rapport.Server.Tests -- take-pictures FOLDER</c>.
/// </summary>
internal static class Gallery
{
    private static readonly Look[] Looks = [new(1200), new(1200, Dark: true), new(360), new(360, Dark: true)];

    /// <summary>Takes the pictures of all pages into <paramref name="folder"/>, and the README's to where it belongs; the exit code.</summary>
    public static async Task<int> TakeAsync(string folder)
    {
        if (!BrowserFixture.IsHere)
        {
            await Console.Error.WriteLineAsync("there is no Chromium here: set RAPPORT_TEST_CHROMIUM to its path");
            return 1;
        }

        Directory.CreateDirectory(folder);
        await using var browser = new BrowserFixture();
        await browser.InitializeAsync();
        foreach (var look in Looks)
        {
            await TakeAllAsync(browser, look, folder);
        }

        await TakeThePictureOfTheReadmeAsync(browser);
        return 0;
    }

    private static async Task TakeAllAsync(BrowserFixture browser, Look look, string folder)
    {
        await using var visitor = await browser.VisitAsync(look);
        await foreach (var name in Tour.WalkAsync(visitor))
        {
            await visitor.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, $"{name}-{(look.Width < 600 ? "phone" : "desk")}-{(look.Dark ? "dark" : "light")}.png"),
                FullPage = true,
                Clip = new Clip { Width = look.Width, Height = Math.Min(1800, await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollHeight")) },
            });
        }
    }

    /// <summary>The record of the demo's patient.</summary>
    private static async Task TakeThePictureOfTheReadmeAsync(BrowserFixture browser)
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        await visitor.ClickAsync("Be Maya Demo");
        await visitor.SeesAsync("382 entries");
        await visitor.Page.SetViewportSizeAsync(1200, 780);
        await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(TestKit.Repository.Root, "docs", "images", "record.png") });
    }
}
