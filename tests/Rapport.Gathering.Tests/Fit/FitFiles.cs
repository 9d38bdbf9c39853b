using System.Globalization;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Files of real devices, some of them damaged.</summary>
public sealed class FitFiles(SqliteTestDatabase test) : GatheringTest(test)
{
    private static readonly string[] Damaged =
        ["activity-activity-filecrc.fit", "activity-filecrc.fit", "activity-settings-corruptheader.fit", "activity-settings-nodata.fit", "strava-android-app-201.10-b1218918.fit"];

    private static readonly string[] WithoutMeasurements =
    [
        "DeveloperData.fit", "Settings.fit", "Settings2.fit", "WorkoutCustomTargetValues.fit", "WorkoutIndividualSteps.fit", "WorkoutRepeatGreaterThanStep.fit", "WorkoutRepeatSteps.fit",
        "antfs-dump.63.fit", "compressed-speed-distance.fit", "nametest.FIT", "WeightScaleMultiUser.fit",
    ];

    [Fact]
    public async Task Each_is_taken_or_refused_for_what_it_is()
    {
        var files = Directory.GetFiles(Repository.SharedData("wearables/garmin-fit")).Where(f => f.EndsWith(".fit", StringComparison.OrdinalIgnoreCase)).ToArray();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var record = await NewRecordAsync();
            var name = Path.GetFileName(file);
            var result = await record.ImportAsync(SourceContent.OfFile(file));
            var expected = Damaged.Contains(name) || WithoutMeasurements.Contains(name) ? ImportStatus.Refused : ImportStatus.Taken;
            Assert.True(expected == result.Status, $"{name}: {result.Status} {TestRecord.Text(result.Issues)}");
            Assert.True(result.HasGoodPart == Damaged.Contains(name), name);
            Assert.True(result.Report!.NotTaken.All(n => n.Why != NotTakenReason.NotValid), name);
            if (result.HasGoodPart)
            {
                result = await record.ImportAsync(SourceContent.OfFile(file), new ImportOptions { SourceName = name, TakeGoodPart = true });
                Assert.Equal(ImportStatus.Taken, result.Status);
            }

            if (result.Status == ImportStatus.Taken)
            {
                Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(SourceContent.OfFile(file), new ImportOptions { SourceName = name, TakeGoodPart = true })).Status);
                await record.VerifyAsync();
            }
        }
    }

    [Theory]
    [InlineData("garmin-fenix-5-bike")]
    [InlineData("garmin-fenix-5-walk")]
    public void A_decode_is_that_of_others_value_for_value(string name)
    {
        var folder = Repository.SharedData("wearables/garmin-fit");
        string[] lines = File.ReadAllLines(Path.Combine(folder, name + "-records.csv"));
        List<string> decoded = [];
        Walk(Path.Combine(folder, name + ".fit"), (in message) =>
        {
            if (message.Number == FitProfile.Record)
            {
                decoded.Add(string.Join(',', Time(message.Time!.Value), message.Integer(3), message.Integer(4), Text(FitRecords.SpeedOf(message)), Text(message.Number64(5, 100)), message.Integer(0), message.Integer(1), Text(FitRecords.AltitudeOf(message)), message.Integer(13)));
            }
        });
        Assert.Equal([.. lines.Skip(1).Where(line => line.Length > 0).Select(Normal)], decoded);
    }

    [Fact]
    public void Speed_and_way_in_three_bytes_are_those_of_others_value_for_value()
    {
        var folder = Repository.SharedData("wearables/garmin-fit");
        string[] lines = File.ReadAllLines(Path.Combine(folder, "compressed-speed-distance-records.csv"));
        var records = new FitRecords(null!);
        List<string> decoded = [];
        Walk(Path.Combine(folder, "compressed-speed-distance.fit"), (in message) =>
        {
            // The others leave out moments at which nothing was measured.
            if (message.Number == FitProfile.Record && message.Bytes(8).ContainsAnyExcept(byte.MaxValue))
            {
                var (speed, way) = records.Compressed(message);
                decoded.Add(string.Join(',', message.Time, message.Integer(3)?.ToString(CultureInfo.InvariantCulture) ?? "null", Text(speed, "null"), Text(way, "null"), message.Integer(4)?.ToString(CultureInfo.InvariantCulture) ?? "null"));
            }
        });
        Assert.Equal([.. lines.Skip(1).Where(line => line.Length > 0).Select(Normal)], decoded);
    }

    private static void Walk(string path, FitVisitor visit)
    {
        List<FitDamage> damages = [];
        foreach (var file in FitFile.Split(File.ReadAllBytes(path), damages))
        {
            Assert.Null(file.Walk(visit, Cancel));
        }

        Assert.Empty(damages);
    }

    /// <summary>The same numbers written alike: <c>0.0</c> is <c>0</c>, and times are seconds of FIT.</summary>
    private static string Normal(string line) => string.Join(',', line.Split(',').Select(static cell =>
        DateTimeOffset.TryParseExact(cell.Replace("PDT", "-07:00", StringComparison.Ordinal), "ddd MMM dd HH:mm:ss zzz yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? Time((uint)(at.ToUnixTimeSeconds() - 631_065_600))
        : cell.Contains('.', StringComparison.Ordinal) ? Text(double.Parse(cell, CultureInfo.InvariantCulture))
        : cell));

    private static string Time(uint time) => "t" + time.ToString(CultureInfo.InvariantCulture);

    private static string Text(double? value, string none = "") => value?.ToString("R", CultureInfo.InvariantCulture) ?? none;
}
