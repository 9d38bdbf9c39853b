using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Conversations for scripts: who may talk with whom, what each sees, and what is attached.</summary>
public sealed class ConversationApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_patient_a_doctor_and_a_team_read_what_each_says_and_who_said_it_as_what()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, ",\"topic\":\"results\"", world.Doctor.Reference, world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "  My knee hurts.\r\nSince Monday. ");
        await SayAsync(world.Nurse.Client, id, "Come tomorrow.");
        foreach (var person in new[] { world.Ada, world.Doctor, world.Nurse })
        {
            Assert.Equal(["My knee hurts.\nSince Monday.", "Come tomorrow."], await TextsAsync(person.Client, id));
            var told = (await person.Client.ReadAsync("/api/conversations")).Json["conversations"]![0]!;
            Assert.Equal((id, "my knee", "results", "open", $"Patient/{world.Ada.Record}"), ((string)told["id"]!, (string)told["subject"]!, (string)told["topic"]!, (string)told["state"]!, (string)told["about"]!));
            Assert.Equal([$"Patient/{world.Ada.Record}", world.Doctor.Reference, world.Team.Reference], told["with"]!.AsArray().Select(static member => (string)member!["reference"]!));
        }

        var lines = (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray();
        Assert.Equal(["opened", "said", "said"], lines.Select(static line => (string)line!["kind"]!));
        Assert.Equal((world.Nurse.Person.DisplayName, world.Team.Reference), ((string)lines[2]!["by"]!["name"]!, (string)lines[2]!["by"]!["as"]!));
        Assert.Equal((await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages?after=2&count=1")).Json["messages"]![0]!.ToJsonString(), lines[2]!.ToJsonString());
        Assert.Equal("1", (string)(await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages?count=1")).Json["next"]!);
    }

    /// <summary>Programs show no page, by which it would be noted that somebody has read: what they sent was unread for who sent it.</summary>
    [Fact]
    public async Task What_somebody_sends_is_unread_for_the_others_and_not_for_themself_until_an_answer_comes()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "hello");
        await SayAsync(world.Ada.Client, id, "are you there?");
        Assert.Equal((false, true, true), (await IsUnreadAsync(world.Ada, id), await IsUnreadAsync(world.Doctor, id), await IsUnreadAsync(world.Nurse, id)));
        Assert.Equal((0, 1, 1), (await NumberAsync(world.Ada), await NumberAsync(world.Doctor), await NumberAsync(world.Nurse)));

        // Whoever answers has not read by that what was said before.
        await SayAsync(world.Nurse.Client, id, "yes");
        Assert.Equal((true, true, true), (await IsUnreadAsync(world.Ada, id), await IsUnreadAsync(world.Doctor, id), await IsUnreadAsync(world.Nurse, id)));
        await SayAsync(world.Ada.Client, id, "good");
        Assert.True(await IsUnreadAsync(world.Ada, id));
        Assert.Equal((1, 1, 1), (await NumberAsync(world.Ada), await NumberAsync(world.Doctor), await NumberAsync(world.Nurse)));
    }

    [Fact]
    public async Task A_team_promises_by_its_hours_and_topics_and_what_waits_is_told_until_it_answers()
    {
        var world = await TalkWorld.BeginAsync(server);
        var week = Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440)).ToList();
        var promises = server.Modules.Conversations.Promises;
        var promise = new TeamPromise
        {
            Hours = new TeamHours(TimeZoneInfo.Utc, week, []),
            Usual = new AnswerTime(8, AnswerUnit.OpenHours),
            ByTopic = new Dictionary<Topic, AnswerTime> { [Topic.Results] = new(2, AnswerUnit.OpenHours) },
        };
        Assert.True(await promises.SetAsync(world.Team.Id, promise, 0, Cancel));
        Assert.False(await promises.SetAsync(world.Team.Id, promise, 0, Cancel));
        Assert.True(await promises.SetAsync(world.Team.Id, promise with { Notice = "Not for emergencies." }, 1, Cancel));
        Assert.Equal("Not for emergencies.", (await promises.FindAsync(world.Team.Id, Cancel))!.Value.Promise.Notice);

        var (usual, results) = (await TalkAsync(world.Ada, "", world.Team.Reference), await TalkAsync(world.Ada, ",\"topic\":\"results\"", world.Team.Reference));
        var said = await SayAsync(world.Ada.Client, usual, "hello");
        Assert.Equal((world.Team.Reference, TimeSpan.FromHours(8)), ((string)said["promise"]!["who"]!, (DateTimeOffset)said["promise"]!["by"]! - (DateTimeOffset)said["at"]!));
        said = await SayAsync(world.Ada.Client, results, "hello");
        Assert.Equal(TimeSpan.FromHours(2), (DateTimeOffset)said["promise"]!["by"]! - (DateTimeOffset)said["at"]!);
        Assert.False((bool)(await StateAsync(world.Ada, results))["waits"]!["overdue"]!);
        var answer = await SayAsync(world.Nurse.Client, results, "well");
        Assert.Null(answer["promise"]);
        Assert.Null((await StateAsync(world.Ada, results))["waits"]);
        Assert.NotNull((await StateAsync(world.Ada, usual))["waits"]);
    }

    [Fact]
    public async Task A_conversation_of_others_looks_like_one_that_is_not_there()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "hello");
        var nowhere = Data.ConversationId.New().ToString();
        foreach (var person in new[] { world.Stranger, world.Sister, world.Nurse })
        {
            Assert.Equal((await person.Client.ReadAsync($"/api/conversations/{nowhere}/messages")).ToString(), (await person.Client.ReadAsync($"/api/conversations/{id}/messages")).ToString());
            Assert.Equal((await TrySayAsync(person.Client, nowhere, "x")).ToString(), (await TrySayAsync(person.Client, id, "x")).ToString());
            Assert.Empty((await person.Client.ReadAsync("/api/conversations")).Json["conversations"]!.AsArray());
        }

        Assert.Equal(HttpStatusCode.NotFound, (await world.Ada.Client.ReadAsync("/api/conversations/x/messages")).Status);
    }

    [Fact]
    public async Task The_same_message_is_one_and_another_one_under_its_key_is_refused()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var sent = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SayAsync(world.Ada.Client, id, "once", "k-1")));
        Assert.Single(sent.Select(static said => said.ToJsonString()).Distinct());
        Assert.Equal(HttpStatusCode.Conflict, (await TrySayAsync(world.Ada.Client, id, "another", "k-1")).Status);
        await SayAsync(world.Doctor.Client, id, "of the doctor", "k-1");
        Assert.Equal(["once", "of the doctor"], await TextsAsync(world.Ada.Client, id));
    }

    [Fact]
    public async Task Who_is_blocked_begins_no_conversation_with_who_blocks_them_and_goes_on_with_others()
    {
        var world = await TalkWorld.BeginAsync(server);
        var unknown = (await BeginAsync(world.Ada, "", $"RelatedPerson/{Data.PersonId.New()}")).ToString();
        await server.Modules.People.Blocks.AddAsync(world.Doctor.Person, world.Ada.Person, Cancel);
        Assert.Equal(unknown, (await BeginAsync(world.Ada, "", world.Doctor.Reference)).ToString());
        Assert.Equal(unknown, (await BeginAsync(world.Ada, "", world.Doctor.Reference, world.Sister.Reference)).ToString());
        await TalkAsync(world.Ada, "", world.Sister.Reference);

        var nobody = (await BeginAsync(world.Sister, "", $"Patient/{Data.PatientId.New()}")).ToString();
        await server.Modules.People.Blocks.AddAsync(world.Ada.Person, world.Sister.Person, Cancel);
        Assert.Equal(nobody, (await BeginAsync(world.Sister, "", $"Patient/{world.Ada.Record}")).ToString());
        await server.Modules.People.Blocks.RemoveAsync(world.Ada.Person.Id, world.Sister.Person.Id, Cancel);
        await TalkAsync(world.Sister, "", $"Patient/{world.Ada.Record}");
    }

    [Fact]
    public async Task A_conversation_that_is_begun_again_with_the_same_key_is_the_same()
    {
        var world = await TalkWorld.BeginAsync(server);
        var body = $$"""{"with":["{{world.Doctor.Reference}}"],"subject":"my knee"}""";
        var begun = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostAsync(world.Ada.Client, "/api/conversations", body, ("Idempotency-Key", "k"))));
        Assert.All(begun, static answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(begun.Select(static answer => (string)answer.Json["id"]!).Distinct());
        Assert.Single(await SeenAsync(world.Doctor));
        Assert.NotEqual((string)begun[0].Json["id"]!, (string)(await PostAsync(world.Ada.Client, "/api/conversations", body, ("Idempotency-Key", "other"))).Json["id"]!);
        await world.Ada.ShareAsync(world.Nurse, "Condition");
        var theirs = await PostAsync(world.Nurse.Client, "/api/conversations", $$"""{"with":["Patient/{{world.Ada.Record}}"],"subject":"my knee"}""", ("Idempotency-Key", "k"));
        Assert.NotEqual((string)begun[0].Json["id"]!, (string)theirs.Json["id"]!);
    }

    [Fact]
    public async Task Whoever_sends_very_many_messages_is_asked_to_wait_and_others_are_not()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var refused = 0;
        for (var i = 0; i < 2 * Server.Hosting.RateLimits.SaysAtOnce && refused == 0; i++)
        {
            var answer = await TrySayAsync(world.Ada.Client, id, $"message {i}");
            Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.TooManyRequests, answer.ToString());
            refused += answer.Status == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(1, refused);
        await SayAsync(world.Doctor.Client, id, "slowly");
    }

    [Fact]
    public async Task Nobody_is_written_to_whom_one_does_not_know_and_none_can_tell_who_there_is()
    {
        var world = await TalkWorld.BeginAsync(server);
        var unknown = await BeginAsync(world.Ada, "", $"RelatedPerson/{Data.PersonId.New()}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.Status);
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Ada, "", $"RelatedPerson/{world.Stranger.Person.Id}")).ToString());
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Ada, "", world.Doctor.Reference, $"RelatedPerson/{world.Stranger.Person.Id}")).ToString());
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Stranger, "", $"Patient/{world.Ada.Record}")).ToString());
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Doctor, "", $"Patient/{world.Ada.Record}")).ToString());
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Doctor, "", $"Patient/{Data.PatientId.New()}")).ToString());
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Doctor, $",\"about\":\"Patient/{world.Ada.Record}\"", world.Nurse.Reference)).ToString());
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Ada, "", $"Patient/{world.Ada.Record}")).ToString());
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Doctor, ",\"private\":true", $"Patient/{world.Ada.Record}")).ToString());

        // Whoever sees something, or is of the circle, writes; and takes nobody else along.
        await world.Ada.ShareAsync(world.Doctor, "Condition");
        var id = await TalkAsync(world.Doctor, "", $"Patient/{world.Ada.Record}");
        await SayAsync(world.Doctor.Client, id, "How are you?");
        Assert.Equal(["How are you?"], await TextsAsync(world.Ada.Client, id));
        Assert.Equal(unknown.ToString(), (await BeginAsync(world.Doctor, "", $"Patient/{world.Ada.Record}", world.Nurse.Reference)).ToString());
        await TalkAsync(world.Sister, "", $"Patient/{world.Ada.Record}");
    }

    [Fact]
    public async Task A_team_says_by_a_program_that_this_is_not_its_answer_yet_and_nobody_else_does()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkWorld.TalkAsync(world.Ada, "", world.Team.Reference);
        await TalkWorld.SayAsync(world.Ada.Client, id, "May I run?");
        Assert.Equal(HttpStatusCode.Created, (await TalkWorld.PostAsync(world.Nurse.Client, $"/api/conversations/{id}/messages", """{"text":"we look at it","notYet":true}""")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await TalkWorld.PostAsync(world.Ada.Client, $"/api/conversations/{id}/messages", """{"text":"x","notYet":true}""")).Status);
        var told = (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray();
        Assert.True((bool)told[^1]!["notYet"]!);
        Assert.Null(told[^2]!["notYet"]);
    }

    [Fact]
    public async Task What_is_attached_is_seen_by_who_reads_recorded_and_gone_with_the_conversation()
    {
        var world = await TalkWorld.BeginAsync(server);
        var entry = $"Condition/{(await world.Ada.IdsAsync("Condition"))[0]}";
        var other = $"Condition/{(await world.Ada.IdsAsync("Condition"))[1]}";
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Team.Reference);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Doctor.Client.ReadAsync($"/fhir/{entry}")).Status);
        await SayAsync(world.Ada.Client, id, "look", "k", entry);
        await SayAsync(world.Ada.Client, id, "look", "k", entry);
        Assert.Equal(HttpStatusCode.Conflict, (await TrySayAsync(world.Ada.Client, id, "look", "k", entry, other)).Status);
        foreach (var reader in new[] { world.Doctor, world.Nurse })
        {
            var attached = (string)(await reader.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]![1]!["attached"]![0]!;
            Assert.Equal(entry.Split('/')[1], (string)(await reader.Client.ReadAsync(attached)).Json["id"]!);
            Assert.Equal(HttpStatusCode.OK, (await reader.Client.ReadAsync($"/fhir/{entry}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await reader.Client.ReadAsync($"/fhir/{other}")).Status);
        }

        var own = await Server.Hosting.Patients.OpenAsync(server.Modules, world.Ada.Record, Cancel);
        Assert.Equal(2, (await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel)).Count);
        Assert.Contains((await own.ReadLedgerAsync(null, 20, Cancel)).Select(static row => row.Details!), details => details.Actor == world.Doctor.Reference && details.Kind == LedgerKind.Disclosed);
        Assert.Equal(HttpStatusCode.Forbidden, (await TrySayAsync(world.Doctor.Client, id, "look", null, entry)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await TrySayAsync(world.Ada.Client, id, "look", null, $"Condition/{world.Ada.Record}.{Data.LocalId.New()}")).Status);

        var desk = server.Modules.Conversations;
        var conversation = Data.ConversationId.Parse(id);
        var (doctor, ada) = (await TalkerAsync(world.Doctor), await TalkerAsync(world.Ada));
        Assert.True(await desk.LeaveAsync(doctor, (await desk.FindAsync(doctor, conversation, Cancel))!, ActorOf(world.Doctor), Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await world.Doctor.Client.ReadAsync($"/fhir/{entry}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).Status);
        Assert.Equal(HttpStatusCode.OK, (await world.Nurse.Client.ReadAsync($"/fhir/{entry}")).Status);
        Assert.True(await desk.EndAsync(ada, (await desk.FindAsync(ada, conversation, Cancel))!, own.Attached, Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await world.Nurse.Client.ReadAsync($"/fhir/{entry}")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await TrySayAsync(world.Nurse.Client, id, "still there?")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await TrySayAsync(world.Ada.Client, id, "look", null, other)).Status);
        Assert.Equal("ended", (string)(await StateAsync(world.Nurse, id))["state"]!);
        Assert.Empty((await own.ConsentsAsync(static consent => consent is { Counts: true, Attached: not null }, Cancel)));
    }

    [Fact]
    public async Task Who_acts_for_the_patient_writes_for_them_within_their_topics_and_never_in_private()
    {
        var world = await TalkWorld.BeginAsync(server);
        var (general, results) = (await TalkAsync(world.Ada, "", world.Doctor.Reference), await TalkAsync(world.Ada, ",\"topic\":\"results\"", world.Doctor.Reference));
        var alone = await TalkAsync(world.Ada, ",\"topic\":\"results\",\"private\":true", world.Doctor.Reference);
        Assert.Empty((await world.Sister.Client.ReadAsync("/api/conversations")).Json["conversations"]!.AsArray());
        var own = await Server.Hosting.Patients.OpenAsync(server.Modules, world.Ada.Record, Cancel);
        var consent = await ActAsync(own, world.Sister, ["Observation", "DiagnosticReport"], ConsentAction.Converse);
        Assert.Equal([results], await SeenAsync(world.Sister));
        await SayAsync(world.Sister.Client, results, "for my sister");
        var by = (await world.Doctor.Client.ReadAsync($"/api/conversations/{results}/messages")).Json["messages"]![1]!["by"]!;
        Assert.Equal((world.Sister.Person.DisplayName, $"Patient/{world.Ada.Record}"), ((string)by["name"]!, (string)by["as"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await world.Sister.Client.ReadAsync($"/api/conversations/{general}/messages")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Sister.Client.ReadAsync($"/api/conversations/{alone}/messages")).Status);
        var entry = $"Condition/{(await world.Ada.IdsAsync("Condition"))[0]}";
        Assert.Equal(HttpStatusCode.Forbidden, (await TrySayAsync(world.Sister.Client, results, "look", null, entry)).Status);

        await own.PutConsentAsync(consent, ConsentJson.Ended((await own.ConsentsAsync(Cancel)).First(stored => stored.Entry.Id == $"{own.Patient}.{consent}").Resource), null, Cancel);
        Assert.Empty(await SeenAsync(world.Sister));
        await ActAsync(own, world.Sister, [], ConsentAction.Collect);
        Assert.Empty(await SeenAsync(world.Sister));
        await ActAsync(own, world.Sister, [], ConsentAction.Converse);
        Assert.Equal(new[] { general, results }.Order(), (await SeenAsync(world.Sister)).Order());
        Assert.Equal(["for my sister"], await TextsAsync(world.Ada.Client, results));
    }

    [Fact]
    public async Task Who_left_the_team_sees_nothing_and_who_comes_sees_it_all()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "hello");
        Assert.Equal(["hello"], await TextsAsync(world.Nurse.Client, id));
        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, world.Nurse.Person.Id, false, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Nurse.Client.ReadAsync($"/api/conversations/{id}/messages")).Status);
        await server.Modules.People.Directory.AddMemberAsync(world.Team.Id.Organisation, world.Doctor.Person.Id, "doctor", null, Cancel);
        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, world.Doctor.Person.Id, true, Cancel);
        Assert.Equal(["hello"], await TextsAsync(world.Doctor.Client, id));
    }

    [Fact]
    public async Task Who_closes_their_account_is_in_no_conversation_of_others_any_more_and_what_they_said_stays()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Nurse.Reference, world.Team.Reference);
        await SayAsync(world.Nurse.Client, id, "Get well.");
        await server.Modules.Conversations.LeaveAllAsync(await TalkerAsync(world.Nurse), ActorOf(world.Nurse), Cancel);
        Assert.Equal([$"Patient/{world.Ada.Record}", world.Team.Reference], (await StateAsync(world.Ada, id))["with"]!.AsArray().Select(static member => (string)member!["reference"]!));
        Assert.Equal(["Get well."], await TextsAsync(world.Ada.Client, id));
        Assert.Equal(["Get well."], await TextsAsync(world.Nurse.Client, id));
    }

    [Theory]
    [InlineData("", """[]""")]
    [InlineData("", """{"with":[],"subject":"x"}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":" "}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"a\nb"}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"x","topic":"Results"}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"x","topic":"1"}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"x","more":1}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"x","about":"x"}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"x","private":1}""")]
    [InlineData("", """{"with":"Practitioner/x","subject":"x"}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"\ud800"}""")]
    [InlineData("", """{"with":["Practitioner/x"],"subject":"x" """)]
    [InlineData("m", """{"text":""}""")]
    [InlineData("m", """{"text":"\u202e"}""")]
    [InlineData("m", """{"text":1}""")]
    [InlineData("m", """{"text":"x","attach":"Observation/x"}""")]
    [InlineData("m", """{"text":"x","attach":[1]}""")]
    [InlineData("m", """{"text":"x","text":"y"}""")]
    public async Task What_is_not_understood_is_told_and_changes_nothing(string where, string body)
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var answer = await PostAsync(world.Ada.Client, where == "m" ? $"/api/conversations/{id}/messages" : "/api/conversations", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Single((await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray());
        Assert.Equal([id], await SeenAsync(world.Ada));
    }

    [Fact]
    public async Task What_is_too_long_is_refused_and_what_is_as_long_as_may_be_is_not()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        Assert.Equal(HttpStatusCode.BadRequest, (await TrySayAsync(world.Ada.Client, id, new string('x', ConversationDesk.MostText + 1))).Status);
        await SayAsync(world.Ada.Client, id, new string('ñ', ConversationDesk.MostText));
        Assert.Equal(HttpStatusCode.BadRequest, (await TrySayAsync(world.Ada.Client, id, "x", "a b")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await TrySayAsync(world.Ada.Client, id, "x", new string('k', 201))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages?after=x")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages?after=9223372036854775807")).Status);
    }

    [Fact]
    public async Task A_token_that_is_not_made_for_it_neither_reads_nor_writes_nor_hears()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var token = (await server.Modules.People.AccessTokens.CreateAsync(world.Ada.Person.Id, "reads", TokenScopes.ReadOwn | TokenScopes.ReadShared | TokenScopes.Contribute | TokenScopes.Share, null, Cancel)).Value!;
        using var client = server.Client(token.Secret);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.ReadAsync("/api/conversations")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.ReadAsync($"/api/conversations/{id}/messages")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await TrySayAsync(client, id, "x")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.ReadAsync("/api/events", ("Accept", "text/event-stream"))).Status);
    }

    private static async Task<JsonNode> StateAsync(TestPerson person, string id) =>
        (await person.Client.ReadAsync("/api/conversations")).Json["conversations"]!.AsArray().First(told => (string)told!["id"]! == id)!;

    private static async Task<bool> IsUnreadAsync(TestPerson person, string id) => (bool)(await StateAsync(person, id))["unread"]!;

    /// <summary>The number in the navigation.</summary>
    private async Task<int> NumberAsync(TestPerson person) =>
        await server.App.Services.GetRequiredService<Server.Talks.TalkDoor>().UnreadAsync((await server.Modules.People.Accounts.FindAsync(person.Person.Id, Cancel))!, Cancel);

    private static async Task<string[]> SeenAsync(TestPerson person) =>
        [.. (await person.Client.ReadAsync("/api/conversations")).Json["conversations"]!.AsArray().Select(static told => (string)told!["id"]!)];

    private static Records.Actor ActorOf(TestPerson person) => new(person.Person.Id, person.Reference, person.Person.DisplayName, person.Person.RecipientReferences);

    private Task<Talker> TalkerAsync(TestPerson person) => Talker.OfAsync(person.Person, ActorOf(person), server.Modules.Records, Cancel);

    private async Task<Data.LocalId> ActAsync(Records.OwnAccess own, TestPerson who, IReadOnlyList<string> types, string action)
    {
        var terms = new ActingTerms(
            new SharingTerms { Recipient = who.Reference, RecipientName = "Sister", Purpose = PurposeOfUse.ActingForPatient, Types = types.Count == 0 ? null : types }, [ConsentAction.Access, action], Delegation.Delegatee);
        var written = await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Ada", server.Clock.GetUtcNow()), null, Cancel);
        return Data.LocalId.Parse(written.Entry!.Id.AsSpan(Data.PatientId.TextLength + 1));
    }
}
