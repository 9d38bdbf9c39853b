using Rapport.Bench.Records;
using Rapport.Gathering;

namespace Rapport.Bench.Ccda;

/// <summary>
/// How many C-CDA documents are read in a second, ready to be written; beside it, in the same run, a bare <see cref="System.Xml.XmlReader"/> that walks the
/// same documents and does nothing. Times are processor time; the median of the rounds is told with their spread.
/// </summary>
internal static class CcdaBench
{
    private const int Rounds = 15;
    private const int Warm = 15;

    internal static int Run()
    {
        var documents = SampleBundles.LoadDocuments().Where(document => IsPlain(document) && Read(document) > 0).ToList();
        var (bytes, entries) = (documents.Sum(document => (long)document.Length), documents.Sum(Read));
        var (walk, read) = (new double[Rounds], new double[Rounds]);
        for (var round = -Warm; round < Rounds; round++)
        {
            var (walked, taken) = (Time(documents, Walk), Time(documents, Read));
            if (round >= 0)
            {
                (walk[round], read[round]) = (walked, taken);
            }
        }

        var ratios = walk.Zip(read, (ceiling, time) => ceiling / time).Order().ToArray();
        Console.WriteLine($"{documents.Count} documents, {bytes / 1e6:0.0} MB, {entries} entries");
        Console.WriteLine("|  | documents a second | spread | MB a second | entries a second | of a bare walk |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        Tell("walk (ceiling)", walk, 1, 1, 1);
        Tell("Importer.Read: ready to write", read, ratios[Rounds / 2], ratios[0], ratios[^1]);
        return 0;

        void Tell(string name, double[] times, double ratio, double least, double most)
        {
            var median = times.Order().ElementAt(Rounds / 2);
            Console.WriteLine(
                $"| {name} | {documents.Count / median:N0} | {documents.Count / times.Max():N0}–{documents.Count / times.Min():N0} | {bytes / median / 1e6:0.0} | {entries / median:N0} | {ratio:0.00} ({least:0.00}–{most:0.00}) |");
        }
    }

    private static int Read(byte[] document) =>
        Importer.Read(SourceContent.Of("document.xml", document), new ImportOptions { SourceName = "document.xml" }, null, default).Report.Taken.Values.Sum();

    private static int Walk(byte[] document)
    {
        using var stream = new MemoryStream(document);
        using var reader = SafeXml.Walk(stream);
        while (reader.Read())
        {
        }

        return 0;
    }

    /// <summary>Whether the bare reader walks it too: some use prefixes that they do not declare.</summary>
    private static bool IsPlain(byte[] document)
    {
        try
        {
            return Walk(document) == 0;
        }
        catch (System.Xml.XmlException)
        {
            return false;
        }
    }

    private static double Time(List<byte[]> documents, Func<byte[], int> what)
    {
        var before = Environment.CpuUsage.TotalTime;
        foreach (var document in documents)
        {
            what(document);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
