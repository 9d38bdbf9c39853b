using System.Globalization;
using System.Text;
using Dapper;
using Rapport.Data;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What devices send: all of a batch or nothing, once, into one source that grows, with few lines in the ledger, and gone when it is taken back.</summary>
public sealed class DeviceIntakeTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly LocalId _device = LocalId.New();

    [Fact]
    public async Task A_batch_is_taken_once_and_the_same_again_changes_nothing()
    {
        var record = await ConnectAsync("heart-rate");
        Assert.Equal((2, 0), await SendAsync(record, Pulse(0, 61), Pulse(1, 62)));
        var state = await record.StateAsync();
        Assert.Equal((0, 2), await SendAsync(record, Pulse(0, 61), Pulse(1, 62)));
        Assert.Equal((1, 1), await SendAsync(record, Pulse(1, 62), Pulse(2, 63)));
        Assert.Equal((0, 2), await SendAsync(record, Pulse(1, 62), Pulse(2, 63)));
        Assert.Equal(state, await record.StateAsync());
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_device_is_one_source_and_its_points_join_the_record_with_few_lines_in_the_ledger()
    {
        var record = await ConnectAsync("heart-rate");
        var (_, ledger, _) = await record.StateAsync();
        for (var minute = 0; minute < 300; minute++)
        {
            await SendAsync(record, Pulse(minute, 60 + (minute % 30)));
        }

        Assert.Equal(ledger + 1, (await record.StateAsync()).Ledger);
        Assert.Equal(299, WaitingPoints.Read(await record.Own.Devices.ReadWaitingAsync(_device, Cancel)).Of("heart-rate", "Watch").Count);
        await SendAsync(record, Now.AddDays(1).AddMinutes(1), Pulse(301, 80));
        Assert.Equal(ledger + 2, (await record.StateAsync()).Ledger);
        Assert.Empty(await record.Own.Devices.ReadWaitingAsync(_device, Cancel));
        Assert.Equal(301, (await PointsAsync(record)).Count);
        var source = Assert.Single(await record.Own.SourcesAsync(Cancel));
        Assert.Equal(("device", "Watch"), (source.Description.Kind, source.Description.Name));
        Assert.Equal(301, source.Description.Report!.Series["heart-rate"]);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Taken_back_all_of_it_goes_also_what_waits_and_what_comes_then_begins_another_source()
    {
        var record = await ConnectAsync("heart-rate", "weight");
        await SendAsync(record, Pulse(0, 61), """{"metric":"weight","at":"2026-11-22T07:00:00+01:00","value":72.5,"unit":"kg"}""");
        await SendAsync(record, Pulse(1, 62));
        var source = Assert.Single(await record.Own.SourcesAsync(Cancel));
        await SourceRemoval.TakeBackAsync(record.Own, source.Number, Cancel);
        Assert.Empty(await record.ReadAsync("Observation"));
        Assert.Empty(await record.Own.Devices.ReadWaitingAsync(_device, Cancel));
        Assert.Equal((1, 0), await SendAsync(record, Pulse(2, 63)));
        Assert.Equal(2, (await record.Own.SourcesAsync(Cancel)).Count);
        Assert.Single(await PointsAsync(record));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Another_source_between_does_not_mix_with_the_devices_and_each_entry_knows_its_place()
    {
        var record = await ConnectAsync("weight");
        await SendAsync(record, """{"metric":"weight","at":"2026-11-21T07:00:00+01:00","value":72.5,"unit":"kg"}""");
        await record.ImportAsync(SourceContent.Of("c.csv", "Date,Pulse\n2026-03-01,61\n"u8.ToArray()));
        await SendAsync(record, """{"metric":"weight","at":"2026-11-22T07:00:00+01:00","value":72.1,"unit":"kg"}""");
        var sources = await record.Own.SourcesAsync(Cancel);
        Assert.Equal(2, sources.Count);
        var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        foreach (var entry in answer.Entries.Where(entry => entry.ResourceType == "Observation"))
        {
            var provenance = await record.Own.ProvenanceAsync(LocalId.Parse(entry.Id.AsSpan(entry.Id.IndexOf('.') + 1)), Cancel);
            Assert.NotNull(provenance!.Path);
        }

        await SourceRemoval.TakeBackAsync(record.Own, sources.Single(source => source.Description.Kind == "device").Number, Cancel);
        Assert.Equal("8867-4", Assert.Single(await record.ReadAsync("Observation")).GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString());
        await record.VerifyAsync();
    }

    [Theory]
    [InlineData("""{"metric":"steps","at":"2026-11-22T10:00:00+01:00","value":61,"unit":"{steps}"}""", "measurements[1].metric")]
    [InlineData("""{"metric":"soul","at":"2026-11-22T10:00:00+01:00","value":61,"unit":"g"}""", "measurements[1].metric")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T10:00:00","value":61,"unit":"/min"}""", "measurements[1].at")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T13:10:00Z","value":61,"unit":"/min"}""", "measurements[1].at")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T10:00:00Z","value":61,"unit":"kg"}""", "measurements[1].unit")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T10:00:00Z","value":61}""", "measurements[1].unit")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T10:00:00Z","value":9000,"unit":"/min"}""", "measurements[1].value")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T10:00:00Z","value":"61","unit":"/min"}""", "measurements[1].value")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T10:00:00Z","until":"2026-11-22T09:00:00Z","value":61,"unit":"/min"}""", "measurements[1].until")]
    [InlineData("""{"metric":"blood-pressure","at":"2026-11-22T10:00:00Z","systolic":80,"diastolic":120,"unit":"mmHg"}""", "measurements[1]")]
    [InlineData("""{"metric":"heart-rate","at":"2026-11-22T10:00:00Z","value":61,"unit":"/min","name":"Maya"}""", "measurements[1]")]
    [InlineData("7", "measurements[1]")]
    public async Task What_it_may_not_send_or_nobody_can_have_is_refused_with_its_place_and_nothing_is_taken(string point, string where)
    {
        var record = await ConnectAsync("heart-rate", "blood-pressure");
        var before = await record.StateAsync();
        var answer = await TakeAsync(record, Batch(Pulse(0, 61), point));
        Assert.Equal(where, Assert.Single(answer!.Faults).Where);
        Assert.Equal((0, 0, before), (answer.Taken, answer.Known, await record.StateAsync()));
        Assert.Empty(await record.Own.Devices.ReadWaitingAsync(_device, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"measurements":[]}""")]
    [InlineData("""{"measurements":{}}""")]
    [InlineData("""{"measurements":[],"measurements":[]}""")]
    [InlineData("""{"measurements":[{"metric":"heart-rate"}],"more":1}""")]
    public async Task What_is_no_batch_is_told_so(string json)
    {
        var record = await ConnectAsync("heart-rate");
        Assert.NotEmpty((await TakeAsync(record, json))!.Faults);
    }

    [Fact]
    public async Task Data_points_of_open_mhealth_are_taken_as_far_as_the_device_may_send_them()
    {
        const string point = """
            {"header":{"id":"a1b2c3d4-0000-4000-8000-000000000001","creation_date_time":"2026-11-22T10:00:00Z","schema_id":{"namespace":"omh","name":"heart-rate","version":"2.0"}},
             "body":{"heart_rate":{"value":61,"unit":"beats/min"},"effective_time_frame":{"date_time":"2026-11-22T10:00:00Z"}}}
            """;
        var record = await ConnectAsync("heart-rate");
        Assert.Equal((1, 0), await AnswerAsync(record, $"[{point}]"));
        Assert.Equal((0, 1), await AnswerAsync(record, $"[{point}]"));
        Assert.NotEmpty((await TakeAsync(record, $"[{point.Replace("2026-11-22T10:00:00Z\"}}", "2027-11-22T10:00:00Z\"}}", StringComparison.Ordinal)}]"))!.Faults);
        var scale = await ConnectAsync("weight");
        Assert.Contains("heart-rate", Assert.Single((await TakeAsync(scale, $"[{point}]"))!.Faults).Text);
    }

    [Fact]
    public async Task A_stopped_device_sends_nothing_and_what_waited_is_part_of_the_record()
    {
        var record = await ConnectAsync("heart-rate");
        await SendAsync(record, Pulse(0, 61));
        await SendAsync(record, Pulse(1, 62));
        Assert.True(await DeviceIntake.StopAsync(record.Own, _device, Now, Cancel));
        Assert.Null(await TakeAsync(record, Batch(Pulse(2, 63))));
        Assert.Equal(2, (await PointsAsync(record)).Count);
        Assert.Empty(await record.Own.Devices.ReadWaitingAsync(_device, Cancel));
    }

    [Fact]
    public async Task What_waits_for_a_full_record_is_tried_again_a_day_later_and_its_device_stops_all_the_same()
    {
        await using var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(1_000_000, 2) });
        var record = await ConnectAsync(await NewRecordAsync(node), "heart-rate");
        await SendAsync(record, Pulse(0, 61));
        await SendAsync(record, Pulse(1, 62));
        var (state, due) = (await record.StateAsync(), (await record.Own.Devices.FindAsync(_device, Cancel))!.FoldsAt);
        Assert.NotNull(due);
        Assert.True(await DeviceIntake.FoldAsync(record.Own, _device, Cancel));
        Assert.Equal(due + DeviceIntake.Patience, (await record.Own.Devices.FindAsync(_device, Cancel))!.FoldsAt);
        Assert.True(await DeviceIntake.StopAsync(record.Own, _device, Now, Cancel));
        Assert.Null(await TakeAsync(record, Batch(Pulse(2, 63))));
        Assert.Equal(state, await record.StateAsync());

        // Another node, whose operator made more room.
        var there = new TestRecord((await Records.Compartments.OpenOwnAsync(record.Own.Patient, record.Own.Actor, Cancel))!);
        Assert.True(await DeviceIntake.FoldAsync(there.Own, _device, Cancel));
        Assert.Equal(2, (await PointsAsync(there)).Count);
        await there.VerifyAsync();
    }

    /// <summary>Eight people whom the patient lets add filled the part of all others, and the patient's devices counted among these: nothing of a watch joined the record any more.</summary>
    [Fact]
    public async Task What_others_added_takes_nothing_of_the_devices_room_nor_devices_of_theirs()
    {
        await using var node = await OpenNodeAsync(new RecordsOptions { Room = new RecordRoom(10_000_000, 80) });
        var record = await ConnectAsync(await NewRecordAsync(node), "heart-rate");
        await SendAsync(record, Pulse(0, 61));
        await Test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("INSERT INTO record_room (patient_id, writer, entries, bytes) VALUES (@patient, 'others', 79, 0)", new { patient = $"{record.Own.Patient}" }, t), Cancel);
        await SendAsync(record, Now.AddDays(1).AddMinutes(1), Pulse(301, 80));
        await SendAsync(record, Now.AddDays(2).AddMinutes(1), Pulse(302, 80));
        Assert.True(await DeviceIntake.FoldAsync(record.Own, _device, Cancel));
        Assert.Equal(3, (await PointsAsync(record)).Count);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Many_at_once_lose_nothing_and_double_nothing()
    {
        var record = await ConnectAsync("heart-rate");
        await SendAsync(record, Pulse(0, 61));
        await Parallel.ForAsync(1, 41, Cancel, async (minute, _) => await SendAsync(record, Pulse(minute, 62), Pulse(0, 61)));
        Assert.True(await DeviceIntake.FoldAsync(record.Own, _device, Cancel));
        Assert.Equal(Enumerable.Range(0, 41).Select(minute => Now.AddHours(-9).AddMinutes(minute).ToUnixTimeMilliseconds()), (await PointsAsync(record)).Select(point => point.Start));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task No_device_fills_the_ledger()
    {
        var record = await ConnectAsync("weight");
        DeviceAnswer? answer = null;
        for (var i = 0; i < 101; i++)
        {
            answer = await TakeAsync(record, Batch($$"""{"metric":"weight","at":"{{Now.AddMinutes(-200 + i):yyyy-MM-ddTHH:mm:ssZ}}","value":72.5,"unit":"kg"}"""));
        }

        Assert.Equal((true, 0), (answer!.IsTooMuch, answer.Taken));
        Assert.Equal(100, (await record.ReadAsync("Observation")).Count);
    }

    [Fact]
    public async Task A_batch_costs_little_however_much_the_month_has()
    {
        var record = await ConnectAsync("heart-rate");
        await SendAsync(record, Now, [.. Enumerable.Range(0, 1000).Select(i => Point(Now.AddDays(-21).AddMinutes(i), 60))]);
        for (var batch = 0; batch < 25; batch++)
        {
            await SendAsync(record, Now, [.. Enumerable.Range(0, 1000).Select(i => Point(Now.AddDays(-20).AddMinutes((batch * 1000) + i), 60 + (i % 40)))]);
        }

        var size = (await record.Own.Devices.ReadWaitingAsync(_device, Cancel)).Sum(block => block.Body.Length);
        await SendAsync(record, Now, [.. Enumerable.Range(0, 60).Select(i => Point(Now.AddMinutes(-1).AddSeconds(i), 61))]);
        Assert.InRange((await record.Own.Devices.ReadWaitingAsync(_device, Cancel)).Sum(block => block.Body.Length) - size, 1, 1024);
    }

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var random = new Random(20261122);
        var good = Encoding.UTF8.GetBytes(Batch(Pulse(0, 61), """{"metric":"blood-pressure","at":"2026-11-22T10:00:00Z","systolic":120,"diastolic":80,"unit":"mm[Hg]"}"""));
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"", "null", "1e308", "-0", "\\ud800", "2026-11-22T10:00:00Z", "measurements", "header", "body", "metric", "99999999999999999999999999"];
        var terms = new DeviceTerms("Watch", ["heart-rate", "blood-pressure"], Now);
        var cases = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;
        for (var i = 0; i < cases; i++)
        {
            _ = DeviceBatch.Read(Mutator.Mutate(random, good, pieces), terms, Cancel);
        }
    }

    private async Task<TestRecord> ConnectAsync(params string[] measures) => await ConnectAsync(await NewRecordAsync(), measures);

    private async Task<TestRecord> ConnectAsync(TestRecord record, params string[] measures)
    {
        await record.Own.Devices.AddAsync(_device, new ConnectedDevice { Name = "Watch", Measures = measures, ConnectedAt = Now }.Write(), Cancel);
        return record;
    }

    private Task<DeviceAnswer?> TakeAsync(TestRecord record, string json, DateTimeOffset? now = null) => DeviceIntake.TakeAsync(record.Own, _device, Encoding.UTF8.GetBytes(json), now ?? Now, Cancel);

    private async Task<(int Taken, int Known)> AnswerAsync(TestRecord record, string json, DateTimeOffset? now = null)
    {
        var answer = await TakeAsync(record, json, now);
        Assert.Empty(answer!.Faults);
        return (answer.Taken, answer.Known);
    }

    private Task<(int Taken, int Known)> SendAsync(TestRecord record, params string[] points) => AnswerAsync(record, Batch(points));

    private Task<(int Taken, int Known)> SendAsync(TestRecord record, DateTimeOffset now, params string[] points) => AnswerAsync(record, Batch(points), now);

    private static string Batch(params string[] points) => $$"""{"measurements":[{{string.Join(',', points)}}]}""";

    private static string Pulse(int minute, int value) => Point(Now.AddHours(-9).AddMinutes(minute), value);

    private static string Point(DateTimeOffset at, int value) => string.Create(CultureInfo.InvariantCulture, $$"""{"metric":"heart-rate","at":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","value":{{value}},"unit":"/min"}""");

    private static async Task<IReadOnlyList<SeriesPoint>> PointsAsync(TestRecord record)
    {
        var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        List<SeriesPoint> points = [];
        for (var i = 0; i < answer.Count; i++)
        {
            points.AddRange(answer.HasParts(i) ? SeriesParts.ReadAll(await answer.ReadPartsAsync(i, Cancel)) : []);
        }

        return points;
    }
}
