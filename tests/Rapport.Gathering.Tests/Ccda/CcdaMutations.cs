using System.Text;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>A good document, damaged at random: it is read or refused, never with an exception, and what is written is FHIR.</summary>
public sealed class CcdaMutations(SqliteTestDatabase test) : GatheringTest(test)
{
    private static readonly string[] Pieces =
    [
        "<", ">", "/>", "\"", "&", "&#0;", "&lt;", "<!--", "-->", "<![CDATA[", "]]>", "<?x ?>", "<entry>", "</entry>", "<observation/>", "<section/>", "<component>", " nullFlavor=\"NI\"", " negationInd=\"true\"",
        " xsi:type=\"PQ\"", " xsi:type=\"CD\"", " value=\"99999999999999999999999999999999\"", " value=\"-1e400\"", " value=\"20240230\"", " unit=\"" + "(((" + "\"", " code=\"\u00e9 \"", "\u0000", "\ud83e\udd80", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "xmlns:q=\"q\"", "q:", "<a><a><a><a>",
    ];

    /// <summary>What one small document may allocate while it is read.</summary>
    private const long MostBytes = 50_000_000;

    private static int Cases => Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1" ? 100_000 : 5_000;

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var random = new Random(20261122);
        var good = Encoding.UTF8.GetBytes(CcdaMake.Full());
        var (taken, refused) = (0, 0);
        for (var i = 0; i < Cases; i++)
        {
            var input = Mutator.Mutate(random, good, Pieces);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var source = Importer.Read(new CcdaFormat(), SourceContent.Of("m.xml", input), new ImportOptions { SourceName = "m.xml", TakeGoodPart = i % 2 == 0 }, null, Cancel);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"case {i} took too much memory");
            _ = source.Refusal is null ? taken++ : refused++;
            Assert.True(source.Refusal is null || source.Refusal.Issues.Count > 0, $"case {i}: refused without a reason");
        }

        Assert.True(taken > Cases / 20 && refused > Cases / 20, $"{taken} taken, {refused} refused");
    }

    [Fact]
    public async Task What_is_written_of_it_is_whole_and_FHIR()
    {
        var random = new Random(20261123);
        var good = Encoding.UTF8.GetBytes(CcdaMake.Full());
        var record = await NewRecordAsync();
        var (_, ledger, sources) = await record.StateAsync();
        for (var i = 0; i < 300; i++)
        {
            var result = await record.ImportAsync(SourceContent.Of("m.xml", Mutator.Mutate(random, good, Pieces)), new ImportOptions { SourceName = "m.xml", IdentityConfirmed = true });
            var written = result.Status == ImportStatus.Taken ? 1 : 0;
            var state = await record.StateAsync();
            Assert.Equal((ledger + written, sources + written), (state.Ledger, state.Sources));
            (ledger, sources) = (state.Ledger, state.Sources);
        }

        Assert.True(sources > 20);
        await record.VerifyAsync();
    }

    [Theory]
    [InlineData("an entity bomb", "<!DOCTYPE ClinicalDocument [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>&b;</title></ClinicalDocument>")]
    [InlineData("a file from outside", "<!DOCTYPE ClinicalDocument [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>&a;</title></ClinicalDocument>")]
    [InlineData("cut off", "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><title>")]
    public async Task Hostile_XML_is_refused_and_changes_nothing(string what, string xml)
    {
        var record = await NewRecordAsync();
        var before = await record.StateAsync();
        var result = await record.ImportAsync(SourceContent.Of(what, Encoding.UTF8.GetBytes(xml)));
        Assert.Equal(ImportStatus.Refused, result.Status);
        Assert.Equal(before, await record.StateAsync());
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(5_000, false)]
    public void Deep_nesting_is_refused(int depth, bool isRead)
    {
        var inside = string.Concat(Enumerable.Repeat("<a>", depth - 1)) + string.Concat(Enumerable.Repeat("</a>", depth - 1));
        var source = Importer.Read(SourceContent.Of("d.xml", Encoding.UTF8.GetBytes($"<ClinicalDocument xmlns=\"urn:hl7-org:v3\">{inside}</ClinicalDocument>")), new ImportOptions { SourceName = "d.xml" }, null, Cancel);
        Assert.Equal(isRead, source.Refusal is null);
    }

    [Fact]
    public void Very_many_elements_are_refused_by_their_number()
    {
        var xml = new StringBuilder("<ClinicalDocument xmlns=\"urn:hl7-org:v3\">").Insert(41, "<a/>", 600_000).Append("</ClinicalDocument>");
        var source = Importer.Read(SourceContent.Of("m.xml", Encoding.UTF8.GetBytes(xml.ToString())), new ImportOptions { SourceName = "m.xml" }, null, Cancel);
        Assert.Contains("elements", source.Refusal!.Issues[0].Text, StringComparison.Ordinal);
    }
}
