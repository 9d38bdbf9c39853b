using System.Diagnostics;
using System.Text;

namespace Rapport.Gathering.Tests;

/// <summary>Documents of very many parts: read in time that grows with their size alone, or refused.</summary>
public sealed class CcdaSizeTests
{
    private const string Start = "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><component><structuredBody><component><section><code code=\"48765-2\"/>";
    private const string End = "</section></component></structuredBody></component></ClinicalDocument>";

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    [Fact]
    public void Very_many_results() => Assert.Null(Read(Repeat(6_000, i => "<entry>" + CcdaMake.Result($"<value xsi:type=\"PQ\" value=\"{i}\" unit=\"mg/dL\"/>").Replace("\"r1\"", $"\"r{i}\"", StringComparison.Ordinal).Replace("\"b1\"", $"\"b{i}\"", StringComparison.Ordinal) + "</entry>")));

    [Fact]
    public void Very_many_allergies_in_one_concern() => Assert.Null(Read(
        "<entry><act><code code=\"CONC\"/>" + Repeat(20_000, i => $"<entryRelationship typeCode=\"SUBJ\"><observation><templateId root=\"{CcdaMake.T}7\"/><id root=\"2.999\" extension=\"{i}\"/><value code=\"{i}\"/></observation></entryRelationship>") + "</act></entry>"));

    [Fact]
    public void Very_many_in_each_other() => Assert.Null(Read(Repeat(
        300, i => "<entry>" + string.Concat(Enumerable.Repeat($"<observation><code code=\"{i}\"/><entryRelationship>", 40)) + string.Concat(Enumerable.Repeat("</entryRelationship></observation>", 40)) + "</entry>")));

    [Fact]
    public void One_long_text_for_very_many_is_refused() => Assert.Contains("its own words", Read(
        $"<text><paragraph ID=\"a\">{Repeat(20_000, _ => "word ")}</paragraph></text>" + Repeat(3_000, i => $"<entry><observation><code code=\"{i}\"><originalText><reference value=\"#a\"/></originalText></code></observation></entry>")), StringComparison.Ordinal);

    private static string Repeat(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));

    /// <summary>Why it is refused; null when it is read.</summary>
    private static string? Read(string section)
    {
        var watch = Stopwatch.StartNew();
        var source = Importer.Read(SourceContent.Of("m.xml", Encoding.UTF8.GetBytes(Start + section + End)), new ImportOptions { SourceName = "m.xml" }, null, TestContext.Current.CancellationToken);
        Assert.True(watch.Elapsed < Most, $"it took {watch.Elapsed}");
        return source.Refusal?.Issues[0].Text;
    }
}
