using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Notices;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Notices;

/// <summary>Notices in a real browser. Its maker's push service is not asked: the browser is given an address of the test's own, and what that was sent.</summary>
public sealed class NoticeBrowserTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What a browser does that has a push service: it gives an address and keys, and knows afterwards that it did.</summary>
    private static string HasService(Uri address, PushBrowser keys) => $$"""
        const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0)).buffer;
        const given = { endpoint: "{{address}}", getKey: name => bytes(name === "auth" ? "{{keys.SecretText}}" : "{{keys.KeyText}}"), unsubscribe: async () => true };
        Notification.requestPermission = async () => "granted";
        PushManager.prototype.getSubscription = async () => localStorage.getItem("given") ? given : null;
        PushManager.prototype.subscribe = async options => {
          if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error("not so");
          localStorage.setItem("given", "yes");
          return given;
        };
        """;

    [Fact]
    public async Task Turned_on_with_the_keyboard_a_browser_shows_what_came_once_and_the_page_knows_it()
    {
        await using var push = await PushService.StartAsync();
        using var keys = new PushBrowser();
        await using var server = new RunningServer { Openings = [push.Opening] };
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(Look.WholeBrowser, server);
        var page = visitor.Page;
        await page.Context.GrantPermissionsAsync(["notifications"]);
        await page.AddInitScriptAsync(HasService(new Uri(push.Address, "/maya"), keys));
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(NoticePlaces.Home);
        await visitor.TabToAsync(NoticePagesText.TurnOn);
        await page.Keyboard.PressAsync("Enter");
        await visitor.SeesAsync(NoticePagesText.PushAdded);
        await Assertions.Expect(page.Locator("[data-push-on]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-push-turn]")).ToBeHiddenAsync();

        await visitor.ClickAsync(NoticePagesText.TrialNow);
        await visitor.SeesAsync(NoticePagesText.TrialSent);
        var said = keys.Read(Assert.Single(push.Got).Body);

        // What the browser's service would hand to it.
        var session = await page.Context.NewCDPSessionAsync(page);
        var registered = new TaskCompletionSource<string>();
        session.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, told) =>
        {
            if (told?.GetProperty("registrations").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } one)
            {
                registered.TrySetResult(one.GetProperty("registrationId").GetString()!);
            }
        };
        await session.SendAsync("ServiceWorker.enable");
        for (var i = 0; i < 2; i++)
        {
            await session.SendAsync("ServiceWorker.deliverPushMessage", new Dictionary<string, object>
            {
                ["origin"] = new Uri(page.Url).GetLeftPart(UriPartial.Authority), ["registrationId"] = await registered.Task.WaitAsync(Cancel), ["data"] = said,
            });
        }

        await page.WaitForFunctionAsync("async () => (await (await navigator.serviceWorker.getRegistration('/')).getNotifications()).length > 0");
        Assert.Equal("Rapport: Something waits for you in Rapport", await page.EvaluateAsync<string>(
            "async () => (await (await navigator.serviceWorker.getRegistration('/')).getNotifications()).map(it => `${it.title}: ${it.body}`).join('; ')"));
        visitor.AssertNothingWentWrong();
    }

    /// <summary>No browser can be made to change its address by itself: its worker is told that it did, as the browser would.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_browser_that_has_got_another_address_gives_it_to_the_server_by_itself(bool isTold)
    {
        await using var push = await PushService.StartAsync();
        using var keys = new PushBrowser();
        using var later = new PushBrowser();
        await using var server = new RunningServer { Openings = [push.Opening] };
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(Look.WholeBrowser, server);
        var page = visitor.Page;
        await page.Context.GrantPermissionsAsync(["notifications"]);
        await page.AddInitScriptAsync(HasService(new Uri(push.Address, "/before"), keys));
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(NoticePlaces.Home);
        await visitor.ClickAsync(NoticePagesText.TurnOn);
        await visitor.SeesAsync(NoticePagesText.PushAdded);
        await page.EvaluateAsync("async () => { await navigator.serviceWorker.ready; }");
        await InWorkerAsync(page, $$"""
            (async () => {
              const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0)).buffer;
              const given = { endpoint: "{{new Uri(push.Address, "/after")}}", getKey: name => bytes(name === "auth" ? "{{later.SecretText}}" : "{{later.KeyText}}") };
              const options = { userVisibleOnly: true };
              PushManager.prototype.getSubscription = async () => null;
              PushManager.prototype.subscribe = async wanted => wanted === options ? given : null;
              const told = new Event("pushsubscriptionchange");
              let work;
              Object.defineProperties(told, { newSubscription: { value: {{(isTold ? "given" : "null")}} }, oldSubscription: { value: { options } }, waitUntil: { value: promise => work = promise } });
              dispatchEvent(told);
              await work;
            })()
            """);
        await visitor.GoAsync(NoticePlaces.Home);
        await visitor.ClickAsync(NoticePagesText.TrialNow);
        await visitor.SeesAsync(NoticePagesText.TrialSent);
        var got = Assert.Single(push.Got);
        Assert.Equal(("/after", NoticeText.SomethingWaits), (got.Path, later.Read(got.Body)));
        visitor.AssertNothingWentWrong();
    }

    /// <summary>Runs something in the worker of a page's server, until its promise is kept.</summary>
    private static async Task InWorkerAsync(IPage page, string script)
    {
        var session = await page.Context.Browser!.NewBrowserCDPSessionAsync();
        var targets = (await session.SendAsync("Target.getTargets"))!.Value.GetProperty("targetInfos").EnumerateArray();
        var worker = targets.Single(target => target.GetProperty("type").GetString() == "service_worker" && target.GetProperty("url").GetString() == new Uri(new Uri(page.Url), NoticePlaces.Worker).AbsoluteUri);
        var attached = (await session.SendAsync("Target.attachToTarget", new Dictionary<string, object> { ["targetId"] = worker.GetProperty("targetId").GetString()!, ["flatten"] = false }))!.Value.GetProperty("sessionId").GetString()!;
        var answered = new TaskCompletionSource<string>();
        session.Event("Target.receivedMessageFromTarget").OnEvent += (_, told) =>
        {
            if (told?.GetProperty("sessionId").GetString() == attached)
            {
                answered.TrySetResult(told.Value.GetProperty("message").GetString()!);
            }
        };
        await session.SendAsync("Target.sendMessageToTarget", new Dictionary<string, object>
        {
            ["sessionId"] = attached, ["message"] = JsonSerializer.Serialize(new { id = 1, method = "Runtime.evaluate", @params = new { expression = script, awaitPromise = true } }),
        });
        var answer = await answered.Task.WaitAsync(Cancel);
        Assert.DoesNotContain("exceptionDetails", answer);
        Assert.DoesNotContain("\"error\"", answer);
    }

    [Fact]
    public async Task A_browser_that_cannot_and_one_that_may_not_say_so_plainly()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using (var visitor = await browser.VisitAsync(server: server))
        {
            await visitor.Page.AddInitScriptAsync("delete window.PushManager");
            await visitor.SignInAsync(home.Patient);
            await visitor.GoAsync(NoticePlaces.Home);
            await Assertions.Expect(visitor.Page.GetByText(NoticePagesText.NotPossible)).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-push-turn]")).ToBeHiddenAsync();
        }

        await using (var visitor = await browser.VisitAsync(server: server))
        {
            await visitor.Page.AddInitScriptAsync("Notification.requestPermission = async () => 'denied'");
            await visitor.SignInAsync(home.Patient);
            await visitor.GoAsync(NoticePlaces.Home);
            await visitor.ClickAsync(NoticePagesText.TurnOn);
            await Assertions.Expect(visitor.Page.GetByText(NoticePagesText.NotAllowed)).ToBeVisibleAsync();
        }

        await using (var visitor = await browser.VisitAsync(new Look(Script: false), server))
        {
            await visitor.SignInAsync(home.Patient);
            await visitor.GoAsync(NoticePlaces.Home);
            await Assertions.Expect(visitor.Page.GetByText(NoticePagesText.NeedsScript)).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-push-turn]")).ToBeHiddenAsync();
        }
    }

    /// <summary>Some browsers ask for minutes where the service of their maker cannot be reached, and say nothing.</summary>
    [Fact]
    public async Task Who_waits_for_a_service_that_does_not_answer_is_told_so_and_can_ask_again()
    {
        await using var push = await PushService.StartAsync();
        await using var mail = MailServer.Start();
        using var keys = new PushBrowser();
        await using var server = new RunningServer { Openings = [push.Opening], Mail = mail.Settings };
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(Look.WholeBrowser, server);
        var page = visitor.Page;
        await page.Clock.InstallAsync();
        await page.AddInitScriptAsync(HasService(new Uri(push.Address, "/maya"), keys) + """
            let answer;
            const later = PushManager.prototype.subscribe;
            PushManager.prototype.subscribe = options => window.answersNow ? later(options) : new Promise(resolve => { window.asked = true; answer = () => resolve(later(options)); });
            window.answersLate = () => answer();
            """);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(NoticePlaces.Home);
        await visitor.ClickAsync(NoticePagesText.TurnOn);
        await Assertions.Expect(page.GetByText(NoticePagesText.AskingService)).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("window.asked");
        await page.Clock.RunForAsync(20_000);
        await Assertions.Expect(page.GetByText(NoticePagesText.NotReached)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText(NoticePagesText.AskingService)).ToBeHiddenAsync();

        // What comes after that takes nobody away from what they do meanwhile.
        await page.FillAsync("#address", "half an addre");
        await page.EvaluateAsync("async () => { answersLate(); await new Promise(done => queueMicrotask(done)); }");
        await Assertions.Expect(page.Locator("#address")).ToHaveValueAsync("half an addre");
        Assert.Empty((await server.Modules.People.Notices.ChoicesAsync(home.Patient.Person.Id, Cancel)).Devices);

        await page.EvaluateAsync("window.answersNow = true");
        await visitor.ClickAsync(NoticePagesText.TurnOn);
        await visitor.SeesAsync(NoticePagesText.PushAdded);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task A_page_that_listens_is_in_sight()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.SignInAsync(home.Patient);
        var opened = visitor.Page.WaitForResponseAsync(static answer => answer.Url.EndsWith("/api/events", StringComparison.Ordinal));
        await visitor.GoAsync("/conversations");
        await opened;
        Assert.Contains(home.Patient.Person.Id, server.App.Services.GetRequiredService<TalkStreams>().InSight());
    }
}
