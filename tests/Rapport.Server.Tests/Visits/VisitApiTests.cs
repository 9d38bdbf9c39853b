using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Visits;

/// <summary>Lists of questions for scripts.</summary>
public sealed class VisitApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Medicines = """
        {"resourceType":"Bundle","type":"collection","entry":[
        {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Lisinopril 10 MG"},"authoredOn":"2026-05-02","subject":{"display":"Maya"}}},
        {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000002","resource":{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"36437","display":"sertraline"}],"text":"Sertraline 50 MG"},"authoredOn":"2026-05-03","subject":{"display":"Maya"}}}]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AListIsMadeReadChangedAndDeleted()
    {
        var home = await MoveInAsync();
        using var client = await CallerAsync(home.Patient, TokenScopes.All);
        var (status, made) = await AskAsync(client, HttpMethod.Post, "/api/visits", """{"with":"Dr Lee","on":"2026-07-02"}""", once: "k1");
        Assert.Equal(HttpStatusCode.Created, status);
        var question = Assert.Single(made["questions"]!.AsArray())!;
        Assert.Equal("What is Lisinopril 10 MG for, and how long do I need it?", (string)question["text"]!);
        Assert.StartsWith("MedicationRequest/", (string)question["entry"]!, StringComparison.Ordinal);
        Assert.Equal(1, (int)made["heldBack"]!);
        Assert.DoesNotContain("Sertraline", made.ToJsonString(), StringComparison.Ordinal);
        var place = "/api/visits/" + (string)made["id"]!;
        Assert.Equal((string)made["id"]!, (string)(await AskAsync(client, HttpMethod.Post, "/api/visits", """{"with":"Dr Lee","on":"2026-07-02"}""", once: "k1")).Json["id"]!);
        Assert.Equal("Dr Lee", (string)(await AskAsync(client, HttpMethod.Get, "/api/visits")).Json["visits"]![0]!["with"]!);

        var more = (await AskAsync(client, HttpMethod.Get, place + "?private=true")).Json["offered"]!.AsArray();
        var sertraline = Assert.Single(more)!;
        var (changed, next) = await AskAsync(
            client, HttpMethod.Put, place, new JsonObject { ["version"] = 1, ["questions"] = new JsonArray(new JsonObject { ["text"] = "Mine?" }, new JsonObject { ["text"] = "About this?", ["key"] = (string)sertraline["key"]! }) }.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, changed);
        Assert.Equal(2, (int)next["version"]!);
        Assert.Null(next["with"]);
        Assert.Equal((string)sertraline["entry"]!, (string)next["questions"]![1]!["entry"]!);
        Assert.Equal(0, (int)next["heldBack"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(client, HttpMethod.Put, place, """{"version":1,"questions":[]}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await AskAsync(client, HttpMethod.Delete, place)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(client, HttpMethod.Get, place)).Status);
    }

    [Theory]
    [InlineData("""{"who":"x"}""")]
    [InlineData("""{"with":""}""")]
    [InlineData("""{"on":"soon"}""")]
    [InlineData("""{"questions":[{"text":""}]}""")]
    [InlineData("""{"questions":[{"text":"x","why":"x"}]}""")]
    [InlineData("""{"questions":"x"}""")]
    [InlineData("[]")]
    public async Task WhatIsNotUnderstoodIsToldAndMakesNoList(string body)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var client = await CallerAsync(home.Patient, TokenScopes.All);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(client, HttpMethod.Post, "/api/visits", body)).Status);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).Visits.ListAsync(Cancel));
    }

    [Fact]
    public async Task ATokenOpensWhatItIsMadeForAndNobodyReadsTheListOfSomebodyElse()
    {
        var (home, other) = (await MoveInAsync(), await Household.MoveInAsync(server, withRecord: false));
        var made = (await (await home.Patient.OpenAsync(server)).Visits.MakeAsync("x", new VisitPlan { Questions = [new("zqhidden")] }, Cancel))!;
        using var reader = await CallerAsync(home.Patient, TokenScopes.ReadOwn);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(reader, HttpMethod.Get, $"/api/visits/{made.Id}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(reader, HttpMethod.Put, $"/api/visits/{made.Id}", """{"version":1,"questions":[]}""")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(reader, HttpMethod.Delete, $"/api/visits/{made.Id}")).Status);
        using var stranger = await CallerAsync(other.Patient, TokenScopes.All);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(stranger, method, $"/api/visits/{made.Id}", method == HttpMethod.Put ? """{"version":1,"questions":[]}""" : null)).Status);
        }

        Assert.NotNull(await (await home.Patient.OpenAsync(server)).Visits.FindAsync(made.Id, Cancel));
    }

    [Fact]
    public async Task ATokenThatIsNotMadeForConversationsIsOfferedNothingOfThem()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var (talker, record) = (Rapport.Conversations.Talker.Themself(home.Patient.Person), home.Patient.Person.Record!.Value);
        var desk = server.Modules.Conversations;
        var begun = (await desk.BeginAsync(talker, new(record, "Swimming", Rapport.Conversations.Topic.General, [new($"Patient/{record}", "Maya", "patient"), new(home.Doctor.Person.Reference, "Dr Lee", "doctor")], "x"), Cancel))!.View!;
        await desk.SayAsync(talker, begun, new("May I swim?", "x", []), null, Cancel);
        using var narrow = await CallerAsync(home.Patient, TokenScopes.ReadOwn | TokenScopes.Contribute);
        Assert.Empty((await AskAsync(narrow, HttpMethod.Post, "/api/visits", "{}", "k")).Json["questions"]!.AsArray());
        using var wide = await CallerAsync(home.Patient, TokenScopes.All);
        Assert.Equal("May I swim?", (string)(await AskAsync(wide, HttpMethod.Post, "/api/visits", "{}", "l")).Json["questions"]![0]!["text"]!);
    }

    private async Task<Household> MoveInAsync()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, Medicines);
        return home;
    }

    private async Task<HttpClient> CallerAsync(Resident person, TokenScopes scopes)
    {
        var made = (await server.Modules.People.AccessTokens.CreateAsync(person.Person.Id, $"script {scopes}", scopes, null, Cancel)).Value!;
        var client = server.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Secret);
        return client;
    }

    private static async Task<(HttpStatusCode Status, JsonNode Json)> AskAsync(HttpClient client, HttpMethod method, string path, string? body = null, string? once = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("application/json")) };
        if (once is not null)
        {
            request.Headers.Add("Idempotency-Key", once);
        }

        using var answer = await client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return (answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text) ?? throw new JsonException(text));
    }
}
