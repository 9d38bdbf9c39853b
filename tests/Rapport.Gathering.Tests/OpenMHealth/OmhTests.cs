using System.Text;
using System.Text.Json;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Data points of Open mHealth: what becomes of them, and of what is none.</summary>
public sealed class OmhTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ",", ":", "\"", "null", "0", "-1e9", "1e400", "\\u0000", "\\ud83e", "\"value\"", "\"unit\"", "\"date\"", "\"yr\"", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "\"average\"", "99999999999999999999"];

    private static readonly int Cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;

    private static readonly string[] Points =
    [
        Point("1", "heart-rate", "1.0", """{"heart_rate":{"value":62,"unit":"beats/min"},"effective_time_frame":{"date_time":"2026-01-10T09:00:00+01:00"}}"""),
        Point("2", "heart-rate", "1.0", """{"heart_rate":{"value":58.5,"unit":"beats/min"},"effective_time_frame":{"time_interval":{"start_date_time":"2026-01-10T00:00:00+01:00","duration":{"value":1,"unit":"d"}}},"descriptive_statistic":"average"}"""),
        Point("3", "blood-pressure", "2.0", """{"systolic_blood_pressure":{"value":128,"unit":"mmHg"},"diastolic_blood_pressure":{"value":82,"unit":"mmHg"},"effective_time_frame":{"date_time":"2026-01-10T09:00:00+01:00"},"body_posture":"sitting","measurement_location":"left upper arm"}"""),
        Point("4", "body-weight", "2.0", """{"body_weight":{"value":181.50,"unit":"lb"},"effective_time_frame":{"date_time":"2026-01-10T09:00:00+01:00"}}""", "self-reported"),
        Point("5", "speed", "1.0", """{"speed":{"value":18,"unit":"km/h"},"effective_time_frame":{"date_time":"2026-01-10T09:00:00+01:00"}}"""),
        Point("6", "blood-glucose", "3.0", """{"blood_glucose":{"value":5.6,"unit":"mmol/L"},"effective_time_frame":{"date_time":"2026-01-10T09:00:00+01:00"},"temporal_relationship_to_meal":"fasting"}"""),
        Point("7", "physical-activity", "1.2", """{"activity_name":"walking","distance":{"value":3.1,"unit":"mi"},"effective_time_frame":{"time_interval":{"date":"2026-01-10","part_of_day":"morning"}}}"""),
        Point("8", "geoposition", "1.0", """{"latitude":{"value":1,"unit":"deg"},"longitude":{"value":2,"unit":"deg"},"effective_time_frame":{"date_time":"2026-01-10T09:00:00+01:00"}}"""),
    ];

    [Fact]
    public async Task Points_are_series_statistics_are_parts_and_numbers_stay_as_they_are()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, $"[{string.Join(',', Points)}]");
        Assert.Equal((ImportStatus.Taken, "open-mhealth"), (result.Status, result.Report!.Format));
        Assert.Equal((1L, 1L), (result.Report.Series["heart-rate"], result.Report.Series["speed"]));
        Assert.Equal(new NotTaken("omh/geoposition 1.0", NotTakenReason.UnknownKind, "[7]", 1), Assert.Single(result.Report.NotTaken));
        var all = await record.ReadAsync("Observation");
        var average = all.Single(o => Code(o) == "8867-4" && o.GetProperty("code").GetProperty("coding")[1].GetProperty("system").GetString()!.EndsWith("omh", StringComparison.Ordinal));
        Assert.False(average.TryGetProperty("valueQuantity", out _));
        Assert.Equal("average", average.GetProperty("component")[0].GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString());
        Assert.Equal("2026-01-11T00:00:00+01:00", average.GetProperty("effectivePeriod").GetProperty("end").GetString());
        var weight = all.Single(o => Code(o) == "29463-7");
        Assert.Equal(("181.50", "[lb_av]"), (weight.GetProperty("valueQuantity").GetProperty("value").GetRawText(), weight.GetProperty("valueQuantity").GetProperty("code").GetString()));
        Assert.Equal(record.Reference, weight.GetProperty("performer")[0].GetProperty("reference").GetString());
        Assert.Equal("left upper arm", all.Single(o => Code(o) == "85354-9").GetProperty("bodySite").GetProperty("text").GetString());
        Assert.Equal("15074-8", Code(all.Single(o => o.GetRawText().Contains("fasting", StringComparison.Ordinal))));
        Assert.Equal("2026-01-10", all.Single(o => Code(o) == "73985-4").GetProperty("effectiveDateTime").GetString());
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(record, string.Join('\n', Points))).Status);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_bad_point_among_good_ones_is_a_damaged_part()
    {
        var record = await NewRecordAsync();
        var source = $"[{Points[0]},{Points[3].Replace("lb", "stones", StringComparison.Ordinal)}]";
        var refused = await ImportAsync(record, source);
        Assert.Equal((ImportStatus.Refused, true, "[1].body.body_weight.unit"), (refused.Status, refused.HasGoodPart, refused.Issues[0].Location));
        Assert.Contains("`stones` is not one of", refused.Issues[0].Text, StringComparison.Ordinal);
        var taken = await record.ImportAsync(SourceContent.Of("x", Encoding.UTF8.GetBytes(source)), new ImportOptions { SourceName = "x", TakeGoodPart = true });
        Assert.Equal((ImportStatus.Taken, true), (taken.Status, taken.Report!.IsPartial));
    }

    [Fact]
    public async Task A_body_without_header_is_known_by_what_it_measures()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, """{"step_count":6000,"effective_time_frame":{"time_interval":{"start_date_time":"2026-01-10T00:00:00Z","end_date_time":"2026-01-11T00:00:00Z"}}}""");
        Assert.Equal((ImportStatus.Taken, 1L), (result.Status, result.Report!.Series["steps"]));
        Assert.Equal(ImportStatus.Refused, (await ImportAsync(record, """{"step_count":"6000","effective_time_frame":{"date_time":"2026-01-10T00:00:00Z"}}""")).Status);
        Assert.Equal(ImportStatus.Refused, (await ImportAsync(record, """{"body_weight":{"value":80,"unit":"kg"},"effective_time_frame":{"date_time":"2026-01-10T00:00:00"}}""")).Status);
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var random = new Random(20260711);
        byte[][] good = [Encoding.UTF8.GetBytes($"[{string.Join(',', Points)}]"), Encoding.UTF8.GetBytes(string.Join('\n', Points))];
        var refused = 0;
        for (var i = 0; i < Cases; i++)
        {
            var read = Importer.Read(new OmhFormat(), SourceContent.Of("x", Mutator.Mutate(random, good[i % 2], Pieces)), new ImportOptions { SourceName = "x", TakeGoodPart = i % 3 > 0 }, null, Cancel);
            refused += read.Refusal is null ? 0 : 1;
            Assert.True(read.Report.NotTaken.All(n => n.Why != NotTakenReason.NotValid), $"case {i}: {string.Join("; ", read.Report.NotTaken)}");
        }

        Assert.InRange(refused, 1, Cases - 1);
    }

    [Fact]
    public async Task Whatever_comes_is_taken_whole_or_changes_nothing()
    {
        var random = new Random(20260712);
        var record = await NewRecordAsync();
        var good = Encoding.UTF8.GetBytes($"[{string.Join(',', Points)}]");
        var (_, ledger, sources) = await record.StateAsync();
        for (var i = 0; i < 200; i++)
        {
            var result = await record.ImportAsync(SourceContent.Of("x", Mutator.Mutate(random, good, Pieces)), new ImportOptions { SourceName = "x", TakeGoodPart = true });
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        await record.VerifyAsync();
    }

    private static string Point(string id, string name, string version, string body, string modality = "sensed") =>
        $$"""{"header":{"id":"{{id}}","creation_date_time":"2026-01-10T10:00:00Z","schema_id":{"namespace":"omh","name":"{{name}}","version":"{{version}}"},"acquisition_provenance":{"source_name":"Some app","modality":"{{modality}}"} },"body":{{body}} }""";

    private static Task<ImportResult> ImportAsync(TestRecord record, string json) => record.ImportAsync(SourceContent.Of("points.json", Encoding.UTF8.GetBytes(json)));

    private static string? Code(JsonElement observation) => observation.GetProperty("code").TryGetProperty("coding", out var coding) ? coding[0].GetProperty("code").GetString() : null;
}
