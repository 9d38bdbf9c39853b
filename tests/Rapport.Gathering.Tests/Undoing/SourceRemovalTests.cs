using System.Text;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Taking a source back as a whole: what others said stays, nothing is destroyed.</summary>
public sealed class SourceRemovalTests(SqliteTestDatabase test) : GatheringTest(test)
{
    [Fact]
    public async Task What_a_source_alone_brought_is_there_no_more_and_the_ledger_says_so()
    {
        var record = await NewRecordAsync();
        var source = await GiveAsync(record, Condition("c1", "Asthma"), Condition("c2", "Hay fever"));
        await GiveAsync(record, Condition("c3", "Eczema"));
        Assert.NotNull(await SourceRemoval.TakeBackAsync(record.Own, source, Cancel));
        Assert.Equal(["Eczema"], await ConditionsAsync(record));
        Assert.NotNull((await record.Own.SourcesAsync(Cancel)).Single(s => s.Number == source).TakenBackAt);
        var told = (await record.Own.ReadLedgerAsync(null, 1, Cancel))[0].Details!;
        Assert.Equal((Ledger.LedgerKind.Corrected, "file.json", 2), (told.Kind, told.Note, told.EntryCount));
        await record.VerifyAsync();
        Assert.Null(await SourceRemoval.TakeBackAsync(record.Own, source, Cancel));
        Assert.Null(await SourceRemoval.TakeBackAsync(record.Own, 4711, Cancel));
    }

