using System.Net;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>What conversations once let somebody do who should not: each stays mended.</summary>
public sealed class ConversationAttackTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_is_refused_for_its_key_shares_nothing()
    {
        var world = await BeginAsync(server);
        var (entry, other) = (await EntryAsync(world, 0), await EntryAsync(world, 1));
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Team.Reference);
        await SayAsync(world.Ada.Client, id, "hello", "k");
        Assert.Equal(HttpStatusCode.Conflict, (await TrySayAsync(world.Ada.Client, id, "hello", "k", entry)).Status);
        Assert.Empty(await AttachedAsync(world));
        Assert.Equal(HttpStatusCode.NotFound, (await world.Doctor.Client.ReadAsync($"/fhir/{entry}")).Status);

        await SayAsync(world.Ada.Client, id, "look", "l", entry);
        Assert.Equal(HttpStatusCode.Conflict, (await TrySayAsync(world.Ada.Client, id, "look", "l", other)).Status);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), ((await world.Doctor.Client.ReadAsync($"/fhir/{entry}")).Status, (await world.Doctor.Client.ReadAsync($"/fhir/{other}")).Status));
    }

    [Fact]
    public async Task Of_messages_that_race_for_a_key_only_the_one_that_stands_shares()
    {
        var world = await BeginAsync(server);
        var entries = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => EntryAsync(world, i)));
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await Task.WhenAll(entries.Select(entry => TrySayAsync(world.Ada.Client, id, "look", "k", entry)));
        var stands = (string)(await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]![1]!["entries"]![0]!;
        foreach (var entry in entries)
        {
            Assert.Equal(entry == stands ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await world.Doctor.Client.ReadAsync($"/fhir/{entry}")).Status);
        }
    }

    [Fact]
    public async Task A_message_that_there_is_not_room_to_share_with_all_is_not_sent_and_shared_with_nobody()
    {
        await using var small = new RunningServer { Room = new RecordRoom(1024 * 1024 * 1024, 60) };
        await small.InitializeAsync();
        var room = await AgreeUntilFullAsync(small, (await small.AddAdaAsync()).Record, int.MaxValue);
        var world = await BeginAsync(small);
        var entry = await EntryAsync(world, 0);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Sister.Reference, world.Team.Reference);
        Assert.Equal(room - 2, await AgreeUntilFullAsync(small, world.Ada.Record, room - 2));
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await TrySayAsync(world.Ada.Client, id, "look", "k", entry)).Status);
        var own = await Server.Hosting.Patients.OpenAsync(small.Modules, world.Ada.Record, Cancel);
        var attached = await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel);
        Assert.Equal(2, attached.Count);
        Assert.All(attached, static consent => Assert.False(consent.Consent.Counts));
        Assert.Empty(await TextsAsync(world.Doctor.Client, id));
    }

    /// <summary>Agreements with nobody in particular until there is no room for one more, or so many; how many it took.</summary>
    private static async Task<int> AgreeUntilFullAsync(RunningServer small, Data.PatientId record, int most)
    {
        var own = await Server.Hosting.Patients.OpenAsync(small.Modules, record, Cancel);
        for (var made = 0; made < most; made++)
        {
            var provision = ConsentJson.Permit();
            ConsentJson.Name(provision, $"Practitioner/{Data.PersonId.New()}", "Dr Nobody", PurposeOfUse.Treatment);
            try
            {
                await own.PutConsentAsync(null, ConsentJson.Checked(ConsentJson.Of($"Patient/{record}", Rapport.Fhir.FhirTime.Instant(small.Clock.GetUtcNow()), provision)), null, Cancel);
            }
            catch (RecordFullException)
            {
                return made;
            }
        }

        return most;
    }

    /// <summary>An entry that is named goes whatever it is marked with.</summary>
    [Fact]
    public async Task A_device_that_was_left_open_attaches_nothing_without_showing_who_it_is()
    {
        var world = await BeginAsync(server);
        var entry = await EntryAsync(world, 0);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var secret = await server.Modules.People.Sessions.StartAsync(world.Ada.Person.Id, "test", People.SignInMethod.Password, Cancel);
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        using var browser = server.Client();
        browser.DefaultRequestHeaders.Add("Cookie", "rapport=" + secret);
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        Assert.Equal(HttpStatusCode.Created, (await TrySayAsync(browser, id, "hello")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await TrySayAsync(browser, id, "look", "k", entry)).Status);
        Assert.Empty(await AttachedAsync(world));
    }

    [Fact]
    public async Task Who_comes_later_reads_nothing_of_what_was_said_before_in_its_correction_either()
    {
        var world = await BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "a secret of before");
        var (ada, desk) = (await TalkerAsync(world.Ada), server.Modules.Conversations);
        var conversation = Data.ConversationId.Parse(id);
        Assert.True(await desk.AddMemberAsync(ada, (await desk.FindAsync(ada, conversation, Cancel))!, new Member(world.Sister.Reference, "Sister", "sister"), Cancel));
        Assert.True(await desk.CorrectAsync(ada, (await desk.FindAsync(ada, conversation, Cancel))!, 2, "a secret of before, put right", Cancel));
        var read = await world.Sister.Client.ReadAsync($"/api/conversations/{id}/messages");
        Assert.Contains("corrected", read.Json.ToJsonString());
        Assert.DoesNotContain("secret", read.Json.ToJsonString());
        var sister = await TalkerAsync(world.Sister);
        var seen = (await desk.FindAsync(sister, conversation, Cancel))!;
        Assert.DoesNotContain("secret", (await TalkRow.AllAsync(desk, sister, [seen], server.Clock.GetUtcNow(), Cancel))[0].Said);
        Assert.Empty((await TalkSearch.FindAsync(desk, [seen], "secret", Cancel)).Hits);
        Assert.Contains("put right", (await world.Doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).Json.ToJsonString());
    }

    [Fact]
    public async Task What_was_attached_is_not_named_to_others_when_the_conversation_ended()
    {
        var world = await BeginAsync(server);
        var entry = await EntryAsync(world, 0);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SayAsync(world.Ada.Client, id, "look", "k", entry);
        var (ada, desk) = (await TalkerAsync(world.Ada), server.Modules.Conversations);
        var own = await Server.Hosting.Patients.OpenAsync(server.Modules, world.Ada.Record, Cancel);
        Assert.True(await desk.EndAsync(ada, (await desk.FindAsync(ada, Data.ConversationId.Parse(id), Cancel))!, own.Attached, Cancel));
        Assert.DoesNotContain(entry, (await world.Doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).Json.ToJsonString());
        Assert.Contains(entry, (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json.ToJsonString());
    }

    [Fact]
    public async Task Who_blocks_a_patient_is_not_written_to_by_who_acts_for_them()
    {
        var world = await BeginAsync(server);
        await ActAsync(world, []);
        var unknown = (await TalkWorld.BeginAsync(world.Sister, About(world, "general"), $"Practitioner/{Data.PersonId.New()}")).ToString();
        await server.Modules.People.Blocks.AddAsync(world.Doctor.Person, world.Ada.Person, Cancel);
        Assert.Equal(unknown, (await TalkWorld.BeginAsync(world.Sister, About(world, "general"), world.Doctor.Reference)).ToString());
        await TalkAsync(world.Sister, About(world, "general"), world.Team.Reference);
    }

    [Fact]
    public async Task Who_acts_within_topics_chooses_others_for_the_patient_within_them_alone()
    {
        var world = await BeginAsync(server);
        await ActAsync(world, ["Observation", "DiagnosticReport"]);
        var refused = await TalkWorld.BeginAsync(world.Sister, About(world, "general"), world.Sister.Reference, world.Doctor.Reference);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        await TalkAsync(world.Sister, About(world, "results"), world.Doctor.Reference);
    }

    [Theory]
    [InlineData(""","private":true""")]
    [InlineData(""","topic":"results" """)]
    public async Task A_key_that_began_one_conversation_begins_no_other(string more)
    {
        var world = await BeginAsync(server);
        var first = await PostAsync(world.Ada.Client, "/api/conversations", $$"""{"with":["{{world.Doctor.Reference}}","{{world.Sister.Reference}}"],"subject":"my knee"}""", ("Idempotency-Key", "k"));
        Assert.Equal(HttpStatusCode.Created, first.Status);
        var second = await PostAsync(world.Ada.Client, "/api/conversations", $$"""{"with":["{{world.Doctor.Reference}}","{{world.Sister.Reference}}"],"subject":"my knee"{{more}}}""", ("Idempotency-Key", "k"));
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.DoesNotContain((string)first.Json["id"]!, second.Json.ToJsonString());
    }

    private static string About(TalkWorld world, string topic) => $",\"about\":\"Patient/{world.Ada.Record}\",\"topic\":\"{topic}\"";

    private static async Task<string> EntryAsync(TalkWorld world, int number) => $"Condition/{(await world.Ada.IdsAsync("Condition"))[number]}";

    private async Task<IReadOnlyList<StoredConsent>> AttachedAsync(TalkWorld world) =>
        await (await Server.Hosting.Patients.OpenAsync(server.Modules, world.Ada.Record, Cancel)).ConsentsAsync(static consent => consent is { Counts: true, Attached: not null }, Cancel);

    private Task<Talker> TalkerAsync(TestPerson person) =>
        Talker.OfAsync(person.Person, new Actor(person.Person.Id, person.Reference, person.Person.DisplayName, person.Person.RecipientReferences), server.Modules.Records, Cancel);

    private async Task ActAsync(TalkWorld world, IReadOnlyList<string> types)
    {
        var own = await Server.Hosting.Patients.OpenAsync(server.Modules, world.Ada.Record, Cancel);
        var terms = new ActingTerms(
            new SharingTerms { Recipient = world.Sister.Reference, RecipientName = "Sister", Purpose = PurposeOfUse.ActingForPatient, Types = types.Count == 0 ? null : types },
            [ConsentAction.Access, ConsentAction.Converse],
            Delegation.Delegatee);
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Ada", server.Clock.GetUtcNow()), null, Cancel)).Status);
    }
}
