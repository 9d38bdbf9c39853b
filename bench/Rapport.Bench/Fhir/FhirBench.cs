using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Rapport.Fhir;

namespace Rapport.Bench.Fhir;

/// <summary>
/// How fast resources are checked, read and rewritten, beside <see cref="JsonDocument.Parse(ReadOnlyMemory{byte}, JsonDocumentOptions)"/> on the
/// same bytes. All are taken in turn in each round; the ratio is the median of the rounds' ratios, the speed the median speed.
/// </summary>
internal static class FhirBench
{
    private const int Rounds = 21;

    public static int Run()
    {
        (string name, List<byte[]> documents) = Documents();
        Measure(name, documents);
        Measure(name + ", without whitespace", documents.ConvertAll(d => ResourceRewriter.Rewrite(Resource.Read(d).Root, default)));
        return 0;
    }

    private static void Measure(string name, List<byte[]> documents)
    {
        long bytes = documents.Sum(d => (long)d.Length);
        Console.WriteLine($"{name}: {documents.Count} documents, {bytes / 1e6:F1} MB, median of {Rounds} rounds");
        Console.WriteLine($"{"",-50}{"MB a second",14}{"of ceiling",12}");
        (string Name, Action<byte[]> Do)[] subjects =
        [
            ("JsonDocument.Parse (ceiling)", document => JsonDocument.Parse(document).Dispose()),
            ("Resource.Parse: parse and check", document => Expect(Resource.Parse(document).IsValid)),
            ("Resource.Read: parse what was checked before", document => Expect(Resource.Read(document).TypeName.Length > 0)),
            ("check and index: the same and every search value", document => Index(document, checkedBefore: false)),
            ("read and index what was checked before", document => Index(document, checkedBefore: true)),
            ("ResourceRewriter: write all with new meta", Rewrite),
        ];
        var times = new double[subjects.Length][];
        for (int i = 0; i < subjects.Length; i++)
        {
            times[i] = new double[Rounds];
        }
        for (int round = -5; round < Rounds; round++)
        {
            for (int i = 0; i < subjects.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                foreach (byte[] document in documents)
                {
                    subjects[i].Do(document);
                }
                if (round >= 0)
                {
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                }
            }
        }
        for (int i = 0; i < subjects.Length; i++)
        {
            double ratio = Median(times[0].Zip(times[i], (ceiling, time) => ceiling / time));
            Console.WriteLine($"{subjects[i].Name,-50}{bytes / Median(times[i]) / 1e6,14:F0}{ratio,12:F2}");
        }
    }

    private static void Rewrite(byte[] document)
    {
        var options = new RewriteOptions { Id = "x", VersionId = "1", LastUpdated = DateTimeOffset.UnixEpoch, MapReference = _ => null };
        foreach (Element entry in Resource.Read(document).Root.Children)
        {
            if (entry.TryGetChild("resource", out Element resource))
            {
                Expect(ResourceRewriter.Rewrite(resource, options).Length > 0);
            }
        }
    }

    private static void Index(byte[] document, bool checkedBefore)
    {
        Resource resource = checkedBefore ? Resource.Read(document) : Resource.Parse(document).Resource!;
        var sink = new CountingSink();
        foreach (BundleEntry entry in BundleReader.Open(resource).Entries)
        {
            SearchIndexer.Extract(entry.Resource!.Value, sink);
        }
        Expect(sink.Values > 0);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Expect(bool good)
    {
        if (!good)
        {
            throw new InvalidOperationException("the bench is given an invalid resource");
        }
    }

    private static (string Name, List<byte[]> Documents) Documents()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string synthea = Path.Combine(folder.FullName, "..", "shared", "data", "synthea-r4");
            if (File.Exists(Path.Combine(folder.FullName, "Rapport.slnx")) && Directory.Exists(synthea))
            {
                return ("Synthea bundles", [.. Directory.GetFiles(synthea, "*_*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);
            }
        }
        return ("generated bundles", [.. Enumerable.Range(0, 16).Select(Generate)]);
    }

    /// <summary>A bundle of 300 laboratory results, indented as Synthea's are.</summary>
    private static byte[] Generate(int number)
    {
        var entries = new StringBuilder();
        for (int i = 0; i < 300; i++)
        {
            string id = $"{number:x8}-0000-4000-8000-{i:x12}";
            entries.Append(entries.Length == 0 ? "" : ",").Append($$"""

                        {
                            "fullUrl": "urn:uuid:{{id}}",
                            "resource": {
                                "resourceType": "Observation",
                                "id": "{{id}}",
                                "status": "final",
                                "category": [
                                    {
                                        "coding": [
                                            {
                                                "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                                                "code": "laboratory",
                                                "display": "laboratory"
                                            }
                                        ]
                                    }
                                ],
                                "code": {
                                    "coding": [
                                        {
                                            "system": "http://loinc.org",
                                            "code": "4548-4",
                                            "display": "Hemoglobin A1c/Hemoglobin.total in Blood"
                                        }
                                    ],
                                    "text": "Hemoglobin A1c/Hemoglobin.total in Blood"
                                },
                                "subject": {
                                    "reference": "urn:uuid:{{number:x8}}-0000-4000-8000-000000000000"
                                },
                                "effectiveDateTime": "20{{i % 20:00}}-0{{(i % 9) + 1}}-14T08:30:00-05:00",
                                "issued": "20{{i % 20:00}}-0{{(i % 9) + 1}}-14T08:30:00.123-05:00",
                                "valueQuantity": {
                                    "value": {{i % 10}}.{{i}},
                                    "unit": "%",
                                    "system": "http://unitsofmeasure.org",
                                    "code": "%"
                                }
                            },
                            "request": {
                                "method": "POST",
                                "url": "Observation"
                            }
                        }
                """);
        }
        return Encoding.UTF8.GetBytes($$"""
            {
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [{{entries}}
                ]
            }
            """);
    }

    /// <summary>Looks at every value and keeps none.</summary>
    private sealed class CountingSink : SearchSink
    {
        public long Values { get; private set; }

        public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) => Values++;

        public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference) => Values++;

        public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs) => Values++;

        public override void String(SearchParameter parameter, ReadOnlySpan<byte> text) => Values++;

        public override void Quantity(
            SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit) => Values++;

        public override void Number(SearchParameter parameter, decimal value) => Values++;

        public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri) => Values++;
    }
}
