using System.Diagnostics;
using System.Globalization;
using Rapport.Gathering;

namespace Rapport.Bench.AppleHealth;

/// <summary>
/// Reading a large export of Apple Health into a harvest, ready to be written; beside it, in the same run, a bare <see cref="System.Xml.XmlReader"/>
/// that walks the same file and does nothing. Memory is looked at every few milliseconds while the harvest is read.
/// </summary>
internal static class AppleHealthBench
{
    private const int Rounds = 3;

    internal static int Run(int megabytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"rapport-bench-apple-{megabytes}.xml");
        try
        {
            var bytes = ExportGenerator.Write(path, megabytes * 1024L * 1024);
            Console.WriteLine($"an export of {bytes / 1e6:N0} MB");
            Console.WriteLine("|  | walk MB/s | read MB/s | of the walk | of the walk, processor time | points | entries | heap peak MB | resident peak MB |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
            Measure("export.xml", SourceContent.OfFile(path), bytes, () => File.OpenRead(path));
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Measure(string name, SourceContent content, long bytes, Func<Stream> open)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var walk = Time(() => Walk(open));
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var memory = new MemoryWatch();
            var harvest = new Harvest("apple-health", new HarvestLimits());
            var read = Time(() => new AppleHealthFormat().Read(content, harvest, default));
            if (harvest.Refusals.Concat(harvest.Damages).FirstOrDefault() is { } refused)
            {
                throw new InvalidOperationException($"the export was refused: {refused.Text}");
            }

            var (heap, resident) = memory.Stop();
            var megabytes = bytes / 1e6;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name}, round {round + 1} | {megabytes / walk.Took.TotalSeconds:0} | {megabytes / read.Took.TotalSeconds:0} | {walk.Took / read.Took:0.00} | {walk.Processor / read.Processor:0.00} | {harvest.Series.Count:N0} | {harvest.Entries.Count:N0} | {heap / 1e6:0} | {resident / 1e6:0} |"));
        }
    }

    /// <summary>How long it took, and how much of the processors' time: the latter says the same on a busy machine.</summary>
    private static (TimeSpan Took, TimeSpan Processor) Time(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        action();
        return (watch.Elapsed, Environment.CpuUsage.TotalTime - before);
    }

    private static void Walk(Func<Stream> open)
    {
        using var stream = open();
        using var reader = SafeXml.Walk(stream);
        while (reader.Read())
        {
        }
    }
}
