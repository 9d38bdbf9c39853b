using Microsoft.Playwright;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Tests.Pages;
using static Rapport.Server.Tests.Offline.OutboxBrowserTests;

namespace Rapport.Server.Tests.Offline;

/// <summary>What waits to be sent while keys change, tabs delete, servers fail: it says of each message what is so.</summary>
public sealed class OutboxKeysBrowserTests(BrowserFixture browser)
{
    private const string First = "zqTheFirstThatWaits41", Urgent = "I cannot breathe and have a crushing pain in my chest";

    /// <summary>The module by which this page looks at what is kept.</summary>
    private const string Kept = "await import(document.querySelector('[data-script]')?.dataset.script ?? document.documentElement.dataset.kept)";

    [Fact]
    public async Task What_no_key_opens_any_more_is_said_to_be_so_and_holds_nothing_else_up()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await visitor.Page.EvaluateAsync(
            $$"""
            async () => {
              const kept = {{Kept}};
              await kept.inStore("outbox", "readwrite", store => store.put({ once: "0", at: 1, why: null, sealed: { iv: new Uint8Array(12), bytes: new ArrayBuffer(40) } }));
            }
            """);
        await WriteAsync(visitor, First);
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Sent, new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText(First)).ToHaveCountAsync(0);

        await visitor.GoAsync(KeepEndpoints.Home);
        await Assertions.Expect(visitor.Page.GetByText(KeepText.WhyUnreadable)).ToBeVisibleAsync();
        await visitor.ClickAsync(OfflineText.Delete);
        await Assertions.Expect(visitor.Page.GetByText(KeepText.Unsent)).ToBeHiddenAsync();
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Words_stay_in_their_field_where_what_is_kept_has_another_key_meanwhile()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await visitor.Page.EvaluateAsync(
            $$"""
            async () => {
              const kept = {{Kept}};
              const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
              const copy = await kept.seal(key, "copy", {});
              await kept.inStore("kept", "readwrite", store => store.put(copy, "copy"));
            }
            """);
        await visitor.Page.GetByLabel(OfflineText.YourMessage).FillAsync(First);
        await visitor.ClickAsync(OfflineText.KeepToSend);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.NotKept)).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByLabel(OfflineText.YourMessage)).ToHaveValueAsync(First);
        Assert.Equal(0, await visitor.Page.EvaluateAsync<int>($"async () => (await ({Kept}).unsent()).length"));
    }

    [Fact]
    public async Task What_is_deleted_in_another_tab_goes_here_and_is_not_said_to_be_sent()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, Urgent);
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.CameBack)).ToBeVisibleAsync();
        var other = await visitor.Page.Context.NewPageAsync();
        await other.GotoAsync(KeepEndpoints.Home);
        await other.GetByRole(AriaRole.Button, new() { Name = OfflineText.Delete }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText(Urgent)).ToHaveCountAsync(0);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Sent, new() { Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_another_tab_sends_is_said_to_be_sent_here()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        var other = await visitor.Page.Context.NewPageAsync();
        await other.GotoAsync("/account");
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, First);

        // This page does not hear that there is a network again; the other does.
        await visitor.Page.EvaluateAsync("addEventListener('online', event => event.stopImmediatePropagation(), { capture: true })");
        await visitor.Page.EvaluateAsync("Object.defineProperty(navigator, 'onLine', { value: false })");
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Sent, new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText(First)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_the_server_did_not_answer_is_tried_again_while_the_page_is_open()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, First);
        await StillClock.StopAsync(visitor.Page);
        var (tries, failed) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await visitor.Page.Context.RouteAsync("**/api/conversations/*/messages", async route =>
        {
            if (Interlocked.Increment(ref tries) > 1)
            {
                await route.ContinueAsync();
                return;
            }

            await route.AbortAsync("connectionreset");
            failed.SetResult();
        });
        await visitor.Page.Context.SetOfflineAsync(false);
        await failed.Task.WaitAsync(TestContext.Current.CancellationToken);
        await visitor.Page.EvaluateAsync("() => navigator.locks.request('rapport-kept-outbox', () => {})");
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Waits)).ToBeVisibleAsync();
        await visitor.Page.Clock.RunForAsync(60_000);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Sent, new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal(2, tries);
    }

    [Theory]
    [InlineData("store.clear()", false)]
    [InlineData("store.put({ iv: new Uint8Array(12), bytes: new ArrayBuffer(40) }, 'copy')", true)]
    public async Task What_is_gone_or_damaged_before_it_is_opened_is_said_to_be_so_and_leaves_the_form(string change, bool isThere)
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await visitor.MeetLockAsync();
        await visitor.Page.EvaluateAsync($"async () => {{ const kept = {Kept}; await kept.inStore('kept', 'readwrite', store => {{ {change}; }}); }}");
        await visitor.Page.GetByLabel(OfflineText.Password).FillAsync(Household.Password);
        await visitor.ClickAsync(OfflineText.Open);
        await Assertions.Expect(visitor.Page.GetByText(isThere ? OfflineText.NotOpened : OfflineText.NothingKept)).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Opening)).ToBeHiddenAsync();
        if (isThere)
        {
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = OfflineText.Open, Exact = true })).ToBeEnabledAsync();
        }

        visitor.AssertNothingWentWrong();
    }
}
