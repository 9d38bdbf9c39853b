using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.Professionals;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>A doctor asks, a patient answers: in a browser, as people do it.</summary>
public sealed class RequestBrowserTests(BrowserFixture browser)
{
    private const string Patient = "Maya Castellanos";

    [Theory]
    [InlineData("en", 1200, true, false)]
    [InlineData("en", 360, false, true)]
    [InlineData("es", 360, true, false)]
    [InlineData("es", 1200, false, false)]
    public async Task ADoctorAsksAndIsGrantedInTwoTaps(string language, int width, bool script, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark, script) { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server);

        await visitor.SignInAsync(home.Doctor);
        await visitor.EnterAsync(FrameText.Requests);
        await visitor.SeesAsync(RequestText.Nothing);
        await visitor.AskAsync(home.Patient.SignInName, RequestText.AimKnow);
        await visitor.SeesAsync(Visitor.Words(RequestText.DoneAsked, "30"));
        await visitor.SeesAsync(home.Patient.SignInName);
        await visitor.SeesAsync(RequestText.StateWaiting);
        await visitor.SeesNotAsync(Patient);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.SeesAsync(Say.Fill(RequestText.OneAsks, "Dr Lee"));
        await visitor.FollowAsync(RequestText.LookAndAnswer);
        await visitor.SeesAsync(RequestWalk.Reason);
        await visitor.SeesAsync(ProfessionalText.NotVouched);
        await visitor.SeesAsync(RequestText.ServesKnow);

        // Two taps.
        await visitor.FollowAsync(Visitor.Words(RequestText.Yes, "Dr Lee"));
        await visitor.SeesAsync(SharingText.ReviewHeading);
        await visitor.SeesAsync(Say.Sentence(RequestWalk.Of("vaccines")));
        await visitor.ClickAsync(Say.Fill(SharingText.ShareWith, "Dr Lee"));

        await visitor.SeesAsync(Visitor.Words(SharingText.DoneShared));
        await visitor.SeesNotAsync(RequestText.AskedHeading);
        await visitor.EnterAsync(FrameText.Ledger);
        await visitor.SeesAsync(Say.Fill(LedgerText.AgreedAsked, LedgerText.You, "Dr Lee", Today(visitor)));
        await visitor.EnterAsync(FrameText.Share);
        await visitor.FollowAsync(Say.Fill(SharingText.AgreedOn, Say.Day(visitor.Server.Clock.GetUtcNow())));
        await visitor.SeesAsync(SharingText.AnswersTheirs);
        await visitor.SignOutAsync();

