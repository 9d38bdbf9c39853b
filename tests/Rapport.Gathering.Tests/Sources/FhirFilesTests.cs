using System.Text;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>FHIR as it comes in files: one resource, newline-delimited, zipped, of another version.</summary>
public sealed class FhirFilesTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string Patient = """{"resourceType":"Patient","id":"p1","name":[{"family":"Ortiz"}],"birthDate":"1980-02-03"}""";
    private const string Asthma = """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"code":{"text":"Asthma"}}""";
    private const string HayFever = """{"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/p1"},"code":{"text":"Hay fever"}}""";

    [Fact]
    public async Task Newline_delimited_resources_are_one_source_whose_references_hold()
    {
        var record = await NewRecordAsync();
        var result = await record.ImportAsync(Source("bulk.ndjson", $"{Patient}\n{Asthma}\r\n\n{HayFever}\n"));
        Assert.Equal((ImportStatus.Taken, "fhir"), (result.Status, result.Report!.Format));
        Assert.Equal(2, result.Report.Taken["Condition"]);
        Assert.All(await record.ReadAsync("Condition"), c => Assert.Equal(record.Reference, c.GetProperty("subject").GetProperty("reference").GetString()));
        var id = result.Entries[^1].Id!;
        Assert.Equal(4, (await record.Own.ProvenanceAsync(Data.LocalId.Parse(id.AsSpan(Data.PatientId.TextLength + 1)), Cancel))!.Line);
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(Source("again.ndjson", $"{Patient}\n{Asthma}\n{HayFever}"))).Status);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_bad_line_refuses_all_of_it_and_names_itself_and_the_rest_is_taken_on_request()
    {
        var record = await NewRecordAsync();
        var source = Source("bulk.ndjson", $"{Patient}\n{Asthma}\n{{\"resourceType\":\"Condition\",\"subjekt\":1}}\n{HayFever}\n");
        var before = await record.StateAsync();
        var refused = await record.ImportAsync(source);
        Assert.Equal((ImportStatus.Refused, true, "line 3"), (refused.Status, refused.HasGoodPart, refused.Issues[0].Location));
        Assert.Equal(before, await record.StateAsync());
        var taken = await record.ImportAsync(source, new ImportOptions { SourceName = "bulk.ndjson", TakeGoodPart = true });
        Assert.Equal((ImportStatus.Taken, true), (taken.Status, taken.Report!.IsPartial));
        Assert.Equal(2, (await record.ReadAsync("Condition")).Count);
        Assert.True((await record.Own.SourcesAsync(Cancel))[0].Description.Report!.IsPartial);
    }

    [Fact]
    public async Task A_zip_of_files_is_one_source_and_names_what_it_does_not_know()
    {
        var record = await NewRecordAsync();
        var bundle = $$"""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{{Patient}}},{"resource":{{HayFever}}}]}""";
        var zip = Zip.Of(("export/Patient.ndjson", Patient + "\n"), ("export/Condition.ndjson", Asthma + "\n" + HayFever + "\n"), ("export/all.json", bundle), ("export/logo.bmp", "BM"), ("__MACOSX/x", "?"));
        var result = await record.ImportAsync(SourceContent.Of("export.zip", zip));
        Assert.Equal((ImportStatus.Taken, ""), (result.Status, TestRecord.Text(result.Issues)));
        Assert.Equal(2, (await record.ReadAsync("Condition")).Count);
        Assert.Equal(new NotTaken(".bmp", NotTakenReason.UnknownKind, "export/logo.bmp: ", 1), result.Report!.NotTaken.Single(n => n.What == ".bmp"));
        var local = result.Entries.First(e => e.ResourceType == "Condition").Id!.AsSpan(Data.PatientId.TextLength + 1);
        Assert.Equal("export/Condition.ndjson", (await record.Own.ProvenanceAsync(Data.LocalId.Parse(local), Cancel))!.File);
        await record.VerifyAsync();
    }

    [Theory]
    [InlineData("""{"resourceType":"Condition","clinicalStatus":"active","subject":{"reference":"Patient/p1"}}""", "STU3", "Condition.clinicalStatus")]
    [InlineData("""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Encounter","status":"completed","class":[{"text":"x"}]}}]}""", "R5", "Bundle.entry[0].resource.class")]
    public async Task Another_version_of_FHIR_is_refused_by_its_name(string json, string version, string where)
    {
        var record = await NewRecordAsync();
        var result = await record.ImportAsync(Source("other.json", json));
        Assert.Equal(ImportStatus.Refused, result.Status);
        Assert.Equal(where, result.Issues[0].Location);
        Assert.StartsWith($"this is FHIR {version}", result.Issues[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_that_unpacks_to_far_more_than_it_is_is_refused()
    {
        var record = await NewRecordAsync();
        var before = await record.StateAsync();
        var bomb = Zip.Of(("a.json", new byte[63 * 1024 * 1024]));
        Assert.True(bomb.Length < 100_000);
        var result = await record.ImportAsync(SourceContent.Of("bomb.zip", bomb));
        Assert.Equal(ImportStatus.Refused, result.Status);
        Assert.Equal(before, await record.StateAsync());
    }

    [Fact]
    public async Task A_zip_with_a_directory_of_millions_is_refused_before_it_is_read()
    {
        var record = await NewRecordAsync();
        using var zip = new MemoryStream();
        zip.Write(Zip.Of(("a.json", "{}")).AsSpan(0, 40));
        var start = (uint)zip.Length;
        zip.Write(new byte[9 * 1024 * 1024]);
        byte[] end = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 46, 0, 0, 0, .. BitConverter.GetBytes(start), 0, 0];
        zip.Write(end);
        var result = await record.ImportAsync(SourceContent.Of("many.zip", zip.ToArray()));
        Assert.Equal((ImportStatus.Refused, "the zip has too many files, at most 20000 are read, or it is damaged"), (result.Status, result.Issues[0].Text));
    }

    private static SourceContent Source(string name, string text) => SourceContent.Of(name, Encoding.UTF8.GetBytes(text));
}
