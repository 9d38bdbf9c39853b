using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Dense measurements of a source: an entry for each metric, device and month, whose points are its parts.</summary>
public sealed class SeriesHarvestTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 23, 59, 0, TimeSpan.FromHours(1));

    [Fact]
    public async Task A_month_by_the_clock_on_the_wall_is_an_entry_that_sums_it_up()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, "Watch", [.. Enumerable.Range(0, 120).Select(i => Point(i * 30, 60 + (i % 10)))]);
        Assert.Equal(120, result.Report!.Series["heart-rate"]);
        var entries = await record.ReadAsync("Observation");
        Assert.Equal(2, entries.Count);
        var counts = entries.Select(e => e.GetProperty("component")[0].GetProperty("valueQuantity").GetProperty("value").GetInt32());
        Assert.Equal([2, 118], counts.Order());
        Assert.All(entries, e => Assert.Equal(("8867-4", "Watch"), (e.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString(), e.GetProperty("device").GetProperty("display").GetString())));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task What_came_before_is_not_taken_again_and_what_is_new_is_added_to_it()
    {
        var record = await NewRecordAsync();
        SeriesPoint[] first = [.. Enumerable.Range(0, 100).Select(i => Point(3600 + (i * 60), 70))];
        await ImportAsync(record, "Watch", first);
        Assert.Equal(ImportStatus.NothingNew, (await ImportAsync(record, "Watch", [.. Enumerable.Reverse(first)])).Status);
        var more = await ImportAsync(record, "Watch", [.. first.Skip(50), Point(100_000, 71), Point(90_000, 72)]);
        Assert.Equal((ImportStatus.Taken, 2), (more.Status, Assert.Single(more.Entries).Version));
        var answer = await record.Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        var index = Enumerable.Range(0, answer.Count).Single(i => answer.Entries[i].ResourceType == "Observation");
        var points = SeriesParts.ReadAll(await answer.ReadPartsAsync(index, Cancel));
        Assert.Equal([.. first, Point(90_000, 72), Point(100_000, 71)], points);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task What_no_living_person_can_have_is_not_taken()
    {
        var record = await NewRecordAsync();
        var result = await ImportAsync(record, "Watch", Point(0, 60), Point(1, 9_000), Point(2, double.NaN), new SeriesPoint(long.MaxValue / 2, 0, 60, 0));
        Assert.Equal(1, result.Report!.Series["heart-rate"]);
        Assert.Equal(3, Assert.Single(result.Report.NotTaken).Count);
    }

    private static SeriesPoint Point(int seconds, double value) => new(Start.AddSeconds(seconds).ToUnixTimeMilliseconds(), 0, value, 60);

    private static Task<ImportResult> ImportAsync(TestRecord record, string device, params SeriesPoint[] points)
    {
        var options = new ImportOptions { SourceName = "pulse" };
        return Importer.WriteAsync(record.Own, Importer.Read(new Pulse(device, points), SourceContent.Of("pulse", new byte[] { 1 }), options, null, Cancel), options, Cancel);
    }
}
