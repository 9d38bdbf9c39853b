using System.Text.Json.Nodes;
using Rapport.Conversations;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.States;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>A patient writes in a room with two care teams: each promises for itself, and they see each.</summary>
public sealed class TwoTeamsPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_promise_is_seen_before_sending_and_while_it_waits_and_what_became_of_each_stands_under_the_message()
    {
        var world = await MoveInAsync(server);
        await world.PromiseAsync(8, notice: "No bills here.");
        var physio = (await server.Modules.People.CareTeams.AddAsync(world.Team.Id.Organisation, "Physio team", Cancel)).Value!;
        var title = world.TeamTitle.Replace("Heart team", "Physio team", StringComparison.Ordinal);
        await server.Modules.Conversations.Promises.SetAsync(
            physio.Id,
            new TeamPromise
            {
                Hours = new TeamHours(TimeZoneInfo.Utc, [.. Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440))], []),
                Usual = new AnswerTime(24, AnswerUnit.OpenHours),
                Notice = "Bring your shoes.",
            },
            0,
            Cancel);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "my knee", [("with", world.Team.Reference), ("with", physio.Reference)]);
        var now = server.Clock.GetUtcNow();
        (string Team, DateTimeOffset By)[] promised = [(world.TeamTitle, now.AddHours(8)), (title, now.AddHours(24))];
        var page = await patient.ReadAsync(place);
        Assert.All(promised, one => Assert.Contains(Html(Say.Fill(ConversationText.WillAnswerBy, one.Team, Say.MomentOfWeek(one.By))), page));
        Assert.All(["No bills here.", "Bring your shoes."], says => Assert.Contains(says, page));
        await SaidAsync(patient, place, "May I run?");
        foreach (var seen in new[] { await patient.ReadAsync(place), await patient.ReadAsync("/conversations") })
        {
            Assert.All(promised, one => Assert.Contains(Html(Say.Fill(ConversationText.PromisedBy, one.Team, Say.MomentOfWeek(one.By))), seen));
        }

        await SaidAsync(doctor, place, "Yes.");
        page = await patient.ReadAsync(place);
        Assert.Contains(Html(Say.Fill(StateText.Answered, "Dr Lee", world.TeamTitle, Say.MomentOfWeek(now))), page);
        Assert.Contains(Html(Say.Fill(StateText.Waits, title)), page);
        Assert.DoesNotContain(Html(Say.Fill(ConversationText.PromisedBy, promised[0].Team, Say.MomentOfWeek(promised[0].By))), page);
        Assert.Contains(Html(Say.Fill(ConversationText.PromisedBy, title, Say.MomentOfWeek(promised[1].By))), page);

        var id = place.Split('/')[^1];
        var message = JsonNode.Parse(await patient.ReadAsync($"/api/conversations/{id}/messages"))!["messages"]![1]!;
        Assert.Equal([world.Team.Reference, physio.Reference], message["promises"]!.AsArray().Select(static one => (string)one!["who"]!));
        Assert.Equal(["answered", "waiting"], message["state"]!["promises"]!.AsArray().OrderBy(static one => (string)one!["is"]!).Select(static one => (string)one!["is"]!));
        await SaidAsync(patient, place, "And swim?");
        var talk = JsonNode.Parse(await patient.ReadAsync("/api/conversations"))!["conversations"]!.AsArray().First(one => (string)one!["id"]! == id)!;
        Assert.Equal([physio.Reference, world.Team.Reference], talk["allWaits"]!.AsArray().Select(static one => (string)one!["who"]!));
        Assert.Equal(physio.Reference, (string)talk["waits"]!["who"]!);
    }
}
