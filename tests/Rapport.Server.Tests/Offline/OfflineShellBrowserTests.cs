using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Hosting;
using Rapport.Server.Offline;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>What a browser opens when there is no network, or when the server does not answer.</summary>
public sealed class OfflineShellBrowserTests(BrowserFixture browser)
{
    /// <summary>All that the worker keeps: addresses, and what is behind them.</summary>
    private const string Kept = """
        async () => {
          const found = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              found.push(request.url + "\n" + await (await cache.match(request)).text());
            }
          }
          return found;
        }
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("es", 360, true)]
    [InlineData("en", 1200, false)]
    public async Task Without_a_network_a_page_of_our_own_opens_and_nothing_of_anybody_is_kept_for_it(string language, int width, bool dark)
    {
        // The browser asks for English: what counts is the language that its reader chose.
        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server, name: "Maya Planted");
        await visitor.SignInAsync(home.Patient);
        await Until.ReadyAsync(visitor.Page);
        foreach (var place in (string[])["/record", "/account", "/circle", "/conversations", "/ledger"])
        {
            await visitor.GoAsync(place);
        }

        await Until.HoldsAsync(visitor.Page, "async language => await (await caches.match('/offline/language'))?.text() === language", language);
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.GoAsync("/record");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(OfflineText.Title);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = Say.Fill(OfflineText.CallNumber, "112") })).ToHaveAttributeAsync("href", "tel:112");
        Assert.Equal(language, await visitor.Page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.Empty((await AtAsync(visitor.Page)).Faults("offline"));
        var kept = await visitor.Page.EvaluateAsync<string[]>(Kept);
        Assert.Equal(7, kept.Length);
        Assert.All(kept, file => Assert.DoesNotContain("Planted", file));
        Assert.All(kept, file => Assert.True(file.Contains("/offline", StringComparison.Ordinal) || file.Split('\n')[0].EndsWith("?offline", StringComparison.Ordinal), file.Split('\n')[0]));

        // It says when there is a network again, and leads to the page that was asked for.
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.IsBack)).ToBeHiddenAsync();
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.IsBack)).ToBeVisibleAsync();
        await visitor.TabToAsync(OfflineText.TryAgain);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.Locator(".who-name")).ToContainTextAsync("Maya Planted");
        Assert.EndsWith("/record", visitor.Page.Url);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task It_is_in_the_language_that_its_reader_chose_whatever_the_browser_asks_for()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        await Until.ReadyAsync(visitor.Page);
        await visitor.ClickAsync("Español");
        await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "es");
        await visitor.GoAsync("/account");

        // The worker notes it while the page is looked at already.
        await Until.HoldsAsync(visitor.Page, "async () => await (await caches.match('/offline/language'))?.text() === 'es'");
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.GoAsync("/account");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(OfflineText.ResourceManager.GetString(nameof(OfflineText.Title), Languages.Spanish.Culture)!);
    }

    /// <summary>Who is signed in nowhere keeps nothing.</summary>
    [Fact]
    public async Task A_stranger_at_the_sign_in_page_is_given_no_worker()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        Assert.Equal(0, await visitor.Page.EvaluateAsync<int>("async () => (await navigator.serviceWorker.getRegistrations()).length"));
    }

    [Fact]
    public async Task A_server_that_is_gone_or_hangs_opens_the_page_and_so_does_what_stands_before_it_in_its_place()
    {
        var server = new RunningServer();
        await server.InitializeAsync();
        await using var visitor = await browser.VisitAsync(server: server);
        try
        {
            var home = await Household.MoveInAsync(server, withRecord: false);
            await visitor.SignInAsync(home.Patient);
            await Until.ReadyAsync(visitor.Page);
        }
        finally
        {
            await server.DisposeAsync();
        }

        await visitor.GoAsync("/account");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(OfflineText.Title);

        // A proxy says that nobody is behind it.
        using (var proxy = Stand(server, "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<h1>proxy</h1> "))
        {
            await visitor.GoAsync("/conversations");
            await Assertions.Expect(visitor.Heading).ToHaveTextAsync(OfflineText.Title);
        }

        // The server itself says what is wrong: that is its to say.
        using (var itself = Stand(server, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nContent-Security-Policy: default-src 'none'\r\nContent-Length: 14\r\nConnection: close\r\n\r\n<h1>words</h1>"))
        {
            await visitor.GoAsync("/conversations");
            await Assertions.Expect(visitor.Heading).ToHaveTextAsync("words");
        }

        using (var silence = Stand(server, null))
        {
            await visitor.GoAsync("/account");
            await Assertions.Expect(visitor.Heading).ToHaveTextAsync(OfflineText.Title);
        }
    }

    [Fact]
    public async Task A_new_version_takes_over_and_the_old_one_goes()
    {
        await using var files = new TestKit.SqliteTestDatabase();
        var old = new RunningServer { Folder = files.Folder };
        await old.InitializeAsync();
        await using var visitor = await browser.VisitAsync(server: old);
        var home = await Household.MoveInAsync(old, withRecord: false);
        string before;
        try
        {
            await visitor.SignInAsync(home.Patient);
            await Until.ReadyAsync(visitor.Page);
            before = Assert.Single(await visitor.Page.EvaluateAsync<string[]>("() => caches.keys()"));
        }
        finally
        {
            await old.DisposeAsync();
        }

        // The same server, with another number to call: so the page is another.
        await using var next = new RunningServer { Folder = files.Folder, Port = old.Address.Port, Help = new UrgentHelp("061") };
        await next.InitializeAsync();
        await visitor.GoAsync("/account");
        await Until.HoldsAsync(visitor.Page, "async before => !(await caches.keys()).includes(before) && (await caches.keys()).length === 1", before);
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.GoAsync("/account");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = Say.Fill(OfflineText.CallNumber, "061") })).ToBeVisibleAsync();
    }

    /// <summary>The worst that a worker can be left with: nothing of what it keeps is there any more.</summary>
    [Fact]
    public async Task A_worker_that_lost_what_it_keeps_locks_nobody_out()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        await Until.ReadyAsync(visitor.Page);
        await visitor.Page.EvaluateAsync("async () => { for (const name of await caches.keys()) await caches.delete(name); }");
        await visitor.GoAsync("/account");
        await Assertions.Expect(visitor.Page.Locator(".who-name")).ToContainTextAsync(home.Patient.Person.DisplayName);
        await visitor.SignOutAsync();
        await visitor.Page.Context.SetOfflineAsync(true);

        // As in a browser without a worker.
        await Assert.ThrowsAsync<PlaywrightException>(() => visitor.GoAsync("/account"));
        await visitor.Page.Context.SetOfflineAsync(false);
        await visitor.SignInAsync(home.Patient);
    }

    [Fact]
    public async Task The_worker_names_the_version_of_what_it_keeps()
    {
        using var client = browser.Server.Client();
        var worker = await client.GetStringAsync("/sw.js", Cancel);
        Assert.StartsWith("const shell = {\"version\":\"", worker);
        using var other = await client.GetAsync("/offline/fr", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    /// <summary>A look at the page for no network. It comes from the device itself, so what it weighs is not what goes over a wire.</summary>
    internal static async Task<PageLook> AtAsync(IPage page) => await PageLook.AtAsync(page) with { Bytes = 0 };

    /// <summary>Something else stands where the server was, and answers each request like this; with null, never.</summary>
    private static TcpListener Stand(RunningServer server, string? answer)
    {
        var listener = new TcpListener(IPAddress.Loopback, server.Address.Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _ = AnswerAsync();
        return listener;

        async Task AnswerAsync()
        {
            var held = new List<Socket>();
            try
            {
                while (true)
                {
                    var socket = await listener.AcceptSocketAsync(Cancel);
                    held.Add(socket);
                    _ = AnswerOneAsync(socket);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                held.ForEach(static socket => socket.Dispose());
            }
        }

        // Each by itself: browsers open more than they ask by, and nothing ever comes by some.
        async Task AnswerOneAsync(Socket socket)
        {
            try
            {
                if (answer is not null && await socket.ReceiveAsync(new byte[16 * 1024], Cancel) > 0)
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes(answer), Cancel);
                    socket.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Who asked is gone, or the test is over.
            }
        }
    }
}
