using System.Net;
using System.Text;
using Rapport.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>What programs of a care team do beside writing: drafts, handing over, closing, templates, who is away, figures.</summary>
public sealed class TeamApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_team_is_told_of_to_whoever_is_in_it_and_its_list_is_that_of_its_page()
    {
        var (world, colleague) = await BeginAsync();
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "May I run?");
        var team = Assert.Single((await world.Nurse.Client.ReadAsync("/api/teams")).Json["teams"]!.AsArray())!;
        Assert.Equal((world.Team.Reference, "Heart team"), ((string)team["reference"]!, (string)team["name"]!));
        Assert.Equal(
            new[] { world.Nurse.Reference, colleague.Reference }.Order(), team["members"]!.AsArray().Select(static member => (string)member!["reference"]!).Order());
        Assert.Empty((await world.Ada.Client.ReadAsync("/api/teams")).Json["teams"]!.AsArray());

        var list = (await world.Nurse.Client.ReadAsync($"{Of(world)}/conversations")).Json;
        Assert.Equal((id, 1, 0, 1), ((string)list["conversations"]![0]!["id"]!, (int)list["counts"]!["waiting"]!, (int)list["counts"]!["overdue"]!, (int)list["pages"]!));
        Assert.Empty((await world.Nurse.Client.ReadAsync($"{Of(world)}/conversations?show=mine")).Json["conversations"]!.AsArray());
        Assert.Empty((await world.Nurse.Client.ReadAsync($"{Of(world)}/conversations?show=all&page=2")).Json["conversations"]!.AsArray());
        foreach (var wrong in new[] { "?show=x", "?page=0" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await world.Nurse.Client.ReadAsync($"{Of(world)}/conversations{wrong}")).Status);
        }
    }

    [Fact]
    public async Task A_draft_is_kept_against_what_was_seen_and_sent_as_a_message_once()
    {
        var (world, colleague) = await BeginAsync();
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        var draft = $"/api/conversations/{id}/draft";
        Assert.Equal(("", 0L), await DraftAsync(world.Nurse));
        var kept = await SendAsync(HttpMethod.Put, world.Nurse, draft, new { text = "Yes, slowly.", version = 0 });
        Assert.Equal((HttpStatusCode.OK, 1L), (kept.Status, (long)kept.Json["version"]!));
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Put, colleague, draft, new { text = "No.", version = 0 })).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, colleague, draft, new { text = "Yes, slowly, from Monday.", version = 1 })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, colleague, draft, new { text = new string('x', ConversationDesk.MostText + 1), version = 2 })).Status);

        // What was changed meanwhile is not passed over.
        var messages = $"/api/conversations/{id}/messages";
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, world.Nurse, messages, new { text = "Yes, slowly.", draft = 1 })).Status);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.Created, (await PostAsync(world.Nurse.Client, messages, """{"text":"Yes, from Monday.","draft":2}""", ("Idempotency-Key", "once"))).Status);
        }

        Assert.Equal(["Yes, from Monday."], await TextsAsync(world.Ada.Client, id));
        Assert.Equal("", (await DraftAsync(colleague)).Text);
        Assert.Equal([colleague.Person.DisplayName], (await LinesAsync(world.Nurse, id)).OfType<SaidLine>().Single().DraftedWith!);
        Assert.DoesNotContain(colleague.Person.DisplayName, (await world.Ada.Client.ReadAsync(messages)).Body);

        Assert.Equal(HttpStatusCode.Forbidden, (await world.Ada.Client.ReadAsync(draft)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, world.Ada, messages, new { text = "mine", draft = 3 })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.Client.ReadAsync(draft)).Status);

        async Task<(string Text, long Version)> DraftAsync(TestPerson person) => (await person.Client.ReadAsync(draft)).Json is var json ? ((string)json["text"]!, (long)json["version"]!) : default;
    }

    [Fact]
    public async Task A_conversation_is_given_into_hands_and_closed_with_a_summary_by_the_team_alone()
    {
        var (world, colleague) = await BeginAsync();
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "May I run?");
        var (assign, close) = ($"/api/conversations/{id}/assign", $"/api/conversations/{id}/close");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Post, world.Nurse, assign, new { to = colleague.Reference })).Status);
        Assert.Equal(colleague.Person.DisplayName, await AssigneeAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Post, world.Nurse, assign, new { })).Status);
        Assert.Null(await AssigneeAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(HttpMethod.Post, world.Nurse, assign, new { to = world.Doctor.Reference })).Status);
        foreach (var (person, status) in new[] { (world.Ada, HttpStatusCode.Forbidden), (world.Stranger, HttpStatusCode.NotFound), (world.Doctor, HttpStatusCode.NotFound) })
        {
            Assert.Equal(status, (await SendAsync(HttpMethod.Post, person, assign, new { })).Status);
            Assert.Equal(status, (await SendAsync(HttpMethod.Post, person, close, new { summary = "x" })).Status);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Post, world.Nurse, close, new { summary = "", other = 1 })).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Post, world.Nurse, close, new { summary = "Run twice a week." })).Status);
        var told = (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray()[^1]!;
        Assert.Equal(("closed", "Run twice a week."), ((string)told["kind"]!, (string)told["text"]!));
        Assert.Equal("closed", (string)(await world.Ada.Client.ReadAsync("/api/conversations")).Json["conversations"]![0]!["state"]!);

        async Task<string?> AssigneeAsync() => (string?)(await world.Ada.Client.ReadAsync("/api/conversations")).Json["conversations"]![0]!["assignee"];
    }

    [Fact]
    public async Task Templates_are_changed_against_the_version_that_was_read()
    {
        var (world, colleague) = await BeginAsync();
        var path = $"{Of(world)}/templates";
        var set = await SendAsync(HttpMethod.Put, world.Nurse, path, new { templates = new[] { new { title = "Seen", text = "Hello {name},\nwe have seen it." } }, version = 0 });
        Assert.Equal((HttpStatusCode.OK, 1L), (set.Status, (long)set.Json["version"]!));
        var read = (await colleague.Client.ReadAsync(path)).Json;
        Assert.Equal(("Seen", "Hello {name},\nwe have seen it.", 1L), ((string)read["templates"]![0]!["title"]!, (string)read["templates"]![0]!["text"]!, (long)read["version"]!));
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Put, colleague, path, new { templates = Array.Empty<string>(), version = 0 })).Status);
        foreach (var wrong in new object[]
        {
            new { templates = new[] { new { title = "", text = "x" } }, version = 1 }, new { templates = new[] { new { title = "x", text = new string('x', TeamTemplates.MostText + 1) } }, version = 1 },
            new { templates = new[] { new { title = "x", text = "x" }, new { title = "x", text = "y" } }, version = 1 }, new { templates = Array.Empty<string>() }, new { version = 1 },
            new { templates = new[] { "x" }, version = 1 }, new { templates = Enumerable.Range(0, TeamTemplates.Most + 1).Select(static i => new { title = $"{i}", text = "x" }), version = 1 },
        })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, colleague, path, wrong)).Status);
        }

        Assert.Single((await colleague.Client.ReadAsync(path)).Json["templates"]!.AsArray());
    }

    [Fact]
    public async Task Who_is_away_says_so_and_who_stands_in_and_is_back()
    {
        var (world, colleague) = await BeginAsync();
        var (path, today) = ($"{Of(world)}/absences", DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime));
        var (from, until) = (today.ToString("yyyy-MM-dd"), today.AddDays(6).ToString("yyyy-MM-dd"));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Put, world.Nurse, path + "/own", new { from, until, standIn = colleague.Reference, kept = true })).Status);
        var told = Assert.Single((await colleague.Client.ReadAsync(path)).Json["absences"]!.AsArray())!;
        Assert.Equal(
            (world.Nurse.Reference, from, until, colleague.Reference, true), ((string)told["who"]!, (string)told["from"]!, (string)told["until"]!, (string)told["standIn"]!, (bool)told["kept"]!));
        var members = Assert.Single((await colleague.Client.ReadAsync("/api/teams")).Json["teams"]!.AsArray())!["members"]!.AsArray();
        Assert.Equal([world.Nurse.Reference], members.Where(static member => (bool)member!["away"]!).Select(static member => (string)member!["reference"]!));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(HttpMethod.Put, colleague, path + "/own", new { from, until, standIn = colleague.Reference })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(HttpMethod.Put, colleague, path + "/own", new { from = until, until = from })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, colleague, path + "/own", new { from })).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Nurse.Client.AskAsync(HttpMethod.Delete, path + "/own")).Status);
        Assert.Empty((await colleague.Client.ReadAsync(path)).Json["absences"]!.AsArray());
    }

    [Fact]
    public async Task Figures_are_of_the_team_and_for_the_team()
    {
        var (world, colleague) = await BeginAsync();
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "May I run?");
        await SayAsync(world.Nurse.Client, id, "Yes.");
        await SayAsync(world.Ada.Client, id, "And swim?");
        var told = await colleague.Client.ReadAsync($"{Of(world)}/figures");
        var week = told.Json["weeks"]!.AsArray()[^1]!["figures"]!;
        Assert.Equal((1, 2, 1, 0L), ((int)told.Json["open"]!, (int)week["came"]!, (int)week["answered"]!, (long)week["medianMinutes"]!));
        Assert.All((TestPerson[])[world.Nurse, colleague, world.Ada], person => Assert.DoesNotContain(person.Person.DisplayName, told.Body));
    }

    [Fact]
    public async Task To_whoever_is_not_in_it_a_team_looks_like_none()
    {
        var (world, _) = await BeginAsync();
        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, world.Nurse.Person.Id, false, Cancel);
        foreach (var person in new[] { world.Nurse, world.Ada, world.Stranger })
        {
            foreach (var what in new[] { "conversations", "templates", "absences", "figures" })
            {
                Assert.Equal((await person.Client.ReadAsync($"/api/teams/x/{what}")).ToString(), (await person.Client.ReadAsync($"{Of(world)}/{what}")).ToString());
            }

            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Put, person, $"{Of(world)}/templates", new { templates = Array.Empty<string>(), version = 0 })).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Put, person, $"{Of(world)}/absences/own", new { from = "2026-06-01", until = "2026-06-02" })).Status);
        }
    }

    private async Task<(TalkWorld World, TestPerson Colleague)> BeginAsync()
    {
        var (world, colleague) = (await TalkWorld.BeginAsync(server), await server.AddDoctorAsync());
        await server.Modules.People.Directory.AddMemberAsync(world.Team.Id.Organisation, colleague.Person.Id, "nurse", null, Cancel);
        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, colleague.Person.Id, true, Cancel);
        return (world, colleague);
    }

    private async Task<IEnumerable<ConversationLine>> LinesAsync(TestPerson person, string id)
    {
        var now = (await server.Modules.People.Accounts.FindAsync(person.Person.Id, Cancel))!;
        var talker = await Talker.OfAsync(now, Pages.Household.ActorOf(now), server.Modules.Records, Cancel);
        Assert.True(Data.ConversationId.TryParse(id, out var talk));
        return (await server.Modules.Conversations.LinesAsync((await server.Modules.Conversations.FindAsync(talker, talk, Cancel))!, 1, 100, Cancel)).Select(static line => line.Line);
    }

    private static string Of(TalkWorld world) => $"/api/teams/{world.Team.Id}";

    private static Task<Answer> SendAsync<T>(HttpMethod method, TestPerson person, string path, T body) =>
        person.Client.AskAsync(method, path, new StringContent(System.Text.Json.JsonSerializer.Serialize(body, body!.GetType()), Encoding.UTF8, "application/json"));
}
