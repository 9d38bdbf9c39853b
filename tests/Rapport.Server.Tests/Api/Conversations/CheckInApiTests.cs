using System.Net;
using System.Text;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Api.Conversations.TalkWorld;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Check-ins for scripts: a team's program asks, a patient's program answers.</summary>
public sealed class CheckInApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Questions = """
        {"resourceType":"Questionnaire","url":"https://clinic.example/q/1","title":"Blood pressure","status":"active","item":[
          {"linkId":"upper","code":[{"system":"http://loinc.org","code":"8480-6"}],"text":"The upper number","type":"integer","required":true},
          {"linkId":"how","text":"How do you feel?","type":"choice","answerOption":[{"valueCoding":{"system":"urn:x","code":"w","display":"Well"}},{"valueCoding":{"system":"urn:x","code":"b","display":"Badly"}}]}]}
        """;

    [Fact]
    public async Task A_program_asks_another_answers_in_FHIR_and_who_asked_reads_it_through_the_gate()
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Team.Reference, world.Sister.Person.Reference);
        var root = $"/api/conversations/{id}/check-ins";
        var asked = await PostAsync(world.Nurse.Client, root, $$"""{"questionnaire":{{Questions}},"every":"day","until":"2026-06-03"}""", ("Idempotency-Key", "k1"));
        Assert.Equal(HttpStatusCode.Created, asked.Status);
        var one = $"{root}/{(string)asked.Json["id"]!}";
        var again = await PostAsync(world.Nurse.Client, root, $$"""{"questionnaire":{{Questions}},"every":"day","until":"2026-06-03"}""", ("Idempotency-Key", "k1"));
        Assert.Equal((string)asked.Json["id"]!, (string)again.Json["id"]!);
        var list = (await world.Ada.Client.ReadAsync(root)).Json["checkIns"]!.AsArray();
        Assert.Equal((1, "Blood pressure", 0), (list.Count, (string)list[0]!["title"]!, (int)list[0]!["waits"]!));
        Assert.Equal("https://clinic.example/q/1", (string)(await world.Ada.Client.ReadAsync(one)).Json["questionnaire"]!["url"]!);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AnswerAsync(world.Ada.Client, one, """{"linkId":"how","answer":[{"valueCoding":{"display":"Well"}}]}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AnswerAsync(world.Ada.Client, one, """{"linkId":"upper","answer":[{"valueInteger":120}]},{"linkId":"other","answer":[{"valueInteger":1}]}""")).Status);
        foreach (var client in new[] { world.Nurse.Client, world.Sister.Client, world.Stranger.Client })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await AnswerAsync(client, one, """{"linkId":"upper","answer":[{"valueInteger":120}]}""")).Status);
        }

        const string answer = """{"linkId":"upper","answer":[{"valueInteger":131}]},{"linkId":"how","answer":[{"valueCoding":{"system":"urn:x","code":"b","display":"Badly"}}]}""";
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(world.Ada.Client, one, answer, "a1")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await AnswerAsync(world.Ada.Client, one, answer, "a1")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await AnswerAsync(world.Ada.Client, one, answer, "a2")).Status);

        var told = (await world.Nurse.Client.ReadAsync(one)).Json["answers"]!.AsArray();
        var href = (string)Assert.Single(told)!["href"]!;
        var read = await world.Nurse.Client.ReadAsync(href);
        Assert.Equal("https://clinic.example/q/1", (string)read.Json["questionnaire"]!);
        Assert.Equal(131, (int)read.Json["item"]![0]!["answer"]![0]!["valueInteger"]!);
        Assert.Equal("b", (string)read.Json["item"]![1]!["answer"]![0]!["valueCoding"]!["code"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Sister.Client.ReadAsync(href)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.Client.ReadAsync(href)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.Client.ReadAsync(one)).Status);
        Assert.Equal(["opened", "check-in", "check-in-answered"], (await world.Sister.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray().Select(static line => (string)line!["kind"]!));

        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(world.Sister.Client, one + "/end", "{}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(world.Ada.Client, one + "/end", "{}")).Status);
        Assert.Empty((await world.Nurse.Client.ReadAsync(root)).Json["checkIns"]!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await world.Nurse.Client.ReadAsync(href)).Status);
    }

    [Theory]
    [InlineData("""{"every":"day"}""")]
    [InlineData("""{"questionnaire":{"resourceType":"Questionnaire","status":"active"}}""")]
    [InlineData("""{"questionnaire":{"resourceType":"Patient"}}""")]
    [InlineData("""{"questionnaire":{"resourceType":"Questionnaire","title":"T","status":"active","item":[{"linkId":"a","text":"A?","type":"group"}]}}""")]
    [InlineData("""{"questionnaire":{"resourceType":"Questionnaire","title":"T","status":"active","item":[{"linkId":"a","text":"A?","type":"boolean"}]},"every":"hour","until":"2026-06-03"}""")]
    [InlineData("""{"questionnaire":{"resourceType":"Questionnaire","title":"T","status":"active","item":[{"linkId":"a","text":"A?","type":"boolean"}]},"every":"day"}""")]
    [InlineData("""{"questionnaire":{"resourceType":"Questionnaire","title":"T","status":"active","item":[{"linkId":"a","text":"A?","type":"boolean"}]},"zone":"Nowhere/There"}""")]
    public async Task What_cannot_be_asked_is_told_and_changes_nothing(string body)
    {
        var world = await TalkWorld.BeginAsync(server);
        var id = await TalkAsync(world.Ada, "", world.Team.Reference);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(world.Nurse.Client, $"/api/conversations/{id}/check-ins", body)).Status);
        Assert.Single((await world.Ada.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray());
    }

    internal static Task<Answer> AnswerAsync(HttpClient client, string one, string items, string? key = null) => client.AskAsync(
        HttpMethod.Post, one + "/answers",
        new StringContent($$"""{"resourceType":"QuestionnaireResponse","status":"completed","item":[{{items}}]}""", Encoding.UTF8, "application/fhir+json"),
        key is null ? [] : [("Idempotency-Key", key)]);
}
