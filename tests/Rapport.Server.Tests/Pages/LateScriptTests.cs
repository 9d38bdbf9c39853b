using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design;
using Rapport.Server.Design.Components;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.SignIn;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Offline;
using Rapport.Server.Tests.Pages.Talks;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages;

/// <summary>On a slow line a page is there before its scripts: what somebody does meanwhile is done when they are, or cannot be done yet. Nothing is lost.</summary>
public sealed class LateScriptTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_passkey_is_asked_for_from_when_its_script_is_there()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.PlugInAsync();
        await using var late = await LateScript.HoldAsync(visitor, "passkey.js", "/sign-up");
        var card = visitor.Page.GetByRole(AriaRole.Region, new() { Name = SignInText.WithThisDevice });
        await card.GetByLabel(SignInText.YourName).FillAsync("Nora Nachbar");
        var button = card.GetByRole(AriaRole.Button, new() { Name = SignInText.MakeMyAccount });
        await Assertions.Expect(button).ToBeDisabledAsync();
        late.Come();
        await button.ClickAsync();
        await visitor.SeesAsync(Say.Fill(AccountText.Welcome, "Nora Nachbar"));
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task A_file_that_is_chosen_before_the_script_is_there_is_shown_when_it_is_and_nobody_speaks_before()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(visitor.Server);
        var place = await TalkHome.BeginAsync(patient, "my knee", [("with", home.Doctor.Person.Reference)]);
        await visitor.SignInAsync(home.Patient);
        await using var late = await LateScript.HoldAsync(visitor, "files.js", place);
        await visitor.Page.GetByLabel(FileText.Choose).SetInputFilesAsync([new FilePayload { Name = "knee.jpg", MimeType = "image/jpeg", Buffer = SentFiles.Of("gps.jpg") }]);
        var record = visitor.Page.GetByRole(AriaRole.Button, new() { Name = FileText.Record });
        await Assertions.Expect(record).ToBeDisabledAsync();
        late.Come();
        await visitor.SeesAsync("knee.jpg");
        await Assertions.Expect(record).ToBeEnabledAsync();
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task What_is_typed_into_a_search_before_the_script_is_there_is_found_when_it_is()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await using var late = await LateScript.HoldAsync(visitor, "record.js", "/record");
        await visitor.Page.GetByLabel(RecordText.SearchOwn).FillAsync("hba1");
        late.Come();
        await Assertions.Expect(visitor.Page.Locator("[data-count]")).ToHaveTextAsync(Say.Count(RecordText.EntriesFound, 30));
        await visitor.ArrivesAtAsync("/record/timeline?q=hba1");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task A_name_that_is_typed_before_the_script_is_there_narrows_the_list_when_it_is()
    {
        await using var visitor = await browser.VisitAsync();
        var first = await ShareAsync(visitor, "Persóna A", null);
        for (var i = 1; i < 8; i++)
        {
            await ShareAsync(visitor, $"Persóna {(char)('A' + i)}", first.Doctor);
        }

        await visitor.SignInAsync(first.Doctor);
        await using var late = await LateScript.HoldAsync(visitor, "filter.js", "/shared");
        await visitor.Page.GetByLabel(SharedText.FindByName).FillAsync("persona c");
        late.Come();
        await Assertions.Expect(visitor.Page.Locator(".row a")).ToHaveTextAsync(["Persóna C"]);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task What_a_device_keeps_is_turned_on_and_off_by_who_presses_before_the_script_is_there()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        await using var late = await LateScript.HoldAsync(visitor, "kept.js", KeepEndpoints.Home);
        await OfflineWalk.AskToKeepAsync(visitor.Page, Household.Password);
        late.Come();
        await Assertions.Expect(visitor.Page.GetByText(KeepText.IsOn)).ToBeVisibleAsync();

        await using var again = await LateScript.HoldAsync(visitor, "kept.js", KeepEndpoints.Home);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOff }).ClickAsync();
        again.Come();
        await Assertions.Expect(visitor.Page.GetByText(KeepText.Gone)).ToBeVisibleAsync();
        visitor.AssertNothingWentWrong();
    }

    /// <summary>The button stayed disabled, and nothing was said.</summary>
    [Fact]
    public async Task Where_the_script_does_not_come_turning_on_and_off_what_a_device_keeps_says_that_it_did_not_work()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        var script = "**" + SiteFiles.Href("kept.js");
        await visitor.Page.RouteAsync(script, static route => route.AbortAsync());
        await visitor.GoAsync(KeepEndpoints.Home);
        var button = visitor.Page.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOn });
        await OfflineWalk.AskToKeepAsync(visitor.Page, Household.Password);
        await visitor.SeesAsync(KeepText.Failed);
        await Assertions.Expect(button).ToBeEnabledAsync();

        await visitor.Page.UnrouteAsync(script);
        await visitor.GoAsync(KeepEndpoints.Home);
        await visitor.KeepByPasswordAsync(Household.Password);
        await visitor.Page.RouteAsync(script, static route => route.AbortAsync());
        await visitor.GoAsync(KeepEndpoints.Home);
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        visitor.Page.Dialog += async (_, dialog) =>
        {
            said.TrySetResult(dialog.Message);
            await dialog.AcceptAsync();
        };
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = KeepText.TurnOff }).ClickAsync();
        Assert.Equal(KeepText.OffFailed, await said.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_signs_out_before_the_script_is_there_is_asked_as_always_and_what_the_device_keeps_is_gone()
    {
        await using var visitor = await browser.VisitAsync();
        await OutboxBrowserTests.BeginAsync(visitor);
        await OutboxBrowserTests.OpenOfflineAsync(visitor);
        await OutboxBrowserTests.WriteAsync(visitor, "I cannot breathe and have a crushing pain in my chest");
        await visitor.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visitor.Page.GetByText(Server.Offline.OfflineText.CameBack)).ToBeVisibleAsync();
        await using var late = await LateScript.HoldAsync(visitor, "kept.js", "/account");
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        visitor.Page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Message);
            await dialog.AcceptAsync();
        };
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = FrameText.SignOut, Exact = true }).ClickAsync();
        late.Come();
        Assert.Equal(FrameText.UnsentGoes, await asked.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = SignInText.SignIn })).ToBeVisibleAsync();
        await Until.HoldsAsync(visitor.Page, "async () => (await indexedDB.databases()).length === 0 && localStorage.getItem('rapport-kept') === null");
    }

    private static async Task<Household> ShareAsync(Visitor visitor, string name, Resident? doctor)
    {
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false, name);
        using var patient = await home.Patient.SignInAsync(visitor.Server);
        await patient.ShareAsync(doctor ?? home.Doctor, [("kind", "conditions")]);
        return home;
    }

    /// <summary>A script of a page that stays on its way until it may come.</summary>
    private sealed class LateScript : IAsyncDisposable
    {
        private readonly TaskCompletionSource _come = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Goes to the page.</summary>
        public static async Task<LateScript> HoldAsync(Visitor visitor, string script, string place)
        {
            var late = new LateScript();
            await visitor.Page.RouteAsync("**" + SiteFiles.Href(script), async route =>
            {
                await late._come.Task;
                await route.ContinueAsync();
            });
            await visitor.Page.GotoAsync(place, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
            return late;
        }

        public void Come() => _come.TrySetResult();

        /// <summary>No page can be closed while it waits for something.</summary>
        public ValueTask DisposeAsync()
        {
            Come();
            return ValueTask.CompletedTask;
        }
    }
}
