using System.Globalization;
using Microsoft.Playwright;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Reports;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Tests.Api.Conversations;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>A patient, a team and somebody close talk, as people go from page to page.</summary>
internal static class TalkWalk
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home, Data.OrganisationId clinic)
    {
        var (page, people) = (visitor.Page, visitor.Server.Modules.People);
        var team = (await people.CareTeams.AddAsync(clinic, $"Team {home.Doctor.SignInName}", Cancel)).Value!;
        await people.CareTeams.SetMemberAsync(team.Id, home.Doctor.Person.Id, true, Cancel);
        await visitor.SignInAsync(home.Doctor);
        await visitor.EnterAsync(FrameText.Messages);
        await visitor.SeesAsync(ConversationText.NothingYet);
        yield return "conversations-none";
        await visitor.FollowAsync(ConversationText.TeamInbox);
        await visitor.SeesAsync(ConversationText.NothingWaits);
        yield return "conversations-team-none";
        await visitor.GoAsync(TalkPlaces.PromiseOf(team.Id));
        yield return "conversations-promise";
        await page.Locator("input[name=usual]").FillAsync("");
        await visitor.ClickAsync(ConversationText.SetPromise);
        await visitor.SeesAsync(ConversationText.LookAgain);
        yield return "conversations-promise-problems";
        await page.Locator("input[name=usual]").FillAsync("1");
        await visitor.ClickAsync(ConversationText.SetPromise);
        await visitor.SeesAsync(ConversationText.PromiseSet);
        await visitor.GoAsync(TeamPlaces.AwayOf(team.Id));
        var today = DateOnly.FromDateTime(visitor.Server.Clock.GetUtcNow().UtcDateTime);
        await page.GetByLabel(TeamText.AwayFrom).FillAsync(today.AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.GetByLabel(TeamText.AwayUntil).FillAsync(today.AddDays(43).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await visitor.ClickAsync(TeamText.SetAway);
        await visitor.SeesAsync(TeamText.DoneAway);
        yield return "conversations-away";
        await visitor.GoAsync(TeamPlaces.TemplatesOf(team.Id));
        await visitor.ClickAsync(TeamText.AddOffered);
        await visitor.SeesAsync(TeamText.TemplatesSet);
        await page.Locator("details summary").First.ClickAsync();
        yield return "conversations-templates";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(TalkPlaces.New);
        await page.GetByLabel(ConversationText.SomeoneElse).FillAsync(team.Name);
        await visitor.ClickAsync(ConversationText.Find);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = team.Name }).CheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Sam" }).CheckAsync();
        yield return "conversations-new";
        await visitor.ClickAsync(ConversationText.Begin);
        await page.GetByLabel(ConversationText.Subject).FillAsync("What my last results say, and what we do about them until we meet");
        await visitor.ClickAsync(ConversationText.Begin);
        yield return "conversation-begun";
        await page.GetByLabel(ConversationText.YourMessage).FillAsync("I have a crushing pain in my chest and I cannot breathe");
        await visitor.ClickAsync(ConversationText.Send);
        await visitor.SeesAsync(ConversationText.NotSentYet);
        yield return "conversation-urgent";
        await visitor.ClickAsync(ConversationText.BackToText);
        await page.GetByLabel(ConversationText.YourMessage).FillAsync("Is the last value a reason to change something before we meet? I read https://example.org/leaflets/long-term-values-explained-in-plain-words-for-everybody about it.");
        await page.GetByLabel(FileText.Choose).SetInputFilesAsync(
            [new FilePayload { Name = "knee.jpg", MimeType = "image/jpeg", Buffer = SentFiles.Of("gps.jpg") }, new FilePayload { Name = "what-i-say.ogg", MimeType = "audio/ogg", Buffer = SentFiles.Of("voice.ogg") }]);
        if (await page.GetByRole(AriaRole.Button, new() { Name = FileText.Add, Exact = true }).IsVisibleAsync())
        {
            await visitor.ClickAsync(FileText.Add);
        }

        await visitor.SeesAsync("what-i-say.ogg");
        await page.GetByLabel(FileText.WhatItShows).FillAsync("My left knee");
        await visitor.ClickAsync(ConversationText.Attach);

        // What was chosen goes along from page to page.
        await visitor.ClickAsync(ConversationText.AttachNothing);
        await visitor.SeesAsync("what-i-say.ogg");
        yield return "conversation-files";
        await visitor.ClickAsync(ConversationText.Attach);
        await page.Locator("input[name=attach]").First.CheckAsync();
        yield return "conversation-attach";
        await visitor.ClickAsync(ConversationText.GoOn);
        await visitor.SeesAsync(ConversationText.AttachUntil);
        yield return "conversation-attach-review";
        await visitor.ClickAsync(ConversationText.AttachThese);
        yield return "conversation-attached";
        await visitor.ClickAsync(ConversationText.Send);
        await visitor.SeesAsync(ConversationText.SentNotRead);
        yield return "conversation-sent";
        var place = new Uri(page.Url).AbsolutePath;
        await visitor.GoAsync($"{place}/correct/2");
        yield return "conversation-correct";
        await page.GetByLabel(ConversationText.YourMessage).FillAsync("Is the last value a reason to change something before we meet on Monday?");
        await visitor.ClickAsync(ConversationText.CorrectNow);
        await visitor.SeesAsync(ConversationText.DoneCorrected);
        await visitor.GoAsync($"{place}/people");
        yield return "conversation-people";
        await visitor.SignOutAsync();
        await foreach (var stop in CheckIns.CheckInWalk.WalkAsync(visitor, home, place))
        {
            yield return stop;
        }

        await visitor.SignInAsync(home.Doctor);
        await visitor.GoAsync(TalkPlaces.Teams);
        yield return "conversations-team";
        await visitor.GoAsync(place);
        await page.Locator(".before summary").ClickAsync();
        await visitor.ClickAsync(ConversationText.Take);
        await visitor.SeesAsync(ConversationText.DoneTaken);
        await page.GetByLabel(ConversationText.YourMessage).FillAsync("No. Go on as before, and we look at it on Monday.");
        await visitor.ClickAsync(ConversationText.Send);
        await page.GetByLabel(ConversationText.YourMessage).FillAsync("More about that on Monday.");
        await visitor.ClickAsync(TeamText.DraftKeep);
        await visitor.SeesAsync(TeamText.DraftKept);
        yield return "conversation-team";
        await page.Locator(".attached a").First.ClickAsync();
        yield return "conversation-attached-entry";
        await visitor.GoAsync($"{TalkPlaces.New}?about={home.Patient.Person.Record}");
        yield return "conversations-new-to-patient";
        await visitor.GoAsync(TeamPlaces.FiguresOf(team.Id));
        yield return "conversations-figures";
        await visitor.GoAsync(place);
        await page.Locator("details summary").Filter(new() { HasText = ConversationText.CloseIt }).ClickAsync();
        await page.GetByLabel(ConversationText.Summary).FillAsync("Go on as before, and come on Monday.");
        await visitor.ClickAsync(ConversationText.Close);
        await visitor.SeesAsync(ConversationText.DoneClosed);
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(TalkPlaces.Home);
        yield return "conversations";
        await visitor.GoAsync($"{TalkPlaces.Home}?find=monday");
        yield return "conversations-found";
        await visitor.GoAsync(place);
        yield return "conversation";
        await visitor.GoAsync(ReportEndpoints.Of(Data.ConversationId.Parse(place.Split('/')[^1]), 7));
        await visitor.SeesAsync(ReportText.TheMessage);
        yield return "conversation-report";
        await page.GetByLabel(ReportText.Harm).CheckAsync();
        await page.GetByLabel(ReportText.Words).FillAsync("My last value was much higher than what I was told about.");
        await visitor.ClickAsync(ReportText.Send);
        await visitor.SeesAsync(ReportText.DoneReported);
        yield return "conversation-reports";
        await visitor.SignOutAsync();
        await people.Directory.SetPrivacyOfficerAsync(clinic, home.Stranger.Person.Id, true, Cancel);
        await visitor.SignInAsync(home.Stranger);
        await visitor.GoAsync(ReportEndpoints.Queue);
        await visitor.SeesAsync(ReportText.WhatDone);
        yield return "conversation-reports-queue";
        await visitor.SignOutAsync();
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(place);
        await visitor.ClickAsync(ConversationText.End);
        await visitor.SeesAsync(ConversationText.EndAbout);
        yield return "conversation-end";
        await visitor.ClickAsync(ConversationText.EndNow);
        await visitor.SeesAsync(ConversationText.EndedAbout);
        yield return "conversation-ended";
        await visitor.SignOutAsync();
    }
}
