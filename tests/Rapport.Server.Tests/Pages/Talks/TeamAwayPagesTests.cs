using System.Net;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Members of a team who are away, over plain HTTP.</summary>
public sealed class TeamAwayPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_away_says_who_stands_in_and_whoever_writes_is_told_before_who_reads()
    {
        var world = await TalkHome.MoveInAsync(server);
        var (people, helper) = (server.Modules.People, world.Home.Carer);
        await people.Directory.AddMemberAsync(world.Team.Id.Organisation, helper.Person.Id, "helper", null, Cancel);
        await people.CareTeams.SetMemberAsync(world.Team.Id, helper.Person.Id, true, Cancel);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var member = await helper.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(patient, place, "hello");
        using var taken = await member.PostAsync("/account", place + "/take", ("hands", helper.Person.Id.ToString()));
        Assert.EndsWith("?done=taken", taken.Headers.Location?.OriginalString);

        var page = TeamPlaces.AwayOf(world.Team.Id);
        Assert.Contains(page, await member.ReadAsync("/conversations/team"));
        foreach (var visitor in new[] { patient, stranger })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(page)).StatusCode);
            using var forged = await visitor.PostAsync("/account", page, ("from", "2026-06-01"), ("until", "2026-06-05"));
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        }

        foreach (var (from, until, standIn) in new[] { ("2026-06-05", "2026-06-01", ""), ("", "2026-06-05", ""), ("2026-06-01", "2026-06-05", world.Home.Stranger.Person.Id.ToString()) })
        {
            using var refused = await member.PostAsync(page, page, ("from", from), ("until", until), ("stand-in", standIn));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(Html(TeamText.AwayProblem), await refused.Content.ReadAsStringAsync(Cancel));
        }

        using var away = await member.PostAsync(page, page, ("from", "2026-06-01"), ("until", "2026-06-05"), ("stand-in", world.Home.Doctor.Person.Id.ToString()), ("kept", "no"));
        Assert.EndsWith("?done=away", away.Headers.Location?.OriginalString);
        var name = helper.Person.DisplayName;
        Assert.Contains(Html(Say.Fill(TeamText.AwayStandIn, name, "1 June 2026", "5 June 2026", "Dr Lee")), await doctor.ReadAsync(page));
        var seen = await patient.ReadAsync(place);
        Assert.Contains(Html(Say.Fill(TeamText.ReadsInstead, name, "Dr Lee")), seen);
        Assert.Contains(Html(Say.Fill(TeamText.InHandsFor, "Dr Lee", name)), seen);
        Assert.DoesNotContain(Html(Say.Fill(TeamText.ReadsInstead, name, "Dr Lee")), await doctor.ReadAsync(place));
        Assert.Contains(Html(Say.Fill(TeamText.InHandsFor, "Dr Lee", name)), await patient.ReadAsync("/conversations"));
        Assert.Contains($"href=\"{place}#newest\"", await doctor.ReadAsync("/conversations/team?show=mine"));
        Assert.DoesNotContain($"href=\"{place}#newest\"", await member.ReadAsync("/conversations/team?show=mine"));

        using var back = await member.PostAsync(page, page, ("step", "back"));
        Assert.EndsWith("?done=back", back.Headers.Location?.OriginalString);
        Assert.Contains(Html(Say.Fill(ConversationText.InHands, name)), await patient.ReadAsync(place));
        Assert.Contains($"href=\"{place}#newest\"", await member.ReadAsync("/conversations/team?show=mine"));
    }
}
