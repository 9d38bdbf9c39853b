using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Making an account, signing in and getting back in, as people do it in a browser: on a server of their own, whose clock they move.</summary>
public sealed partial class AccountTests(BrowserFixture browser, RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SomebodySignsUpWithAPasskeyAndComesBackWithIt()
    {
        await using var visitor = await browser.VisitAsync(Look.Phone, server);
        var device = await visitor.PlugInAsync();
        await visitor.GoAsync("/sign-in");
        await visitor.FollowAsync("Make an account");
        var card = visitor.Page.GetByRole(AriaRole.Region, new() { Name = "With this device" });
        await card.GetByLabel("Your name").FillAsync("Ömer Çelik");
        await card.GetByText("I want to keep my own health record here").CheckAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Make my account" }).ClickAsync();
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Welcome, Ömer Çelik");
        await visitor.SeesAsync("omer-");
        Assert.Equal(1, await device.CountAsync());

        await visitor.FollowAsync("Add to your record");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Add to your record");
        await visitor.SignOutAsync();
        await visitor.ClickAsync("Sign in with a passkey");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your record");
        await visitor.GoAsync("/account");
        await visitor.SeesAsync("with a passkey");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task SomebodySignsUpWithAPasswordWithScriptOff()
    {
        await using var visitor = await browser.VisitAsync(new Look(Script: false), server);
        await visitor.GoAsync("/sign-up");
        await Assertions.Expect(visitor.Page.GetByText("With this device")).ToBeHiddenAsync();
        var card = visitor.Page.Locator("details");
        await card.GetByLabel("Your name").FillAsync("Ana Lima");
        await card.GetByText("I want to keep my own health record here").UncheckAsync();
        await card.GetByLabel("A new password").FillAsync("password123");
        await visitor.ClickAsync("Make my account");
        await visitor.SeesAsync("among the first that guessing programs try");
        Assert.Equal("Ana Lima", await card.GetByLabel("Your name").InputValueAsync());
        await visitor.Page.GetByLabel("A new password").FillAsync("seven purple kettles");
        await visitor.ClickAsync("Make my account");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Welcome, Ana Lima");
        var name = SignInName().Match(await visitor.TextAsync()).Value;
        await visitor.FollowAsync("Go on");
        await visitor.SignOutAsync();
        await visitor.Page.GetByLabel("Sign-in name").FillAsync(name);
        await visitor.Page.GetByLabel("Password").FillAsync("seven purple kettles");
        await visitor.ClickAsync("Sign in");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your circle");
    }

    [Fact]
    public async Task APasskeyThatIsNotUnlockedOpensNothing()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        var device = await visitor.PlugInAsync();
        await visitor.SignInAsync(home.Patient);
        await AddPasskeyAsync(visitor, "My laptop");
        await visitor.SignOutAsync();
        await device.SetUnlockedAsync(false);
        await visitor.ClickAsync("Sign in with a passkey");
        await visitor.SeesAsync("No passkey was given");
        await device.SetUnlockedAsync(true);
        await visitor.ClickAsync("Sign in with a passkey");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your record");
    }

    [Fact]
    public async Task APasskeyIsAddedRenamedAndRemovedAndNeverTheLastWayIn()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.PlugInAsync();
        await visitor.SignInAsync(home.Patient);
        await AddPasskeyAsync(visitor, "My laptop");
        await visitor.SeesAsync("My laptop");

        await visitor.Page.Locator("summary").ClickAsync();
        await visitor.Page.GetByLabel("New name").FillAsync("Old laptop");
        await visitor.ClickAsync("Save");
        await visitor.SeesAsync("Old laptop");

        await visitor.Page.GetByRole(AriaRole.Region, new() { Name = "Password" }).GetByRole(AriaRole.Button, new() { Name = "Do without it" }).ClickAsync();
        await visitor.SeesAsync("You have no password.");
        await visitor.ClickAsync("Remove Old laptop");
        await visitor.ClickAsync("Remove it");
        await visitor.SeesAsync("This is your only way in");
        await visitor.FollowAsync("Set one");
        await visitor.Page.GetByLabel("A new password").FillAsync("eleven yellow tractors");
        await visitor.ClickAsync("Save");
        await visitor.ClickAsync("Remove Old laptop");
        await visitor.ClickAsync("Remove it");
        await visitor.SeesAsync("You have none yet.");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task AnAppIsAskedAfterThePasswordAndARecoveryCodeHelpsWithoutIt()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/account");
        await visitor.ClickAsync("Use an app");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Img, new() { Name = "QR code" })).ToBeVisibleAsync();
        await visitor.Page.GetByLabel("Type the code").FillAsync("000000");
        await visitor.ClickAsync("Use this app");
        await visitor.SeesAsync("That code did not fit");
        var secret = await visitor.Page.Locator(".secret").InnerTextAsync();
        await visitor.Page.GetByLabel("Type the code").FillAsync(CodeOf(secret));
        await visitor.ClickAsync("Use this app");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your recovery codes");
        var recovery = await visitor.Page.Locator(".codes code").First.InnerTextAsync();
        await visitor.FollowAsync("I have them");
        await visitor.SeesAsync("a code from your app is asked for");
        await visitor.SignOutAsync();

        await PasswordAsync(visitor, home.Patient);
        await visitor.SeesAsync("Now type the code");
        await visitor.Page.GetByLabel("Code").FillAsync("123456");
        await visitor.ClickAsync("Sign in");
        await visitor.SeesAsync("That code was not accepted");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await visitor.Page.GetByLabel("Code").FillAsync(CodeOf(secret));
        await visitor.ClickAsync("Sign in");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your record");
        await visitor.SignOutAsync();

        await PasswordAsync(visitor, home.Patient);
        await visitor.Page.GetByLabel("Code").FillAsync(recovery);
        await visitor.ClickAsync("Sign in");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your account");
        await visitor.SeesAsync("You have 9 codes left");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task WhoLostEverythingGetsInWithACodeOfTheOperator()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var code = await server.Modules.People.SecondStep.NewOperatorCodeAsync(home.Patient.Person.Id, Cancel);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.GoAsync("/sign-in");
        await visitor.FollowAsync("I have a code, or cannot get in");
        await visitor.Page.GetByLabel("Sign-in name").FillAsync(home.Patient.SignInName);
        await visitor.Page.GetByLabel("Code").FillAsync("aaaa-bbbb-cccc");
        await visitor.ClickAsync("Come in with a code");
        await visitor.SeesAsync("That code was not accepted");
        await visitor.Page.GetByLabel("Code").FillAsync(code);
        await visitor.ClickAsync("Come in with a code");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your account");
        await visitor.SeesAsync("a code from whoever runs this server");
    }

    [Fact]
    public async Task WhatMattersIsAskedForAgainAfterTenMinutes()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/account");
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        await visitor.ClickAsync("Make recovery codes");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Is it you?");
        await visitor.Page.GetByLabel("Your password").FillAsync("not this");
        await visitor.ClickAsync("It is me");
        await visitor.SeesAsync("The password is wrong");
        await visitor.Page.GetByLabel("Your password").FillAsync(Household.Password);
        await visitor.ClickAsync("It is me");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your account");
        await visitor.ClickAsync("Make recovery codes");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your recovery codes");
    }

    /// <summary>The way back and the buttons were printed with them.</summary>
    [Fact]
    public async Task OnPaperStandTheRecoveryCodesAndNothingToPress()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/account");
        await visitor.ClickAsync("Make recovery codes");
        await visitor.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Assertions.Expect(visitor.Page.Locator(".codes code").First).ToBeVisibleAsync();
        foreach (var pressed in await visitor.Page.Locator("main a, main button").AllAsync())
        {
            await Assertions.Expect(pressed).ToBeHiddenAsync();
        }
    }

    [Fact]
    public async Task SharingWhatIsSensitiveIsAskedForAgainAndTheDraftIsNotLost()
    {
        var home = await Household.MoveInAsync(server);
        await using var visitor = await browser.VisitAsync(new Look(Script: false), server);
        await visitor.SignInAsync(home.Patient);
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        await visitor.GoToReviewAsync("Dr Lee", ["results"], "HIV");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Is it you?");
        await visitor.Page.GetByLabel("Your password").FillAsync(Household.Password);
        await visitor.ClickAsync("It is me");
        await visitor.SeesAsync("Is this what you want to share?");
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.SeesAsync("It is shared.");
    }

    [Fact]
    public async Task WhatIsNotSensitiveIsSharedWithoutAsking()
    {
        var home = await Household.MoveInAsync(server);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.SignInAsync(home.Patient);
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        await visitor.GoToReviewAsync("Dr Lee", ["results"]);
        await visitor.SeesAsync("Is this what you want to share?");
    }

    [Fact]
    public async Task ATokenIsMadeForWhatIsChosenAndNothingElse()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/tokens");
        await visitor.Page.GetByLabel("What is it for?").FillAsync("scale in the bathroom");
        await visitor.Page.GetByLabel("Read your record").UncheckAsync();
        await visitor.ClickAsync("Make a token");
        await visitor.SeesAsync("A token that may do nothing");
        await visitor.Page.GetByLabel("What is it for?").FillAsync("scale in the bathroom");
        await visitor.Page.GetByLabel("Read your record").UncheckAsync();
        await visitor.Page.GetByLabel("Add to your record").CheckAsync();
        await visitor.ClickAsync("Make a token");
        await visitor.SeesAsync("May add to your record.");
        var secret = await visitor.Page.Locator("#secret").InnerTextAsync();
        Assert.Equal(Rapport.People.TokenScopes.Contribute, (await server.Modules.People.AccessTokens.FindAsync(secret, Cancel))!.Scopes);
    }

    [Fact]
    public async Task WhoHasAPasskeyConfirmsWithItAndNotWithAPassword()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var visitor = await browser.VisitAsync(server: server);
        await visitor.PlugInAsync();
        await visitor.SignInAsync(home.Patient);
        await AddPasskeyAsync(visitor, "My laptop");

        // Signing in anew with the password does not get around it.
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/account/password");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Is it you?");
        Assert.Equal(0, await visitor.Page.GetByLabel("Your password").CountAsync());
        await visitor.ClickAsync("Use my passkey");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Change your password");
    }

    [Fact]
    public async Task ASessionElsewhereIsSeenAndEnded()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await using var here = await browser.VisitAsync(server: server);
        await using var elsewhere = await browser.VisitAsync(Look.Phone, server);
        await elsewhere.SignInAsync(home.Patient);
        await here.SignInAsync(home.Patient);
        await here.GoAsync("/account");
        await here.ClickAsync("Sign out everywhere else");
        await here.SeesNotAsync("Sign out everywhere else");
        await elsewhere.GoAsync("/record");
        await Assertions.Expect(elsewhere.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhoClosesTheirAccountTakesTheRecordAlongAndLeavesNothingThatOpens()
    {
        var home = await Household.MoveInAsync(server);
        await using var visitor = await browser.VisitAsync(Look.Phone, server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/account");
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.FollowAsync("Download my record"));
        var bundle = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(await download.PathAsync(), Cancel))!;
        Assert.True(bundle["entry"]!.AsArray().Count > 20);

        await visitor.FollowAsync("Close my account");
        await visitor.Page.GetByLabel("type your sign-in name").FillAsync("somebody-else");
        await visitor.ClickAsync("Erase it all");
        await visitor.SeesAsync("nothing was erased");
        await visitor.Page.GetByLabel("type your sign-in name").FillAsync(home.Patient.SignInName);
        await visitor.ClickAsync("Erase it all");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your account is closed");
        await visitor.GoAsync("/sign-in");
        await PasswordAsync(visitor, home.Patient);
        await visitor.SeesAsync("The sign-in name or the password is wrong");
        visitor.AssertNothingWentWrong();
    }

    private static async Task AddPasskeyAsync(Visitor visitor, string name)
    {
        await visitor.GoAsync("/account");
        await visitor.FollowAsync("Add a passkey");
        await visitor.Page.GetByLabel("What do you call it?").FillAsync(name);
        await visitor.ClickAsync("Add it");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your account");
    }

    private static async Task PasswordAsync(Visitor visitor, Resident resident)
    {
        await visitor.Page.GetByLabel("Sign-in name").FillAsync(resident.SignInName);
        await visitor.Page.GetByLabel("Password").FillAsync(Household.Password);
        await visitor.ClickAsync("Sign in");
    }

    private string CodeOf(string secret) => Hosting.AuthenticatorApp.CodeOf(secret, server.Clock.GetUtcNow());

    [GeneratedRegex("ana-[0-9]{5}", RegexOptions.NonBacktracking)]
    private static partial Regex SignInName();
}
