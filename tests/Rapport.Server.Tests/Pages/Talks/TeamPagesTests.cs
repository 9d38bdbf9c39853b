using System.Net;
using Rapport.Conversations;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What care teams do with what is written to them, and what they promise. Each test has a server of its own: it moves the clock.</summary>
public sealed class TeamPagesTests
{
    private static readonly (string, string)[] Week =
    [
        .. new[] { "monday", "tuesday", "wednesday", "thursday", "friday" }.SelectMany(static day => new[] { ($"{day}-0-from", "09:00"), ($"{day}-0-to", "17:00") }),
        ("zone", "UTC"), ("usual", "8"), ("usual-unit", "hours"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_team_says_by_when_it_answers_and_who_writes_is_told_before_and_sees_plainly_when_it_is_late_until_it_answers()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var page = $"/conversations/team/{world.Team.Id}/promise";
        Assert.Contains(page, await doctor.ReadAsync("/conversations/team"));
        using var set = await doctor.PostAsync(page, page, [.. Week, ("version", "0"), ("time-Results", "2"), ("time-Results-unit", "days"), ("notice", "No bills here, please."), ("told", world.Home.Doctor.Person.Id.ToString()), ("away-0-from", "2026-06-05"), ("away-0-to", "2026-06-08")]);
        Assert.EndsWith("?done=set", set.Headers.Location?.OriginalString);
        var (promise, version) = (await server.Modules.Conversations.Promises.FindAsync(world.Team.Id, Cancel))!.Value;
        Assert.Equal((1, 5, 4, "No bills here, please.", new AnswerTime(8, AnswerUnit.OpenHours), new AnswerTime(2, AnswerUnit.OpenDays)), (version, promise.Hours.Week.Count(), promise.Hours.Away.Count, promise.Notice, promise.Usual, promise.ByTopic[Topic.Results]));

        // It is Monday 1 June 2026, noon: eight hours of the team end on Tuesday at noon.
        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var by = new DateTimeOffset(2026, 6, 2, 12, 0, 0, TimeSpan.Zero);
        var before = await patient.ReadAsync(place);
        Assert.Contains(Html(Say.Fill(ConversationText.WillAnswerBy, world.TeamTitle, Say.MomentOfWeek(by))), before);
        Assert.Contains("No bills here, please.", before);
        Assert.Contains(Html(Say.Fill(ConversationText.WhoeverIsIn, world.TeamTitle)), before);
        await SaidAsync(patient, place, "hello");
        Assert.Contains(Html(Say.Fill(ConversationText.PromisedBy, world.TeamTitle, Say.MomentOfWeek(by))), await patient.ReadAsync("/conversations"));
        var list = await doctor.ReadAsync("/conversations/team");
        Assert.Contains($"href=\"{place}#newest\"", list);
        Assert.Contains(Html(Say.Fill(ConversationText.PromisedBy, world.Team.Name, Say.MomentOfWeek(by))), list);

        server.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        using var again = await world.Home.Patient.SignInAsync(server);
        using var doctorAgain = await world.Home.Doctor.SignInAsync(server);
        var late = Html(Say.Fill(ConversationText.Overdue, world.TeamTitle, Say.MomentOfWeek(by)));
        Assert.Contains(late, await again.ReadAsync("/conversations"));
        Assert.Contains(late, await again.ReadAsync(place));
        await server.Modules.Conversations.Late.TellAsync(Cancel);
        var passed = await again.ReadAsync(place);
        Assert.Contains(Html(Say.Fill(ConversationText.LateIsWith, "Dr Lee")), passed);
        Assert.Contains(Html(Say.Fill(ConversationText.LateWith, "Dr Lee (physician)", world.TeamTitle)), passed);
        Assert.Contains(Html(Say.Fill(ConversationText.InHands, "Dr Lee")), await again.ReadAsync("/conversations"));
        Assert.Contains($"href=\"{place}#newest\"", await doctorAgain.ReadAsync("/conversations/team?show=mine"));

        // It stays in the number of the navigation also when it was read, until somebody answers.
        await doctorAgain.ReadAsync(place);
        Assert.Contains(Html(Say.Count(ConversationText.UnreadCount, 1)), await doctorAgain.ReadAsync("/account"));
        Assert.Contains($"href=\"{place}#newest\"", await doctorAgain.ReadAsync("/conversations/team?show=overdue"));

        using var taken = await doctorAgain.PostAsync("/account", place + "/take", ("hands", world.Home.Doctor.Person.Id.ToString()));
        Assert.EndsWith("?done=taken", taken.Headers.Location?.OriginalString);
        Assert.Contains(Html(Say.Fill(ConversationText.InHands, "Dr Lee")), await again.ReadAsync("/conversations"));
        Assert.Contains($"href=\"{place}#newest\"", await doctorAgain.ReadAsync("/conversations/team?show=mine"));
        await SaidAsync(doctorAgain, place, "hello, Maya");
        await doctorAgain.ReadAsync(place);
        Assert.DoesNotMatch("<span class=\"unread\"", await doctorAgain.ReadAsync("/account"));
        Assert.DoesNotContain(late, await again.ReadAsync(place));
        using var closed = await doctorAgain.PostAsync("/account", place + "/close", ("summary", "Rest for two weeks."));
        Assert.EndsWith("?done=closed", closed.Headers.Location?.OriginalString);
        Assert.Contains("Rest for two weeks.", await again.ReadAsync(place));
        Assert.Contains(Html(ConversationText.IsClosed), await again.ReadAsync("/conversations"));
        Assert.DoesNotContain($"href=\"{place}#newest\"", await doctorAgain.ReadAsync("/conversations/team"));
    }

    [Fact]
    public async Task What_cannot_be_promised_is_said_and_nothing_is_set_over_what_somebody_else_set()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var page = $"/conversations/team/{world.Team.Id}/promise";
        foreach (var (field, value, told) in new[]
        {
            ("monday-0-to", "08:00", Say.Fill(ConversationText.TimesProblem, Say.Weekday(DayOfWeek.Monday))), ("zone", "Atlantis", ConversationText.ZoneUnknown),
            ("usual", "0", Say.Fill(ConversationText.AmountProblem, "60")), ("away-0-to", "2026-06-05", ConversationText.AwayProblem),
        })
        {
            using var refused = await doctor.PostAsync(page, page, [.. Week.Where(known => known.Item1 != field), (field, value), ("version", "0")]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(Html(told), await refused.Content.ReadAsStringAsync(Cancel));
        }

        using var set = await doctor.PostAsync(page, page, [.. Week, ("version", "0")]);
        Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);
        using var late = await doctor.PostAsync(page, page, [.. Week, ("version", "0"), ("notice", "too late")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        Assert.Null((await server.Modules.Conversations.Promises.FindAsync(world.Team.Id, Cancel))!.Value.Promise.Notice);
    }

    [Fact]
    public async Task Who_is_not_in_the_team_or_not_vouched_for_finds_nothing_there()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server);
        var people = server.Modules.People;
        await people.Directory.AddMemberAsync(world.Team.Id.Organisation, world.Home.Carer.Person.Id, "helper", null, Cancel);
        await people.CareTeams.SetMemberAsync(world.Team.Id, world.Home.Carer.Person.Id, true, Cancel);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var helper = await world.Home.Carer.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var page = $"/conversations/team/{world.Team.Id}/promise";
        foreach (var visitor in new[] { patient, helper, stranger })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(page)).StatusCode);
            using var forged = await visitor.PostAsync("/account", page, [.. Week, ("version", "0")]);
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await helper.GetAsync("/conversations/team")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/conversations/team")).StatusCode);

        // Who leaves the team reads nothing of it any more, and nothing is handed to them.
        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(patient, place, "for the team");
        Assert.Contains("for the team", await helper.ReadAsync(place));
        using var handed = await helper.PostAsync("/account", place + "/take", ("hands", world.Home.Stranger.Person.Id.ToString()));
        Assert.Equal(HttpStatusCode.NotFound, handed.StatusCode);
        await people.CareTeams.SetMemberAsync(world.Team.Id, world.Home.Carer.Person.Id, false, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await helper.GetAsync(place)).StatusCode);
        Assert.DoesNotContain("for the team", await helper.ReadAsync("/conversations"));
    }
}
