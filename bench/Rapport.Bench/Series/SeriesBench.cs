using System.Globalization;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Bench.Series;

/// <summary>
/// How small series are at rest, and how fast points become chunks on one core, sealing included, and points again; beside it, in the same run, a bare pass
/// over the same points that works out their columns and keeps nothing smaller. Times are processor time; the least of the rounds is what the machine can
/// do, the spread says how much others were in the way.
/// </summary>
internal static class SeriesBench
{
    private const int Rounds = 15;

    public static int Run()
    {
        Console.WriteLine("| series | points | bytes a point, sealed | roll-ups among them | to chunks, million points/s | spread | of a bare pass | back, million points/s | as a table to take along, bytes a point |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (name, points) in SampleSeries.All())
        {
            Measure(name, points);
        }

        return 0;
    }

    private static void Measure(string name, SeriesPoint[][] months)
    {
        var count = months.Sum(month => month.Length);
        using var sealer = new Sealer(new byte[32]);
        long bytes = 0, heads = 0;
        var (write, bare, read) = (new double[Rounds], new double[Rounds], new double[Rounds]);
        for (var round = -3; round < Rounds; round++)
        {
            (bytes, heads) = (0, 0);
            List<IReadOnlyList<ReadOnlyMemory<byte>>> all = [];
            var wrote = Time(() =>
            {
                foreach (var month in months)
                {
                    var parts = SeriesParts.Write(month);
                    all.Add(parts);
                    heads += parts[0].Length;
                    foreach (var part in parts)
                    {
                        bytes += sealer.Seal(Place.Of("bench", default(PatientId), 1), part.Span).Length;
                    }
                }
            });
            var passed = Time(() =>
            {
                foreach (var month in months)
                {
                    Pass(month);
                }
            });
            var opened = Time(() =>
            {
                foreach (var parts in all)
                {
                    SeriesParts.ReadAll(parts);
                }
            });
            if (round >= 0)
            {
                (write[round], bare[round], read[round]) = (wrote, passed, opened);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {count:N0} | {(double)bytes / count:0.00} | {(double)heads / count:0.00} | {count / write.Min() / 1e6:0.0} | {count / write.Max() / 1e6:0.0}–{count / write.Min() / 1e6:0.0} | {bare.Min() / write.Min():0.00} | {count / read.Min() / 1e6:0.0} | {(double)Table(months) / count:0.0} |"));
    }

    /// <summary>What no encoder can do without: every point looked at, its columns' differences worked out and written down.</summary>
    private static void Pass(ReadOnlySpan<SeriesPoint> points)
    {
        var target = new long[Math.Max(1, points.Length) * 3];
        long time = 0, value = 0;
        for (var i = 0; i < points.Length; i++)
        {
            ref readonly var point = ref points[i];
            target[i * 3] = point.Start - time;
            target[(i * 3) + 1] = BitConverter.DoubleToInt64Bits(point.Value) ^ value;
            target[(i * 3) + 2] = point.Duration + point.OffsetMinutes;
            (time, value) = (point.Start, BitConverter.DoubleToInt64Bits(point.Value));
        }

        GC.KeepAlive(target);
    }

    private static long Table(SeriesPoint[][] months)
    {
        long total = 0;
        foreach (var month in months)
        {
            using var memory = new MemoryStream();
            using (var gzip = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            {
                SeriesTable.WriteHeading(gzip);
                SeriesTable.Write(month, gzip);
            }

            total += memory.Length * 4 / 3;
        }

        return total;
    }

    private static double Time(Action what)
    {
        var before = Environment.CpuUsage.TotalTime;
        what();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
