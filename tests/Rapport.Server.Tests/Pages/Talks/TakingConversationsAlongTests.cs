using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Conversations.Export;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What somebody takes along of their conversations: what they see in their own name, as pages that ask nobody for anything.</summary>
public sealed class TakingConversationsAlongTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_has_a_page_and_json_of_each_conversation_in_ones_own_name_and_a_list_of_them()
    {
        await using var server = await StartAsync();
        var world = await TalkHome.MoveInAsync(server, withRecord: true);
        var (patient, doctor) = (world.Home.Patient, world.Home.Doctor);
        using var page = await patient.SignInAsync(server);
        using var doctors = await doctor.SignInAsync(server);
        var entry = (await (await patient.OpenAsync(server)).QueryAsync(new RecordQuery.Timeline(50) { Types = ["Observation"] }, Cancel)).Entries.First(static known => known.Labels.Count == 0).Reference;
        var place = await BeginAsync(page, "My <knee>", [("with", doctor.Person.Reference)]);
        await SaidAsync(page, place, "<script>alert(1)</script> see https://example.org/a?b=1&c=2", ("attach", entry));
        await SaidAsync(doctors, place, "Come tomorrow.");
        using (var corrected = await doctors.PostAsync("/account", $"{place}/correct/3", ("text", "Come on Monday."), ("step", "send"), ("sure", "yes")))
        {
            Assert.Equal(HttpStatusCode.SeeOther, corrected.StatusCode);
        }

        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var team = await BeginAsync(page, "to the team", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(page, team, "only for the team");
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse);

        var own = await FilesAsync(server, patient);
        Assert.Equal(["2026-06-01-001-to-the-team.html", "2026-06-01-001-to-the-team.json", "2026-06-01-002-My-knee.html", "2026-06-01-002-My-knee.json", "index.html"], own.Keys.Order(StringComparer.Ordinal));
        var html = own["2026-06-01-002-My-knee.html"];
        Assert.Contains("default-src 'none'; style-src 'unsafe-inline'", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("src=", html.Replace("-src", "", StringComparison.Ordinal));
        Assert.Contains("My &lt;knee&gt;", html);
        Assert.Contains("href=\"https://example.org/a?b=1&amp;c=2\"", html);
        Assert.Contains("Come on Monday.", html);
        Assert.Contains("Come tomorrow.", html);
        Assert.Contains(entry, html);
        var json = JsonNode.Parse(own["2026-06-01-002-My-knee.json"])!;
        Assert.Equal("My <knee>", (string)json["conversation"]!["subject"]!);
        Assert.Equal(entry, (string)json["messages"]![1]!["entries"]![0]!);
        Assert.Contains("href=\"2026-06-01-002-My-knee.html\"", own["index.html"]);

        // The doctor has what is theirs, and learns no kind of what is attached; what is read for a team or for the patient is nobody's own.
        var theirs = await FilesAsync(server, doctor);
        Assert.Equal(3, theirs.Count);
        Assert.All(theirs.Values, file => Assert.DoesNotContain(entry, file));
        Assert.All(theirs.Values, file => Assert.DoesNotContain("only for the team", file));
        Assert.Equal(["index.html"], (await FilesAsync(server, world.Home.Carer)).Keys);
        Assert.Contains(ExportText.None, (await FilesAsync(server, world.Home.Carer))["index.html"]);
    }

    [Fact]
    public async Task Who_came_later_or_deleted_it_for_themself_takes_along_what_they_see_and_who_left_nothing()
    {
        await using var server = await StartAsync();
        var world = await TalkHome.MoveInAsync(server);
        using var page = await world.Home.Patient.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        var place = await BeginAsync(page, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await SaidAsync(page, place, "before they came");
        using (var added = await page.PostAsync("/account", $"{place}/people", ("with", world.Home.Carer.Person.Reference), ("step", "add")))
        {
            Assert.EndsWith("done=added", added.Headers.Location?.OriginalString);
        }

        await SaidAsync(page, place, "for all");
        var all = string.Concat((await FilesAsync(server, world.Home.Carer)).Values);
        Assert.Contains("for all", all);
        Assert.DoesNotContain("before they came", all);
        using (var cleared = await page.PostAsync("/account", $"{place}/clear"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, cleared.StatusCode);
        }

        Assert.DoesNotContain("for all", string.Concat((await FilesAsync(server, world.Home.Patient)).Values));
        using (var left = await carer.PostAsync("/account", $"{place}/leave"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, left.StatusCode);
        }

        Assert.Equal(["index.html"], (await FilesAsync(server, world.Home.Carer)).Keys);
    }

    [Fact]
    public async Task A_session_is_asked_who_it_is_first_and_a_token_needs_its_scope()
    {
        await using var server = await StartAsync();
        var world = await TalkHome.MoveInAsync(server);
        using var page = await world.Home.Patient.SignInAsync(server);
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        foreach (var path in new[] { "/account/conversations.zip", "/api/conversations/export" })
        {
            using var asked = await page.GetAsync(path);
            Assert.NotEqual(HttpStatusCode.OK, asked.StatusCode);
            Assert.DoesNotContain("zip", asked.Content.Headers.ContentType?.MediaType ?? "");
        }

        using var where = await page.GetAsync("/account/conversations.zip");
        Assert.Equal("/confirm?then=" + Uri.EscapeDataString("/account?take=1#leave"), where.Headers.Location?.OriginalString);
        using var confirmed = await page.PostAsync("/confirm", "/confirm", ("password", Household.Password), ("then", "/account"));
        Assert.Equal(HttpStatusCode.SeeOther, confirmed.StatusCode);
        using var taken = await page.GetAsync("/account/conversations.zip");
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (taken.StatusCode, taken.Content.Headers.ContentType?.MediaType));
        Assert.Contains("/account/conversations.zip", await page.ReadAsync("/account/close"));
        var token = (await server.Modules.People.AccessTokens.CreateAsync(world.Home.Patient.Person.Id, "reads", TokenScopes.ReadOwn, null, Cancel)).Value!;
        using var client = server.Client(token.Secret);
        using var refused = await client.GetAsync(new Uri("/api/conversations/export", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    /// <summary>Longer than what is read at once, corrected long after: the page has what stands there now, once.</summary>
    [Fact]
    public async Task A_long_conversation_is_taken_along_whole()
    {
        await using var server = await StartAsync();
        var world = await TalkHome.MoveInAsync(server);
        var (desk, person) = (server.Modules.Conversations, world.Home.Patient.Person);
        var talker = Talker.Themself(person);
        Member[] members = [new($"Patient/{person.Record}", "Maya", "patient"), new(world.Home.Doctor.Person.Reference, "Dr Lee", "physician")];
        var view = (await desk.BeginAsync(talker, new NewConversation(person.Record!.Value, "long", Topic.General, members), Cancel))!.View!;
        for (var i = 0; i < 1203; i++)
        {
            Assert.Equal(SaidStatus.Said, (await desk.SayAsync(talker, view, new NewMessage($"message {i}.", LocalId.New().ToString(), []), null, Cancel)).Status);
        }

        Assert.True(await desk.CorrectAsync(talker, (await desk.FindAsync(talker, view.Id, Cancel))!, 2, "put right.", Cancel));
        var html = (await FilesAsync(server, world.Home.Patient))["2026-06-01-001-long.html"];
        Assert.Equal(1203, Enumerable.Range(0, 1203).Count(i => html.Contains($">message {i}.<", StringComparison.Ordinal)));
        Assert.Equal(2, html.Split("put right.").Length);
        Assert.True(html.IndexOf("put right.", StringComparison.Ordinal) < html.IndexOf("message 1.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_that_was_taken_along_is_accessible_and_fits_a_phone(bool dark)
    {
        await using var server = await StartAsync();
        var world = await TalkHome.MoveInAsync(server);
        using var page = await world.Home.Patient.SignInAsync(server);
        var place = await BeginAsync(page, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await SaidAsync(page, place, "https://example.org/" + new string('x', 300));
        await using var visitor = await browser.VisitAsync(new Look(360, dark));
        foreach (var (name, file) in (await FilesAsync(server, world.Home.Patient)).Where(static file => file.Key.EndsWith(".html", StringComparison.Ordinal)))
        {
            await visitor.Page.SetContentAsync(file);
            Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults(name));
        }

        visitor.AssertNothingWentWrong();
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = new RunningServer();
        await server.InitializeAsync();
        return server;
    }

    /// <summary>The files of what a program of somebody takes along, by their names.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> FilesAsync(RunningServer server, Resident who)
    {
        var token = (await server.Modules.People.AccessTokens.CreateAsync(who.Person.Id, "takes along", TokenScopes.Converse | TokenScopes.ReadOwn, null, Cancel)).Value!;
        using var client = server.Client(token.Secret);
        using var answer = await client.GetAsync(new Uri("/api/conversations/export", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var zip = await ZipArchive.CreateAsync(new MemoryStream(await answer.Content.ReadAsByteArrayAsync(Cancel)), ZipArchiveMode.Read, leaveOpen: false, null, Cancel);
        Dictionary<string, string> files = [];
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(Cancel));
            files[entry.FullName] = await reader.ReadToEndAsync(Cancel);
        }

        return files;
    }
}
