using System.Text;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Exports as they come: real ones, cut off, in other encodings, made to do harm.</summary>
public sealed class AppleHealthFiles(SqliteTestDatabase test) : GatheringTest(test)
{
    [Fact]
    public async Task Real_exports_are_taken()
    {
        var folder = Repository.SharedData("wearables/apple-health-dogsheep");
        var record = await NewRecordAsync();
        var alone = await record.ImportAsync(SourceContent.OfFile(Path.Combine(folder, "export.xml")));
        Assert.Equal((ImportStatus.Taken, "apple-health"), (alone.Status, alone.Report!.Format));
        Assert.Equal((1L, 2L, ImportStatus.Taken), (alone.Report.Series["heart-rate"], alone.Report.Series["altitude"], alone.Status));
        Assert.DoesNotContain(alone.Report.NotTaken, n => n.Why == NotTakenReason.NotValid);
        var contents = Path.Combine(folder, "zip_contents");
        var zip = Zip.Of([.. Directory.GetFiles(contents, "*", SearchOption.AllDirectories).Select(f => (Path.GetRelativePath(contents, f).Replace('\\', '/'), File.ReadAllBytes(f)))]);
        var zipped = await record.ImportAsync(SourceContent.Of("export.zip", zip));
        Assert.Equal((ImportStatus.Taken, 3L), (zipped.Status, zipped.Report!.Series["altitude"]));
        await record.VerifyAsync();
    }

    [Fact]
    public void What_is_cut_off_anywhere_is_refused_with_its_line()
    {
        var whole = AppleExports.Bytes(AppleExports.Everything());
        for (var part = 1; part < 50; part++)
        {
            var read = Read(whole[..(whole.Length * part / 50)]);
            Assert.NotNull(read.Refusal);
            Assert.False(read.Refusal.HasGoodPart);
        }
    }

    [Fact]
    public void A_zip_that_is_cut_off_anywhere_is_refused()
    {
        var whole = AppleExports.WholeZip();
        for (var part = 1; part < 50; part++)
        {
            Assert.NotNull(Read(whole[..(whole.Length * part / 50)]).Refusal);
        }
    }

    [Theory]
    [InlineData("<!DOCTYPE HealthData [<!ENTITY x SYSTEM \"file:///etc/passwd\"> ]><HealthData locale=\"&x;\"/>")]
    [InlineData("<!DOCTYPE HealthData [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;\"> ]><HealthData><Record type=\"&b;\"/></HealthData>")]
    [InlineData("<!DOCTYPE HealthData [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x\"> %p; ]><HealthData>&x;</HealthData>")]
    [InlineData("<!DOCTYPE HealthData SYSTEM \"http://127.0.0.1:1/x.dtd\"><HealthData/>")]
    public void Entities_are_neither_expanded_nor_fetched(string xml) => Assert.NotNull(Read(Encoding.UTF8.GetBytes(xml)).Refusal);

    [Fact]
    public void A_document_type_with_mistakes_is_no_hindrance()
    {
        // As phones of 2022 wrote it: a declaration has no end.
        var xml = AppleExports.Xml(AppleExports.Everything()).Replace("<!ELEMENT Record", "<!ATTLIST VisionPrescription\n  type CDATA #REQUIRED\n<!ELEMENT Record", StringComparison.Ordinal);
        Assert.Null(Read(Encoding.UTF8.GetBytes(xml)).Refusal);
    }

