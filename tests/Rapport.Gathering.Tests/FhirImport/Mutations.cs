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
            var input = Mutate(random, good);
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

    private static byte[] Mutate(Random random, byte[] good)
    {
        List<byte> bytes = [.. good];
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(40, bytes.Count - at + 1));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    // A letter or digit for another: often still FHIR, but another id or value.
                    if (char.IsAsciiLetterOrDigit((char)bytes[at]))
                    {
                        bytes[at] = (byte)"12peAx"[random.Next(6)];
                    }

                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 5:
                    CopyString(random, bytes);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(10) == 0 ? bytes.Count - at : 0);
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }

    /// <summary>One string of the text in the place of another.</summary>
    private static void CopyString(Random random, List<byte> bytes)
    {
        int[] quotes = [.. Enumerable.Range(0, bytes.Count).Where(i => bytes[i] == '"')];
        if (quotes.Length < 6)
        {
            return;
        }

        var (from, to) = (random.Next(quotes.Length / 2) * 2, random.Next(quotes.Length / 2) * 2);
        var text = bytes.GetRange(quotes[from], quotes[from + 1] - quotes[from]);
        bytes.RemoveRange(quotes[to], quotes[to + 1] - quotes[to]);
        bytes.InsertRange(quotes[to], text);
    }
}
