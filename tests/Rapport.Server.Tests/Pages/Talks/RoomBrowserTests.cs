using System.Globalization;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.States;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>A room in front of three browsers: a patient who reads Spanish, their daughter, and a nurse of a care team on a phone.</summary>
public sealed class RoomBrowserTests(BrowserFixture browser)
{
    private static readonly SpokenLanguage Spanish = Languages.Find("es")!;

    private readonly List<string> _faults = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_talk_live_in_two_languages_and_who_is_taken_out_sees_nothing_any_more()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server);
        await world.PromiseAsync(8);
        var lucia = await AddAsync(server, "lucia", "Lucía", null);
        await server.Modules.People.Circle.AddAsync(world.Home.Patient.Person.Record!.Value, lucia.Person.Id, "daughter", Cancel);
        var ruiz = await AddAsync(server, "ruiz", "Nurse Ruiz", "nurse");
        await server.Modules.People.Directory.AddMemberAsync(world.Team.Id.Organisation, ruiz.Person.Id, "nurse", null, Cancel);
        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, ruiz.Person.Id, true, Cancel);

        await using var nurse = await browser.VisitAsync(Look.Phone, server);
        await nurse.SignInAsync(ruiz);
        await nurse.GoAsync(TalkPlaces.Teams);
        await nurse.SeesAsync(ConversationText.NothingWaits);
        await using var daughter = await browser.VisitAsync(server: server);
        await daughter.SignInAsync(lucia);
        await daughter.GoAsync(TalkPlaces.Home);
        await daughter.SeesAsync(ConversationText.NothingYet);
        await using var maya = await browser.VisitAsync(new Look { Language = Spanish }, server);
        await maya.SignInAsync(world.Home.Patient);
        await BeginAsync(maya, world);

        // Who reads it, and by when the team answers, before it is sent.
        await maya.SeesAsync(Say.Fill(ConversationText.WhoeverIsIn, world.TeamTitle));
        await maya.SeesAsync(Say.Fill(ConversationText.WillAnswerBy, world.TeamTitle, Say.MomentOfWeek(server.Clock.GetUtcNow().AddHours(8))));
        await SayAsync(maya, "¿Puedo volver a correr?");

        // The lists of both follow by themselves: it is delivered, and nobody has opened it.
        await daughter.SeesAsync("¿Puedo volver a correr?");
        await nurse.SeesAsync("¿Puedo volver a correr?");
        await maya.Page.ReloadAsync();
        await HasAsync(maya, 2, StateText.Delivered);
        await LookAsync(maya, "delivered");
        await LookAsync(nurse, "the list of the team");
        await daughter.FollowAsync("mi rodilla");
        await nurse.FollowAsync("mi rodilla");
        Speak(Languages.English);
        await daughter.SeesAsync(ConversationText.YourMessage);
        await nurse.SeesAsync(ConversationText.ForYourTeam);
        Speak(Spanish);
        await maya.Page.ReloadAsync();
        await HasAsync(maya, 2, "Lucía");
        await HasAsync(maya, 2, "Nurse Ruiz");
        await HasAsync(maya, 2, Say.Fill(StateText.Waits, world.TeamTitle));

        // It is handed over on a phone, and each page says so by itself, in its language.
        Speak(Languages.English);
        await nurse.Page.GetByLabel(ConversationText.HandTo).SelectOptionAsync(new SelectOptionValue { Label = "Dr Lee" });
        await nurse.ClickAsync(ConversationText.HandOver);
        await nurse.SeesAsync(ConversationText.DoneTaken);
        await daughter.SeesAsync(Say.Fill(ConversationText.HandedOver, "Nurse Ruiz", "Dr Lee"));
        Speak(Spanish);
        await maya.SeesAsync(Say.Fill(ConversationText.HandedOver, "Nurse Ruiz", "Dr Lee"));
        await HasAsync(maya, 2, Say.Fill(StateText.WaitsWith, "Dr Lee"));

        // The answer stands under the question while it is looked at.
        Speak(Languages.English);
        await SayAsync(nurse, "Slowly, yes.");
        await daughter.SeesAsync("Slowly, yes.");
        Speak(Spanish);
        await maya.SeesAsync("Slowly, yes.");
        await HasAsync(maya, 2, Say.Fill(StateText.Answered, "Nurse Ruiz", world.TeamTitle, Say.MomentOfWeek(server.Clock.GetUtcNow())));
        await HasAsync(maya, 2, StateText.InTime);
        await LookAsync(maya, "answered");

        // What is put right is put right on each page, with what stood there first.
        Speak(Languages.English);
        await SayAsync(daughter, "I go along on Mondey.");
        await maya.SeesAsync("I go along on Mondey.");
        await nurse.SeesAsync("I go along on Mondey.");
        await daughter.Page.Locator("a[href*='/correct/']").ClickAsync();
        await daughter.SeesAsync(ConversationText.CorrectLead);
        await LookAsync(daughter, "correcting");
        await daughter.Page.GetByLabel(ConversationText.YourMessage).FillAsync("I go along on Monday.");
        await daughter.ClickAsync(ConversationText.CorrectNow);
        await nurse.SeesAsync("I go along on Monday.");
        await nurse.SeesAsync(ConversationText.Corrected);
        await LookAsync(nurse, "the room on a phone");
        Speak(Spanish);
        await maya.SeesAsync("I go along on Monday.");
        await maya.SeesAsync(ConversationText.Corrected);

        // Who is taken out finds what a stranger finds, and hears nothing of what comes.
        var place = new Uri(daughter.Page.Url).AbsolutePath;
        await maya.Page.Locator($"button[name=member][value='RelatedPerson/{lucia.Person.Id}']").ClickAsync();
        await maya.SeesAsync(ConversationText.DoneRemoved);
        await SayAsync(maya, "Esto es solo para ustedes.");
        await nurse.SeesAsync("Esto es solo para ustedes.");
        Assert.Equal(404, (await daughter.Page.GotoAsync(place))!.Status);
        Assert.DoesNotContain("solo para ustedes", await daughter.Page.ContentAsync());
        await daughter.GoAsync(TalkPlaces.Home);
        Speak(Languages.English);
        await daughter.SeesAsync(ConversationText.NothingYet);
        Assert.DoesNotContain("mi rodilla", await daughter.Page.ContentAsync());
        await LookAsync(daughter, "taken out");
        Assert.Empty(_faults);
        maya.AssertNothingWentWrong();
        daughter.AssertNothingWentWrong();
        nurse.AssertNothingWentWrong();
    }

    private static async Task BeginAsync(Visitor maya, TalkHome world)
    {
        await maya.EnterAsync(FrameText.Messages);
        await maya.Page.GetByRole(AriaRole.Link, new() { Name = ConversationText.New }).First.ClickAsync();
        await maya.Page.GetByLabel(ConversationText.SomeoneElse).FillAsync("Heart team");
        await maya.ClickAsync(ConversationText.Find);
        await maya.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Heart team" }).CheckAsync();
        await maya.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Lucía" }).CheckAsync();
        await maya.Page.GetByLabel(ConversationText.Subject).FillAsync("mi rodilla");
        await maya.ClickAsync(ConversationText.Begin);
        await Assertions.Expect(maya.Heading).ToHaveTextAsync("mi rodilla");
    }

    private static async Task SayAsync(Visitor visitor, string text)
    {
        await visitor.Page.GetByLabel(ConversationText.YourMessage).FillAsync(text);
        await visitor.ClickAsync(ConversationText.Send);
        await visitor.SeesAsync(text);
    }

    /// <summary>What stands with a line.</summary>
    private static Task HasAsync(Visitor visitor, long line, string text) => Assertions.Expect(visitor.Page.Locator($"#m{line}")).ToContainTextAsync(text);

    /// <summary>From here on the texts of pages are those of who is looked at now.</summary>
    private static void Speak(SpokenLanguage language) => CultureInfo.CurrentUICulture = language.Culture;

    private async Task LookAsync(Visitor visitor, string name) => _faults.AddRange((await PageLook.AtAsync(visitor.Page)).Violations.Select(violation => $"{name}: {violation}"));

    private static async Task<Resident> AddAsync(RunningServer server, string name, string shown, string? role) => new((await server.Modules.People.Accounts.AddAsync(
        new NewPerson { SignInName = name, DisplayName = shown, Password = Household.Password, IsProfessional = role is not null, Role = role }, Cancel)).Value!);
}
