using System.Text;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>A good bundle, damaged at random: it is taken whole or refused, never with an exception, and what is taken is FHIR.</summary>
public sealed class Mutations(SqliteTestDatabase test) : GatheringTest(test)
{
    private const int Cases = 400;

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ",", ":", "\"", "null", "0", "\"\"", "Patient/p1", "Observation", "/", "urn:uuid:", "?", "\\u0000", "\\ud83e", "\\u00e9", "\ud83e\udd80", "-1e9", "POST"];

    [Fact]
    public async Task Whatever_comes_is_taken_whole_or_changes_nothing()
    {
        var random = new Random(20260503);
        var record = await NewRecordAsync();
        var good = Encoding.UTF8.GetBytes(Good().ToJsonString());
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(good)).Status);
        var (_, ledger, sources) = await record.StateAsync();
        HashSet<ImportStatus> seen = [];
        for (var i = 0; i < Cases; i++)
        {
            var input = Mutator.Mutate(random, good, Pieces);
            var result = await record.ImportAsync(input, confirmed: random.Next(2) == 0);
            seen.Add(result.Status);
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.True((ledger + written, sources + written) == (state.Ledger, state.Sources), $"case {i}, {result.Status}: {Encoding.UTF8.GetString(input)}");
            Assert.Equal(result.Status == ImportStatus.Refused, result.Issues.Any(static x => x.Severity is Fhir.IssueSeverity.Error or Fhir.IssueSeverity.Fatal));
            Assert.Equal(written == 1, result.Source is not null);
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        Assert.Superset(new HashSet<ImportStatus> { ImportStatus.Taken, ImportStatus.Refused }, seen);
        await record.VerifyAsync();
        var again = await record.ImportAsync(await record.ExportAsync(), confirmed: true);
        Assert.Equal((ImportStatus.NothingNew, ""), (again.Status, TestRecord.Text(again.Issues)));
    }

    private static System.Text.Json.Nodes.JsonObject Good() => Make.Bundle(
        "batch",
        Make.Entry(Make.Patient(identifiers: [(Make.Mrn, "17"), (null, "X")]), "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001", "POST"),
        Make.Entry(Make.Encounter("e1"), "https://north.example/fhir/Encounter/e1", "PUT", "Encounter/e1"),
        Make.Entry(Make.Observation("1", "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001", 72.0m, "Encounter/e1"), null, "POST"),
        Make.Entry(Make.Observation("2", "Patient/p1", 1.00m), null, "PUT", "Observation/2"),
        Make.Entry(Make.Permit("Patient/p1", "Practitioner/x", "c1"), null, "POST"),
        Make.Entry(Make.Outcome(), null, "POST"));
}
