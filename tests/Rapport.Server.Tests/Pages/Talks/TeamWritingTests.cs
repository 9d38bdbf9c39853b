using System.Net;
using System.Text.RegularExpressions;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>A team writes together, over plain HTTP.</summary>
public sealed partial class TeamWritingTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_draft_is_seen_by_the_team_alone_nobodys_words_are_lost_and_who_sends_it_is_its_author()
    {
        var world = await TalkHome.MoveInAsync(server);
        var people = server.Modules.People;
        await people.Directory.AddMemberAsync(world.Team.Id.Organisation, world.Home.Carer.Person.Id, "helper", null, Cancel);
        await people.CareTeams.SetMemberAsync(world.Team.Id, world.Home.Carer.Person.Id, true, Cancel);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var helper = await world.Home.Carer.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(patient, place, "May I run?");

        using var kept = await StepAsync(doctor, place, "draft", "Yes, slowly.", ("draft-version", "0"));
        Assert.EndsWith("?done=draft", kept.Headers.Location?.OriginalString);
        var seen = await helper.ReadAsync(place);
        Assert.Matches("<textarea id=\"text\"[^>]*>Yes, slowly.<", seen);
        Assert.Contains(Html(Say.Fill(TeamText.DraftBy, "Dr Lee", Say.Moment(server.Clock.GetUtcNow()))), seen);
        Assert.Equal("1", Version().Match(seen).Groups["version"].Value);
        foreach (var page in new[] { place, "/conversations", "/conversations?find=slowly" })
        {
            Assert.DoesNotContain("Yes, slowly.", await patient.ReadAsync(page));
        }

        Assert.DoesNotMatch(Version(), await patient.ReadAsync(place));
        using var forged = await StepAsync(patient, place, "draft", "mine", ("draft-version", "1"));
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);

        // The doctor writes on while the helper does: the helper is shown both.
        using var more = await StepAsync(doctor, place, "draft", "Yes, slowly, from Monday.", ("draft-version", "1"));
        Assert.EndsWith("?done=draft", more.Headers.Location?.OriginalString);
        foreach (var step in new[] { "draft", "send" })
        {
            using var both = await StepAsync(helper, place, step, "Yes, and swim.", ("draft-version", "1"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, both.StatusCode);
            var page = await both.Content.ReadAsStringAsync(Cancel);
            Assert.Matches("<textarea id=\"text\"[^>]*>Yes, and swim.<", page);
            Assert.Contains("Yes, slowly, from Monday.", page);
            Assert.Contains(Html(Say.Fill(TeamText.DraftMeanwhile, "Dr Lee")), page);
            Assert.Equal("2", Version().Match(page).Groups["version"].Value);
        }

        Assert.DoesNotContain("Yes, and swim.", await patient.ReadAsync(place));
        var once = new string('a', 32);
        for (var i = 0; i < 2; i++)
        {
            using var sent = await helper.PostAsync("/account", place, ("text", "Yes, slowly, from Monday, and swim."), ("once", once), ("step", "send"), ("sure", "yes"), ("draft-version", "2"));
            Assert.Equal(place + "#newest", sent.Headers.Location?.OriginalString);
        }

        var answered = await patient.ReadAsync(place);
        Assert.Equal(2, answered.Split("from Monday, and swim").Length);
        Assert.DoesNotContain("Drafted", answered);
        var told = await doctor.ReadAsync(place);
        Assert.Contains(Html(Say.Fill(TeamText.DraftedWith, "Dr Lee")), told);
        Assert.Matches("<textarea id=\"text\"[^>]*></textarea>", told);

        // Who would send the same once more is told that it was sent.
        using var twice = await StepAsync(doctor, place, "send", "Yes, slowly, from Monday.", ("draft-version", "2"), ("sure", "yes"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.StatusCode);
        Assert.Contains(Html(TeamText.DraftMeanwhileGone), await twice.Content.ReadAsStringAsync(Cancel));
        await people.CareTeams.SetMemberAsync(world.Team.Id, world.Home.Carer.Person.Id, false, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await helper.GetAsync(place)).StatusCode);
    }

    [Fact]
    public async Task A_teams_template_is_put_into_what_is_written_with_its_holes_filled_and_nothing_is_sent()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var page = TeamPlaces.TemplatesOf(world.Team.Id);
        Assert.Contains(page, await doctor.ReadAsync("/conversations/team"));
        foreach (var visitor in new[] { patient, stranger })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(page)).StatusCode);
            using var forged = await visitor.PostAsync("/account", page, ("step", "offered"), ("version", "0"));
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        }

        using var offered = await doctor.PostAsync(page, page, ("step", "offered"), ("version", "0"));
        Assert.EndsWith("?done=set", offered.Headers.Location?.OriginalString);
        using var added = await doctor.PostAsync(page, page, ("step", "add"), ("version", "1"), ("title", "Ours"), ("text", "Hello {name}, call {emergency}. {me}"));
        Assert.EndsWith("?done=set", added.Headers.Location?.OriginalString);
        foreach (var (step, version, title, text, problem) in new[]
        {
            ("add", "2", "", "x", Say.Fill(TeamText.TemplateProblem, "80", "2,000")), ("add", "2", "x", new string('x', 2001), Say.Fill(TeamText.TemplateProblem, "80", "2,000")),
            ("add", "1", "late", "x", ConversationText.SetMeanwhile), ("nothing", "2", "x", "x", ConversationText.SetMeanwhile),
        })
        {
            using var refused = await doctor.PostAsync(page, page, ("step", step), ("version", version), ("title", title), ("text", text));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(Html(problem), await refused.Content.ReadAsStringAsync(Cancel));
        }

        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(patient, place, "May I run?");
        using var inserted = await StepAsync(doctor, place, "insert", "Yes.", ("template", "Ours"));
        Assert.Matches("<textarea id=\"text\"[^>]*>Yes.&#xA;&#xA;Hello Maya, call 112. Dr Lee<", await inserted.Content.ReadAsStringAsync(Cancel));
        Assert.DoesNotContain("Hello Maya", await patient.ReadAsync(place));
        using var removed = await doctor.PostAsync(page, page, ("step", "remove"), ("version", "2"), ("at", "4"));
        Assert.EndsWith("?done=set", removed.Headers.Location?.OriginalString);
        Assert.DoesNotContain("<option>Ours", await doctor.ReadAsync(place));
    }

    [GeneratedRegex("name=\"draft-version\" value=\"(?<version>[0-9]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Version();
}
