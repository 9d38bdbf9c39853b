using System.Text;
using System.Text.Json.Nodes;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What cannot be taken whole changes nothing, and says where it is wrong.</summary>
public sealed class AllOrNothing(SqliteTestDatabase test) : GatheringTest(test)
{
    [Fact]
    public async Task One_invalid_resource_among_good_ones_is_named()
    {
        var record = await NewRecordAsync();
        var wrong = Make.Observation("2");
        wrong["valueQuantity"]!["code"] = 7;
        wrong["status"] = null;
        wrong.Remove("status");
        var issues = await record.RefuseAsync(Make.Collection(Make.Patient(), Make.Observation("1"), wrong, Make.Observation("3")));
        Assert.Contains(issues, static i => i.Location == "Bundle.entry[2].resource.valueQuantity.code");
        Assert.All(issues, static i => Assert.StartsWith("Bundle.entry[2].resource", i.Location, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_gives_up_is_not_kept_waiting_until_all_of_a_file_is_worked_out()
    {
        var record = await NewRecordAsync();
        var options = new ImportOptions { SourceName = "c" };
        var read = Importer.Read(SourceContent.Of("c", Encoding.UTF8.GetBytes(Make.Collection(Make.Patient(), Make.Observation("1")).ToJsonString())), options, null, Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => record.Own.GatherAsync(
            new SourceDescription("file", "c"),
            async view =>
            {
                await ImportPlan.MakeAsync(read.TakeInput(), view, null, new CancellationToken(canceled: true));
                return new GatheringPlan([]);
            },
            Cancel));
    }

    public static TheoryData<string, string> Texts() => new()
    {
        { "empty", "" },
        { "white space", " \n" },
        { "no object", "[]" },
        { "null", "null" },
        { "not JSON", "<Patient/>" },
        { "truncated", Make.Collection(Make.Patient()).ToJsonString()[..^3] },
        { "something after the end", Make.Patient().ToJsonString() + "{}" },
        { "unknown type", """{"resourceType":"Painting"}""" },
        { "no type", """{"id":"1"}""" },
        { "unknown element", """{"resourceType":"Patient","nickname":"M"}""" },
        { "two keys of one name", """{"resourceType":"Patient","gender":"female","gender":"male"}""" },
        { "deep", """{"resourceType":"Patient","extension":[""" + Deep(200) + "]}" },
        { "a bundle without a type", """{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}}]}""" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task What_is_no_FHIR_is_refused(string what, string text)
    {
        var record = await NewRecordAsync();
        Assert.True((await record.RefuseAsync(Encoding.UTF8.GetBytes(text))).Count > 0, what);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused()
    {
        var record = await NewRecordAsync();
        byte[] content = [.. """{"resourceType":"Patient","name":[{"family":"Mu"""u8, 0xf1, .. """oz"}]}"""u8];
        Assert.NotEmpty(await record.RefuseAsync(content));
    }

    [Fact]
    public async Task An_input_above_the_limit_is_refused_before_it_is_read()
    {
        var record = await NewRecordAsync();
        var options = new ImportOptions { SourceName = "file.json", MaxBytes = 20 };
        var content = Encoding.UTF8.GetBytes(Make.Patient().ToJsonString());
        Assert.Equal("too-long", Assert.Single((await FhirImporter.ImportAsync(record.Own, content, options, Cancel)).Issues).Code);
        var source = SourceContent.Of("file.json", content);
        Assert.Equal(ImportStatus.Refused, Importer.Read(source, options, null, Cancel).Refusal?.Status);
        Assert.Null(Importer.Read(source, options with { MaxBytes = 2000 }, null, Cancel).Refusal);
    }

    public static TheoryData<string, string, string> Bundles()
    {
        var (patient, pulse) = (Make.Patient(), Make.Observation());
        TheoryData<string, string, string> cases = [];
        void Add(string what, string location, JsonObject bundle) => cases.Add(what, location, bundle.ToJsonString());
        Add("no entries", "Bundle.entry", new JsonObject { ["resourceType"] = "Bundle", ["type"] = "collection" });
        Add("no resources", "Bundle.entry", Make.Bundle("searchset", Make.Entry(null, "https://north.example/fhir/Patient/p1")));
        Add("history", "Bundle.type", Make.Bundle("history", Make.Entry(patient, "https://north.example/fhir/Patient/p1", "PUT", "Patient/p1")));
        foreach (var response in new[] { "transaction-response", "batch-response" })
        {
            var entry = Make.Entry(patient);
            entry["response"] = new JsonObject { ["status"] = "201 Created" };
            Add(response, "Bundle.type", Make.Bundle(response, entry));
        }

        Add("DELETE", "Bundle.entry[1].request.method", Make.Bundle(
            "transaction", Make.Entry(patient, "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001", "POST"), Make.Entry(null, null, "DELETE", "Observation/1")));
        Add("unresolved urn:uuid", "Bundle.entry[1].resource.subject.reference", Make.Bundle(
            "transaction",
            Make.Entry(patient, "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001", "POST"),
            Make.Entry(Make.Observation("1", "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000002"), "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000003", "POST")));
        Add("two entries of one full URL", "Bundle.entry[2].fullUrl", Make.Bundle(
            "collection",
            Make.Entry(patient, "https://north.example/fhir/Patient/p1"),
            Make.Entry(pulse, "https://north.example/fhir/Observation/1"),
            Make.Entry(Make.Observation(value: 80), "https://north.example/fhir/Observation/1")));
        Add("a transaction without requests", "Bundle.entry[0]", Make.Bundle("transaction", Make.Entry(patient)));
        Add("a document without its Composition", "Bundle.entry[0]", Make.Bundle("document", Make.Entry(patient, "https://north.example/fhir/Patient/p1")));
        return cases;
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task A_bundle_that_brings_no_record_is_refused_with_its_place(string what, string location, string bundle)
    {
        var record = await NewRecordAsync();
        var issues = await record.RefuseAsync(Encoding.UTF8.GetBytes(bundle));
        Assert.True(issues.Any(i => i.Location == location), $"{what}: {TestRecord.Text(issues)}");
    }

    private static string Deep(int levels) =>
        string.Concat(Enumerable.Repeat("""{"url":"u","extension":[""", levels)) + """{"url":"u"}""" + string.Concat(Enumerable.Repeat("]}", levels));
}
