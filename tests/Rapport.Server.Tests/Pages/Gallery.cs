using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>
/// Pictures of all pages, in both themes, for desk and phone, into the folder that <c>RAPPORT_GALLERY</c> names. For people to look at;
/// without that variable it is skipped.
/// </summary>
public sealed class Gallery(BrowserFixture browser)
{
    [Theory]
    [InlineData(1200, false)]
    [InlineData(1200, true)]
    [InlineData(360, false)]
    [InlineData(360, true)]
    public async Task TakePictures(int width, bool dark)
    {
        var folder = Environment.GetEnvironmentVariable("RAPPORT_GALLERY");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "set RAPPORT_GALLERY to a folder for the pictures");
        await using var visitor = await browser.VisitAsync(new Look(width, dark));
        await foreach (var name in Tour.WalkAsync(visitor))
        {
            await visitor.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder!, $"{name}-{(width < 600 ? "phone" : "desk")}-{(dark ? "dark" : "light")}.png"),
                FullPage = true,
                Clip = new Clip { Width = width, Height = Math.Min(1800, await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollHeight")) },
            });
        }
    }

    /// <summary>The one picture of the README: the record of the demo's patient.</summary>
    [Fact]
    public async Task TakeThePictureOfTheReadme()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("RAPPORT_GALLERY")), "set RAPPORT_GALLERY to a folder for the pictures");
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        await visitor.ClickAsync("Be Maya Demo");
        await visitor.SeesAsync("382 entries");
        await visitor.Page.SetViewportSizeAsync(1200, 780);
        await visitor.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(TestKit.Repository.Root, "docs", "images", "record.png") });
    }
}
