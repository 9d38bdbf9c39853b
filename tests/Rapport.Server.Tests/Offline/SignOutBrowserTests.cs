using Microsoft.Playwright;
using Rapport.Server.Design;
using Rapport.Server.Design.Components;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>Signing out deletes what the device keeps by itself, whatever comes after it.</summary>
public sealed class SignOutBrowserTests(BrowserFixture browser)
{
    private const string IsGone = "async () => (await indexedDB.databases()).length === 0 && localStorage.getItem('rapport-kept') === null";

    [Fact]
    public async Task What_a_device_keeps_is_gone_when_the_page_after_signing_out_never_comes()
    {
        await using var visitor = await browser.VisitAsync();
        await OutboxBrowserTests.BeginAsync(visitor);
        var beside = await BesideAsync(visitor);
        await NeverAnsweredAsync(visitor, "**/sign-out");
        await PressAsync(visitor);
        await Until.HoldsAsync(beside, IsGone);
    }

    [Fact]
    public async Task What_a_device_keeps_is_gone_also_while_another_tab_brings_it_up_to_date()
    {
        await using var visitor = await browser.VisitAsync();
        await OutboxBrowserTests.BeginAsync(visitor);
        var other = await visitor.Page.Context.NewPageAsync();
        await other.GotoAsync("/account");
        await NeverAnsweredAsync(visitor, "**" + KeepEndpoints.Copy);
        await NeverAnsweredAsync(visitor, "**/sign-out");
        var asked = other.WaitForRequestAsync("**" + KeepEndpoints.Copy);
        await other.EvaluateAsync("async () => { (await import(document.documentElement.dataset.kept)).refresh().catch(() => {}); }");
        await asked;
        await PressAsync(visitor);
        await Until.HoldsAsync(other, IsGone);
    }

    [Fact]
    public async Task Without_a_network_what_a_device_keeps_is_gone_and_its_person_is_told_that_they_are_not_signed_out()
    {
        await using var visitor = await browser.VisitAsync();
        await OutboxBrowserTests.BeginAsync(visitor);
        await visitor.GoAsync("/account");
        await visitor.Page.Context.SetOfflineAsync(true);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        visitor.Page.Dialog += async (_, dialog) =>
        {
            await dialog.AcceptAsync();
            told.SetResult(dialog.Message);
        };
        await PressAsync(visitor);
        Assert.Equal(FrameText.NoNetwork, await told.Task.WaitAsync(TestContext.Current.CancellationToken));
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.NothingKept)).ToBeVisibleAsync();
        await visitor.Page.Context.SetOfflineAsync(false);
        await visitor.GoAsync("/account");
        await visitor.SignOutAsync();
    }

    private static Task PressAsync(Visitor visitor) =>
        visitor.Page.GetByRole(AriaRole.Button, new() { Name = FrameText.SignOut, Exact = true }).DispatchEventAsync("click");

    /// <summary>A tab of the same site that runs no script of ours.</summary>
    private static async Task<IPage> BesideAsync(Visitor visitor)
    {
        var beside = await visitor.Page.Context.NewPageAsync();
        await beside.GotoAsync(SiteFiles.Href("icon.svg"));
        return beside;
    }

    /// <summary>What is asked for there arrives nowhere: the network was lost at that moment.</summary>
    private static Task NeverAnsweredAsync(Visitor visitor, string address) => visitor.Page.Context.RouteAsync(address, static _ => Task.CompletedTask);
}
