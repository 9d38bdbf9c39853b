using System.Text;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Good tables damaged at random: read or refused, never with an exception, never half.</summary>
public sealed class CsvMutations(SqliteTestDatabase test) : GatheringTest(test)
{
    private const int ThroughRecord = 200;

    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;
    private static readonly string[] Pieces = [",", ";", "\t", "\"", "\n", "\r", "1e9", "-", "00:00", "/", "9999-99-99", "T", "Z", "+14:00", "\u00e9", "\ud83e\udd80", "\ufeff", "(", ")", "NaN", ".", "99999999999999999999999"];

    private static readonly byte[][] Good =
    [
        "Date,Time,SYS,DIA,Pulse,Device\n2026-03-01,07:30,120,80,61,Cuff\n2026-03-02,07:31,121,82,62,Cuff\n14/03/2026,7:31 pm,121,82,62,\"C\"\"x\"\n"u8.ToArray(),
        Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("Zeitpunkt;Gewicht (kg)\n01.03.2026 07:30;82,10\n2026-03-01T07:30:00Z;82,1\n")).ToArray(),
        "Meter;Muster\n\nTag;Messwert;Einheit;Analyse;Bemerkung\n12.03.26;5,6;mmol/L;Glukose;gut\n13.03.26;<101;mg/dL;Glukose;\n"u8.ToArray(),
    ];

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var (random, refused) = (new Random(20260721), 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Cases; i++)
        {
            var content = SourceContent.Of("c", Mutator.Mutate(random, Good[i % Good.Length], Pieces));
            _ = Importer.Read(content, new ImportOptions { SourceName = "c" }, null, Cancel);
            var read = Importer.Read(new CsvFormat(), content, new ImportOptions { SourceName = "c" }, null, Cancel);
            refused += read.Refusal is null ? 0 : 1;
            if (CsvTables.Ask(content) is { } question)
            {
                var mapping = new CsvMapping { Columns = question.Columns.ToDictionary(column => column.Name, column => column.Guess), DateOrder = "dmy", DecimalMark = "comma", TimeZone = "Europe/Berlin" };
                Assert.NotNull(CsvTables.Try(content, mapping));
                var told = Importer.Read(new CsvFormat(), content, new ImportOptions { SourceName = "c", CsvMapping = mapping }, null, Cancel);
                Assert.True(told.Report.NotTaken.All(n => n.Why != NotTakenReason.NotValid), $"case {i}: {string.Join("; ", told.Report.NotTaken)}");
            }

            Assert.True(read.Report.NotTaken.All(n => n.Why != NotTakenReason.NotValid), $"case {i}: {string.Join("; ", read.Report.NotTaken)}");
        }

        Assert.InRange(refused, 1, Cases - 1);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Cases, 0, 2 * 1024 * 1024);
    }

    [Fact]
    public async Task Whatever_comes_is_taken_whole_or_changes_nothing()
    {
        var random = new Random(20260722);
        var record = await NewRecordAsync();
        var (_, ledger, sources) = await record.StateAsync();
        for (var i = 0; i < ThroughRecord; i++)
        {
            var result = await record.ImportAsync(SourceContent.Of("c", Mutator.Mutate(random, Good[i % Good.Length], Pieces)));
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        await record.VerifyAsync();
    }
}
