using Microsoft.Playwright;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.Tests.Pages;

/// <summary>What the one small script adds to pages that work without it.</summary>
public sealed class SmallComfortsTests(BrowserFixture browser)
{
    [Fact]
    public async Task AFileIsDroppedOnTheZone()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/gather");
        var files = await visitor.Page.EvaluateHandleAsync("""
            () => {
              const dropped = new DataTransfer();
              dropped.items.add(new File(["%PDF-1.7 a letter %%EOF"], "record.pdf"));
              return dropped;
            }
            """);

        await visitor.Page.DispatchEventAsync("[data-drop]", "drop", new { dataTransfer = files });
        Assert.Equal("record.pdf", await visitor.Page.EvaluateAsync<string>("document.querySelector('#file').files[0].name"));
        await visitor.ClickAsync(GatherText.BringIn);

        await visitor.SeesAsync(GatherText.ItIsIn);
        visitor.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(768)]
    public async Task TheChosenKindIsOnTheScreen(int width)
    {
        await using var visitor = await browser.VisitAsync(new Look(width));
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        foreach (var kind in new[] { "conditions", "you" })
        {
            await visitor.GoAsync($"/record?kind={kind}");
            var box = (await visitor.Page.Locator(".kinds [aria-current]").BoundingBoxAsync())!;
            Assert.InRange(box.X, 0, width - box.Width);
        }
    }

    [Fact]
    public async Task APageThatIsNotThereLeadsBack()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/ledger");
        await visitor.GoAsync("/nothing/here");
        await visitor.ClickAsync("Go back");

        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Who saw what");
    }
}
