using System.Net;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>What a program is told of words that may mean an emergency: it has no page that asks.</summary>
public sealed class UrgentApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Urgent = "I cannot breathe and have a crushing pain in my chest";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_to_a_message_that_may_be_an_emergency_has_the_number_to_call_and_the_message_is_sent()
    {
        await using var own = new RunningServer { Help = new("911", SelfHarm: "Call 988 at any hour", Poison: "Poison line") };
        await own.InitializeAsync();
        var world = await TalkWorld.BeginAsync(own);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        var said = await SayAsync(world.Ada.Client, id, "I want to kill myself tonight", "k1");
        Assert.Equal(("911", "tel:911"), ((string)said["urgent"]!["number"]!, (string)said["urgent"]!["call"]!));
        Assert.Equal(["Call 988 at any hour"], said["urgent"]!["lines"]!.AsArray().Select(static line => (string)line!));
        Assert.Equal(said.ToJsonString(), (await SayAsync(world.Ada.Client, id, "I want to kill myself tonight", "k1")).ToJsonString());
        Assert.Null((await SayAsync(world.Ada.Client, id, "my shoe is untied"))["urgent"]);
        Assert.Equal(2, (await TextsAsync(world.Doctor.Client, id)).Length);
    }

    [Fact]
    public async Task What_is_sent_again_is_told_to_be_urgent_again_where_what_it_is_about_said_so()
    {
        var world = await TalkWorld.BeginAsync(server);
        var begun = await PostAsync(world.Ada.Client, "/api/conversations", $$"""{"with":["{{world.Doctor.Reference}}"],"subject":"crushing chest pain, cannot breathe"}""");
        var id = (string)begun.Json["id"]!;
        Assert.Equal("112", (string)(await SayAsync(world.Ada.Client, id, "what do you think?", "k1"))["urgent"]!["number"]!);
        Assert.Equal("112", (string)(await SayAsync(world.Ada.Client, id, "what do you think?", "k1"))["urgent"]!["number"]!);
    }

    [Fact]
    public async Task What_a_file_shows_is_looked_at_too_and_a_message_of_files_alone()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Doctor.Reference);
        using var taken = await world.Ada.Client.PostAsync($"/api/conversations/{id}/files", new ByteArrayContent(SentFiles.Of("gps.jpg")), Cancel);
        var file = (string)System.Text.Json.Nodes.JsonNode.Parse(await taken.Content.ReadAsStringAsync(Cancel))!["id"]!;
        var place = $"/api/conversations/{id}/messages";
        var files = $$"""[{"id":"{{file}}","says":"{{Urgent}}"}]""";
        var refused = await PostAsync(world.Ada.Client, place, $$"""{"files":{{files}},"unlessUrgent":true}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("`112`", (string)refused.Json["detail"]!);
        var sent = await PostAsync(world.Ada.Client, place, $$"""{"files":{{files}}}""");
        Assert.Equal((HttpStatusCode.Created, "112"), (sent.Status, (string)sent.Json["urgent"]!["number"]!));
    }

    [Fact]
    public async Task The_answer_to_a_check_in_that_may_be_an_emergency_has_the_number_to_call()
    {
        const string questions = """{"resourceType":"Questionnaire","title":"How are you","status":"active","item":[{"linkId":"how","text":"How are you?","type":"text"}]}""";
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        var asked = await PostAsync(world.Nurse.Client, $"/api/conversations/{id}/check-ins", $$"""{"questionnaire":{{questions}},"every":"day","until":"2026-06-03"}""");
        var answers = $"/api/conversations/{id}/check-ins/{(string)asked.Json["id"]!}/answers";
        var answer = await AnswerAsync(Urgent);
        Assert.Equal((HttpStatusCode.OK, "112"), (answer.Status, (string)answer.Json["urgent"]!["number"]!));

        Task<Answer> AnswerAsync(string words) => world.Ada.Client.AskAsync(
            HttpMethod.Post,
            answers,
            new StringContent($$"""{"resourceType":"QuestionnaireResponse","status":"completed","item":[{"linkId":"how","answer":[{"valueString":"{{words}}"}]}]}""", System.Text.Encoding.UTF8, "application/fhir+json"));
    }
}
