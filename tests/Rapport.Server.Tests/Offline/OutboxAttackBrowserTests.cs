using Microsoft.Playwright;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Pages.Account;
using Rapport.Server.Tests.Pages;
using static Rapport.Server.Tests.Offline.OutboxBrowserTests;

namespace Rapport.Server.Tests.Offline;

/// <summary>What went wrong with what waits to be sent when somebody tried: a device that breaks off halfway, two windows, somebody else at the same device.</summary>
public sealed class OutboxAttackBrowserTests(BrowserFixture browser)
{
    private const string First = "zqTheFirstThatWaits31", Second = "zqTheSecondThatWaits32", Urgent = "I cannot breathe and have a crushing pain in my chest";

    /// <summary>From now on the browser keeps nothing new.</summary>
    private const string Full = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }";

    [Fact]
    public async Task What_its_writer_wants_sent_again_is_there_still_when_the_device_breaks_off()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, Urgent);
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.CameBack)).ToBeVisibleAsync();
        await visitor.GoAsync(KeepEndpoints.Home);
        await Assertions.Expect(visitor.Page.GetByText(Urgent)).ToBeVisibleAsync();
        await visitor.Page.EvaluateAsync(Full);
        await visitor.ClickAsync(KeepText.NoEmergency);
        Assert.Equal(1, await visitor.Page.EvaluateAsync<int>(
            """
            async () => {
              const kept = await import(document.documentElement.dataset.kept);
              const key = await kept.sessionKey();
              const [entry] = await kept.unsent();
              await kept.tryAgain(key, await kept.readUnsent(key, entry), true).catch(() => {});
              return (await kept.unsent()).length;
            }
            """));
        await visitor.GoAsync(KeepEndpoints.Home);
        await Assertions.Expect(visitor.Page.GetByText(Urgent)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Words_that_a_full_device_does_not_keep_stay_where_they_were_written()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await visitor.Page.EvaluateAsync(Full);
        await visitor.Page.GetByLabel(OfflineText.YourMessage).FillAsync(First);
        await visitor.ClickAsync(OfflineText.KeepToSend);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.NotKept)).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByLabel(OfflineText.YourMessage)).ToHaveValueAsync(First);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Waits)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_deleted_while_another_message_is_sent_is_not_sent()
    {
        await using var visitor = await browser.VisitAsync();
        await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, First);
        await WriteAsync(visitor, Second);
        var (sent, goOn) = await HoldAsync(visitor);
        await visitor.Page.Context.SetOfflineAsync(false);
        await sent.Task.WaitAsync(TestContext.Current.CancellationToken);
        await visitor.Page.Locator("li", new() { HasText = Second }).GetByRole(AriaRole.Button, new() { Name = OfflineText.Delete }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText(Second)).ToHaveCountAsync(0);
        goOn.SetResult();
        await Assertions.Expect(visitor.Page.GetByText(First)).ToHaveCountAsync(0);
        await visitor.GoAsync("/conversations");
        Assert.Equal((1, 0), await SaidAsync(visitor));
    }

    [Fact]
    public async Task What_waits_is_not_sent_by_somebody_else_who_signs_in_while_another_message_is_sent()
    {
        await using var visitor = await browser.VisitAsync();
        var (home, _) = await BeginAsync(visitor);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, First);
        await WriteAsync(visitor, Second);
        List<string> tried = [];
        var (sent, goOn) = await HoldAsync(visitor, tried);
        await visitor.Page.Context.SetOfflineAsync(false);
        await sent.Task.WaitAsync(TestContext.Current.CancellationToken);

        // The doctor, who is in the same conversation, signs in on this device.
        await using var other = await browser.VisitAsync();
        await other.SignInAsync(home.Doctor);
        await visitor.Page.Context.AddCookiesAsync((await other.Page.Context.CookiesAsync()).Select(static cookie => new Cookie
        {
            Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly, Secure = cookie.Secure, SameSite = cookie.SameSite,
        }));
        goOn.SetResult();
        await Until.HoldsAsync(visitor.Page, "async () => (await navigator.locks.query()).held.length === 0");
        Assert.DoesNotContain(tried, static body => body.Contains(Second, StringComparison.Ordinal));

        // On the doctor's first page all of it goes.
        await visitor.GoAsync("/account");
        await Until.HoldsAsync(visitor.Page, "async () => { const kept = await import(document.documentElement.dataset.kept); return await kept.readLock() === null && (await kept.unsent()).length === 0; }");
    }

    [Fact]
    public async Task What_waits_is_readable_still_when_another_window_turns_it_on_once_more()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        var first = await visitor.Page.Context.NewPageAsync();
        await first.GotoAsync(KeepEndpoints.Home);
        await first.GetByText(KeepText.ByPassword).ClickAsync();
        await first.GetByLabel(AccountText.YourPassword).FillAsync(Household.Password);
        await KeepAsync(visitor, home);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, Urgent);
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.CameBack)).ToBeVisibleAsync();

        await first.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOn }).ClickAsync();
        await Assertions.Expect(first.GetByText(KeepText.IsOn)).ToBeVisibleAsync();
        await first.GotoAsync(KeepEndpoints.Home);
        await Assertions.Expect(first.GetByText(Urgent)).ToBeVisibleAsync();
        await OpenOfflineAsync(visitor);
        await Assertions.Expect(visitor.Page.Locator("li", new() { HasText = Urgent })).ToBeVisibleAsync();
    }

    /// <summary>Holds the first message that is sent, until it may go on.</summary>
    private static async Task<(TaskCompletionSource Sent, TaskCompletionSource GoOn)> HoldAsync(Visitor visitor, List<string>? tried = null)
    {
        var (sent, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await visitor.Page.Context.RouteAsync("**/api/conversations/*/messages", async route =>
        {
            tried?.Add(route.Request.PostData ?? "");
            if (sent.TrySetResult())
            {
                await goOn.Task;
            }

            await route.ContinueAsync();
        });
        return (sent, goOn);
    }

    /// <summary>How often each was said, as the server has it.</summary>
    private static async Task<(int First, int Second)> SaidAsync(Visitor visitor)
    {
        var all = await visitor.Page.EvaluateAsync<string>("async () => { const { conversations } = await (await fetch('/api/conversations')).json(); return (await Promise.all(conversations.map(async one => (await fetch(`/api/conversations/${one.id}/messages`)).text()))).join(); }");
        return (all.Split(First).Length - 1, all.Split(Second).Length - 1);
    }
}
