using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>A device of who looks after small children, which keeps their emergency cards: sealed, opened without a network, and gone when they look after them no more.</summary>
public sealed class KeepChildrenBrowserTests(BrowserFixture browser)
{
    /// <summary>What nobody may find in a browser that is not unlocked.</summary>
    private static readonly string[] Secrets = ["ZqPeanuts", "zqSam", "Lena"];

    [Theory]
    [InlineData("en", 1200, false)]
    [InlineData("es", 360, true)]
    public async Task A_childs_card_opens_without_a_network_and_is_gone_at_the_next_contact_when_its_parent_looks_after_it_no_more(string language, int width, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! });
        var family = await OfflineChildrenTests.PrepareAsync(visitor.Server);
        await visitor.SignInAsync(family.Parent);
        await visitor.GoAsync(KeepEndpoints.Home);
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("keep"));
        await visitor.Page.Locator("input[name=children]").CheckAsync();
        await visitor.KeepByPasswordAsync(Household.Password);
        await AssertSealedAsync(visitor.Page);

        await visitor.GoOfflineAsync();
        await AssertShowsNoneAsync(visitor);
        await OpenAsync(visitor);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = Say.Fill(OfflineText.CardOf, Family.ChildsName) })).ToBeFocusedAsync();
        await Assertions.Expect(visitor.Page.GetByText("ZqPeanuts")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText("zqSam")).ToBeVisibleAsync();
        var look = await OfflineShellBrowserTests.AtAsync(visitor.Page);
        Assert.Empty((look with { Shift = 0 }).Faults("opened"));
        Assert.DoesNotContain("Lena", look.Title);

        // With a network again it stays as it was, and nothing was looked at anew.
        var looks = await LooksAsync();
        await VisitAgainAsync(visitor);
        Assert.Equal(looks, await LooksAsync());
        await visitor.GoOfflineAsync();
        await OpenAsync(visitor);
        await Assertions.Expect(visitor.Page.GetByText("ZqPeanuts")).ToBeVisibleAsync();

        await visitor.Page.Context.SetOfflineAsync(false);
        using (var parent = await family.Parent.SignInAsync(visitor.Server))
        using (var left = await parent.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", "on")))
        {
            Assert.Equal("/circle", left.Headers.Location?.ToString());
        }

        await VisitAgainAsync(visitor);
        await visitor.GoOfflineAsync();
        await OpenAsync(visitor);
        await AssertShowsNoneAsync(visitor);
        visitor.AssertNothingWentWrong();

        async Task<int> LooksAsync() => (await (await family.OpenOwnAsync(visitor.Server)).HistoryAsync(TestContext.Current.CancellationToken)).Deeds.Count(static deed => deed.IsLook);
    }

    [Fact]
    public async Task Who_does_not_choose_it_keeps_none()
    {
        await using var visitor = await browser.VisitAsync();
        var family = await OfflineChildrenTests.PrepareAsync(visitor.Server);
        await visitor.SignInAsync(family.Parent);
        await visitor.GoAsync(KeepEndpoints.Home);
        await visitor.KeepByPasswordAsync(Household.Password);
        await visitor.GoOfflineAsync();
        await OpenAsync(visitor);
        await AssertShowsNoneAsync(visitor);
    }

    /// <summary>A quarter of an hour later another page is opened, where there is a network.</summary>
    private static async Task VisitAgainAsync(Visitor visitor)
    {
        await visitor.Page.Context.SetOfflineAsync(false);
        await visitor.Page.Clock.SetFixedTimeAsync(DateTime.UnixEpoch.AddMilliseconds(await visitor.Page.EvaluateAsync<long>("() => Date.now()")).AddMinutes(15));
        await visitor.GoAsync("/account");
        await Until.HoldsAsync(visitor.Page, "async () => (await (await import(document.documentElement.dataset.kept)).readLock()).at === Date.now()");
        await AssertSealedAsync(visitor.Page);
    }

    private static async Task OpenAsync(Visitor visitor)
    {
        await visitor.Page.Locator("#password").FillAsync(Household.Password);
        await visitor.ClickAsync(OfflineText.Open);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.NoTalks)).ToBeVisibleAsync();
    }

    private static async Task AssertShowsNoneAsync(Visitor visitor)
    {
        var html = await visitor.Page.ContentAsync();
        Assert.All(Secrets, word => Assert.DoesNotContain(word, html));
    }

    private static async Task AssertSealedAsync(IPage page)
    {
        var kept = await KeptDump.OfAsync(page);
        Assert.Contains("[rapport-kept/kept]", kept);
        Assert.All(Secrets, word => Assert.DoesNotContain(word, kept));
    }
}
