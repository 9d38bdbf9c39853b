using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Server.Demo;
using Rapport.Server.Pages.Record.Ecg;

namespace Rapport.Server.Tests.Pages;

/// <summary>An electrocardiogram on paper: to scale, on one sheet that lies on its side, with whose it is and when.</summary>
public sealed partial class EcgPaperTests(BrowserFixture browser)
{
    private const double PixelsOfMillimetre = 96 / 25.4;

    [Fact]
    public async Task Ten_seconds_are_250_millimetres_and_all_is_on_one_sheet()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await home.Patient.ImportAsync(visitor.Server, new DemoDevices(new DateOnly(2026, 2, 28)).Export(), "phone.zip");
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/record/timeline?q=sinus");
        await visitor.Page.Locator(".row a").First.ClickAsync();
        await visitor.FollowAsync(EcgText.Look);
        var who = visitor.Page.Locator(".only-paper");
        await Assertions.Expect(who).ToBeHiddenAsync();

        await visitor.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Assertions.Expect(who).ToContainTextAsync("Maya Demo");
        var strip = (await visitor.Page.Locator(".ecg-paper svg").First.BoundingBoxAsync())!;
        Assert.Equal(10 + 250, strip.Width / PixelsOfMillimetre, 1);
        var paper = Encoding.Latin1.GetString(await visitor.Page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true }));
        var sheet = Assert.Single(Sheet().Matches(paper));
        Assert.Equal((842, 595), (Math.Round(double.Parse(sheet.Groups["width"].Value, System.Globalization.CultureInfo.InvariantCulture)), Math.Round(double.Parse(sheet.Groups["height"].Value, System.Globalization.CultureInfo.InvariantCulture))));
        visitor.AssertNothingWentWrong();
    }

    [GeneratedRegex(@"/MediaBox ?\[0 0 (?<width>[0-9.]+) (?<height>[0-9.]+)\]", RegexOptions.NonBacktracking)]
    private static partial Regex Sheet();
}
