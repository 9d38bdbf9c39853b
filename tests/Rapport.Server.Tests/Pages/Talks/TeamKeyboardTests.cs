using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Whoever is in a care team does all of it with the keyboard, on a dark phone too, and nothing on the way is wrong for whoever does not see it.</summary>
public sealed class TeamKeyboardTests(BrowserFixture browser)
{
    private readonly List<string> _faults = [];

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public async Task The_list_the_draft_templates_absence_figures_and_a_check_in_are_reached_and_done_by_keyboard(string language)
    {
        await using var visitor = await browser.VisitAsync(new Look(360, Dark: true) { Language = Languages.Find(language)! });
        var world = await TalkHome.MoveInAsync(visitor.Server);
        using (var patient = await world.Home.Patient.SignInAsync(visitor.Server))
        {
            await TalkHome.SaidAsync(patient, await TalkHome.BeginAsync(patient, "my knee", [("with", $"CareTeam/{world.Team.Id}")]), "May I run?");
        }

        await visitor.SignInAsync(world.Home.Doctor);
        await visitor.GoAsync(TalkPlaces.Home);
        await PressAsync(visitor, ConversationText.TeamInbox);
        await SeesHeadingAsync(visitor, ConversationText.TeamInbox);
        await ViewsAsync(visitor);
        await TemplateAsync(visitor, world);
        await AwayAsync(visitor, world);
        await visitor.GoAsync(TalkPlaces.Teams);
        await PressAsync(visitor, Of(TeamText.FiguresLink, world));
        await SeesHeadingAsync(visitor, TeamText.FiguresTitle);
        await LookAsync(visitor, "figures");
        await DraftAsync(visitor);
        await CheckInAsync(visitor);
        Assert.Empty(_faults);
        visitor.AssertNothingWentWrong();
    }

    private async Task ViewsAsync(Visitor visitor)
    {
        foreach (var (filter, count) in TeamFilter.All.Zip([1, 0, 0, 1, 1, 0]))
        {
            await PressAsync(visitor, $"{filter.Text} ({count})");
            await visitor.ArrivesAtAsync($"{TalkPlaces.Teams}?show={filter.Name}");
            await Assertions.Expect(visitor.Page.Locator("nav.views [aria-current=page]")).ToHaveTextAsync($"{filter.Text} ({count})");
            await LookAsync(visitor, filter.Name);
        }
    }

    private async Task TemplateAsync(Visitor visitor, TalkHome world)
    {
        await PressAsync(visitor, Of(TeamText.TemplatesLink, world));
        await SeesHeadingAsync(visitor, TeamText.TemplatesTitle);
        await TypeAsync(visitor, TeamText.TemplateTitle, "Ours");
        await TypeAsync(visitor, TeamText.TemplateText, "Hello {name}. {me}");
        await PressAsync(visitor, TeamText.SaveTemplate);
        await visitor.SeesAsync(TeamText.TemplatesSet);
        await PressAsync(visitor, Visitor.Words(TeamText.ChangeTemplate, "Ours"));
        await Assertions.Expect(visitor.Page.Locator("#title-0")).ToBeVisibleAsync();
        await LookAsync(visitor, "templates");
    }

    private async Task AwayAsync(Visitor visitor, TalkHome world)
    {
        await visitor.GoAsync(TalkPlaces.Teams);
        await PressAsync(visitor, Of(TeamText.AwayLink, world));
        await SeesHeadingAsync(visitor, TeamText.AwayTitle);

        // Day and month alike: browsers ask for them in the order of their language.
        await TypeAsync(visitor, TeamText.AwayFrom, "07072026");
        await TypeAsync(visitor, TeamText.AwayUntil, "08082026");
        await PressAsync(visitor, TeamText.SetAway);
        await visitor.SeesAsync(TeamText.DoneAway);
        await Assertions.Expect(visitor.Page.Locator("input[name=until]")).ToHaveValueAsync("2026-08-08");
        await LookAsync(visitor, "away");
    }

    private async Task DraftAsync(Visitor visitor)
    {
        await visitor.GoAsync(TalkPlaces.Teams);
        await PressAsync(visitor, "my knee");
        await SeesHeadingAsync(visitor, "my knee");
        await visitor.TabToAsync(TeamText.UseTemplate);
        await PressAsync(visitor, TeamText.InsertTemplate);
        await Assertions.Expect(visitor.Page.GetByLabel(ConversationText.YourMessage)).ToHaveValueAsync("Hello Maya. Dr Lee");
        await TypeAsync(visitor, ConversationText.YourMessage, "Yes, slowly.");
        await PressAsync(visitor, TeamText.DraftKeep);
        await visitor.SeesAsync(TeamText.DraftKept);
        await LookAsync(visitor, "draft");
    }

    private async Task CheckInAsync(Visitor visitor)
    {
        await PressAsync(visitor, CheckInText.Ask);
        await SeesHeadingAsync(visitor, CheckInText.Ask);
        await TypeAsync(visitor, CheckInText.FormTitle, "Running");
        await TypeAsync(visitor, CheckInText.QuestionText, "Did you run?");
        await visitor.TabToAsync(CheckInText.QuestionKind);
        await visitor.Page.Keyboard.PressAsync("End");
        await LookAsync(visitor, "asking");
        await PressAsync(visitor, CheckInText.AskNow);
        await visitor.SeesAsync("Running");
        await LookAsync(visitor, "asked");
    }

    /// <summary>What a link to something of the team is called, with what is read out alone.</summary>
    private static string Of(string link, TalkHome world) => Visitor.Words(link, Say.Fill(SharingText.TeamAt, "Heart team", world.TeamTitle["Heart team, ".Length..]));

    private static async Task PressAsync(Visitor visitor, string name)
    {
        await visitor.TabToAsync(name);
        await visitor.Page.Keyboard.PressAsync("Enter");
    }

    private static async Task TypeAsync(Visitor visitor, string name, string text)
    {
        await visitor.TabToAsync(name);
        await visitor.Page.Keyboard.TypeAsync(text);
    }

    private static Task SeesHeadingAsync(Visitor visitor, string heading) => Assertions.Expect(visitor.Heading).ToHaveTextAsync(heading);

    private async Task LookAsync(Visitor visitor, string stop) => _faults.AddRange((await PageLook.AtAsync(visitor.Page)).Faults(stop));
}
