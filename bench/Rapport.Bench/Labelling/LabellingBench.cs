using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Bench.Labelling;

/// <summary>
/// What it takes to label entries as they come in: a record of results, problems, medicines and visits as a hospital writes them, with codes, displays and narratives, each with a visit that is resolved; and notes of a page
/// of text. Stands beside parsing the same JSON, which an import does anyway.
/// </summary>
internal static class LabellingBench
{
    private const int Rounds = 9;
    private const int Warm = 3;
    private const int OfAKind = 5_000;

    // Processor time is told in steps of ten milliseconds.
    private const int Passes = 10;

    public static int Run()
    {
        Console.WriteLine($"rules {Labeller.RulesVersion}; {Rounds} rounds, processor time");
        Console.WriteLine("|  | µs an entry | entries a second | of ceiling |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Measure("results, problems, medicines, visits", [.. Entries()]);
        Measure("notes of a page (3,000 letters)", [.. Notes()]);
        return 0;
    }

    private static void Measure(string what, byte[][] entries)
    {
        Resource[] read = [.. entries.Select(static entry => Resource.Read(entry))];
        var visit = Resource.Read("""{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"type":[{"coding":[{"system":"http://snomed.info/sct","code":"185349003","display":"Encounter for check up"}]}],"subject":{"reference":"Patient/x"}}"""u8.ToArray());
        var (parse, label) = (new double[Rounds], new double[Rounds]);
        for (var round = -Warm; round < Rounds; round++)
        {
            var parsing = Time(passes: Passes, () => Array.ForEach(entries, static entry => JsonDocument.Parse(entry).Dispose()));
            var found = 0;
            var labelling = Time(passes: Passes, () => Array.ForEach(read, entry => found += Labeller.Label(entry, reference => reference.StartsWith("Encounter/", StringComparison.Ordinal) ? visit : null).Count));
            if (round >= 0)
            {
                (parse[round], label[round]) = (parsing, labelling);
            }
        }

        Tell($"JsonDocument.Parse, {what} (ceiling)", parse, entries.Length, 1);
        Tell($"labels, {what}", label, entries.Length, Median(parse) / Median(label));
    }

    private static IEnumerable<byte[]> Entries()
    {
        for (var i = 0; i < OfAKind; i++)
        {
            var day = new DateTime(2015, 1, 1).AddDays(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            yield return Utf8($$$"""{"resourceType":"Observation","id":"o{{{i}}}","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"Laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"{{{1000 + (i % 900)}}}-{{{i % 10}}}","display":"Glucose [Mass/volume] in Serum or Plasma"}],"text":"Glucose"},"subject":{"reference":"Patient/x"},"encounter":{"reference":"Encounter/{{{i}}}"},"effectiveDateTime":"{{{day}}}T08:00:00Z","valueQuantity":{"value":{{{i % 200}}}.5,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}""");
            yield return Utf8($$$"""{"resourceType":"Condition","id":"c{{{i}}}","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Essential hypertension, noted {{{day}}}, treated by diet and medicines</p></div>"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"59621000","display":"Essential hypertension (disorder)"},{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I10","display":"Essential (primary) hypertension"}],"text":"Essential hypertension"},"subject":{"reference":"Patient/x"},"encounter":{"reference":"Encounter/{{{i}}}"},"onsetDateTime":"{{{day}}}"}""");
            yield return Utf8($$$"""{"resourceType":"MedicationRequest","id":"m{{{i}}}","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"{{{310000 + i}}}","display":"{{{(i % 10 == 0 ? "Sertraline" : "Lisinopril")}}} 10 MG Oral Tablet"}]},"subject":{"reference":"Patient/x"},"encounter":{"reference":"Encounter/{{{i}}}"},"authoredOn":"{{{day}}}","requester":{"reference":"Practitioner/1","display":"Dr Robin Lee"},"dosageInstruction":[{"text":"Take one tablet by mouth every day"}]}""");
            yield return Utf8($$$"""{"resourceType":"Encounter","id":"e{{{i}}}","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"type":[{"coding":[{"system":"http://snomed.info/sct","code":"185345009","display":"Encounter for symptom"}]}],"subject":{"reference":"Patient/x"},"participant":[{"individual":{"reference":"Practitioner/1","display":"Dr Robin Lee"}}],"period":{"start":"{{{day}}}T08:00:00Z"},"reasonCode":[{"text":"Cough and fever since the weekend"}],"serviceProvider":{"reference":"Organization/1","display":"Harbour Street Practice"}}""");
        }
    }

    private static IEnumerable<byte[]> Notes()
    {
        const string Sentence = "The patient was seen for a cough that began three days ago, without fever, and denies chest pain; the lungs are clear on both sides. ";
        var text = string.Concat(Enumerable.Repeat(Sentence, 3_000 / Sentence.Length)) + "Former smoker, denies alcohol use.";
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        return Enumerable.Range(0, 1_000).Select(i => Utf8($$$"""{"resourceType":"DocumentReference","id":"d{{{i}}}","status":"current","type":{"text":"Progress note"},"content":[{"attachment":{"contentType":"text/plain","data":"{{{data}}}"}}]}"""));
    }

    private static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);

    private static double Time(int passes, Action work)
    {
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (var pass = 0; pass < passes; pass++)
        {
            work();
        }

        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds / passes;
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    private static void Tell(string what, double[] times, int entries, double share) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {Median(times) * 1_000 / entries:F2} | {entries / Median(times) * 1_000:N0} | {share:F2} |"));
}
