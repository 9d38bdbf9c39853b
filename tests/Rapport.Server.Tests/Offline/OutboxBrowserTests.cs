using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Offline;
using Rapport.Server.Offline.Copy;
using Rapport.Server.SignIn;
using Rapport.Server.Tests.Pages;
using Rapport.Server.Tests.Pages.Talks;

namespace Rapport.Server.Tests.Offline;

/// <summary>Messages that are written without a network: kept sealed, sent once, and back with their writer where they are not taken.</summary>
public sealed class OutboxBrowserTests(BrowserFixture browser)
{
    private const string Words = "zqWrittenInTheTunnel77", Urgent = "I cannot breathe and have a crushing pain in my chest";

    private string _place = "";

    [Theory]
    [InlineData("en", 1200, false)]
    [InlineData("es", 360, true)]
    public async Task Written_by_keyboard_without_a_network_it_waits_sealed_and_is_sent_once_when_there_is_one(string language, int width, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! });
        var home = await PrepareAsync(visitor);
        await OpenOfflineAsync(visitor);
        await visitor.TabToAsync(OfflineText.YourMessage);
        await visitor.Page.Keyboard.TypeAsync(Words);
        await visitor.Page.Keyboard.PressAsync("Tab");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Waits)).ToBeVisibleAsync();
        Assert.Empty(((await OfflineShellBrowserTests.AtAsync(visitor.Page)) with { Shift = 0 }).Faults("waiting"));
        Assert.DoesNotContain(Words, await KeptDump.OfAsync(visitor.Page));
        Assert.Equal(0, await SaidAsync(home.Doctor, visitor, Words));

        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Sent, new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal(1, await SaidAsync(home.Doctor, visitor, Words));
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.Waits)).ToHaveCountAsync(0);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task With_two_tabs_and_an_answer_that_is_lost_it_is_one_message()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await OpenOfflineAsync(visitor);
        var other = await visitor.Page.Context.NewPageAsync();
        await other.GotoAsync("/account");
        await WriteAsync(visitor, Words);

        // The first that arrives is stored, and nobody hears of it.
        var tries = 0;
        await visitor.Page.Context.RouteAsync("**/api/conversations/*/messages", async route =>
        {
            if (Interlocked.Increment(ref tries) == 1)
            {
                await route.FetchAsync();
                await route.AbortAsync("connectionreset");
            }
            else
            {
                await route.ContinueAsync();
            }
        });
        await visitor.Page.Context.SetOfflineAsync(false);
        await Task.WhenAll(visitor.Page.GotoAsync("/account"), other.GotoAsync("/conversations"));
        await Until.HoldsAsync(visitor.Page, "async () => (await (await import(document.documentElement.dataset.kept)).unsent()).length === 0");
        Assert.InRange(tries, 2, 100);
        Assert.Equal(1, await SaidAsync(home.Doctor, visitor, Words));
    }

    [Fact]
    public async Task The_worker_sends_it_when_the_browser_wakes_it_and_no_page_is_open()
    {
        await using var visitor = await browser.VisitAsync();
        await using var lee = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await lee.SignInAsync(home.Doctor);
        await lee.GoAsync(_place);
        var session = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        var registered = new TaskCompletionSource<string>();
        session.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, told) =>
        {
            foreach (var one in told!.Value.GetProperty("registrations").EnumerateArray())
            {
                registered.TrySetResult(one.GetProperty("registrationId").GetString()!);
            }
        };
        await session.SendAsync("ServiceWorker.enable");
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, Words);
        var origin = new Uri(visitor.Page.Url).GetLeftPart(UriPartial.Authority);
        await visitor.Page.GotoAsync("about:blank");
        await visitor.Page.Context.SetOfflineAsync(false);
        await session.SendAsync("ServiceWorker.dispatchSyncEvent", new Dictionary<string, object> { ["origin"] = origin, ["registrationId"] = await registered.Task.WaitAsync(TestContext.Current.CancellationToken), ["tag"] = "outbox", ["lastChance"] = false });
        await lee.SeesAsync(Words);
        Assert.Equal(1, await SaidAsync(home.Doctor, visitor, Words));
    }

    [Fact]
    public async Task What_may_be_an_emergency_comes_back_with_the_number_to_call_and_is_sent_when_its_writer_says_so()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await OpenOfflineAsync(visitor);
        await Assertions.Expect(visitor.Page.GetByText(Say.Fill(OfflineText.WriteAbout, "112"))).ToBeVisibleAsync();
        await WriteAsync(visitor, Urgent);
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.CameBack)).ToBeVisibleAsync();
        Assert.Equal(0, await SaidAsync(home.Doctor, visitor, Urgent));

        await visitor.GoAsync("/record");
        await visitor.FollowAsync(FrameText.Unsent);
        await Assertions.Expect(visitor.Page.GetByText(Urgent)).ToBeInViewportAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = Say.Fill(OfflineText.CallNumber, "112") })).ToHaveAttributeAsync("href", "tel:112");
        Assert.Empty(((await PageLook.AtAsync(visitor.Page)) with { Shift = 0 }).Faults("unsent"));
        await visitor.ClickAsync(KeepText.NoEmergency);
        await Assertions.Expect(visitor.Page.GetByText(Urgent)).ToHaveCountAsync(0);
        Assert.Equal(1, await SaidAsync(home.Doctor, visitor, Urgent));
        await visitor.GoAsync("/record");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = FrameText.Unsent })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task What_is_refused_for_good_comes_back_with_its_words_and_can_be_deleted()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, Words);
        using (var maya = await home.Patient.SignInAsync(visitor.Server))
        using (await maya.PostAsync("/account", _place + "/end"))
        {
        }

        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.CameBack)).ToBeVisibleAsync();
        await visitor.GoAsync(KeepEndpoints.Home);
        await Assertions.Expect(visitor.Page.GetByText(Words)).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByText(KeepText.WhyEnded)).ToBeVisibleAsync();
        await visitor.ClickAsync(OfflineText.Delete);
        await Assertions.Expect(visitor.Page.GetByText(Words)).ToHaveCountAsync(0);
        Assert.Equal(0, await SaidAsync(home.Doctor, visitor, Words));
    }

    [Fact]
    public async Task Who_signs_out_is_asked_first_where_something_was_not_sent()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await PrepareAsync(visitor);
        await OpenOfflineAsync(visitor);
        await WriteAsync(visitor, Urgent);
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(OfflineText.CameBack)).ToBeVisibleAsync();
        await visitor.GoAsync("/record");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = FrameText.Unsent })).ToBeVisibleAsync();
        Assert.Equal(FrameText.UnsentGoes, await SignOutAsync(visitor, isSure: false));
        await visitor.GoAsync("/record");
        await Assertions.Expect(visitor.Page.Locator(".who-name")).ToContainTextAsync(home.Patient.Person.DisplayName);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = FrameText.Unsent })).ToBeVisibleAsync();
        Assert.Equal(FrameText.UnsentGoes, await SignOutAsync(visitor, isSure: true));
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = SignInText.SignIn })).ToBeVisibleAsync();
        await Until.HoldsAsync(visitor.Page, "async () => (await indexedDB.databases()).length === 0");
    }

    /// <summary>Presses the button, answers what is asked, and waits until it is answered. Gives the question.</summary>
    private static async Task<string> SignOutAsync(Visitor visitor, bool isSure)
    {
        var asked = new TaskCompletionSource<IDialog>();
        EventHandler<IDialog> hear = (_, dialog) => asked.SetResult(dialog);
        visitor.Page.Dialog += hear;
        var click = visitor.ClickAsync(FrameText.SignOut);
        var question = await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await (isSure ? question.AcceptAsync() : question.DismissAsync());
        await click;
        visitor.Page.Dialog -= hear;
        return question.Message;
    }

    private async Task<Household> PrepareAsync(Visitor visitor)
    {
        (var home, _place) = await BeginAsync(visitor);
        return home;
    }

    /// <summary>A patient with a conversation, whose browser keeps it under their password; and where the conversation is.</summary>
    internal static async Task<(Household Home, string Place)> BeginAsync(Visitor visitor)
    {
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        return (home, await KeepAsync(visitor, home));
    }

    /// <summary>The patient, who is signed in, begins a conversation, and lets the browser keep it; where it is.</summary>
    internal static async Task<string> KeepAsync(Visitor visitor, Household home)
    {
        string place;
        using (var maya = await home.Patient.SignInAsync(visitor.Server))
        {
            place = await TalkHome.BeginAsync(maya, "my knee", [("with", home.Doctor.Person.Reference)]);
            await TalkHome.SaidAsync(maya, place, "May I run again?");
        }

        await visitor.GoAsync(KeepEndpoints.Home);
        await visitor.KeepByPasswordAsync(Household.Password);
        await Until.ReadyAsync(visitor.Page);
        return place;
    }

    internal static async Task OpenOfflineAsync(Visitor visitor)
    {
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.GoAsync("/account");
        await visitor.Page.GetByLabel(OfflineText.Password).FillAsync(Household.Password);
        await visitor.ClickAsync(OfflineText.Open);
        await visitor.Page.GetByText("my knee").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("May I run again?")).ToBeVisibleAsync();
    }

    internal static async Task WriteAsync(Visitor visitor, string words)
    {
        await visitor.Page.GetByLabel(OfflineText.YourMessage).FillAsync(words);
        await visitor.ClickAsync(OfflineText.KeepToSend);
        await Assertions.Expect(visitor.Page.Locator("li", new() { HasText = words }).GetByText(OfflineText.Waits)).ToBeVisibleAsync();
    }

    /// <summary>How often somebody finds words in the conversation, as the server has it.</summary>
    private async Task<int> SaidAsync(Resident reader, Visitor visitor, string words)
    {
        using var page = await reader.SignInAsync(visitor.Server);
        return (await page.ReadAsync(_place)).Split(words).Length - 1;
    }
}
