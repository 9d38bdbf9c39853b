using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>What somebody sent in a conversation becomes a document of the patient's record, at the patient's wish alone.</summary>
public abstract class KeptFileContract(RunningServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_photo_becomes_a_document_by_who_sent_it_once_that_counts_as_sensitive_and_can_be_taken_back()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var file = await SendAsync(world.Doctor.Client, id, SentFiles.Of("gps.jpg"), "how the knee looks");
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(world.Ada.Record, ActorOf(world.Ada), Cancel))!;

        var entry = "";
        for (var i = 0; i < 2; i++)
        {
            var kept = await KeepAsync(world.Ada.Client, file);
            Assert.Equal(HttpStatusCode.OK, kept.Status);
            entry = (string)kept.Json["entry"]!;
            Assert.Single(await own.SourcesAsync(Cancel), static source => source.Description.Kind == ConversationSummary.Kind);
        }

        var document = (await world.Ada.Client.ReadAsync($"/fhir/{entry}")).Json;
        var said = (await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages?after=1")).Json["messages"]![0]!;
        Assert.Equal("how the knee looks", (string?)document["description"]);
        Assert.StartsWith(world.Doctor.Person.DisplayName, (string?)document["author"]![0]!["display"]);
        Assert.Equal((DateTimeOffset)said["at"]!, (DateTimeOffset)document["date"]!);
        Assert.Contains("R", SecurityOf(document));

        var attachment = document["content"]![0]!["attachment"]!;
        using var answer = await world.Ada.Client.GetAsync($"/fhir/{attachment["url"]}", Cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(((string?)said["files"]![0]!["sha256"], (string?)attachment["contentType"]), (Convert.ToHexStringLower(SHA256.HashData(bytes)), "image/jpeg"));
        Assert.DoesNotContain("Madrid", System.Text.Encoding.Latin1.GetString(bytes));

        // Where it comes from: who sent it, in which conversation.
        var source = Assert.Single(await own.SourcesAsync(Cancel), static source => source.Description.Kind == ConversationSummary.Kind);
        Assert.Contains(world.Doctor.Person.DisplayName, source.Description.Name);
        Assert.Contains("my knee", source.Description.Name);
        Assert.Equal($"/conversations/{id}#m2", (await own.ProvenanceAsync(Data.LocalId.Parse(entry.AsSpan(entry.IndexOf('.', StringComparison.Ordinal) + 1)), Cancel))?.Path);

        await SourceRemoval.TakeBackAsync(own, source.Number, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Ada.Client.ReadAsync($"/fhir/{entry}")).Status);
        Assert.Equal(entry, (string?)(await KeepAsync(world.Ada.Client, file)).Json["entry"]);
        Assert.Equal(HttpStatusCode.OK, (await world.Ada.Client.ReadAsync($"/fhir/{entry}")).Status);
    }

    [Theory]
    [InlineData("I took two tablets at eight", null)]
    [InlineData("The HIV test was positive", "HIV")]
    public async Task A_text_is_labelled_by_its_words(string text, string? label)
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var kept = await KeepAsync(world.Ada.Client, await SendAsync(world.Ada.Client, id, System.Text.Encoding.UTF8.GetBytes(text)));
        var document = (await world.Ada.Client.ReadAsync($"/fhir/{kept.Json["entry"]}")).Json;
        Assert.Equal($"Patient/{world.Ada.Record}", (string?)document["author"]![0]!["reference"]);
        var binary = (await world.Ada.Client.ReadAsync($"/fhir/{document["content"]![0]!["attachment"]!["url"]}", ("Accept", "application/fhir+json"))).Json;
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)binary["data"]!)));
        foreach (var codes in new[] { SecurityOf(document), SecurityOf(binary) })
        {
            Assert.Equal(label is not null, codes.Count > 0);
            Assert.True(label is null || codes.Contains(label));
        }
    }

    [Fact]
    public async Task What_was_sent_in_private_is_restricted_whatever_its_words_say()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, ""","private":true""", world.Doctor.Reference);
        var kept = await KeepAsync(world.Ada.Client, await SendAsync(world.Ada.Client, id, "I took two tablets at eight"u8.ToArray()));
        var document = (await world.Ada.Client.ReadAsync($"/fhir/{kept.Json["entry"]}")).Json;
        var binary = (await world.Ada.Client.ReadAsync($"/fhir/{document["content"]![0]!["attachment"]!["url"]}", ("Accept", "application/fhir+json"))).Json;
        Assert.Equal(["R"], SecurityOf(document));
        Assert.Equal(["R"], SecurityOf(binary));
    }

    [Fact]
    public async Task Whoever_is_not_the_patient_takes_none_and_cannot_tell_whether_there_is_one()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference, world.Sister.Reference);
        var file = await SendAsync(world.Doctor.Client, id, SentFiles.Of("gps.png"));
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(world.Ada.Record, ActorOf(world.Ada), Cancel))!;
        var acting = new ActingTerms(
            new SharingTerms { Recipient = world.Nurse.Reference, RecipientName = "Nurse", Purpose = PurposeOfUse.ActingForPatient }, [ConsentAction.Access, ConsentAction.Converse, ConsentAction.Collect], Delegation.Delegatee);
        await own.PutConsentAsync(null, acting.ToConsent(own.Patient, "Ada", server.Clock.GetUtcNow()), null, Cancel);

        var nothing = (await KeepAsync(world.Ada.Client, $"/api/conversations/{Data.ConversationId.New()}/files/2/0")).ToString();
        foreach (var person in new[] { world.Doctor, world.Sister, world.Nurse, world.Stranger })
        {
            Assert.Equal(nothing, (await KeepAsync(person.Client, file)).ToString());
        }

        foreach (var other in new[] { "1/0", "2/1", "3/0", "9/0" })
        {
            Assert.Equal(nothing, (await KeepAsync(world.Ada.Client, $"/api/conversations/{id}/files/{other}")).ToString());
        }

        Assert.DoesNotContain(await own.SourcesAsync(Cancel), static source => source.Description.Kind == ConversationSummary.Kind);

        // Nor is anybody told that it was taken.
        var before = (await world.Doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).ToString();
        Assert.Equal(HttpStatusCode.OK, (await KeepAsync(world.Ada.Client, file)).Status);
        Assert.Equal(before, (await world.Doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).ToString());
    }

    private static HashSet<string> SecurityOf(JsonNode entry) => [.. (entry["meta"]?["security"]?.AsArray() ?? []).Select(static label => (string)label!["code"]!)];

    private static Actor ActorOf(TestPerson person) => new(person.Person.Id, person.Reference, person.Person.DisplayName, person.Person.RecipientReferences);

    private static Task<Answer> KeepAsync(HttpClient client, string file) => client.AskAsync(HttpMethod.Post, file + "/keep", new ByteArrayContent([]));

    /// <summary>Sends a file; gives its address.</summary>
    private static async Task<string> SendAsync(HttpClient client, string id, byte[] content, string? says = null)
    {
        var taken = await client.AskAsync(HttpMethod.Post, $"/api/conversations/{id}/files", new ByteArrayContent(content));
        var file = new JsonObject { ["id"] = (string)taken.Json["id"]! };
        if (says is not null)
        {
            file["says"] = says;
        }

        var said = await PostAsync(client, $"/api/conversations/{id}/messages", new JsonObject { ["text"] = "look", ["files"] = new JsonArray(file) }.ToJsonString());
        return $"/api/conversations/{id}/files/{said.Json["id"]}/0";
    }
}

public sealed class KeptFileOnSqlite(RunningServer server) : KeptFileContract(server), IClassFixture<RunningServer>;

public sealed class KeptFileOnPostgres(PostgresServer postgres) : KeptFileContract(postgres.Server), IClassFixture<PostgresServer>;
