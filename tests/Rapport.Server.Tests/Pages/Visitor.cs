using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Account;
using Rapport.Server.SignIn;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Someone in front of a browser: does what people do, by the words that stand on the pages.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly RunningServer server;
    private readonly IBrowserContext context;
    private readonly IPage page;
    private readonly List<string> faults = [];

    private readonly bool hasScript;

    public Visitor(RunningServer server, string address, IBrowserContext context, IPage page, bool hasScript)
    {
        (this.server, this.context, this.page, this.hasScript) = (server, context, page, hasScript);

        // A refused page is told to the console too, and is part of what is tested: everything else is a fault.
        page.Console += (_, message) => Note(message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal), message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(!request.Url.StartsWith(address, StringComparison.Ordinal), $"a request to {request.Url}");
    }

    public RunningServer Server => server;

    /// <summary>No error of a script, no breach of the content security policy, no request to anywhere else.</summary>
    public void AssertNothingWentWrong() => Assert.Empty(faults);

    public IPage Page => page;

    /// <summary>The words of the main part of the page.</summary>
    public Task<string> TextAsync() => page.Locator("main").InnerTextAsync();

    public ILocator Heading => page.Locator("h1");

    /// <summary>From now on this browser has a device of its own that unlocks passkeys at once; what it keeps can be looked at.</summary>
    /// <param name="hasPrf">Whether its passkeys can seal something. Such a one lets nobody in any more after it was not unlocked once.</param>
    public async Task<VirtualDevice> PlugInAsync(bool hasPrf = false)
    {
        var session = await context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new
            {
                protocol = "ctap2", transport = "internal", hasResidentKey = true, hasPrf, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true,
            },
        });
        return new VirtualDevice(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    /// <summary>All of the page is there: without script, what each page ends with.</summary>
    private Task WholeAsync() => hasScript ? page.WholeAsync() : Assertions.Expect(page.Locator("#whole")).ToBeAttachedAsync();

    public Task GoAsync(string path) => page.GotoAsync(path);

    public async Task SignInAsync(Resident resident)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel(SignInText.SignInName, new() { Exact = true }).FillAsync(resident.SignInName);
        await page.GetByLabel(SignInText.Password, new() { Exact = true }).FillAsync(Household.Password);
        await ClickAsync(SignInText.SignIn);
        await Assertions.Expect(page.Locator(".who-name")).ToContainTextAsync(resident.Person.DisplayName);
    }

    public async Task SignOutAsync()
    {
        await ClickAsync(FrameText.SignOut);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = SignInText.SignIn })).ToBeVisibleAsync();
    }

    /// <summary>Other tests move the clock of the server: who was sure a moment ago may be asked again.</summary>
    public async Task ShowWhoOneIsIfAskedAsync()
    {
        if (page.Url.Contains("/confirm", StringComparison.Ordinal))
        {
            await page.GetByLabel(AccountText.YourPassword).FillAsync(Household.Password);
            await ClickAsync(AccountText.ItIsMe);
        }
    }

    /// <summary>
    /// Presses the button of this name. Where that leads to another page, by a link or a form, all of that page is there afterwards; of a page that a script opens later nothing is promised: ask for its address or for what stands on it.
    /// </summary>
    public async Task ClickAsync(string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await WholeAsync();
    }

    /// <summary>Presses the button of this name, and again on the same page where that asked first who it is.</summary>
    public async Task ClickSurelyAsync(string button)
    {
        await ClickAsync(button);
        if (page.Url.Contains("/confirm", StringComparison.Ordinal))
        {
            await ShowWhoOneIsIfAskedAsync();
            await ClickAsync(button);
        }
    }

    /// <summary>Follows the link of this name, until all of its page is there.</summary>
    public async Task FollowAsync(string link)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();
        await WholeAsync();
    }

    /// <summary>Goes to a room of the navigation, until all of its page is there.</summary>
    public async Task EnterAsync(string room)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = FrameText.Main }).GetByRole(AriaRole.Link, new() { Name = room, Exact = true }).ClickAsync();
        await WholeAsync();
    }

    /// <summary>A text as it reads on the page: its holes filled, its marks gone, up to where a sentence of its own begins.</summary>
    public static string Words(string text, params ReadOnlySpan<string> holes) =>
        System.Text.RegularExpressions.Regex.Replace(Say.Fill(text, holes), "<[^>]*>", "", System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    /// <summary>Is, or will be, at this path and query. Asked again and again: who waits for the navigation itself may begin to wait when it is over.</summary>
    public Task ArrivesAtAsync(string pathAndQuery) => Assertions.Expect(page).ToHaveURLAsync(new Uri(new Uri(BrowserFixture.AddressOf(server)), pathAndQuery).ToString());

    public Task SeesAsync(string text) => Assertions.Expect(page.Locator("main")).ToContainTextAsync(text);

    public Task SeesNotAsync(string text) => Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync(text);

    /// <summary>Presses Tab until what has this name has the focus: on the whole page, so that there is nothing left that Tab would reach later.</summary>
    public async Task TabToAsync(string name)
    {
        await WholeAsync();
        const string nameOfFocused = """
            () => {
              const it = document.activeElement;
              const label = it.labels?.[0];
              return (label?.querySelector("span")?.firstChild ?? label ?? it).textContent.replace(/\s+/g, " ").trim();
            }
            """;
        HashSet<string> reached = [];
        for (var i = 0; i < 80; i++)
        {
            var focused = await page.EvaluateAsync<string>(nameOfFocused);
            if (focused == name)
            {
                return;
            }

            reached.Add(focused);

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"the keyboard does not reach `{name}`: it reaches {string.Join(", ", reached)}");
    }

    private void Note(bool isFault, string text)
    {
        if (isFault)
        {
            faults.Add(text);
        }
    }
}
