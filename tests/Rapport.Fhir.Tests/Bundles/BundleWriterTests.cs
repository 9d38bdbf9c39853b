using System.Buffers;
using System.Text;

namespace Rapport.Fhir.Tests;

public sealed class BundleWriterTests
{
    private static readonly DateTimeOffset Moment = new(2024, 2, 29, 12, 30, 15, 250, TimeSpan.FromHours(1));

    [Fact]
    public void Writes_a_searchset_with_the_resources_as_they_are()
    {
        var (json, resource) = Write(writer =>
        {
            writer.Start(BundleType.Searchset, Moment, 2, new("self", "http://a/fhir/Observation?code=a&date=b"), new("next", "http://a/next"));
            writer.SearchEntry("http://a/fhir/Observation/1", """{"resourceType":"Observation","id":"1","status":"final","code":{"text":"a"},"valueQuantity":{"value": 1.00 }}"""u8, SearchEntryMode.Match);
            writer.SearchEntry("http://a/fhir/Patient/2", """{"resourceType":"Patient","id":"2"}"""u8, SearchEntryMode.Include);
            writer.End();
        });
        Assert.Contains("\"timestamp\":\"2024-02-29T11:30:15.250Z\"", json, StringComparison.Ordinal);
        Assert.Contains("{\"value\": 1.00 }", json, StringComparison.Ordinal);
        Assert.Contains("Observation?code=a&date=b", json, StringComparison.Ordinal);
        var bundle = BundleReader.Open(resource);
        Assert.Equal(BundleType.Searchset, bundle.Type);
        Assert.Equal(["Observation", "Patient"], bundle.Entries.Select(e => e.Resource?.TypeName));
    }

    [Fact]
    public void Writes_an_empty_searchset()
    {
        var (json, _) = Write(writer =>
        {
            writer.Start(BundleType.Searchset, total: 0);
            writer.End();
        });
        Assert.Equal("""{"resourceType":"Bundle","type":"searchset","total":0}""", json);
    }

    [Fact]
    public void Writes_what_became_of_a_transaction()
    {
        var (json, _) = Write(writer =>
        {
            writer.Start(BundleType.TransactionResponse);
            writer.ResponseEntry(null, [], null, new("201 Created", "Patient/1/_history/1", "W/\"1\"", Moment));
            writer.ResponseEntry(null, [], null, new("404 Not Found", Outcome: OperationOutcome.Of([new(IssueSeverity.Error, "not-found", "", "no")])));
            writer.End();
        });
        Assert.Equal(
            """{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201 Created","location":"Patient/1/_history/1","etag":"W/\"1\"","lastModified":"2024-02-29T11:30:15.250Z"}},"""
            + """{"response":{"status":"404 Not Found","outcome":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found","details":{"text":"no"}}]}}}]}""",
            json);
    }

    [Fact]
    public void Writes_a_history()
    {
        var (_, resource) = Write(writer =>
        {
            writer.Start(BundleType.History, total: 2);
            writer.ResponseEntry("http://a/fhir/Patient/1", """{"resourceType":"Patient","id":"1"}"""u8, new("PUT", "Patient/1"), new("200 OK"));
            writer.ResponseEntry("http://a/fhir/Patient/1", [], new("DELETE", "Patient/1"), new("204 No Content"));
            writer.End();
        });
        Assert.Equal(["PUT", "DELETE"], BundleReader.Open(resource).Entries.Select(e => e.Request?.Method));
    }

    [Fact]
    public void One_writer_may_write_several_bundles()
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new BundleWriter(output);
        for (var i = 0; i < 2; i++)
        {
            writer.Start(BundleType.Collection);
            writer.Entry("urn:uuid:1", """{"resourceType":"Patient"}"""u8);
            writer.End();
        }

        var once = """{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"}}]}""";
        Assert.Equal(once + once, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void An_outcome_names_place_and_problem()
    {
        var json = Encoding.UTF8.GetString(OperationOutcome.Of([
            new(IssueSeverity.Fatal, "structure", "", "a"), new(IssueSeverity.Error, "value", "Patient.name[0]", "b `<c>`"), new(IssueSeverity.Warning, "informational", "", "d")]));
        Assert.True(Resource.Parse(Encoding.UTF8.GetBytes(json)).IsValid);
        Assert.Contains("\"expression\":[\"Patient.name[0]\"]", json, StringComparison.Ordinal);
        Assert.Contains("b `<c>`", json, StringComparison.Ordinal);
    }

    [Fact]
    public void An_outcome_without_issues_says_that_nothing_is_wrong() => Assert.True(Resource.Parse(OperationOutcome.Of([])).IsValid);

    private static (string Json, Resource Resource) Write(Action<BundleWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new BundleWriter(output);
        write(writer);
        var result = Resource.Parse(output.WrittenMemory);
        Assert.True(result.IsValid, string.Join("; ", result.Issues.Select(i => $"{i.Location}: {i.Text}")));
        return (Encoding.UTF8.GetString(output.WrittenSpan), result.Resource);
    }
}
