using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering.Tests;

/// <summary>Points that FHIR carries packed: what unpacks to much more than it is takes no more than any other source may.</summary>
public sealed class CarriedPointsTests
{
    private const string Beat = "2026-03-12T08:10:00+01:00,0,72\n";
    private const string Implausible = "2026-03-12T08:10:00+01:00,0,9e99\n";

    [Fact]
    public void Points_that_cannot_be_right_count_toward_the_limit()
    {
        var harvest = Take(new HarvestLimits { MaxPoints = 10 }, Repeated(Implausible, 100));
        Assert.Contains("more than the 10 measurements", Assert.Single(harvest.Damages).Text, StringComparison.Ordinal);
        Assert.Equal(10, Assert.Single(harvest.NotTaken).Count);
    }

    [Fact]
    public void Bytes_that_points_unpack_to_are_limited_over_all_observations_together()
    {
        var limits = new HarvestLimits { MaxCarriedBytes = 8_000 };
        Assert.Equal(100, Take(limits, Repeated(Beat, 100)).Series.Count);
        Assert.Throws<InvalidDataException>(() => Take(limits, Repeated(Beat, 300)));
        Assert.Throws<InvalidDataException>(() => Take(limits, Repeated(Beat, 150), Repeated(Beat, 150)));
    }

    [Fact]
    public void A_line_that_is_longer_than_any_point_is_damage()
    {
        var harvest = Take(new HarvestLimits(), $"2026-03-12T08:10:00+01:00,0,{new string('0', 1_000)}72\n{Beat}");
        Assert.Contains("too long", Assert.Single(harvest.Damages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_points_stops_when_it_is_given_up()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => CarriedParts.TakeSeries(Input(Repeated(Beat, 100)), new Harvest("fhir", new HarvestLimits()), stop.Token));
    }

    [Fact]
    public void Points_that_are_said_again_and_again_are_held_once()
    {
        var series = new SeriesHarvest(long.MaxValue);
        for (var i = 0; i < 3_000_000; i++)
        {
            Assert.True(series.Add(Metrics.HeartRate, "Watch", new SeriesPoint(1_773_299_400_000 + (i % 2), 0, 72, 60)));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(2, series.PointsOf(Assert.Single(series.Keys)).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_000_000);
    }

    [Fact]
    public void Points_that_come_again_in_a_later_round_are_held_once_too()
    {
        const int Round = 700_000;
        var series = new SeriesHarvest(long.MaxValue);
        for (var i = 0; i < 8 * Round; i++)
        {
            series.Add(Metrics.HeartRate, "Watch", new SeriesPoint(1_773_299_400_000 + (i % Round), 0, 72, 60));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Round, series.PointsOf(Assert.Single(series.Keys)).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 240L * Round);
    }

    private static Harvest Take(HarvestLimits limits, params string[] tables)
    {
        var harvest = new Harvest("fhir", limits);
        CarriedParts.TakeSeries(Input(tables), harvest, TestContext.Current.CancellationToken);
        return harvest;
    }

    private static ImportInput Input(params string[] tables)
    {
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "collection",
            ["entry"] = new JsonArray([.. tables.Select(table => new JsonObject { ["resource"] = Observation(table) })]),
        };
        return ImportInput.Read(Resource.Read(Encoding.UTF8.GetBytes(bundle.ToJsonString())));
    }

    private static JsonObject Observation(string table) => new()
    {
        ["resourceType"] = "Observation",
        ["extension"] = new JsonArray(new JsonObject
        {
            ["url"] = SeriesTable.ExtensionUrl,
            ["valueAttachment"] = new JsonObject { ["contentType"] = SeriesTable.PackedType, ["data"] = Convert.ToBase64String(Packed("time,seconds,value\n" + table)) },
        }),
        ["status"] = "final",
        ["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = Metric.System, ["code"] = Metrics.HeartRate.Name }) },
    };

    private static string Repeated(string line, int times) => new StringBuilder().Insert(0, line, times).ToString();

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
