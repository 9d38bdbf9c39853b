using System.Diagnostics;
using System.Text;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;

namespace Rapport.Bench.Records;

/// <summary>
/// Taking a source of many entries back, in SQLite with synchronous=FULL, beside bringing it in. Twice as many entries should take twice as long, not four times.
/// </summary>
internal static class TakeBackBench
{
    internal static async Task<int> RunAsync()
    {
        Console.WriteLine("| entries | bring in, s | bring in again, s | take back, s | µs an entry | processor, µs an entry |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var entries in new[] { 1_000, 47_500, 95_000, 190_000 })
        {
            var folder = Directory.CreateTempSubdirectory("rapport-bench");
            try
            {
                await MeasureAsync(folder.FullName, entries);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(string folder, int entries)
    {
        await using var database = Database.OpenSqlite(Path.Combine(folder, "rapport.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, default, RecordsModule.Schema);
        using var keyring = await Installation.OpenKeyringAsync(database, Path.Combine(folder, "master.key"), default);
        await using var records = await RecordsModule.OpenAsync(database, keyring, new RecordsOptions(), TimeProvider.System, default);
        var actor = new Actor(PersonId.New(), "", "Bench", []);
        var own = (await records.Compartments.OpenOwnAsync(await records.Compartments.CreateAsync(actor, default), actor, default))!;
        var content = SourceContent.Of("conditions.ndjson", Conditions(entries));
        var options = new ImportOptions { SourceName = content.Name };
        var watch = Stopwatch.StartNew();
        var taken = await Importer.ImportAsync(own, content, options, default);
        var bring = watch.Elapsed;
        watch.Restart();
        var again = await Importer.ImportAsync(own, content, options, default);
        var known = watch.Elapsed;
        if (taken.Entries.Count != entries + 1 || again.Status != ImportStatus.NothingNew)
        {
            throw new InvalidOperationException("the entries were not taken as they should be");
        }

        var before = Environment.CpuUsage.TotalTime;
        watch.Restart();
        await SourceRemoval.TakeBackAsync(own, taken.Source!.Value, default);
        var back = watch.Elapsed;
        var processor = Environment.CpuUsage.TotalTime - before;
        if ((await own.OverviewAsync(default)).Total > 1)
        {
            throw new InvalidOperationException("something was left");
        }

        Console.WriteLine(
            $"| {entries:N0} | {bring.TotalSeconds:0.00} | {known.TotalSeconds:0.00} | {back.TotalSeconds:0.00} | {back.TotalMicroseconds / entries:0.0} | {processor.TotalMicroseconds / entries:0.0} |");
    }

    private static byte[] Conditions(int count)
    {
        var text = new StringBuilder("{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1980-02-03\"}\n");
        for (var i = 0; i < count; i++)
        {
            text.Append("{\"resourceType\":\"Condition\",\"id\":\"c").Append(i).Append("\",\"subject\":{\"reference\":\"Patient/p\"},\"code\":{\"text\":\"Condition ").Append(i).Append("\"},\"recordedDate\":\"2026-01-02\"}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
