using System.Text;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>A good export, damaged at random: it is taken whole or refused, never with an exception, and what is taken is FHIR.</summary>
public sealed class AppleHealthMutations(SqliteTestDatabase test) : GatheringTest(test)
{
    private const int ThroughRecord = 200;

    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;

    private static readonly string[] Pieces =
    [
        "<", ">", "/>", "\"", "&lt;", "&x;", "<Record ", "<Workout>", "</Workout>", "<Correlation>", "type=\"HKQuantityTypeIdentifierBodyMass\" ", "unit=\"%\" ", "value=\"-1e9\" ", "<![CDATA[", "]]>", "<!--", "\u0000", "\u000b", "\ud83e\udd80",
        "2026-13-01 00:00:00 +0000", "HKCategoryValueSleepAnalysisAwake", "<MetadataEntry key=\"HKWasUserEntered\" value=\"1\"/>", "99999999999999999999", "µV", ",", "{", "}", "null",
    ];

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var random = new Random(20260611);
        var xml = AppleExports.Bytes(AppleExports.Everything());
        var refused = 0;
        for (var i = 0; i < Cases; i++)
        {
            var input = Mutator.Mutate(random, xml, Pieces);
            var read = Importer.Read(new AppleHealthFormat(), SourceContent.Of("export.xml", input), new ImportOptions { SourceName = "x" }, null, Cancel);
            refused += read.Refusal is null ? 0 : 1;
            Assert.True(read.Report.NotTaken.All(n => n.Why != NotTakenReason.NotValid), $"case {i}: {string.Join("; ", read.Report.NotTaken)}");
        }

        Assert.InRange(refused, 1, Cases - 1);
    }

    [Fact]
    public void Whatever_stands_beside_the_export_is_read_or_refused()
    {
        var random = new Random(20260612);
        string[] parts = [AppleExports.Gpx, AppleExports.Ecg(64), """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p9"},"code":{"text":"Asthma"}}"""];
        string[] names = ["workout-routes/route.gpx", "electrocardiograms/ecg.csv", "clinical-records/Condition-c1.json"];
        var xml = AppleExports.Bytes(AppleExports.ClinicalRecord("Condition", "c1"));
        for (var i = 0; i < Cases / 5; i++)
        {
            var which = i % 3;
            var input = Zip.Of(("apple_health_export/export.xml", xml), (names[which], Mutator.Mutate(random, Encoding.UTF8.GetBytes(parts[which]), Pieces)));
            var read = Importer.Read(new AppleHealthFormat(), SourceContent.Of("export.zip", input), new ImportOptions { SourceName = "x", TakeGoodPart = true }, null, Cancel);
            Assert.True(read.Refusal is null || read.Refusal.Issues.Count > 0);
        }
    }

    [Fact]
    public async Task Whatever_comes_is_taken_whole_or_changes_nothing()
    {
        var random = new Random(20260613);
        var record = await NewRecordAsync();
        var good = AppleExports.WholeZip();
        var xml = AppleExports.Bytes(AppleExports.Everything());
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(SourceContent.Of("export.zip", good))).Status);
        var (_, ledger, sources) = await record.StateAsync();
        for (var i = 0; i < ThroughRecord; i++)
        {
            var input = Mutator.Mutate(random, i % 2 == 0 ? good : xml, Pieces);
            var result = await record.ImportAsync(SourceContent.Of("export", input), new ImportOptions { SourceName = "x", IdentityConfirmed = true });
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            Assert.Equal(written == 1, result.Source is not null);
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        await record.VerifyAsync();
    }
}
