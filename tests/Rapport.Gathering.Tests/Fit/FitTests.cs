using System.Text.Json;
using Rapport.Records;
using Rapport.TestKit;
using static Rapport.Gathering.Tests.FitWriter;

namespace Rapport.Gathering.Tests;

/// <summary>What becomes of each kind of message in a FIT file, and of files that are not as they should be.</summary>
public sealed class FitTests(SqliteTestDatabase test) : GatheringTest(test)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ride_is_a_workout_and_series_by_the_clock_on_the_wall(bool bigEndian)
    {
        var record = await NewRecordAsync();
        var result = await record.ImportAsync(SourceContent.Of("ride.fit", Ride(bigEndian)));
        Assert.Equal((ImportStatus.Taken, "fit"), (result.Status, result.Report!.Format));
        Assert.Equal(60, result.Report.Series["heart-rate"]);
        Assert.Equal(30, result.Report.Series["cadence"]);
        Assert.Equal(59, result.Report.Series["cycling-distance"]);
        Assert.Equal(60, result.Report.Series["altitude"]);
        Assert.Contains(result.Report.NotTaken, n => n is { What: "record: temperature", Why: NotTakenReason.NotAboutPatient, Count: 60 });
        var ride = (await record.ReadAsync("Observation")).Single(o => Code(o) == "73985-4");
        Assert.Equal("Cycling, road", ride.GetProperty("valueCodeableConcept").GetProperty("text").GetString());
        Assert.Equal("Garmin Edge 500", ride.GetProperty("device").GetProperty("display").GetString());
        Assert.Equal("2021-09-08T03:46:40+02:00", ride.GetProperty("effectivePeriod").GetProperty("start").GetString());
        Assert.Equal("50", Component(ride, "Exercise duration").GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal("2021-09-08T03:47:00+02:00", Component(ride, "Pause").GetProperty("valuePeriod").GetProperty("start").GetString());
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(SourceContent.Of("again.fit", Ride(bigEndian)))).Status);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task What_a_scale_and_a_cuff_measured_are_Observations_with_their_numbers_as_they_are()
    {
        var record = await NewRecordAsync();
        var bytes = new FitWriter()
            .Message(0, (0, Kind.Enum, 9), (1, Kind.UInt16, 257), (4, Kind.UInt32, Noon))
            .Message(30, (253, Kind.UInt32, Noon), (0, Kind.UInt16, 8150), (1, Kind.UInt16, 2250), (13, Kind.UInt16, 251))
            .Message(30, (253, Kind.UInt32, Noon + 60), (0, Kind.UInt16, 0xFFFE))
            .Message(51, (253, Kind.UInt32, Noon), (0, Kind.UInt16, 128), (1, Kind.UInt16, 82), (2, Kind.UInt16, 97), (6, Kind.UInt8, 61), (8, Kind.Enum, 4))
            .Message(51, (253, Kind.UInt32, Noon + 60), (0, Kind.UInt16, 300), (8, Kind.Enum, 2))
            .Write(12);
        var result = await record.ImportAsync(SourceContent.Of("health.fit", bytes));
        Assert.Equal(ImportStatus.Taken, result.Status);
        var all = await record.ReadAsync("Observation");
        var weight = all.Single(o => Code(o) == "29463-7");
        Assert.Equal(("81.5", "kg"), (weight.GetProperty("valueQuantity").GetProperty("value").GetRawText(), weight.GetProperty("valueQuantity").GetProperty("code").GetString()));
        var pressure = all.Single(o => Code(o) == "85354-9");
        Assert.Equal(["128", "82", "97", "true"], pressure.GetProperty("component").EnumerateArray().Select(c => c.TryGetProperty("valueQuantity", out var q) ? q.GetProperty("value").GetRawText() : c.GetProperty("valueBoolean").GetRawText()));
        Assert.Equal(1, result.Report!.Series["heart-rate"]);
        Assert.Contains(result.Report.NotTaken, n => n is { What: "blood_pressure with error 2", Why: NotTakenReason.SaysNothing });
        Assert.Contains(result.Report.NotTaken, n => n.What.StartsWith("weight_scale: weight that", StringComparison.Ordinal));
        var local = result.Entries.First(e => e.Id!.EndsWith(weight.GetProperty("id").GetString()![^8..], StringComparison.Ordinal)).Id!.AsSpan(Data.PatientId.TextLength + 1);
        var place = (await record.Own.ProvenanceAsync(Data.LocalId.Parse(local), Cancel))!;
        Assert.Contains("weight=8150", place.Excerpt, StringComparison.Ordinal);
        Assert.Contains("no time zone", Assert.Single(place.Converted), StringComparison.Ordinal);
        await record.VerifyAsync();
    }

    [Fact]
    public void Steps_are_what_was_added_since_the_last_sum_and_small_clocks_go_on()
    {
        var bytes = new FitWriter()
            .Message(0, (0, Kind.Enum, 32), (1, Kind.UInt16, 1))
            .Message(103, (253, Kind.UInt32, Noon), (0, Kind.UInt32, Noon - 18_000))
            .Message(55, (253, Kind.UInt32, Noon), (3, Kind.UInt32, 400), (5, Kind.Enum, 6))
            .Message(55, (253, Kind.UInt32, Noon + 60), (3, Kind.UInt32, 500), (5, Kind.Enum, 6))
            .Message(55, (253, Kind.UInt32, Noon + 120), (3, Kind.UInt32, 40), (5, Kind.Enum, 1))
            .Message(55, (26, Kind.UInt16, (Noon + 180) & 0xFFFF), (27, Kind.UInt8, 63))
            .Message(55, (253, Kind.UInt32, Noon + 240), (3, Kind.UInt32, 7), (5, Kind.Enum, 6))
            .Write();
        var harvest = Harvested(bytes);
        var steps = harvest.Series.PointsOf(harvest.Series.Keys.Single(k => k.Metric == Metrics.Steps));
        Assert.Equal([(100.0, 60_000), (40.0, 120_000), (7.0, 180_000)], steps.Select(p => (p.Value, p.Duration)).OrderBy(p => p.Item2));
        var pulse = Assert.Single(harvest.Series.PointsOf(harvest.Series.Keys.Single(k => k.Metric == Metrics.HeartRate)));
        Assert.Equal(((Noon + 180 + 631_065_600L) * 1000, 63.0, -300), (pulse.Start, pulse.Value, (int)pulse.OffsetMinutes));
    }

    [Fact]
    public void Small_clocks_go_on_from_where_the_counting_began()
    {
        var harvest = Harvested(new FitWriter().Message(0, (0, Kind.Enum, 32)).Message(103, (253, Kind.UInt32, Noon), (0, Kind.UInt32, Noon))
            .Message(55, (26, Kind.UInt16, (Noon + 90) & 0xFFFF), (27, Kind.UInt8, 63), (3, Kind.UInt32, 12), (5, Kind.Enum, 6)).Write());
        Assert.Empty(harvest.NotTaken);
        Assert.Equal((90_000, 12.0), harvest.Series.PointsOf(harvest.Series.Keys.Single(k => k.Metric == Metrics.Steps)).Select(p => (p.Duration, p.Value)).Single());
    }

    [Fact]
    public void Compressed_times_count_on_from_the_last_whole_one()
    {
        var writer = new FitWriter().Message(0, (0, Kind.Enum, 4)).Message(20, (253, Kind.UInt32, Noon), (3, Kind.UInt8, 60)).Define(1, 20, (3, Kind.UInt8));
        foreach (var after in new[] { 5, 31, 33, 60 })
        {
            writer.Data((byte)(0x80 | (1 << 5) | ((Noon + after) & 0x1F)), (Kind.UInt8, 60 + after));
        }

        var harvest = Harvested(writer.Write());
        Assert.Equal([0, 5, 31, 33, 60], harvest.Series.PointsOf(harvest.Series.Keys.Single()).Select(p => (int)((p.Start / 1000) - Noon - 631_065_600)));
    }

    [Fact]
    public async Task Places_stand_only_in_a_restricted_document()
    {
        var record = await NewRecordAsync();
        var bytes = new FitWriter().Message(0, (0, Kind.Enum, 4)).Message(20, (253, Kind.UInt32, Noon), (0, Kind.SInt32, 446_332_520), (1, Kind.SInt32, -145_634_070), (3, Kind.UInt8, 70))
            .Message(18, (253, Kind.UInt32, Noon), (2, Kind.UInt32, Noon), (3, Kind.SInt32, 446_332_520), (4, Kind.SInt32, -145_634_070), (5, Kind.Enum, 11)).Write();
        var result = await record.ImportAsync(SourceContent.Of("walk.fit", bytes));
        Assert.Equal(ImportStatus.Taken, result.Status);
        var document = Assert.Single(await record.ReadAsync("DocumentReference"));
        Assert.Equal("R", document.GetProperty("meta").GetProperty("security")[0].GetProperty("code").GetString());
        Assert.DoesNotContain((await record.ReadAsync()).Values, e => e.GetRawText().Contains("446332520", StringComparison.Ordinal));
        foreach (var entry in result.Entries.Where(e => e.Id is not null))
        {
            var place = await record.Own.ProvenanceAsync(Data.LocalId.Parse(entry.Id!.AsSpan(Data.PatientId.TextLength + 1)), Cancel);
            Assert.DoesNotContain("446332520", place?.Excerpt ?? "", StringComparison.Ordinal);
        }

        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(SourceContent.Of("walk.fit", bytes))).Status);
    }

    [Fact]
    public async Task A_file_cut_off_anywhere_is_refused_and_says_how_far_it_goes_and_its_good_part_is_taken_on_request()
    {
        var record = await NewRecordAsync();
        var whole = Ride();
        for (var length = 0; length < whole.Length; length += 7)
        {
            var read = Read(whole[..length]);
            Assert.True(read.Refusal is { Issues.Count: > 0 }, $"cut at {length}");
        }

        var cut = whole[..(whole.Length / 2)];
        var refused = await record.ImportAsync(SourceContent.Of("cut.fit", cut));
        Assert.Equal((ImportStatus.Refused, true), (refused.Status, refused.HasGoodPart));
        Assert.Equal($"byte {cut.Length}", refused.Issues[0].Location);
        Assert.Contains($"{cut.Length - 14} are there", refused.Issues[0].Text, StringComparison.Ordinal);
        var taken = await record.ImportAsync(SourceContent.Of("cut.fit", cut), new ImportOptions { SourceName = "cut.fit", TakeGoodPart = true });
        Assert.Equal((ImportStatus.Taken, true), (taken.Status, taken.Report!.IsPartial));
        Assert.InRange(taken.Report.Series["heart-rate"], 20, 59);
    }

    [Fact]
    public void A_changed_byte_is_told_by_the_checksum()
    {
        var bytes = Ride();
        bytes[200] ^= 1;
        var refused = Read(bytes).Refusal!;
        Assert.True(refused.HasGoodPart);
        Assert.Contains(refused.Issues, i => i.Text.Contains("checksum", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_behind_each_other_are_one_source()
    {
        byte[] second = new FitWriter().Message(0, (0, Kind.Enum, 4)).Message(20, (253, Kind.UInt32, Noon + 9_000), (3, Kind.UInt8, 70)).Write();
        var read = Read([.. Ride(), .. second]);
        Assert.Equal(61, read.Report.Series["heart-rate"]);
        var refused = Read([.. Ride(), .. second, 14, 0, 0]).Refusal!;
        Assert.True(refused.HasGoodPart);
        Assert.Contains("file 3", refused.Issues[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Absurd_values_are_named_and_harm_nothing_else()
    {
        var read = Read(new FitWriter().Message(0, (0, Kind.Enum, 4))
            .Message(20, (253, Kind.UInt32, Noon), (3, Kind.UInt8, 2), (2, Kind.Float32, 0x7F80_0000), (6, Kind.SInt16, -5), (5, Kind.UInt32, 4_000_000_000))
            .Message(20, (253, Kind.UInt32, 4_000_000_000), (3, Kind.UInt8, 60))
            .Message(20, (253, Kind.UInt32, 5), (3, Kind.UInt8, 60))
            .Message(20, (253, Kind.UInt32, Noon + 1), (3, Kind.UInt8, 61), (5, Kind.UInt32, 1))
            .Message(18, (2, Kind.UInt32, Noon), (7, Kind.UInt32, 4_000_000_000)).Write());
        Assert.Null(read.Refusal);
        Assert.Equal(1, read.Report.Series["heart-rate"]);
        Assert.Contains(read.Report.NotTaken, n => n is { What: "record: heart-rate", Why: NotTakenReason.Implausible, Count: 2 });
        Assert.Contains(read.Report.NotTaken, n => n is { What: "record", Why: NotTakenReason.NoTime });
    }

    [Fact]
    public void A_device_that_two_people_share_is_refused_as_it_does_not_say_who_is_who()
    {
        var refused = Read(new FitWriter().Message(0, (0, Kind.Enum, 9))
            .Message(30, (253, Kind.UInt32, Noon), (0, Kind.UInt16, 8150), (12, Kind.UInt16, 0)).Message(30, (253, Kind.UInt32, Noon), (0, Kind.UInt16, 6150), (12, Kind.UInt16, 1)).Write()).Refusal;
        Assert.Contains("2 people", refused!.Issues[0].Text, StringComparison.Ordinal);
    }

    internal static HarvestedSource Read(byte[] bytes) => Importer.Read(SourceContent.Of("x.fit", bytes), new ImportOptions { SourceName = "x" }, null, Cancel);

    private static Harvest Harvested(byte[] bytes)
    {
        var harvest = new Harvest("fit", new HarvestLimits());
        new FitFormat().Read(SourceContent.Of("x.fit", bytes), harvest, Cancel);
        Assert.Empty(harvest.Damages);
        return harvest;
    }

    private static string? Code(JsonElement observation) => observation.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString();

    private static JsonElement Component(JsonElement observation, string text) =>
        observation.GetProperty("component").EnumerateArray().Single(c => c.GetProperty("code").GetProperty("text").GetString() == text);
}
