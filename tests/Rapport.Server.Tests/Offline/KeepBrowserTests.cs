using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Tests.Pages;
using Rapport.Server.Tests.Pages.Talks;

namespace Rapport.Server.Tests.Offline;

/// <summary>A device that keeps what is its person's for when there is no network: it opens to them, and to nobody without them.</summary>
public sealed class KeepBrowserTests(BrowserFixture browser)
{
    /// <summary>What nobody may find in a browser that is not unlocked.</summary>
    private const string Secret = "zqPlantedKnee77", Contact = "zqPlantedSister77";

    private string _place = "";

    [Theory]
    [InlineData("en", 1200, false)]
    [InlineData("es", 360, true)]
    public async Task Sealed_with_the_password_it_opens_without_a_network_by_keyboard_and_not_with_a_wrong_one(string language, int width, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! });
        var home = await PrepareAsync(visitor);
        Assert.Empty((await AtAsync(visitor, KeepEndpoints.Home)).Faults("keep"));
        await TurnOnAsync(visitor, KeepText.ByPassword);
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("keep-on"));
        await AssertSealedAsync(visitor.Page);

        await visitor.MeetLockAsync();
        await AssertShowsNothingAsync(visitor);
        Assert.Empty((await OfflineShellBrowserTests.AtAsync(visitor.Page)).Faults("locked"));
        await visitor.TabToAsync(OfflineText.Password);
        await visitor.Page.Keyboard.TypeAsync("not the password");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.SeesAsync(Say.Fill(OfflineText.Wrong, "2"));
        await AssertShowsNothingAsync(visitor);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = OfflineText.Open, Exact = true })).ToBeEnabledAsync();
        await visitor.Page.GetByLabel(OfflineText.Password).FillAsync(Household.Password);
        await visitor.Page.GetByLabel(OfflineText.Password).PressAsync("Enter");

        await visitor.Page.GetByText("my knee").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText(Secret)).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText(Contact)).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText("Sam", new() { Exact = true })).ToBeVisibleAsync();
        var look = await OfflineShellBrowserTests.AtAsync(visitor.Page);
        Assert.Empty((look with { Shift = 0 }).Faults("opened"));
        Assert.DoesNotContain("Maya", look.Title);
        await AssertSealedAsync(visitor.Page);

        // Loaded anew it is locked again, and back online it is the page of the server.
        await visitor.GoAsync("/account");
        await AssertShowsNothingAsync(visitor);
        await visitor.Page.Context.SetOfflineAsync(false);
        await visitor.GoAsync("/account");
        await Assertions.Expect(visitor.Page.Locator(".who-name")).ToContainTextAsync(home.Patient.Person.DisplayName);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Sealed_with_a_passkey_it_opens_without_a_network_and_not_while_the_device_is_locked()
    {
        await using var visitor = await browser.VisitAsync();
        var device = await visitor.PlugInAsync(hasPrf: true);
        await PrepareAsync(visitor);
        await visitor.GoAsync("/account/passkeys/new");
        await visitor.ShowWhoOneIsIfAskedAsync();
        await visitor.Page.GetByLabel(AccountText.WhatCalled).FillAsync("My laptop");
        await visitor.ClickAsync(AccountText.AddIt);
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(AccountText.YourAccount);
        await TurnOnAsync(visitor, KeepText.ByPasskey);
        await AssertSealedAsync(visitor.Page);

        await visitor.GoOfflineAsync();
        await AssertShowsNothingAsync(visitor);
        await visitor.ClickAsync(OfflineText.OpenByPasskey);
        await visitor.Page.GetByText("my knee").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText(Secret)).ToBeVisibleAsync();
        await visitor.GoAsync("/account");
        await device.SetUnlockedAsync(false);
        await visitor.ClickAsync(OfflineText.OpenByPasskey);
        await visitor.SeesAsync(OfflineText.PasskeyProblem);
        await AssertShowsNothingAsync(visitor);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task The_emergency_card_alone_opens_without_unlocking_where_its_person_chose_that()
    {
        await using var visitor = await browser.VisitAsync();
        await PrepareAsync(visitor);
        await visitor.GoAsync(KeepEndpoints.Home);
        await visitor.Page.GetByText(KeepText.CardOpen).ClickAsync();
        await TurnOnAsync(visitor, KeepText.ByPassword, isThere: true);
        await AssertSealedAsync(visitor.Page);
        await visitor.GoOfflineAsync();
        await Assertions.Expect(visitor.Page.GetByText(Contact)).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Locked)).ToBeVisibleAsync();
        Assert.DoesNotContain(Secret, await visitor.Page.ContentAsync());
        Assert.DoesNotContain("my knee", await visitor.Page.ContentAsync());
    }

    [Theory]
    [InlineData("sign out")]
    [InlineData("turn off")]
    [InlineData("ended elsewhere")]
    [InlineData("close")]
    [InlineData("left alone")]
    public async Task It_is_gone(string how)
    {
        await using var visitor = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await TurnOnAsync(visitor, KeepText.ByPassword);
        await Until.ReadyAsync(visitor.Page);
        switch (how)
        {
            case "sign out":
                await visitor.SignOutAsync();
                break;
            case "turn off":
                await visitor.ClickAsync(KeepText.TurnOff);
                await Assertions.Expect(visitor.Page.GetByText(KeepText.Gone)).ToBeVisibleAsync();
                break;
            case "ended elsewhere":
                using (var elsewhere = await home.Patient.SignInAsync(visitor.Server))
                using (await elsewhere.PostAsync("/account", "/account/sessions/end-others"))
                {
                    await visitor.GoAsync("/record");
                }

                break;
            case "close":
                await visitor.GoAsync("/account/close");
                await visitor.ShowWhoOneIsIfAskedAsync();

                // What was not done took nothing away.
                await visitor.Page.GetByLabel(AccountText.ToMakeSure).FillAsync("not-" + home.Patient.SignInName);
                await visitor.ClickAsync(AccountText.EraseAll);
                await Assertions.Expect(visitor.Page.Locator("#problem")).ToBeVisibleAsync();
                await Until.ReadyAsync(visitor.Page);
                Assert.True(await visitor.Page.EvaluateAsync<bool>("async () => (await indexedDB.databases()).length > 0 && localStorage.getItem('rapport-kept') !== null"));

                await visitor.Page.GetByLabel(AccountText.ToMakeSure).FillAsync(home.Patient.SignInName);
                await visitor.ClickAsync(AccountText.EraseAll);
                await visitor.ArrivesAtAsync("/closed");
                break;
            default:
                // Without contact for longer than 30 days.
                await visitor.Page.Context.SetOfflineAsync(true);
                await visitor.Page.Clock.SetFixedTimeAsync((await StillClock.NowAsync(visitor.Page)).AddDays(31));
                await visitor.GoAsync("/account");
                await Assertions.Expect(visitor.Page.GetByText(OfflineText.TooOld)).ToBeVisibleAsync();
                break;
        }

        await Until.HoldsAsync(visitor.Page, "async () => (await indexedDB.databases()).length === 0 && localStorage.getItem('rapport-kept') === null");
        if (how != "left alone")
        {
            await visitor.Page.Context.SetOfflineAsync(true);
            if (how != "close")
            {
                await visitor.GoAsync("/account");
                await Assertions.Expect(visitor.Page.GetByText(OfflineText.NothingKept)).ToBeVisibleAsync();
            }
        }
    }

    [Fact]
    public async Task It_follows_what_happens_while_its_person_uses_Rapport()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await TurnOnAsync(visitor, KeepText.ByPassword);
        using var lee = await home.Doctor.SignInAsync(visitor.Server);
        await TalkHome.SaidAsync(lee, _place, "zqLaterWord77");

        // A quarter of an hour later another page is opened.
        await visitor.Page.Clock.SetFixedTimeAsync((await StillClock.NowAsync(visitor.Page)).AddMinutes(15));
        var fetched = visitor.Page.WaitForResponseAsync(static answer => answer.Url.EndsWith(KeepEndpoints.Copy, StringComparison.Ordinal));
        await visitor.GoAsync("/account");
        await (await fetched).FinishedAsync();
        await Until.HoldsAsync(visitor.Page, "async () => (await (await import(document.documentElement.dataset.kept)).readLock()).at === Date.now()");
        await AssertSealedAsync(visitor.Page);
        await visitor.GoOfflineAsync();
        await visitor.Page.GetByLabel(OfflineText.Password).FillAsync(Household.Password);
        await visitor.ClickAsync(OfflineText.Open);
        await visitor.Page.GetByText("my knee").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("zqLaterWord77")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task With_a_wrong_password_nothing_is_kept_and_without_script_the_page_says_why()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await visitor.GoAsync(KeepEndpoints.Home);
        await visitor.Page.GetByText(KeepText.ByPassword).ClickAsync();
        await visitor.Page.GetByLabel(AccountText.YourPassword).FillAsync("wrong");
        await visitor.ClickAsync(KeepText.TurnOn);
        await visitor.SeesAsync("The password is wrong");
        Assert.Equal(0, await visitor.Page.EvaluateAsync<int>("async () => (await (await import(document.documentElement.dataset.kept)).readLock()) === null ? 0 : 1"));

        await using var plain = await browser.VisitAsync(new Look(Script: false));
        await plain.SignInAsync(home.Patient);
        await plain.GoAsync(KeepEndpoints.Home);
        await plain.SeesAsync(KeepText.NeedsScript);
        await Assertions.Expect(plain.Page.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOn })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task However_long_it_takes_nothing_moves_when_it_is_turned_on_or_off_or_refused()
    {
        // A press by script counts as none: what moves after it is told, as what moves long after the press of somebody.
        await using var visitor = await browser.VisitAsync();
        await PrepareAsync(visitor);
        await visitor.GoAsync(KeepEndpoints.Home);
        var (turnOn, password) = (visitor.Page.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOn }), visitor.Page.GetByLabel(AccountText.YourPassword));
        await password.FillAsync("wrong");
        await turnOn.DispatchEventAsync("click");
        await visitor.SeesAsync("The password is wrong");
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("refused"));
        await password.FillAsync(Household.Password);
        await turnOn.DispatchEventAsync("click");
        await Assertions.Expect(visitor.Page.GetByText(KeepText.IsOn)).ToBeVisibleAsync();
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("on"));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOff }).DispatchEventAsync("click");
        await Assertions.Expect(visitor.Page.GetByText(KeepText.Gone)).ToBeVisibleAsync();
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("off"));
        await Assertions.Expect(turnOn).ToBeVisibleAsync();
    }

    /// <summary>A patient with an emergency card and a conversation, signed in.</summary>
    private async Task<Household> PrepareAsync(Visitor visitor)
    {
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        using (var maya = await home.Patient.SignInAsync(visitor.Server))
        {
            _place = await TalkHome.BeginAsync(maya, "my knee", [("with", home.Doctor.Person.Reference)]);
            await TalkHome.SaidAsync(maya, _place, Secret);
        }

        await visitor.GoAsync(CardPlace.Own.Edit);
        await visitor.Page.GetByLabel(EmergencyCardText.Contacts).FillAsync(Contact);
        await visitor.ClickAsync(EmergencyCardText.MakeIt);
        await visitor.ArrivesAtAsync(CardPlace.Own.Home + "?done=made");
        return home;
    }

    private static async Task TurnOnAsync(Visitor visitor, string way, bool isThere = false)
    {
        if (!isThere)
        {
            await visitor.GoAsync(KeepEndpoints.Home);
        }

        await visitor.Page.GetByText(way).ClickAsync();
        if (way == KeepText.ByPassword)
        {
            await visitor.Page.GetByLabel(AccountText.YourPassword).FillAsync(Household.Password);
        }

        await visitor.ClickAsync(KeepText.TurnOn);
        await Assertions.Expect(visitor.Page.GetByText(KeepText.IsOn)).ToBeVisibleAsync();
    }

    private static async Task<PageLook> AtAsync(Visitor visitor, string place)
    {
        await visitor.GoAsync(place);
        return await PageLook.AtAsync(visitor.Page);
    }

    private static async Task AssertShowsNothingAsync(Visitor visitor)
    {
        var html = await visitor.Page.ContentAsync();
        Assert.All((string[])[Secret, Contact, "my knee", "Maya", "Sam"], word => Assert.DoesNotContain(word, html));
    }

    private static async Task AssertSealedAsync(IPage page)
    {
        var kept = await KeptDump.OfAsync(page);
        Assert.Contains("[rapport-kept/kept]", kept);
        Assert.All((string[])[Secret, Contact, "my knee", "Maya", "Dr Lee", "zqLaterWord77", Household.Password, "extractable=true"], word => Assert.DoesNotContain(word, kept));
    }
}
