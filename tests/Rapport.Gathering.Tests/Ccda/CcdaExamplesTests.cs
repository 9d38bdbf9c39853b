using Rapport.Fhir;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>HL7's own examples: each is taken, everything in it is an entry or named, and nothing that is made of it breaks FHIR's rules.</summary>
public sealed class CcdaExamplesTests(SqliteTestDatabase test) : GatheringTest(test)
{
    /// <summary>The one whose tags do not match.</summary>
    private const string NotWellFormed = "Basic_Occupation_Observation_Example.xml";

    [Fact]
    public void Every_statement_of_every_example_is_an_entry_or_part_of_one_or_named_as_not_taken()
    {
        List<string> wrong = [];
        var (documents, statements) = (0, 0);
        foreach (var (name, content) in CcdaExamples.Documents().Concat(CcdaExamples.Fragments()).Where(file => !file.Name.EndsWith(NotWellFormed, StringComparison.Ordinal)))
        {
            var harvest = new Harvest("ccda", new HarvestLimits());
            var reading = CcdaFormat.ReadDocument(content, harvest, Cancel)!;
            CcdaDump.Write(name, harvest, reading);
            var (expected, fates) = (CcdaExamples.CountStatements(content), reading.Statements.CountBy(s => s.Fate).ToDictionary());
            (documents, statements) = (documents + 1, statements + expected);
            wrong.AddRange(reading.Statements.Where(s => s.Fate == StatementFate.Open).Select(s => $"{name}: {s.Path} is neither taken nor named"));
            wrong.AddRange(harvest.NotTaken.Where(n => n.Why == NotTakenReason.NotValid).Select(n => $"{name}: {n.What} is not valid at {n.Where}"));
            if (fates.Values.Sum() != expected || harvest.NotTaken.Sum(n => n.Count) < fates.GetValueOrDefault(StatementFate.NotTaken))
            {
                wrong.Add($"{name}: {expected} statements, {string.Join(", ", fates)}, {harvest.NotTaken.Sum(n => n.Count)} named");
            }
        }

        Assert.Equal("", string.Join('\n', wrong));
        Assert.Equal((255, 818), (documents, statements));
    }

    [Fact]
    public async Task Every_example_is_taken_and_known_again()
    {
        var count = 0;
        foreach (var (name, content) in CcdaExamples.Documents().Concat(CcdaExamples.Fragments()).Where(file => !file.Name.EndsWith(NotWellFormed, StringComparison.Ordinal)))
        {
            var record = await NewRecordAsync();
            var source = SourceContent.Of(Path.GetFileName(name), content);
            var result = await record.ImportAsync(source);
            Assert.True(result.Status == ImportStatus.Taken, $"{name}: {TestRecord.Text(result.Issues)}");
            Assert.Equal("ccda", result.Report!.Format);
            await record.VerifyAsync();
            var state = await record.StateAsync();
            Assert.True((await record.ImportAsync(source)).Status == ImportStatus.NothingNew, $"{name} again");
            Assert.Equal(state, await record.StateAsync());
            count++;
        }

        Assert.Equal(255, count);
    }

    [Fact]
    public async Task The_document_is_kept_byte_for_byte()
    {
        var (_, content) = CcdaExamples.Documents().Single(file => file.Name.EndsWith("Transfer_Summary.xml", StringComparison.Ordinal));
        var record = await NewRecordAsync();
        await record.ImportAsync(SourceContent.Of("t.xml", content));
        var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        var parts = await answer.ReadPartsAsync(Enumerable.Range(0, answer.Count).Single(i => answer.Entries[i].ResourceType == "Binary"), Cancel);
        Assert.Equal(content, parts.SelectMany(part => part.ToArray()));
        var attachment = (await record.ReadAsync("DocumentReference")).SelectMany(d => d.GetProperty("content").EnumerateArray()).Select(c => c.GetProperty("attachment")).Single(a => a.GetProperty("contentType").GetString() == "application/xml");
        Assert.Equal(content.Length, attachment.GetProperty("size").GetInt32());
        Assert.StartsWith($"Binary/{record.Patient}.", attachment.GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_not_well_formed_is_refused_with_its_line()
    {
        var (_, content) = CcdaExamples.Fragments().Single(file => file.Name.EndsWith(NotWellFormed, StringComparison.Ordinal));
        var result = await (await NewRecordAsync()).ImportAsync(SourceContent.Of("o.xml", content));
        Assert.Equal((ImportStatus.Refused, true), (result.Status, result.Issues[0].Location.StartsWith("line ", StringComparison.Ordinal)));
        Assert.Equal(IssueSeverity.Error, result.Issues[0].Severity);
    }
}
