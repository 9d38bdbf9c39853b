using Microsoft.Playwright;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Someone in front of a browser: does what people do, by the words that stand on the pages.</summary>
internal sealed class Visitor(RunningServer server, IBrowserContext context, IPage page) : IAsyncDisposable
{
    public RunningServer Server => server;

    public IPage Page => page;

    /// <summary>The words of the main part of the page.</summary>
    public Task<string> TextAsync() => page.Locator("main").InnerTextAsync();

    public ILocator Heading => page.Locator("h1");

    public ValueTask DisposeAsync() => context.DisposeAsync();

    public Task GoAsync(string path) => page.GotoAsync(path);

    public async Task SignInAsync(Resident resident)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Sign-in name").FillAsync(resident.SignInName);
        await page.GetByLabel("Password").FillAsync(Household.Password);
        await ClickAsync("Sign in");
        await Assertions.Expect(page.GetByText(resident.Person.DisplayName, new() { Exact = true }).First).ToBeVisibleAsync();
    }

    public async Task SignOutAsync()
    {
        await ClickAsync("Sign out");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    /// <summary>Presses the button of this name.</summary>
    public Task ClickAsync(string button) => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>Follows the link of this name.</summary>
    public Task FollowAsync(string link) => page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();

    /// <summary>Goes to a room of the navigation.</summary>
    public Task EnterAsync(string room) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = room, Exact = true }).ClickAsync();

    public Task SeesAsync(string text) => Assertions.Expect(page.Locator("main")).ToContainTextAsync(text);

    public Task SeesNotAsync(string text) => Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync(text);
}
