using System.Runtime.InteropServices;
using System.Text;

namespace Rapport.Gathering.Tests;

/// <summary>Documents of very many parts: read in time that grows with their size alone, or refused. Time is that of the processor for this thread, whatever else runs on the machine.</summary>
public sealed class CcdaSizeTests
{
    private const string Start = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><component><structuredBody><component><section><code code=\"48765-2\"/>";
    private const string End = "</section></component></structuredBody></component></ClinicalDocument>";

    /// <summary>How much larger the large document is than the small one.</summary>
    private const int Larger = 8;

    /// <summary>What grows with the size takes eight times as long, what grows with its square 64 times.</summary>
    private const double MostLonger = 24;

    private const int ThreadClock = 3;

    [Fact]
    public void Very_many_results_take_time_by_their_number() => Grows(6_000, count => Repeat(count, i => "<entry>" + CcdaMake.Result($"<value xsi:type=\"PQ\" value=\"{i}\" unit=\"mg/dL\"/>").Replace("\"r1\"", $"\"r{i}\"", StringComparison.Ordinal).Replace("\"b1\"", $"\"b{i}\"", StringComparison.Ordinal) + "</entry>"));

    [Fact]
    public void Very_many_allergies_in_one_concern_take_time_by_their_number() => Grows(20_000, count =>
        "<entry><act><code code=\"CONC\"/>" + Repeat(count, i => $"<entryRelationship typeCode=\"SUBJ\"><observation><templateId root=\"{CcdaMake.T}7\"/><id root=\"2.999\" extension=\"{i}\"/><value code=\"{i}\"/></observation></entryRelationship>") + "</act></entry>");

    [Fact]
    public void Very_many_in_each_other_take_time_by_their_number() => Grows(304, count => Repeat(
        count, i => "<entry>" + string.Concat(Enumerable.Repeat($"<observation><code code=\"{i}\"/><entryRelationship>", 40)) + string.Concat(Enumerable.Repeat("</entryRelationship></observation>", 40)) + "</entry>"));

    [Fact]
    public void One_long_text_for_very_many_is_refused() => Assert.Contains("its own words", Read(
        $"<text><paragraph ID=\"a\">{Repeat(20_000, _ => "word ")}</paragraph></text>" + Repeat(3_000, i => $"<entry><observation><code code=\"{i}\"><originalText><reference value=\"#a\"/></originalText></code></observation></entry>")), StringComparison.Ordinal);

    private static string Repeat(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));

    /// <summary>Reads a document of so many parts, and one of an eighth of them before, which also makes the code warm.</summary>
    private static void Grows(int count, Func<int, string> section)
    {
        Assert.Null(Read(section(count / Larger)));
        var small = TimeOf(() => Assert.Null(Read(section(count / Larger))));
        var large = TimeOf(() => Assert.Null(Read(section(count))));
        Assert.True(large < small * MostLonger, $"{Larger} times as much took {large / small:0.0} times as long");
    }

    /// <summary>Why it is refused; null when it is read.</summary>
    private static string? Read(string section)
    {
        var source = Importer.Read(SourceContent.Of("m.xml", Encoding.UTF8.GetBytes(Start + section + End)), new ImportOptions { SourceName = "m.xml" }, null, TestContext.Current.CancellationToken);
        return source.Refusal?.Issues[0].Text;
    }

    /// <summary>Nanoseconds of the processor.</summary>
    private static double TimeOf(Action work)
    {
        var before = Now();
        work();
        return Now() - before;
    }

    private static double Now()
    {
        Assert.Equal(0, ReadClock(ThreadClock, out var time));
        return (time.Seconds * 1e9) + time.Nanoseconds;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadClock(int clock, out ProcessorTime time);

    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessorTime
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
