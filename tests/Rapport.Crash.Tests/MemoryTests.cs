using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Rapport.Crash.Tests;

/// <summary>
/// Files that are made to take as much memory as they can: a process that imports one stays under 300 MB, whatever becomes of the file, and a real bundle of 50 MB
/// comes in. Measured by <c>time</c> as the most that the process held.
/// </summary>
public sealed class MemoryTests : IDisposable
{
    private const int MostMegabytes = 300;
    private const string Time = "/usr/bin/time";

    private const string CdaStart = """
        <ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><templateId root="2.16.840.1.113883.10.20.22.1.2"/><id root="1.2.3.4" extension="d1"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><title>Summary</title><effectiveTime value="20260301"/>
        <recordTarget><patientRole><id root="1.2.3.4" extension="p1"/><patient><name><given>Ana</given><family>Ortiz</family></name><birthTime value="19800203"/></patient></patientRole></recordTarget>
        <component><structuredBody><component><section><code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergies</title>
        """;

    private const string CdaEnd = "</section></component></structuredBody></component></ClinicalDocument>";

    private readonly string _folder = Directory.CreateTempSubdirectory("rapport-memory-").FullName;

    /// <summary>What each is, how it begins, what comes again and again, how often, and how it ends.</summary>
    public static TheoryData<string, string, string, int, string> Files => new()
    {
        { "ten million tiny entries", """{"resourceType":"Bundle","type":"collection","entry":[{}""", """,{"resource":{"resourceType":"Basic","code":{"text":"x"}}}""", 10_000_000, "]}" },
        { "ten million tiny lines", "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}\n", 10_000_000, "" },
        { "very many entries", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Basic","code":{"text":"x"}}}""", """,{"resource":{"resourceType":"Basic","code":{"text":"x"}}}""", 150_000, "]}" },
        { "one entry of 60 MB", """{"resourceType":"Patient","name":[{"given":["a" """, ",\"a\"", 15_000_000, "]}]}" },
        { "an entry of a bundle that is all elements", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","name":[{"given":["a" """, ",\"a\"", 15_000_000, "]}]}}]}" },
        { "an entry of a bundle that is as long as one may be", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Binary","contentType":"a/b","data":"AAAA""", "AAAA", 8_600_000, "\"}}]}" },
        { "a bundle that is all white space", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient"}}""", new string(' ', 1_000), 60_000, "]}" },
        { "a bundle that is cut off", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","name":[{"given":["a" """, ",\"a\"", 15_000_000, "" },
        { "attributes", CdaStart, """<entry a="1" b="2" c="3" d="4" e="5" f="6" g="7" h="8"/>""", 200_000, CdaEnd },
        { "as many observations as are read", CdaStart, """<entry><observation classCode="OBS" moodCode="EVN"><code code="1"/><value/></observation></entry>""", 85_000, CdaEnd },
        { "words", CdaStart + "<text>", "word ", 1_500_000, "</text>" + CdaEnd },
        { "a document of 45 MB", CdaStart + "<text>", "word ", 9_000_000, "</text>" + CdaEnd },
        { "columns", "Date,Weight (kg)\n", "2026-01-02,70\n", 4_000_000, "" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_made_to_fill_the_memory_does_not(string what, string start, string piece, int times, string end)
    {
        SkipUnlessLong();
        var path = Path.Combine(_folder, "file");
        await using (var file = new StreamWriter(path, append: false, new UTF8Encoding(false)))
        {
            await file.WriteAsync(start);
            for (var i = 0; i < times; i++)
            {
                await file.WriteAsync(piece);
            }

            await file.WriteAsync(end);
        }

        await AssertSmallAsync(what, path);
    }

    [Fact]
    public async Task A_zip_of_many_large_files_does_not_fill_it_either()
    {
        SkipUnlessLong();
        var path = Path.Combine(_folder, "file.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            for (var i = 0; i < 200; i++)
            {
                await using var file = new StreamWriter(zip.CreateEntry($"{i}.json").Open());
                await file.WriteAsync($"{{\"resourceType\":\"Condition\",\"subject\":{{\"reference\":\"Patient/p\"}},\"code\":{{{new string(' ', 2_500_000)}\"text\":\"{i}\"}}}}");
            }
        }

        await AssertSmallAsync("a zip of 500 MB of white space", path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void SkipUnlessLong()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1", "only in the long run");
        Assert.SkipUnless(File.Exists(Time), $"`{Time}` is not here to measure with: install the package time");
    }

    private async Task AssertSmallAsync(string what, string file)
    {
        var told = Path.Combine(_folder, "told");
        using var import = RapportProgram.Create("import", file, "--patient", "new", "--json", "--data", Path.Combine(_folder, "data"));
        List<string> arguments = ["-f", "%M", "-o", told, import.StartInfo.FileName, .. import.StartInfo.ArgumentList];
        import.StartInfo.FileName = Time;
        import.StartInfo.ArgumentList.Clear();
        arguments.ForEach(import.StartInfo.ArgumentList.Add);
        import.Start();
        var cancel = TestContext.Current.CancellationToken;
        var (output, errors) = (import.StandardOutput.ReadToEndAsync(cancel), import.StandardError.ReadToEndAsync(cancel));
        await import.WaitForExitAsync(cancel);
        Assert.True(import.ExitCode is 0 or 1, $"{what}: {import.ExitCode}, {await errors}");
        Assert.Contains("\"status\"", await output);
        var megabytes = int.Parse((await File.ReadAllLinesAsync(told, cancel))[^1], CultureInfo.InvariantCulture) / 1024;
        Assert.True(megabytes < MostMegabytes, $"{what} took {megabytes} MB: {(await output)[..Math.Min(400, (await output).Length)]}");
    }
}
