using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Photos, documents and voice notes for scripts: sent with a message, read by whoever may read it, and looking like nothing to everybody else.</summary>
public sealed class FileApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_photo_and_a_voice_note_go_with_a_message_and_are_read_without_where_they_were_made()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Team.Reference);
        var (photo, voice) = (await TakenAsync(world.Ada.Client, id, SentFiles.Of("gps.jpg")), await TakenAsync(world.Ada.Client, id, SentFiles.Of("voice.ogg")));
        Assert.Equal(("image/jpeg", "audio/ogg"), ((string)photo["kind"]!, (string)voice["kind"]!));
        var said = await SendAsync(world.Ada.Client, id, $$"""{"files":[{"id":"{{photo["id"]}}","says":"my knee"},"{{voice["id"]}}"]}""");
        Assert.Equal(HttpStatusCode.Created, said.Status);
        foreach (var person in new[] { world.Ada, world.Doctor, world.Nurse })
        {
            var files = (await person.Client.ReadAsync($"/api/conversations/{id}/messages?after=1")).Json["messages"]![0]!["files"]!.AsArray();
            Assert.Equal([("image/jpeg", "my knee"), ("audio/ogg", null)], files.Select(static file => ((string)file!["kind"]!, (string?)file["says"])));
            foreach (var (file, at) in files.Select(static (file, at) => (file!, at)))
            {
                using var answer = await person.Client.GetAsync((string)file["href"]!, Cancel);
                var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
                Assert.Equal(((string)file["sha256"]!, (long)file["size"]!), (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length));
                Assert.DoesNotContain("Madrid", System.Text.Encoding.Latin1.GetString(bytes));
                Assert.Equal(
                    ((string)file["kind"]!, $"attachment; filename=rapport-2-{at + 1}{(at == 0 ? ".jpg" : ".ogg")}; filename*=UTF-8''rapport-2-{at + 1}{(at == 0 ? ".jpg" : ".ogg")}", "no-store, private"),
                    (answer.Content.Headers.ContentType?.ToString()!, answer.Content.Headers.ContentDisposition?.ToString()!, answer.Headers.CacheControl?.ToString()!));
                Assert.Equal(["sandbox; default-src 'none'; frame-ancestors 'none'"], answer.Headers.GetValues("Content-Security-Policy"));
                Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
                Assert.Equal(["same-origin"], answer.Headers.GetValues("Cross-Origin-Resource-Policy"));
            }
        }

        using var part = new HttpRequestMessage(HttpMethod.Get, $"/api/conversations/{id}/files/2/1") { Headers = { { "Range", "bytes=4-9" } } };
        using var heard = await world.Doctor.Client.SendAsync(part, Cancel);
        Assert.Equal(HttpStatusCode.PartialContent, heard.StatusCode);
        Assert.Equal(SentFiles.Of("voice.ogg")[4..10], await heard.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Whoever_may_not_read_a_message_finds_its_file_as_little_as_one_that_is_not_there()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, ",\"topic\":\"medicines\"", world.Doctor.Reference, world.Team.Reference, world.Sister.Reference);
        var elsewhere = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SendFileAsync(world.Ada.Client, id);
        await SayAsync(world.Ada.Client, id, "no file here");
        var nothing = (await world.Ada.Client.ReadAsync($"/api/conversations/{Data.ConversationId.New()}/files/2/0")).ToString();
        var own = await server.Modules.Records.Compartments.OpenOwnAsync(world.Ada.Record, ActorOf(world.Ada), Cancel);
        await ActAsync(own!, world.Stranger, "Observation", "DiagnosticReport");
        await NothingAsync(world.Stranger, id, 2, 0);
        foreach (var (conversation, message, number) in new[] { (id, 1, 0), (id, 2, 1), (id, 3, 0), (id, 9, 0), (elsewhere, 2, 0) })
        {
            await NothingAsync(world.Ada, conversation, message, number);
        }

        // Who left, who was taken out, and who is not in the team any more.
        var views = server.Modules.Conversations;
        var talker = await Talker.OfAsync(world.Doctor.Person, ActorOf(world.Doctor), server.Modules.Records, Cancel);
        Assert.Equal(HttpStatusCode.OK, (await world.Doctor.Client.ReadAsync($"/api/conversations/{id}/files/2/0")).Status);
        Assert.True(await views.LeaveAsync(talker, (await views.FindAsync(talker, Data.ConversationId.Parse(id), Cancel))!, ActorOf(world.Doctor), Cancel));
        await NothingAsync(world.Doctor, id, 2, 0);
        var ada = await Talker.OfAsync(world.Ada.Person, ActorOf(world.Ada), server.Modules.Records, Cancel);
        Assert.True(await views.RemoveMemberAsync(ada, (await views.FindAsync(ada, Data.ConversationId.Parse(id), Cancel))!, own!.Attached, world.Sister.Reference, Cancel));
        await NothingAsync(world.Sister, id, 2, 0);
        await server.Modules.People.CareTeams.SetMemberAsync(world.Team.Id, world.Nurse.Person.Id, false, Cancel);
        await NothingAsync(world.Nurse, id, 2, 0);

        // Who deleted it for themselves.
        await views.ClearAsync(ada, (await views.FindAsync(ada, Data.ConversationId.Parse(id), Cancel))!, Cancel);
        await NothingAsync(world.Ada, id, 2, 0);

        // What is sent to where one is not is read as little.
        foreach (var person in new[] { world.Doctor, world.Stranger, world.Sister, world.Nurse })
        {
            Assert.Equal(nothing, (await TakeAsync(person.Client, id, SentFiles.Of("plain.jpg"))).ToString());
        }

        async Task NothingAsync(TestPerson person, string conversation, int message, int number) =>
            Assert.Equal(nothing, (await person.Client.ReadAsync($"/api/conversations/{conversation}/files/{message}/{number}")).ToString());
    }

    [Fact]
    public async Task Whoever_acts_for_a_patient_sees_the_files_of_their_topics()
    {
        var world = await TalkWorld.BeginAsync(server);
        var medicines = await TalkAsync(world.Ada, ",\"topic\":\"medicines\"", world.Doctor.Reference);
        await SendFileAsync(world.Ada.Client, medicines);
        var own = await server.Modules.Records.Compartments.OpenOwnAsync(world.Ada.Record, ActorOf(world.Ada), Cancel);
        await ActAsync(own!, world.Sister, "MedicationRequest");
        Assert.Equal(HttpStatusCode.OK, (await world.Sister.Client.ReadAsync($"/api/conversations/{medicines}/files/2/0")).Status);
        var general = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await SendFileAsync(world.Ada.Client, general);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Sister.Client.ReadAsync($"/api/conversations/{general}/files/2/0")).Status);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_with_what_can_whatever_it_is_called_and_nothing_is_changed()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        foreach (var (content, status, words) in new[]
        {
            ("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(), HttpStatusCode.UnsupportedMediaType, "JPEG, PNG, WebP, GIF"),
            (SentFiles.Of("film.mp4"), HttpStatusCode.UnsupportedMediaType, "JPEG, PNG, WebP, GIF"),
            (SentFiles.Of("moves.gif"), HttpStatusCode.UnsupportedMediaType, "GIF that does not move"),
            ([0, 0, 0, 24, .. "ftypheic\0\0\0\0mif1heic"u8], HttpStatusCode.UnsupportedMediaType, "send it as JPEG"),
            (SentFiles.Of("plain.jpg")[..400], HttpStatusCode.UnsupportedMediaType, "damaged"),
            ([], HttpStatusCode.UnprocessableEntity, "empty"),
            (new byte[FileRules.UsualBytes + 1], HttpStatusCode.RequestEntityTooLarge, $"{FileRules.UsualBytes} bytes"),
        })
        {
            var refused = await TakeAsync(world.Ada.Client, id, content, type: "image/png");
            Assert.Equal(status, refused.Status);
            Assert.Contains(words, refused.Body);
        }

        var file = await TakenAsync(world.Ada.Client, id, SentFiles.Of("plain.jpg"), "k");
        Assert.Equal((string)file["id"]!, (string)(await TakenAsync(world.Ada.Client, id, SentFiles.Of("plain.jpg"), "k"))["id"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await TakeAsync(world.Ada.Client, id, SentFiles.Of("gps.png"), "k")).Status);
        foreach (var files in new[] { "\"x\"", "[\"x\"]", $"[\"{file["id"]}\",\"{file["id"]}\"]", "[{}]", $$"""[{"id":"{{file["id"]}}","says":"two\nlines"}]""", $$"""[{"id":"{{file["id"]}}","more":1}]""" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(world.Ada.Client, id, $$"""{"text":"x","files":{{files}}}""")).Status);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(world.Ada.Client, id, """{"files":[]}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(world.Doctor.Client, id, $$"""{"text":"not mine","files":["{{file["id"]}}"]}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(world.Ada.Client, id, $$"""{"text":"mine","files":["{{file["id"]}}"]}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(world.Ada.Client, id, $$"""{"text":"again","files":["{{file["id"]}}"]}""")).Status);
        Assert.Equal(["mine"], await TextsAsync(world.Ada.Client, id));
    }

    [Fact]
    public async Task Whoever_listens_is_told_of_files_with_their_message()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        await using var listener = await Listener.OpenAsync(server, world.Doctor);
        await SendFileAsync(world.Ada.Client, id);
        var told = (await listener.NextAsync())!["message"]!;
        Assert.Equal($"/api/conversations/{id}/files/2/0", (string)told["files"]![0]!["href"]!);
    }

    private static Records.Actor ActorOf(TestPerson person) => new(person.Person.Id, person.Reference, person.Person.DisplayName, person.Person.RecipientReferences);

    private static Task<Answer> TakeAsync(HttpClient client, string id, byte[] content, string? key = null, string type = "application/octet-stream") => client.AskAsync(
        HttpMethod.Post, $"/api/conversations/{id}/files", new ByteArrayContent(content) { Headers = { ContentType = new(type) } }, key is null ? [] : [("Idempotency-Key", key)]);

    private static async Task<JsonNode> TakenAsync(HttpClient client, string id, byte[] content, string? key = null)
    {
        var answer = await TakeAsync(client, id, content, key);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Json;
    }

    private static Task<Answer> SendAsync(HttpClient client, string id, string body) => PostAsync(client, $"/api/conversations/{id}/messages", body);

    private static async Task SendFileAsync(HttpClient client, string id) =>
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(client, id, $$"""{"text":"look","files":["{{(await TakenAsync(client, id, SentFiles.Of("gps.png")))["id"]}}"]}""")).Status);

    private async Task ActAsync(Records.OwnAccess own, TestPerson who, params string[] types)
    {
        var terms = new ActingTerms(
            new SharingTerms { Recipient = who.Reference, RecipientName = "Sister", Purpose = PurposeOfUse.ActingForPatient, Types = types }, [ConsentAction.Access, ConsentAction.Converse], Delegation.Delegatee);
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Ada", server.Clock.GetUtcNow()), null, Cancel);
    }
}
