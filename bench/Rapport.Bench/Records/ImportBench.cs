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
    private const int Rounds = 5;

    internal static async Task<int> RunAsync()
    {
        var bundles = SampleBundles.Load();
        var bytes = bundles.Sum(b => (long)b.Length);
        Console.WriteLine($"import: {bundles.Count} bundles, {bytes / 1e6:0.0} MB");
        Console.WriteLine("| round | resources/s | MB/s | of JsonDocument.Parse | index bytes/entry | heap MB |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        for (var round = 0; round < Rounds; round++)
        {
            var parse = Stopwatch.StartNew();
            foreach (var bundle in bundles)
            {
                using var document = JsonDocument.Parse(bundle);
            }

            parse.Stop();
            var folder = Directory.CreateTempSubdirectory("rapport-bench");
            try
            {
                await ImportAsync(folder.FullName, bundles, bytes, round, parse.Elapsed);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return 0;
    }

    private static async Task ImportAsync(string folder, IReadOnlyList<byte[]> bundles, long bytes, int round, TimeSpan parse)
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
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var (compartments, indexBytes, entries) = records.MeasureIndexes();
        Console.WriteLine(
            $"| {round} | {resources / watch.Elapsed.TotalSeconds:N0} | {bytes / 1e6 / watch.Elapsed.TotalSeconds:0} | {parse / watch.Elapsed:0.00} " +
            $"| {(double)indexBytes / entries:0} ({compartments} records) | {heap / 1e6:0} |");
    }
}