        await LookAtWhatWasGrantedAsync(visitor, home);
        await visitor.SeesAsync(SharedText.WrittenDown);
        await visitor.Page.Locator(".row-text > a").First.ClickAsync();
        await visitor.SeesAsync(RecordText.WhatItSays);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task ThePatientChoosesLessThanWasAsked()
    {
        await using var visitor = await browser.VisitAsync(new Look());
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Doctor);
        await visitor.AskAsync(home.Patient.SignInName, RequestText.AimTreat);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.EnterAsync(FrameText.Share);
        await visitor.FollowAsync(Visitor.Words(RequestText.Choose, "Dr Lee"));
        await visitor.SeesAsync(Say.Fill(SharingText.WhatHeading, "Dr Lee"));
        await Assertions.Expect(visitor.Page.Locator("input[value=medicines]")).ToBeCheckedAsync();
        await Assertions.Expect(visitor.Page.Locator("input[value=visits]")).Not.ToBeCheckedAsync();
        await visitor.ChooseKindsAsync(["allergies"]);
        await Assertions.Expect(visitor.Page.GetByLabel(SharingText.ChosenDay)).ToBeCheckedAsync();
        await visitor.ChooseUsualTimeAsync();
        await visitor.ClickAsync(Say.Fill(SharingText.ShareWith, "Dr Lee"));
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneShared));
        await visitor.SeesNotAsync(RequestText.AskedHeading);
        await visitor.SignOutAsync();

        await LookAtWhatWasGrantedAsync(visitor, home);
        Assert.Equal(await CountAsync(home, visitor, "AllergyIntolerance"), await visitor.Page.Locator(".row-text > a").CountAsync());
    }

    [Theory]
    [InlineData("en", true)]
    [InlineData("es", false)]
    public async Task WithTheKeyboardAlone(string language, bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look(Script: script) { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        var keyboard = visitor.Page.Keyboard;
        await visitor.SignInAsync(home.Doctor);
        await visitor.TabToAsync(FrameText.Requests);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(RequestText.Heading);
        await visitor.TabToAsync(RequestText.AskSomeone);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(RequestText.PurposeHeading);
        await visitor.TabToAsync(RequestText.AimTreat);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(RequestText.AskHeading);
        await visitor.TabToAsync(RequestText.To);
        await keyboard.TypeAsync(home.Patient.SignInName);
        await visitor.TabToAsync(RequestText.Why);
        await keyboard.TypeAsync(RequestWalk.Reason);
        await visitor.TabToAsync(RequestText.Send);
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(RequestText.StateWaiting);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.EnterAsync(FrameText.Share);
        await visitor.SeesAsync(RequestText.AskedHeading);
        await visitor.TabToAsync(Visitor.Words(RequestText.No, "Dr Lee"));
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Dialog, new() { Name = Say.Fill(RequestText.NoQuestion, "Dr Lee") })).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = RequestText.DecideLater })).ToBeFocusedAsync();
        await keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = RequestText.SayNo })).ToBeFocusedAsync();
        await keyboard.PressAsync("Shift+Tab");
        await keyboard.PressAsync("Shift+Tab");
        await keyboard.PressAsync("Space");
        await visitor.TabToAsync(RequestText.SayNo);
        await keyboard.PressAsync("Enter");
        await visitor.SeesAsync(Visitor.Words(RequestText.DoneRefused));
        await visitor.SeesNotAsync(RequestText.AskedHeading);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        await visitor.EnterAsync(FrameText.Requests);
        await visitor.SeesAsync(RequestText.StateNotGranted);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task WhatIsMissingIsSaidWhereItIsMissing()
    {
        await using var visitor = await browser.VisitAsync(Look.Phone);
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Doctor);
        await visitor.GoAsync("/requests/new?for=arrange");
        await visitor.Page.GetByLabel(RequestText.To).FillAsync(home.Patient.SignInName);
        await visitor.ClickAsync(RequestText.Send);
        await visitor.SeesAsync(ComponentText.LookAgain);
        await visitor.FollowAsync(RequestText.WriteWhy);
        await Assertions.Expect(visitor.Page.GetByLabel(RequestText.Why)).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(visitor.Page.GetByLabel(RequestText.To)).ToHaveValueAsync(home.Patient.SignInName);
        await visitor.FillInAsync(home.Patient.SignInName);
        await visitor.ClickAsync(RequestText.Send);
        await visitor.SeesAsync(RequestText.StateWaiting);
    }

    private static async Task LookAtWhatWasGrantedAsync(Visitor visitor, Household home)
    {
        await visitor.SignInAsync(home.Doctor);
        await visitor.EnterAsync(FrameText.Requests);
        await visitor.SeesAsync(RequestText.StateGranted);
        await visitor.FollowAsync(Say.Fill(RequestText.LookAt, Patient));
        await visitor.FollowAsync(SharedText.Timeline);
    }

    private static string Today(Visitor visitor)
    {
        var day = DateOnly.FromDateTime(visitor.Server.Clock.GetUtcNow().DateTime);
        return Say.Away(day, day);
    }

    private static async Task<int> CountAsync(Household home, Visitor visitor, string type)
    {
        var own = await home.Patient.OpenAsync(visitor.Server);
        var overview = await own.OverviewAsync(TestContext.Current.CancellationToken);
        return overview.ByType[type];
    }
}
