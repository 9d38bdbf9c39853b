using System.Net;
using Rapport.Language;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>A team's figures, over plain HTTP. A server of its own: it moves the clock.</summary>
public sealed class FiguresPagesTests
{
    [Fact]
    public async Task A_team_sees_its_own_figures_in_a_table_and_nobody_else_does_nor_who_left_it()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server);
        await world.PromiseAsync(4);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(patient, place, "May I run?");
        server.Clock.Advance(TimeSpan.FromHours(2));
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        await SaidAsync(doctor, place, "Yes.");
        var page = TeamPlaces.FiguresOf(world.Team.Id);
        Assert.Contains(page, await doctor.ReadAsync("/conversations/team"));
        var read = await doctor.ReadAsync(page);
        Assert.Contains(Html(Say.Fill(TeamText.FiguresNow, "0", "0")), read);
        Assert.Contains(Html(Say.Fill(TeamText.WeekInWords, "1 June 2026", "1", "1")), read);
        Assert.Contains($">{Html(Say.Fill(TeamText.SomeOf, "1", "1"))}</td>", read);
        Assert.Contains($">{Html(Say.Count(TeamText.Hours, 2))}</td>", read);
        Assert.DoesNotContain("Dr Lee", read[read.IndexOf("<h1", StringComparison.Ordinal)..read.IndexOf("</table>", StringComparison.Ordinal)]);
        using var later = await world.Home.Patient.SignInAsync(server);
        foreach (var visitor in new[] { later, stranger })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(page)).StatusCode);
        }

        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, world.Home.Doctor.Person.Id, false, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(page)).StatusCode);
    }
}