    [Fact]
    public async Task Taking_back_what_named_the_patient_leaves_a_record_that_adds_up()
    {
        var record = await NewRecordAsync();
        var result = await record.TakeAsync(Make.Collection(Make.Patient(), Make.Observation()));
        await SourceRemoval.TakeBackAsync(record.Own, result.Source!.Value, Cancel);
        await record.VerifyAsync();
        Assert.Equal(0, (await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries[0].Source);
    }

    [Fact]
    public async Task What_it_changed_is_again_what_was_said_before()
    {
        var record = await NewRecordAsync();
        var first = await GiveAsync(record, Condition("c1", "Asthma"));
        var second = await GiveAsync(record, Condition("c1", "Asthma, severe"));
        await SourceRemoval.TakeBackAsync(record.Own, second, Cancel);
        Assert.Equal(["Asthma"], await ConditionsAsync(record));
        await record.VerifyAsync();

        // And what was said before goes too when its own source is taken back.
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        Assert.Empty(await ConditionsAsync(record));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Taking_back_what_was_replaced_since_changes_nothing_and_it_does_not_come_back_later()
    {
        var record = await NewRecordAsync();
        var first = await GiveAsync(record, Condition("c1", "Asthma"));
        var second = await GiveAsync(record, Condition("c1", "Asthma, severe"));
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        Assert.Equal(["Asthma, severe"], await ConditionsAsync(record));
        await SourceRemoval.TakeBackAsync(record.Own, second, Cancel);
        Assert.Empty(await ConditionsAsync(record));
    }

    [Fact]
    public async Task What_another_source_says_too_stays_as_that_sources()
    {
        var record = await NewRecordAsync();
        var first = await GiveAsync(record, Condition("c1", "Asthma"));
        var second = await GiveAsync(record, Condition("c1", "Asthma"), Condition("c2", "Hay fever"));
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        Assert.Equal(["Asthma", "Hay fever"], await ConditionsAsync(record));
        await SourceRemoval.TakeBackAsync(record.Own, second, Cancel);
        Assert.Empty(await ConditionsAsync(record));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task The_same_file_comes_in_again_after_it_was_taken_back()
    {
        var record = await NewRecordAsync();
        var source = await GiveAsync(record, Condition("c1", "Asthma"));
        await SourceRemoval.TakeBackAsync(record.Own, source, Cancel);
        var again = await ImportAsync(record, Condition("c1", "Asthma"));
        Assert.Equal((ImportStatus.Taken, ImportedAs.Added, 3), (again.Status, Assert.Single(again.Entries).As, again.Entries[0].Version));
        Assert.Equal(["Asthma"], await ConditionsAsync(record));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task The_patient_as_the_record_knew_them_before_stands_again()
    {
        var record = await NewRecordAsync();
        await GiveAsync(record, """{"resourceType":"Patient","id":"p1","name":[{"family":"Ortiz"}],"birthDate":"1980-02-03"}""");
        var source = await GiveAsync(record, """{"resourceType":"Patient","id":"p1","name":[{"family":"Ortiz-Hale"}],"birthDate":"1980-02-03"}""");
        await SourceRemoval.TakeBackAsync(record.Own, source, Cancel);
        Assert.Equal("Ortiz", Assert.Single(await record.ReadAsync("Patient")).GetProperty("name")[0].GetProperty("family").GetString());
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Points_that_others_brought_stay_in_their_series()
    {
        var record = await NewRecordAsync();
        var first = await GiveAsync(record, Point(0), Point(60), Point(120));
        var second = await GiveAsync(record, Point(120), Point(180));
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        Assert.Equal([Point(120), Point(180)], await PointsAsync(record));
        await record.VerifyAsync();
        await GiveAsync(record, Point(0), Point(180));
        await SourceRemoval.TakeBackAsync(record.Own, second, Cancel);
        Assert.Equal([Point(0), Point(180)], await PointsAsync(record));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task What_is_withdrawn_is_found_by_nothing()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, Condition("c1", "Asthma"));
        var local = Data.LocalId.Parse(result.Entries[0].Id!.AsSpan(Data.PatientId.TextLength + 1));
        await SourceRemoval.TakeBackAsync(record.Own, result.Source!.Value, Cancel);
        Assert.Equal(0, (await record.Own.QueryAsync(new RecordQuery.ById("Condition", local), Cancel)).Count);
        Assert.Equal(0, (await record.Own.QueryAsync(new RecordQuery.ById("Condition", local, 1), Cancel)).Count);
        Assert.Equal(0, (await record.Own.QueryAsync(new RecordQuery.History("Condition", local), Cancel)).Count);
        Assert.Equal(0, (await record.Own.QueryAsync(new RecordQuery.Timeline { Text = TextCriterion.Of("asthma") }, Cancel)).Total);
        Assert.Equal(1, (await record.Own.OverviewAsync(Cancel)).Total);
    }

    [Fact]
    public async Task What_another_source_said_before_stands_again_and_not_what_was_taken_back()
    {
        var record = await NewRecordAsync();
        var first = await GiveAsync(record, Condition("c1", "Asthma"));
        await GiveAsync(record, Condition("c1", "Asthma"), Condition("c2", "Hay fever"));
        var third = await GiveAsync(record, Condition("c1", "Asthma, severe"));
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        await SourceRemoval.TakeBackAsync(record.Own, third, Cancel);
        Assert.Equal(["Asthma", "Hay fever"], await ConditionsAsync(record));
        foreach (var entry in (await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Where(e => e.ResourceType == "Condition"))
        {
            await record.Own.ProvenanceAsync(Data.LocalId.Parse(entry.Id.AsSpan(Data.PatientId.TextLength + 1)), Cancel);
        }

        await record.VerifyAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_mark_is_lost_by_taking_back(bool withEarlier)
    {
        const string marked = """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"code":{"text":"Marked"},"contained":[{"resourceType":"Practitioner","id":"d","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]}}],"asserter":{"reference":"#d"}}""";
        var record = await NewRecordAsync();
        if (withEarlier)
        {
            await GiveAsync(record, Condition("c1", "Before"));
        }

        var source = await GiveAsync(record, marked);
        await SourceRemoval.TakeBackAsync(record.Own, source, Cancel);
        Assert.Equal(ImportStatus.Taken, (await ImportAsync(record, Condition("c1", "After"))).Status);
        Assert.Equal(["PSY"], (await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(e => e.ResourceType == "Condition").Labels);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_series_that_comes_back_as_FHIR_keeps_its_points_and_its_new_mark()
    {
        var record = await NewRecordAsync();
        await GiveAsync(record, Point(0), Point(60));
        var exported = System.Text.Json.Nodes.JsonNode.Parse((await record.ReadAsync("Observation"))[0].GetRawText())!.AsObject();
        exported["meta"]!["security"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]""");
        await record.TakeAsync(exported);
        Assert.Equal([Point(0), Point(60)], await PointsAsync(record));
        await GiveAsync(record, Point(120));
        Assert.Equal([Point(0), Point(60), Point(120)], await PointsAsync(record));
        Assert.Equal(["PSY"], (await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Single(e => e.ResourceType == "Observation").Labels);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Points_that_a_later_export_has_too_stay_when_the_earlier_one_is_taken_back()
    {
        var record = await NewRecordAsync();
        var first = await GiveAsync(record, Point(0), Point(60));
        await GiveAsync(record, Point(0), Point(60), Point(120));
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        Assert.Equal([Point(0), Point(60), Point(120)], await PointsAsync(record));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Points_that_an_older_export_has_too_stay_when_the_newer_one_is_taken_back()
    {
        var record = await NewRecordAsync();
        var newer = await GiveAsync(record, Point(0), Point(60), Point(120), Point(180));
        var older = await GiveAsync(record, Point(-60), Point(0), Point(120));
        await SourceRemoval.TakeBackAsync(record.Own, newer, Cancel);
        Assert.Equal([Point(-60), Point(0), Point(120)], await PointsAsync(record));
        await record.VerifyAsync();
        await SourceRemoval.TakeBackAsync(record.Own, older, Cancel);
        Assert.Empty(await record.ReadAsync("Observation"));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Points_of_several_that_a_third_says_too_stay_when_one_of_those_is_taken_back()
    {
        var record = await NewRecordAsync();
        var first = await GiveAsync(record, Point(0));
        await GiveAsync(record, Point(60));
        await GiveAsync(record, Point(0), Point(60), Point(120));
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        Assert.Equal([Point(0), Point(60), Point(120)], await PointsAsync(record));
        await record.VerifyAsync();
    }

    private static string Condition(string id, string text) =>
        $$$"""{"resourceType":"Condition","id":"{{{id}}}","subject":{"reference":"Patient/p1"},"code":{"text":"{{{text}}}"}}""";

    private static SeriesPoint Point(int seconds) => new(1_780_000_000_000 + (seconds * 1000L), 0, 60 + (seconds / 60), 0);

    private static Task<ImportResult> ImportAsync(TestRecord record, params IEnumerable<string> resources) =>
        record.ImportAsync(SourceContent.Of("file.json", Encoding.UTF8.GetBytes(string.Join('\n', resources) + "\n")));

    private static async Task<long> GiveAsync(TestRecord record, params IEnumerable<string> resources)
    {
        var result = await ImportAsync(record, resources);
        Assert.Equal((ImportStatus.Taken, ""), (result.Status, TestRecord.Text(result.Issues)));
        return result.Source!.Value;
    }

    private static async Task<long> GiveAsync(TestRecord record, params SeriesPoint[] points)
    {
        var options = new ImportOptions { SourceName = "watch" };
        var result = await Importer.WriteAsync(record.Own, Importer.Read(new Pulse("Watch", points), SourceContent.Of("watch", new byte[] { 1 }), options, null, Cancel), options, Cancel);
        return result.Source!.Value;
    }

    private static async Task<IEnumerable<string>> ConditionsAsync(TestRecord record) =>
        (await record.ReadAsync("Condition")).Select(c => c.GetProperty("code").GetProperty("text").GetString()!).Order();

    private static async Task<SeriesPoint[]> PointsAsync(TestRecord record)
    {
        var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        var index = Enumerable.Range(0, answer.Count).Single(i => answer.Entries[i].ResourceType == "Observation");
        return SeriesParts.ReadAll(await answer.ReadPartsAsync(index, Cancel));
    }
}
