using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;
using Rapport.Server.Tests.Pages.Ledger;

namespace Rapport.Server.Tests.Api;

/// <summary>What is sensitive, for scripts.</summary>
public sealed class LabelApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_are_told_put_on_taken_off_and_taken_back()
    {
        var (home, entry) = await MoveInAsync();
        using var client = await ClientAsync(home, TokenScopes.All);
        var told = JsonNode.Parse(await client.GetStringAsync($"/api/labels/{entry}", Cancel))!;
        Assert.Equal("HIV", (string)told["labels"]![0]!["code"]!);
        Assert.NotEmpty(told["labels"]![0]!["rules"]!.AsArray());

        Assert.Equal("""{"changed":1}""", await SayAsync(client, $$"""{"entry":"{{entry}}","label":"HIV","do":"remove"}"""));
        Assert.Equal("""{"changed":0}""", await SayAsync(client, $$"""{"entry":"{{entry}}","label":"HIV","do":"remove"}"""));
        Assert.Equal("""{"changed":1}""", await SayAsync(client, """{"code":"http://snomed.info/sct|86406008","label":"SDV","do":"add"}"""));
        Assert.Equal("""{"changed":1}""", await SayAsync(client, """{"type":"Condition","label":"http://terminology.hl7.org/CodeSystem/v3-ActCode|GDIS","do":"add"}"""));
        var all = JsonNode.Parse(await client.GetStringAsync("/api/labels", Cancel))!;
        Assert.Equal(["GDIS", "SDV"], all["labels"]!.AsArray().Select(static label => (string)label!["code"]!));
        Assert.Equal(["add", "add", "remove"], all["said"]!.AsArray().Select(static said => (string)said!["do"]!));
        Assert.Equal("HIV", (string)JsonNode.Parse(await client.GetStringAsync($"/api/labels/{entry}", Cancel))!["removed"]![0]!["code"]!);

        // FHIR has what holds.
        var condition = JsonNode.Parse(await client.GetStringAsync($"/fhir/{entry}", Cancel))!;
        Assert.Equal(["GDIS", "SDV"], condition["meta"]!["security"]!.AsArray().Select(static label => (string)label!["code"]!).Order());
        Assert.Equal(1, (int)JsonNode.Parse(await client.GetStringAsync($"/fhir/Condition?patient={home.Patient.Person.Record}&_security=SDV", Cancel))!["total"]!);

        await SayAsync(client, $$"""{"entry":"{{entry}}","label":"HIV","do":"undo"}""");
        await SayAsync(client, """{"rule":"nothing-of-the-kind","do":"remove"}""");
        Assert.Equal(["GDIS", "HIV", "SDV"], JsonNode.Parse(await client.GetStringAsync("/api/labels", Cancel))!["labels"]!.AsArray().Select(static label => (string)label!["code"]!));
    }

    [Fact]
    public async Task Whoever_says_very_much_at_once_is_asked_to_wait_and_others_are_not()
    {
        var (home, entry) = await MoveInAsync();
        var (other, theirs) = await MoveInAsync();
        using var client = await ClientAsync(home, TokenScopes.All);
        using var neighbour = await ClientAsync(other, TokenScopes.All);
        var refused = 0;
        for (var i = 0; i < 2 * Server.Hosting.RateLimits.LabelsAtOnce && refused == 0; i++)
        {
            using var answer = await client.PostAsync("/api/labels", new StringContent($$"""{"entry":"{{entry}}","label":"SDV","do":"{{(i % 2 == 0 ? "add" : "undo")}}"}""", Encoding.UTF8, "application/json"), Cancel);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, answer.ToString());
            refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
            Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
        }

        Assert.Equal(1, refused);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(neighbour, $$"""{"entry":"{{theirs}}","label":"SDV","do":"add"}"""));
    }

    [Fact]
    public async Task Adding_needs_to_contribute_and_taking_off_needs_to_share()
    {
        var (home, entry) = await MoveInAsync();
        var own = await home.Patient.OpenAsync(server);
        await own.ShareWithAsync(home.Doctor);
        using var reads = await ClientAsync(home, TokenScopes.ReadOwn);
        using var contributes = await ClientAsync(home, TokenScopes.Contribute);
        using var shares = await ClientAsync(home, TokenScopes.Contribute | TokenScopes.Share);
        var add = $$"""{"entry":"{{entry}}","label":"SDV","do":"add"}""";
        var remove = $$"""{"entry":"{{entry}}","label":"HIV","do":"remove"}""";
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(reads, add));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(contributes, add));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(contributes, remove));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(contributes, add.Replace("\"add\"", "\"undo\"", StringComparison.Ordinal)));
        Assert.Null(await home.LookAsync(server));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(shares, remove));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(shares, add.Replace("\"add\"", "\"undo\"", StringComparison.Ordinal)));
        Assert.Single((await home.LookAsync(server)).Entries);
    }

    /// <summary>A consent that names a label alone shares what it is put on: putting it on is sharing.</summary>
    [Fact]
    public async Task Adding_what_somebody_waits_for_needs_to_share_and_is_done_then()
    {
        var (home, entry) = await MoveInAsync();
        var consent = JsonNode.Parse(Samples.Consent(home.Doctor.Person.Reference, "Condition"))!;
        consent["provision"]!.AsObject().Remove("class");
        consent["provision"]!["securityLabel"] = new JsonArray(new JsonObject { ["system"] = SecurityLabel.ActCode, ["code"] = "PSY" });
        using var all = await ClientAsync(home, TokenScopes.All);
        using var content = new StringContent(consent.ToJsonString(), Encoding.UTF8, "application/fhir+json");
        Assert.Equal(HttpStatusCode.Created, (await all.PostAsync("/fhir/Consent", content, Cancel)).StatusCode);
        await SayAsync(all, $$"""{"entry":"{{entry}}","label":"HIV","do":"remove"}""");
        using var contributes = await ClientAsync(home, TokenScopes.Contribute);
        var add = $$"""{"entry":"{{entry}}","label":"PSY","do":"add"}""";
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(contributes, add));
        Assert.Null(await home.LookAsync(server));
        Assert.Equal("""{"changed":1}""", await SayAsync(all, add));
        Assert.Single((await home.LookAsync(server)).Entries);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_and_what_is_anothers_is_nothing()
    {
        var (home, entry) = await MoveInAsync();
        var (other, theirs) = await MoveInAsync();
        using var client = await ClientAsync(home, TokenScopes.All);
        var own = await home.Patient.OpenAsync(server);
        var before = (await own.OverviewAsync(Cancel)).LedgerSize;
        foreach (var body in new[]
        {
            "", "[]", "{", "{}", """{"entry":1}""", $$"""{"entry":"{{entry}}","label":"HIV"}""", $$"""{"entry":"{{entry}}","label":"N","do":"add"}""", $$"""{"entry":"{{entry}}","label":"","do":"add"}""",
            $$"""{"entry":"{{entry}}","type":"Condition","label":"HIV","do":"add"}""", $$"""{"entry":"{{entry}}","label":"HIV","do":"add","more":"x"}""", """{"rule":"x","label":"HIV","do":"remove"}""",
            """{"rule":"x","do":"add"}""", """{"entry":"Condition","label":"HIV","do":"add"}""", $$"""{"entry":"{{theirs}}","label":"HIV","do":"add"}""", $$"""{"entry":"{{entry}}","label":"HIV","do":"add","do":"add"}""",
            """{"rule":"\ud800","do":"remove"}""", """{"\ud800":"x","do":"remove"}""",
        })
        {
            Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(client, body));
        }

        foreach (var body in new[] { """{"type":"Nothing","label":"HIV","do":"add"}""", $$"""{"entry":"Observation/{{entry[(entry.IndexOf('/', StringComparison.Ordinal) + 1)..]}}","label":"HIV","do":"add"}""" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, body));
        }

        using var large = new StringContent(new string(' ', 20_000) + "{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.PostAsync("/api/labels", large, Cancel)).StatusCode);
        using var wrong = new StringContent("{}", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.PostAsync("/api/labels", wrong, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/labels/{theirs}", Cancel)).StatusCode);
        Assert.Equal(before, (await own.OverviewAsync(Cancel)).LedgerSize);
    }

    [Fact]
    public async Task What_was_said_goes_along_in_the_file_and_no_file_says_it()
    {
        var (home, entry) = await MoveInAsync();
        using var client = await ClientAsync(home, TokenScopes.All);
        await SayAsync(client, $$"""{"entry":"{{entry}}","label":"SDV","do":"add"}""");
        var own = await home.Patient.OpenAsync(server);
        using var file = new MemoryStream();
        await Server.Api.RecordExport.WriteAsync(own, file, Cancel);
        var resources = JsonNode.Parse(file.ToArray())!["entry"]!.AsArray().Select(static one => one!["resource"]!).ToList();
        var word = Assert.Single(resources, static resource => (string)resource["resourceType"]! == "Basic");
        Assert.Equal("R", (string)word["meta"]!["security"]![0]!["code"]!);

        // Back here nothing changes; in another record the labels are what the file says, and the word is none of it.
        var size = (await own.OverviewAsync(Cancel)).LedgerSize;
        var again = await Gathering.FhirImporter.ImportAsync(own, file.ToArray(), new Gathering.ImportOptions { SourceName = "again" }, Cancel);
        Assert.Equal(Gathering.ImportStatus.NothingNew, again.Status);
        Assert.Equal(size, (await own.OverviewAsync(Cancel)).LedgerSize);
        var other = await Household.MoveInAsync(server, withRecord: false);
        await other.Patient.ImportAsync(server, file.ToArray(), "moved.json");
        var moved = (await (await other.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Everything(), Cancel)).Entries;
        Assert.DoesNotContain("Basic", moved.Select(static one => one.ResourceType));
        Assert.Equal(["HIV", "SDV"], moved.Single(static one => one.ResourceType == "Condition").Labels.Order());
    }

    private async Task<(Household Home, string Entry)> MoveInAsync()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(
            server, """{"resourceType":"Condition","id":"c","code":{"coding":[{"system":"http://snomed.info/sct","code":"86406008","display":"HIV infection"}]},"subject":{"reference":"Patient/p"}}""");
        var own = await home.Patient.OpenAsync(server);
        return (home, (await own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(static entry => entry.ResourceType == "Condition").Reference);
    }

    private async Task<HttpClient> ClientAsync(Household home, TokenScopes scopes)
    {
        var token = (await server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, $"test {scopes}", scopes, null, Cancel)).Value!;
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Secret);
        return client;
    }

    private static async Task<string> SayAsync(HttpClient client, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/api/labels", content, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return (await client.PostAsync("/api/labels", content, Cancel)).StatusCode;
    }
}
