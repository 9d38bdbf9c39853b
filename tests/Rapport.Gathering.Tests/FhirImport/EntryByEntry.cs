using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Large FHIR is read entry by entry: what becomes of it is what becomes of it when it is read whole.</summary>
public sealed class EntryByEntry(SqliteTestDatabase test) : GatheringTest(test)
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ",", ":", "\"", "null", "0", "\"\"", "\"entry\"", "\"type\"", "\"resource\"", "Patient/p1", "Observation", "\n", "urn:uuid:", "\\u0000", "\ud83e\udd80", "-1e9", "POST", "DELETE", "history"];

    private static ImportOptions Whole => new() { SourceName = "file.json" };

    private static ImportOptions Parts => Whole with { EntryByEntryFrom = 0 };

    [Theory]
    [MemberData(nameof(AllOrNothing.Bundles), MemberType = typeof(AllOrNothing))]
    public void What_is_refused_whole_is_refused_in_parts_at_the_same_place(string what, string location, string bundle)
    {
        var refusal = Read(bundle, Parts).Refusal;
        Assert.True(refusal?.Issues.Any(issue => issue.Location == location) == true, $"{what}: {TestRecord.Text(refusal?.Issues ?? [])}");
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("collection")]
    [InlineData("searchset")]
    [InlineData("batch")]
    public async Task Whatever_the_order_of_its_properties_the_same_is_taken(string type)
    {
        var bundle = Good(type);
        var entries = bundle["entry"]!.ToJsonString();
        var (first, last) = ($$"""{"resourceType":"Bundle","type":"{{type}}","entry":{{entries}}}""", $$"""
              {"total":6, "entry" : {{entries}} , "link":[{"relation":"self","url":"https://north.example/\u007d"}], "type":"{{type}}","resourceType":"Bundle" }

            """.Replace("\"total\":6,", type == "searchset" ? "\"total\":6," : "", StringComparison.Ordinal));
        var (whole, parts) = (await NewRecordAsync(), await NewRecordAsync());
        var expected = await whole.ImportAsync(SourceContent.Of("file.json", Encoding.UTF8.GetBytes(first)), Whole);
        var seen = await parts.ImportAsync(SourceContent.Of("file.json", Encoding.UTF8.GetBytes(last)), Parts);
        Assert.Equal((ImportStatus.Taken, ""), (seen.Status, TestRecord.Text(seen.Issues.Where(issue => issue.Severity != IssueSeverity.Warning))));
        Assert.Equal(expected.Entries.Select(entry => (entry.Index, entry.ResourceType, entry.As)), seen.Entries.Select(entry => (entry.Index, entry.ResourceType, entry.As)));
        Assert.Equal(expected.Report!.Taken, seen.Report!.Taken);
        await parts.VerifyAsync();
        var provenance = await parts.Own.ProvenanceAsync(Rapport.Data.LocalId.Parse(seen.Entries[1].Id!.Split('.')[1]), Cancel);
        Assert.Equal("Bundle.entry[1].resource", provenance!.Path);

        // White space is no change, whichever way it is read.
        Assert.Equal(ImportStatus.NothingNew, (await parts.ImportAsync(SourceContent.Of("file.json", Encoding.UTF8.GetBytes(first)), Whole)).Status);
        Assert.Equal(ImportStatus.NothingNew, (await whole.ImportAsync(SourceContent.Of("file.json", Encoding.UTF8.GetBytes(last)), Parts)).Status);
    }

    [Fact]
    public void Whatever_is_damaged_is_refused_or_taken_as_when_it_is_read_whole()
    {
        var random = new Random(20261122);
        string[] good = [.. new[] { "transaction", "collection", "searchset" }.Select(type => Good(type).ToJsonString())];
        var (taken, refused) = (0, 0);
        for (var i = 0; i < Cases; i++)
        {
            var content = Encoding.UTF8.GetString(Mutator.Mutate(random, Encoding.UTF8.GetBytes(good[i % good.Length]), Pieces));
            var (whole, parts) = (Read(content, Whole), Read(content, Parts));
            Assert.True((whole.Refusal is null) == (parts.Refusal is null), $"case {i}: {TestRecord.Text(whole.Refusal?.Issues ?? [])} / {TestRecord.Text(parts.Refusal?.Issues ?? [])}: {content}");
            if (whole.Refusal is null)
            {
                Assert.True(whole.Report.Taken.OrderBy(t => t.Key).SequenceEqual(parts.Report.Taken.OrderBy(t => t.Key)), $"case {i}: {content}");
                taken++;
            }
            else
            {
                refused++;
            }
        }

        Assert.True(taken > Cases / 50 && refused > Cases / 50, $"{taken} taken, {refused} refused");
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"p\"}\n{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/p\"}}\n\n", 2)]
    [InlineData("\uFEFF{\"resourceType\":\"Patient\",\"id\":\"p\"}\r\n{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/p\"}}", 2)]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}}]}\n{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/p\"}}", 2)]
    public void Lines_are_read_line_by_line(string lines, int entries)
    {
        foreach (var options in new[] { Whole, Parts })
        {
            var read = Read(lines, options);
            Assert.Equal(("", entries), (TestRecord.Text(read.Refusal?.Issues ?? []), read.Report.Taken.Values.Sum()));
        }
    }

    [Fact]
    public void A_damaged_line_is_named_by_its_number()
    {
        var read = Read("{\"resourceType\":\"Patient\",\"id\":\"p\"}\n\n{\"resourceType\":\"Condition\"}\n", Parts);
        Assert.Equal(("line 3", true), (read.Refusal!.Issues[0].Location, read.Refusal.HasGoodPart));
    }

    [Fact]
    public void More_entries_or_elements_than_are_read_are_refused_before_they_are_all_there()
    {
        var many = "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[" + string.Join(',', Enumerable.Repeat("{\"resource\":{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}}", 210_000)) + "]}";
        Assert.Contains("more than the 200000 entries", Read(many, Whole).Refusal!.Issues[0].Text);
        var dense = "{\"resourceType\":\"Patient\",\"name\":[{\"given\":[" + string.Join(',', Enumerable.Repeat("\"a\"", 1_100_000)) + "]}]}";
        Assert.Contains("more than 1000000 elements", Read(dense, Whole).Refusal!.Issues[^1].Text);
    }

    private static HarvestedSource Read(string content, ImportOptions options) =>
        Importer.Read(new FhirFormat(), SourceContent.Of("file.json", Encoding.UTF8.GetBytes(content)), options, null, Cancel);

    private static JsonObject Good(string type)
    {
        var asks = type is "transaction" or "batch";
        return Make.Bundle(
            type,
            Make.Entry(Make.Patient(identifiers: [(Make.Mrn, "17"), (null!, "X")]), "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001", asks ? "POST" : null),
            Make.Entry(Make.Encounter("e1"), "https://north.example/fhir/Encounter/e1", asks ? "PUT" : null, asks ? "Encounter/e1" : null),
            Make.Entry(Make.Observation("1", "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001", 72.0m, "Encounter/e1"), null, asks ? "POST" : null),
            Make.Entry(Make.Observation("2", "Patient/p1", 1.00m), "https://north.example/fhir/Observation/2", asks ? "PUT" : null, asks ? "Observation/2" : null));
    }
}
