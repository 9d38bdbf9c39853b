using System.Text;
using System.Text.Json;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Answers of services for wearables: real ones, made-up ones, damaged ones.</summary>
public sealed class VendorTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string Withings = """{"status":0,"body":{"timezone":"Europe/Paris","measuregrps":[{"grpid":12,"attrib":0,"date":1767949200,"category":1,"measures":[{"value":6505,"type":1,"unit":-2},{"value":128,"type":10,"unit":0},{"value":82,"type":9,"unit":0},{"value":61,"type":11,"unit":0},{"value":5,"type":999,"unit":0}]},{"grpid":13,"date":1767949200,"category":2,"measures":[{"value":60,"type":1,"unit":0}]}]}}""";
    private const string Fitbit = """{"activities-heart":[{"dateTime":"2026-01-09","value":{"restingHeartRate":58}}],"activities-heart-intraday":{"dataset":[{"time":"00:01:00","value":64},{"time":"00:02:00","value":63}],"datasetInterval":1,"datasetType":"minute"},"sleep":[{"logId":7,"dateOfSleep":"2026-01-09","startTime":"2026-01-08T23:10:00.000","endTime":"2026-01-09T06:40:00.000","minutesAsleep":420,"levels":{"data":[{"dateTime":"2026-01-08T23:10:00.000","level":"light","seconds":1800},{"dateTime":"2026-01-08T23:40:00.000","level":"restless","seconds":60}]}}],"weight":[{"logId":8,"date":"2026-01-09","time":"07:00:00","weight":65.05,"bmi":22.1}]}""";
    private const string IHealth = """{"BPDataList":[{"HP":16.5,"LP":11,"HR":61,"DataID":"a","DataSource":"Manual","MDate":1767952800,"TimeZone":"+0100","Note":"after work","Lat":48.1,"Lon":2.2}],"BPUnit":1,"RecordCount":1}""";
    private const string Google = """{"dataSourceId":"derived:com.google.weight:x:y","point":[{"dataTypeName":"com.google.weight","startTimeNanos":"1767949200000000000","endTimeNanos":"1767949200000000000","originDataSourceId":"raw:com.google.weight:com.example:user_input","value":[{"fpVal":65.0999984741211}]},{"dataTypeName":"com.google.location.sample","startTimeNanos":"1767949200000000000","endTimeNanos":"1767949200000000000","value":[{"fpVal":51.2}]}]}""";
    private const string Moves = """[{"date":"20260109","summary":[{"activity":"walking","group":"walking","duration":60,"steps":100}],"segments":[{"type":"place","place":{"id":1,"location":{"lat":55.5,"lon":33.3}}},{"type":"move","activities":[{"activity":"walking","group":"walking","startTime":"20260109T071430+0200","endTime":"20260109T071530+0200","duration":60,"steps":100,"trackPoints":[{"lat":55.5,"lon":33.3}]}]}]}]""";
    private const string Runkeeper = """{"items":[{"uri":"/fitnessActivities/1","type":"Running","start_time":"Fri, 9 Jan 2026 10:00:36","utc_offset":1,"duration":3522.5,"total_distance":10000,"source":"RunKeeper"}]}""";

    private static readonly string[] Pieces = ["{", "}", "[", "]", ",", ":", "\"", "null", "-1", "1e400", "0", "99999999999999999999", "\\ud83e", "true", "\"value\"", "\"-9900\"", "\"9999-12-31\"", "\"point\""];

    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;

    private static readonly string[] All = [Withings, Fitbit, IHealth, Google, Moves, Runkeeper];

    [Fact]
    public async Task Real_answers_are_taken_or_said_to_be_empty()
    {
        var folder = Repository.SharedData("wearables/vendor-api-shimmer");
        var record = await NewRecordAsync();
        var taken = 0;
        foreach (var file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            var result = await record.ImportAsync(SourceContent.OfFile(file));
            Assert.True(result.Report!.Format == "wearable-service" || name is "fitbit-sleep-date-range-empty-sleep-list.json", $"{name}: {result.Report.Format}");
            Assert.DoesNotContain(result.Report.NotTaken, n => n.Why == NotTakenReason.NotValid);
            var mayBeEmpty = name.Contains("empty", StringComparison.Ordinal) || name is "googlefit-merge-location-samples.json" or "googlefit-merge-activity-segments-only-stationary-activity.json" or "ihealth-spo2-no-oxygen-saturation.json" or "ihealth-weight-no-weight-value.json" or "ihealth-activity-no-steps.json";
            Assert.True(result.Status is ImportStatus.Taken or ImportStatus.NothingNew || mayBeEmpty, $"{name}: {result.Status} {TestRecord.Text(result.Issues)}");
            taken += result.Status == ImportStatus.Refused ? 0 : 1;
            Assert.True(result.Status == ImportStatus.Refused || (await record.ImportAsync(SourceContent.OfFile(file))).Status == ImportStatus.NothingNew, name);
        }

        Assert.InRange(taken, 30, 48);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Powers_of_ten_zones_of_accounts_and_goals_are_understood()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, Withings);
        var all = await record.ReadAsync("Observation");
        Assert.Equal(("65.05", "2026-01-09T10:00:00+01:00"), Single(all, "29463-7"));
        Assert.Equal(["128", "82"], all.Single(o => Code(o) == "85354-9").GetProperty("component").EnumerateArray().Select(c => c.GetProperty("valueQuantity").GetProperty("value").GetRawText()));
        Assert.Equal([("measure 999", NotTakenReason.UnknownKind), ("measuregrps of a goal", NotTakenReason.NotAboutPatient)], result.Report!.NotTaken.Select(n => (n.What, n.Why)));
    }

    [Fact]
    public async Task Clocks_on_walls_stay_as_they_are_and_are_told_to_be_so()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, Fitbit);
        Assert.Equal((2L, 1L), (result.Report!.Series["heart-rate"], result.Report.Series["sleep-light"]));
        var all = await record.ReadAsync("Observation");
        Assert.Equal(("65.05", "2026-01-09T07:00:00+00:00"), Single(all, "29463-7"));
        Assert.Contains(result.Report.NotTaken, n => n.What == "sleep level restless");
        var weight = all.Single(o => Code(o) == "29463-7").GetProperty("id").GetString()!;
        var place = (await record.Own.ProvenanceAsync(Data.LocalId.Parse(weight.AsSpan(Data.PatientId.TextLength + 1)), Cancel))!;
        Assert.Contains(place.Converted, sentence => sentence.Contains("clock on the wall", StringComparison.Ordinal));
        Assert.Contains(place.Converted, sentence => sentence.Contains("metric", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_keeps_its_units_and_offsets_and_no_place_is_taken()
    {
        var record = await NewRecordAsync();
        foreach (var json in new[] { IHealth, Google, Moves, Runkeeper })
        {
            Assert.Equal(ImportStatus.Taken, (await ImportAsync(record, json)).Status);
        }

        foreach (var entry in (await record.ReadAsync("Observation")).Select(o => o.GetProperty("id").GetString()!))
        {
            var place = await record.Own.ProvenanceAsync(Data.LocalId.Parse(entry.AsSpan(Data.PatientId.TextLength + 1)), Cancel);
            Assert.DoesNotContain("55.5", place?.Excerpt ?? "", StringComparison.Ordinal);
            Assert.DoesNotContain("48.1", place?.Excerpt ?? "", StringComparison.Ordinal);
        }

        var all = await record.ReadAsync("Observation");
        var pressure = all.Single(o => Code(o) == "85354-9");
        Assert.Equal(("kPa", "2026-01-09T10:00:00+01:00", "after work"), (pressure.GetProperty("component")[0].GetProperty("valueQuantity").GetProperty("code").GetString(), pressure.GetProperty("effectiveDateTime").GetString(), pressure.GetProperty("note")[0].GetProperty("text").GetString()));
        Assert.Equal("65.0999984741211", Single(all, "29463-7").Value);
        Assert.Equal(["2026-01-09T07:14:30+02:00", "2026-01-09T10:00:36+01:00"], all.Where(o => Code(o) == "73985-4").Select(o => o.GetProperty("effectivePeriod").GetProperty("start").GetString()!).Order());
        Assert.DoesNotContain(all, o => o.GetRawText().Contains("55.5", StringComparison.Ordinal) || o.GetRawText().Contains("48.1", StringComparison.Ordinal));
        await record.VerifyAsync();
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var random = new Random(20260721);
        var refused = 0;
        for (var i = 0; i < Cases; i++)
        {
            var read = Importer.Read(new VendorFormat(), SourceContent.Of("x", Mutator.Mutate(random, Encoding.UTF8.GetBytes(All[i % All.Length]), Pieces)), new ImportOptions { SourceName = "x" }, null, Cancel);
            refused += read.Refusal is null ? 0 : 1;
            Assert.True(read.Report.NotTaken.All(n => n.Why != NotTakenReason.NotValid), $"case {i}: {string.Join("; ", read.Report.NotTaken)}");
        }

        Assert.InRange(refused, 1, Cases - 1);
    }

    [Fact]
    public async Task Whatever_comes_is_taken_whole_or_changes_nothing()
    {
        var random = new Random(20260722);
        var record = await NewRecordAsync();
        var (_, ledger, sources) = await record.StateAsync();
        for (var i = 0; i < 200; i++)
        {
            var result = await record.ImportAsync(SourceContent.Of("x", Mutator.Mutate(random, Encoding.UTF8.GetBytes(All[i % All.Length]), Pieces)));
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        await record.VerifyAsync();
    }

    private static Task<ImportResult> ImportAsync(TestRecord record, string json) => record.ImportAsync(SourceContent.Of("answer.json", Encoding.UTF8.GetBytes(json)));

    private static string? Code(JsonElement observation) => observation.GetProperty("code").TryGetProperty("coding", out var coding) ? coding[0].GetProperty("code").GetString() : null;

    private static (string Value, string? Time) Single(IEnumerable<JsonElement> all, string loinc)
    {
        var observation = all.Single(o => Code(o) == loinc);
        return (observation.GetProperty("valueQuantity").GetProperty("value").GetRawText(), observation.GetProperty("effectiveDateTime").GetString());
    }
}