    [Fact]
    public void A_control_character_loses_nothing_but_itself()
    {
        var read = Read(AppleExports.Bytes(AppleExports.Everything().Select(e => e.Replace("Scale", "Sca\u000ble", StringComparison.Ordinal))));
        Assert.Null(read.Refusal);
        Assert.Contains(read.Report.NotTaken, n => n.What.StartsWith("a control character", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bomb_is_refused_before_it_goes_off()
    {
        var xml = new byte[256 * 1024 * 1024];
        xml.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes("<HealthData locale=\"en\">").CopyTo(xml, 0);
        var zip = Zip.Of(("apple_health_export/export.xml", xml));
        Assert.True(zip.Length < 300_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(Read(zip).Refusal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L * 1024 * 1024);
    }

    [Theory]
    [InlineData("deep")]
    [InlineData("names")]
    [InlineData("attribute")]
    [InlineData("attributes")]
    [InlineData("text")]
    [InlineData("comment")]
    [InlineData("devices")]
    public void What_would_fill_memory_is_refused(string kind)
    {
        const int many = 12_000_000;
        var inside = kind switch
        {
            "deep" => string.Concat(Enumerable.Repeat("<a>", 10_000)),
            "names" => string.Concat(Enumerable.Range(0, 200_000).Select(i => $"<name{i}/>")),
            "attribute" => $"<Record type=\"{new string('x', many)}\"/>",
            "attributes" => $"<Record {string.Concat(Enumerable.Range(0, 900_000).Select(i => $"a{i}=\"\" "))}/>",
            "text" => $"<Record><![CDATA[{new string('x', many)}]]></Record>",
            "comment" => $"<!--{new string('x', many)}-->",
            _ => string.Concat(Enumerable.Range(0, 5_000).Select(i => AppleExports.Record("HKQuantityTypeIdentifierHeartRate", "60", "2026-01-10 09:00:00 +0100", "count/min", who: $"sourceName=\"{i}\""))),
        };
        var read = Read(AppleExports.Bytes(inside));
        Assert.NotNull(read.Refusal);
        Assert.Contains(read.Refusal.Issues, i => i.Text.Contains("more", StringComparison.Ordinal) || i.Text.Contains("longer", StringComparison.Ordinal));
    }

    [Fact]
    public void Absurd_values_are_named_and_harm_nothing_else()
    {
        string[] absurd = ["1e400", "-1e400", "NaN", "Infinity", new string('9', 400), "1e-400", "0x10", "1,5", "١٢", " ", "--1", new string('0', 40_000) + "1"];
        string[] times = ["0000-00-00 00:00:00 +0000", "9999-12-31 23:59:59 -1400", "2026-01-10 25:00:00 +0000", "2026-01-10 09:00:00 +9999", "2026-01-10T09:00:00Z", "２026-01-10 09:00:00 +0100", new string('1', 25)];
        string[] types = ["HKQuantityTypeIdentifierHeartRate", "HKQuantityTypeIdentifierBodyMass", "HKQuantityTypeIdentifierBloodPressureSystolic", "HKCategoryTypeIdentifierSleepAnalysis", "HKCategoryTypeIdentifierHeadache", "HKQuantityTypeIdentifierBloodGlucose"];
        var elements = types.SelectMany(type => absurd.Select(value => AppleExports.Record(type, value, "2026-01-10 09:00:00 +0100", "count/min"))
            .Concat(times.Select(time => AppleExports.Record(type, "60", time, "kg"))));
        var read = Read(AppleExports.Bytes([.. elements, .. AppleExports.Everything()]));
        Assert.Null(read.Refusal);
        Assert.DoesNotContain(read.Report.NotTaken, n => n.Why == NotTakenReason.NotValid);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("iso-8859-1")]
    public void Encodings_that_do_not_fit_what_is_said_are_refused_or_read_right(string encoding)
    {
        var xml = AppleExports.Xml(AppleExports.Everything());
        var read = Read(Encoding.GetEncoding(encoding).GetBytes(xml));
        Assert.True(read.Refusal is not null || read.Report.Series["heart-rate"] == 12);
        Assert.Null(Read([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(xml)]).Refusal);
    }

    [Theory]
    [InlineData("workout-routes/route.gpx", "<kml/>")]
    [InlineData("electrocardiograms/ecg.csv", "Recorded Date,2026-01-09 22:12:05 +0100\nSample Rate,512 hertz\nUnit,µV\n\n1\n2\nx\n")]
    [InlineData("clinical-records/Condition-c1.json", "{\"resourceType\":")]
    public void A_damaged_file_beside_the_export_is_named_and_can_be_left_out(string name, string content)
    {
        var read = Read(Zip.Of(("apple_health_export/export.xml", AppleExports.Xml(AppleExports.Everything())), ($"apple_health_export/{name}", content)));
        Assert.True(read.Refusal!.HasGoodPart);
        Assert.StartsWith($"apple_health_export/{name}", read.Refusal.Issues[0].Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_route_is_a_damaged_part_and_the_rest_is_taken_on_request()
    {
        var record = await NewRecordAsync();
        var zip = Zip.Of(
            ("apple_health_export/export.xml", AppleExports.Xml(AppleExports.Everything())), ("apple_health_export/workout-routes/route_2026-01-10_9.00am.gpx", AppleExports.Gpx[..400]));
        var refused = await record.ImportAsync(SourceContent.Of("export.zip", zip));
        Assert.Equal((ImportStatus.Refused, true), (refused.Status, refused.HasGoodPart));
        Assert.StartsWith("apple_health_export/workout-routes/route_2026-01-10_9.00am.gpx: line", refused.Issues[0].Location, StringComparison.Ordinal);
        var taken = await record.ImportAsync(SourceContent.Of("export.zip", zip), new ImportOptions { SourceName = "export.zip", TakeGoodPart = true });
        Assert.Equal((ImportStatus.Taken, true), (taken.Status, taken.Report!.IsPartial));
    }

    private static HarvestedSource Read(byte[] bytes) =>
        Importer.Read(SourceContent.Of("export", bytes), new ImportOptions { SourceName = "export" }, null, Cancel);
}
