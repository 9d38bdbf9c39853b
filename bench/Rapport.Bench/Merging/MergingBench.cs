using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Bench.Merging;

/// <summary>
/// What it takes to find what several sources tell: a record of results, problems and medicines over years, told by two sources. Reading the facts stands beside parsing the same JSON, which nothing that
/// compares entries can do without; grouping stands for itself, for it is done for each reader.
/// </summary>
internal static class MergingBench
{
    private const int Rounds = 9;
    private const int Warm = 3;
    private const int Days = 1_000;
    private const int OfADay = 25;

    public static int Run()
    {
        var entries = Entries();
        Resource[] read = [.. entries.Select(entry => Resource.Read(entry))];
        var (parse, facts, group) = (new double[Rounds], new double[Rounds], new double[Rounds]);
        int[] rows = [.. Enumerable.Range(0, read.Length)];
        var (found, bytes) = (0, 0L);
        for (var round = -Warm; round < Rounds; round++)
        {
            var parsing = Time(() => Array.ForEach(entries, static entry => JsonDocument.Parse(entry).Dispose()));
            var table = new FactTable();
            var reading = Time(() =>
            {
                for (var i = 0; i < read.Length; i++)
                {
                    table.Add(read[i], i < read.Length / 2 ? 1 : 2);
                }
            });
            MergedEntries? merged = null;
            var grouping = Time(() => merged = MergedEntries.Of(table, rows, []));
            (found, bytes) = (merged!.Count, table.Bytes);
            if (round >= 0)
            {
                (parse[round], facts[round], group[round]) = (parsing, reading, grouping);
            }
        }

        Console.WriteLine($"{entries.Length} entries of two sources, {found} of them one with another; {Rounds} rounds, processor time");
        Console.WriteLine("|  | ms | µs an entry | of ceiling |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Tell("JsonDocument.Parse (ceiling)", parse, entries.Length, 1);
        Tell("what entries tell, once", facts, entries.Length, Median(parse) / Median(facts));
        Tell("what is one, once for each reader and change", group, entries.Length, Median(parse) / Median(group));
        Console.WriteLine($"{bytes / entries.Length} bytes an entry in memory");
        return 0;
    }

    private static byte[][] Entries()
    {
        List<byte[]> entries = [];
        foreach (var source in new[] { 1, 2 })
        {
            for (var day = 0; day < Days; day++)
            {
                var date = new DateTime(2015, 1, 1).AddDays(day * 3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                for (var i = 0; i < OfADay; i++)
                {
                    var name = (char)('a' + i);
                    var value = 100 + (((day * 7) + i) % 90);
                    entries.Add(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                        $$$"""{"resourceType":"Observation","id":"{{{source}}}-{{{day}}}-{{{i}}}","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{1000 + i}}}-{{{i % 10}}}","display":"Result {{{name}}} in serum"}]},"subject":{"reference":"Patient/x"},"effectiveDateTime":"{{{date}}}T0{{{source}}}:00:00Z","valueQuantity":{"value":{{{value}}}.5,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}""")));
                }
            }
        }

        return [.. entries];
    }

    private static double Time(Action work)
    {
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    private static void Tell(string what, double[] times, int entries, double share) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {Median(times):F0} | {Median(times) * 1_000 / entries:F2} | {share:F2} |"));
}
