using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.LinksGiven;

/// <summary>Links are opened by a client that somebody else wrote, and it gets what ours gets.</summary>
public sealed class OthersClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task ASummaryWithAPasscodeIsOpenedUntilTheLinkEnds()
    {
        var ada = await server.AddAdaAsync();
        var (id, link) = await GiveAsync(ada, """{"label":"For Dr Meyer","passcode":"1234","longTerm":true,"what":"summary"}""");

        var opened = await OthersClient.OpenAsync(link, "1234");

        Assert.Equal(["embedded"], FilesOf(opened));
        var told = await ada.LastLedgerEntryAsync();
        Assert.Equal(("disclosed", "link: Independent client"), ((string)told["kind"]!, (string)told["note"]!));
        using var ours = new LinkHolder(server, link);
        AssertSame(await ours.OpenAsync("1234"), opened);

        Assert.Equal("SHLInvalidPasscodeError", (string)(await OthersClient.OpenAsync(link, "4321"))["error"]!);
        Assert.True((await ada.Client.DeleteAsync(new Uri($"/api/links/{id}", UriKind.Relative))).IsSuccessStatusCode);
        Assert.Equal("SHLManifestNotFoundError", (string)(await OthersClient.OpenAsync(link, "1234"))["error"]!);
    }

    [Fact]
    public async Task FilesThatAreFetchedOneByOneAreOpened()
    {
        var ada = await server.AddPatientAsync();
        var letter = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000).Select(n => $"the knee has healed well, {n}\n"))));
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PostAsync("/fhir", $$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b1","resource":{"resourceType":"Binary","contentType":"text/plain","data":"{{{letter}}}"},"request":{"method":"POST","url":"Binary"}},
             {"resource":{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"text/plain","url":"urn:uuid:00000000-0000-4000-8000-0000000000b1"}}]},"request":{"method":"POST","url":"DocumentReference"}}]}
            """)).Status);
        var (_, link) = await GiveAsync(ada, """{"label":"x","what":{"types":["DocumentReference","Binary"]}}""");

        var opened = await OthersClient.OpenAsync(link, embedded: 1);

        Assert.Equal(["location", "location"], FilesOf(opened));
        Assert.Equal(["Bundle", "Binary"], opened["resources"]!.AsArray().Select(resource => (string)resource!["resourceType"]!));
        Assert.Equal(letter, (string)opened["resources"]![1]!["data"]!);
    }

    [Fact]
    public async Task ALinkThatLeadsStraightToItsFileIsOpened()
    {
        var ada = await server.AddAdaAsync();
        var (_, link) = await GiveAsync(ada, """{"label":"x","direct":true,"openings":2,"what":"summary"}""");

        var opened = await OthersClient.OpenAsync(link);

        using var ours = new LinkHolder(server, link);
        var file = await ours.Client.ReadAsync($"{ours.Url}?recipient=Dr%20Meyer");
        AssertSame([ours.Open(file.Body)], opened);
    }

    private static async Task<(string Id, string Link)> GiveAsync(TestPerson patient, string ask)
    {
        var made = await patient.Client.PostAsync("/api/links", ask);
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        return ((string)made.Json["id"]!, (string)made.Json["shlink"]!);
    }

    private static IEnumerable<string?> FilesOf(JsonNode opened) => opened["files"]!.AsArray().Select(file => (string?)file);

    /// <summary>The same entries: a document is made anew for each opening, with its own time and name.</summary>
    private static void AssertSame(IReadOnlyList<JsonNode> ours, JsonNode opened)
    {
        var theirs = opened["resources"]!.AsArray();
        Assert.Equal(ours.Count, theirs.Count);
        for (var i = 0; i < ours.Count; i++)
        {
            Assert.Equal(LinkHolder.TypesOf(ours[i]), LinkHolder.TypesOf(theirs[i]!));
            Assert.True(JsonNode.DeepEquals(new JsonArray([.. EntriesOf(ours[i])]), new JsonArray([.. EntriesOf(theirs[i]!)])));
        }
    }

    private static IEnumerable<JsonNode?> EntriesOf(JsonNode bundle) => bundle["entry"]!.AsArray().Where(entry => (string)entry!["resource"]!["resourceType"]! != "Composition").Select(entry => entry!.DeepClone());
}
