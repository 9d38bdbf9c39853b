using System.Buffers.Binary;
using Rapport.Gathering;

namespace Rapport.Bench.Fit;

/// <summary>
/// How fast a ride of three hours with a moment each second is read, beside a bare walk over its bytes that works out the checksum and the length of each
/// message, which no reader can do without. Times are processor time, so that others on the machine count little; each round reads the ride several times,
/// and the median of the rounds is told with their spread.
/// </summary>
internal static class FitBench
{
    private const int Rounds = 15;
    private const int Warm = 15;
    private const int InOneRound = 25;
    private const int Moments = 3 * 3_600;
    private const uint Start = 1_100_000_000;

    public static int Run()
    {
        var file = Ride();
        var points = Read(file);
        var (bare, read) = (new double[Rounds], new double[Rounds]);
        for (var round = -Warm; round < Rounds; round++)
        {
            var (walk, importer) = (Time(() => Walk(file)), Time(() => Read(file)));
            if (round >= 0)
            {
                (bare[round], read[round]) = (walk, importer);
            }
        }

        Console.WriteLine($"a ride of {Moments} moments, {points} points, {file.Length / 1e6:F2} MB; {Rounds} rounds of {InOneRound}, processor time");
        Console.WriteLine("|  | files a second | MB a second | ns a point | spread, ns a point | of ceiling |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        Tell("walk and checksum (ceiling)", file, points, bare, 1);
        Tell("Importer.Read: ready to write", file, points, read, Median(bare.Zip(read, (ceiling, time) => ceiling / time)));
        return 0;
    }

    private static void Walk(byte[] file)
    {
        long messages = 0;
        foreach (var part in FitFile.Split(file, []))
        {
            part.Walk((in _) => messages++, CancellationToken.None);
        }

        Expect(messages == Moments + 3);
    }

    private static long Read(byte[] file)
    {
        var read = Importer.Read(SourceContent.Of("ride.fit", file), new ImportOptions { SourceName = "ride.fit" }, null, CancellationToken.None);
        Expect(read.Report.Series["heart-rate"] == Moments);
        return read.Report.Series.Values.Sum();
    }

    /// <summary>Time, pulse, cadence, power, speed, height, way and temperature each second, then the session and the activity.</summary>
    private static byte[] Ride()
    {
        List<byte> data = [0x40, 0, 0, 0, 0, 2, 0, 1, 0x00, 1, 2, 0x84, 0x00, 4, 1, 0];
        data.AddRange([0x41, 0, 0, 20, 0, 8, 253, 4, 0x86, 3, 1, 0x02, 4, 1, 0x02, 7, 2, 0x84, 6, 2, 0x84, 2, 2, 0x84, 5, 4, 0x86, 13, 1, 0x01]);
        Span<byte> moment = stackalloc byte[18];
        moment[0] = 1;
        for (var i = 0; i < Moments; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(moment[1..], Start + (uint)i);
            (moment[5], moment[6]) = ((byte)(120 + (i % 40)), (byte)(80 + (i % 15)));
            BinaryPrimitives.WriteUInt16LittleEndian(moment[7..], (ushort)(180 + (i % 90)));
            BinaryPrimitives.WriteUInt16LittleEndian(moment[9..], (ushort)(8_000 + (i % 500)));
            BinaryPrimitives.WriteUInt16LittleEndian(moment[11..], (ushort)(3_000 + (i % 300)));
            BinaryPrimitives.WriteUInt32LittleEndian(moment[13..], (uint)i * 810);
            moment[17] = 21;
            data.AddRange(moment);
        }

        data.AddRange([0x42, 0, 0, 18, 0, 3, 2, 4, 0x86, 5, 1, 0x00, 7, 4, 0x86, 2, .. BitConverter.GetBytes(Start), 2, .. BitConverter.GetBytes(Moments * 1000)]);
        data.AddRange([0x43, 0, 0, 34, 0, 2, 253, 4, 0x86, 5, 4, 0x86, 3, .. BitConverter.GetBytes(Start + Moments), .. BitConverter.GetBytes(Start + Moments + 3_600)]);
        byte[] file = [14, 0x20, 0, 0, .. BitConverter.GetBytes(data.Count), .. ".FIT"u8, 0, 0, .. data, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(file.Length - 2), FitCrc.Of(file.AsSpan(0, file.Length - 2)));
        return file;
    }

    private static double Time(Action what)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < InOneRound; i++)
        {
            what();
        }

        return (Environment.CpuUsage.TotalTime - before).TotalSeconds / InOneRound;
    }

    private static void Tell(string name, byte[] file, long points, double[] times, double ratio) => Console.WriteLine(
        $"| {name} | {1 / Median(times):F0} | {file.Length / Median(times) / 1e6:F0} | {Median(times) / points * 1e9:F0} | {times.Min() / points * 1e9:F0}–{times.Max() / points * 1e9:F0} | {ratio:F2} |");

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("the ride is not read as it was made");
        }
    }
}
