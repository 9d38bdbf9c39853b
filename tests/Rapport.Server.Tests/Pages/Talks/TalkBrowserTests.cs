using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>People in front of browsers who talk with each other.</summary>
public sealed class TalkBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Two_browsers_talk_live_and_what_is_being_typed_stays()
    {
        await using var maya = await browser.VisitAsync();
        await using var lee = await browser.VisitAsync();
        var home = await Household.MoveInAsync(maya.Server, withRecord: false);
        await maya.SignInAsync(home.Patient);
        await lee.SignInAsync(home.Doctor);
        await lee.EnterAsync(FrameText.Messages);
        await lee.SeesAsync(ConversationText.NothingYetProfessional.Split("<a")[0]);

        await maya.EnterAsync(FrameText.Messages);
        await maya.Page.GetByRole(AriaRole.Link, new() { Name = ConversationText.New }).First.ClickAsync();
        await maya.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Dr Lee" }).CheckAsync();
        await maya.Page.GetByLabel(ConversationText.Subject).FillAsync("my knee");
        await maya.ClickAsync(ConversationText.Begin);
        await maya.Page.GetByLabel(ConversationText.YourMessage).FillAsync("May I run again?");
        await maya.ClickAsync(ConversationText.Send);
        await maya.SeesAsync("May I run again?");

        // The list of the other follows by itself, and so do both pages of the conversation.
        await lee.SeesAsync("May I run again?");
        await lee.FollowAsync("my knee");
        await lee.SeesAsync(ConversationText.YourMessage);
        await maya.Page.ReloadAsync();
        await maya.SeesAsync(Say.Fill(ConversationText.ReadBy, "Dr Lee"));
        await maya.Page.GetByLabel(ConversationText.YourMessage).FillAsync("half a sen");
        await lee.Page.GetByLabel(ConversationText.YourMessage).FillAsync("Yes, slowly.");
        await lee.ClickAsync(ConversationText.Send);
        await maya.SeesAsync("Yes, slowly.");
        await Assertions.Expect(maya.Page.GetByLabel(ConversationText.YourMessage)).ToHaveValueAsync("half a sen");
        await Assertions.Expect(maya.Page.Locator("[data-follow-said]")).ToHaveTextAsync(ConversationText.SomethingCame);
        maya.AssertNothingWentWrong();
        lee.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData("en", true)]
    [InlineData("es", false)]
    public async Task A_message_is_written_by_keyboard_with_and_without_script_and_an_emergency_is_asked_about_first(string language, bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look { Script = script, Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/conversations/new");
        await visitor.TabToAsync("Dr Lee");
        await visitor.Page.Keyboard.PressAsync("Space");
        await visitor.TabToAsync(ConversationText.Subject);
        await visitor.Page.Keyboard.TypeAsync("mi rodilla");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("mi rodilla");
        await visitor.TabToAsync(ConversationText.YourMessage);
        const string text = "I cannot breathe and have a crushing pain in my chest";
        await visitor.Page.Keyboard.TypeAsync(text);
        await visitor.TabToAsync(ConversationText.Send);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(ConversationText.UrgentTitle);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = Say.Fill(ConversationText.CallNumber, "112") })).ToHaveAttributeAsync("href", "tel:112");
        await visitor.ClickAsync(ConversationText.BackToText);
        await Assertions.Expect(visitor.Page.GetByLabel(ConversationText.YourMessage)).ToHaveValueAsync(text);
        await visitor.ClickAsync(ConversationText.Send);
        await visitor.TabToAsync(ConversationText.NoEmergency);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.SeesAsync(text);
        await Assertions.Expect(visitor.Page.GetByLabel(ConversationText.YourMessage)).ToHaveValueAsync("");
        visitor.AssertNothingWentWrong();
    }
}
