using System.Diagnostics;
using System.Text.Json;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;

namespace Rapport.Bench.Records;

/// <summary>
/// Gathering Synthea bundles, from bytes to durable, sealed, indexed and recorded, in SQLite with synchronous=FULL; beside it, in the same run, only parsing the
/// same bytes with JsonDocument.
/// </summary>
internal static class ImportBench
{
    // The runtime has compiled for speed what it will after about ten rounds; the first tells what a server just started does.
    private const int Rounds = 30;
    private const int Warm = 20;

    internal static async Task<int> RunAsync()
    {
        var bundles = SampleBundles.Load();
        var bytes = bundles.Sum(b => (long)b.Length);
        Console.WriteLine($"import: {bundles.Count} bundles, {bytes / 1e6:0.0} MB");
        List<Measured> rounds = [];
        for (var round = 0; round < Rounds; round++)
        {
            var parseStart = Environment.CpuUsage.TotalTime;
            var parse = Stopwatch.StartNew();
            foreach (var bundle in bundles)
            {
                using var document = JsonDocument.Parse(bundle);
            }

            parse.Stop();
            var parseProcessor = Environment.CpuUsage.TotalTime - parseStart;
            var folder = Directory.CreateTempSubdirectory("rapport-bench");
            try
            {
                rounds.Add(await ImportAsync(folder.FullName, bundles, parse.Elapsed, parseProcessor));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        var first = rounds[0];
        var warm = rounds[Warm..].OrderBy(static r => r.Took).ElementAt((Rounds - Warm) / 2);
        Console.WriteLine("|  | resources/s | MB/s | of JsonDocument.Parse | resources a second of one processor | of JsonDocument.Parse, processor time | index bytes/entry | heap MB |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (name, r) in new[] { ("first round", first), ($"median of the last {Rounds - Warm} of {Rounds}", warm) })
        {
            var seconds = r.Took.TotalSeconds;
            Console.WriteLine(
                $"| {name} | {r.Resources / seconds:N0} | {bytes / 1e6 / seconds:0} | {r.Parse / r.Took:0.00} | {r.Resources / r.Processor.TotalSeconds:N0} | {r.ParseProcessor / r.Processor:0.00} | {(double)r.IndexBytes / r.Entries:0} | {r.Heap / 1e6:0} |");
        }

        return 0;
    }

    private sealed record Measured(int Resources, TimeSpan Took, TimeSpan Parse, TimeSpan Processor, TimeSpan ParseProcessor, long Heap, long IndexBytes, long Entries);

    private static async Task<Measured> ImportAsync(string folder, IReadOnlyList<byte[]> bundles, TimeSpan parse, TimeSpan parseProcessor)
    {
        await using var database = Database.OpenSqlite(Path.Combine(folder, "rapport.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, default, RecordsModule.Schema);
        using var keyring = await Installation.OpenKeyringAsync(database, Path.Combine(folder, "master.key"), default);
        await using var records = await RecordsModule.OpenAsync(database, keyring, new RecordsOptions(), TimeProvider.System, default);
        List<OwnAccess> owners = [];
        foreach (var _ in bundles)
        {
            var actor = new Actor(PersonId.New(), "", "Bench", []);
            var patient = await records.Compartments.CreateAsync(actor, default);
            owners.Add((await records.Compartments.OpenOwnAsync(patient, actor, default))!);
        }

        var resources = 0;
        var processorStart = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < bundles.Count; i++)
        {
            var result = await FhirImporter.ImportAsync(owners[i], bundles[i], new ImportOptions { SourceName = "bench" }, default);
            if (result.Status != ImportStatus.Taken)
            {
                throw new InvalidOperationException($"bundle {i} was not taken: {string.Join("; ", result.Issues)}");
            }

            resources += result.Entries.Count;
        }

        watch.Stop();
        var processor = Environment.CpuUsage.TotalTime - processorStart;
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var (_, indexBytes, entries) = records.MeasureIndexes();
        return new Measured(resources, watch.Elapsed, parse, processor, parseProcessor, heap, indexBytes, entries);
    }
}
