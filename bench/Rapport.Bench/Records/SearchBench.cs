using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rapport.Bench.Consent;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Gathering;
using Rapport.Merging;
using Rapport.Records;

namespace Rapport.Bench.Records;

/// <summary>
/// Searching a record of 50,000 entries as somebody else's, by codes and by words, with labels and 100 consents: deciding what is permitted, and finding, counting, sorting and paging within it, in memory as a server has it. Not the ledger's entry, which the
/// bench of the door measures, nor opening what was found.
/// </summary>
internal static class SearchBench
{
    private const int Entries = 50_000;
    private const int Consents = 100;
    private const int Rounds = 300;
    private const int Warm = 30;

    private static readonly string[] Queries =
    [
        "Observation?code=http://loinc.org|1007-4&_sort=-date&_count=20",
        "Observation?code=http://loinc.org|1007-4&date=ge2022&_count=20",
        "Observation?value-quantity=gt150&date=ge2023-06&_count=20",
        "Observation?code=http://loinc.org|1007-4&_summary=count",
        "Condition?recorded-date=2021-05&_count=20",
        "Condition?clinical-status=active&_sort=-recorded-date&_count=20",
        "Encounter?date=2021-05&_revinclude=Observation:encounter&_count=20",
        "Observation?code=http://loinc.org|1007-4&_include=Observation:encounter&_count=100",
        "Observation?code:not=http://loinc.org|1007-4&_count=20",
        "Observation?_count=20",
        "Observation?_sort=-date&_count=20",
        "Observation?_sort=date&_count=20",
        "Observation?_sort=-_lastUpdated&_count=20",
        "Observation?_sort=code,-date&_count=20",
        "Observation?_sort=-value-quantity&_count=20",
    ];

    /// <summary>What the results are called: two words each, so that a word is in many entries and two of them in few.</summary>
    private static readonly string[] Firsts = ["Glucose", "Sodium", "Potassium", "Calcium", "Creatinine", "Cholesterol", "Ferritin", "Albumin"], Seconds = ["serum", "plasma", "urine", "blood", "fasting"];

    /// <summary>What is looked for: one word of few and of many entries, its beginning, two words, words that half of the entries have, one that none has.</summary>
    private static readonly string[] Words = ["finding 4242", "ferritin", "glucose fasting", "serum", "s", "glu cose", "nowhere"];

    internal static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rapport-bench");
        try
        {
            await MeasureAsync(folder.FullName);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder)
    {
        await using var database = Database.OpenSqlite(Path.Combine(folder, "rapport.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, default, RecordsModule.Schema);
        using var keyring = await Installation.OpenKeyringAsync(database, Path.Combine(folder, "master.key"), default);
        await using var records = await RecordsModule.OpenAsync(database, keyring, new RecordsOptions(), TimeProvider.System, default);
        var patient = new Actor(PersonId.New(), "", "Bench", []);
        var own = (await records.Compartments.OpenOwnAsync(await records.Compartments.CreateAsync(patient, default), patient, default))!;
        var content = SourceContent.Of("record.ndjson", Record());
        var taken = await Importer.ImportAsync(own, content, new ImportOptions { SourceName = content.Name }, default);
        if (taken.Entries.Count != Entries + 1)
        {
            throw new InvalidOperationException("the entries were not taken as they should be");
        }

        for (var i = 0; i < Consents; i++)
        {
            await own.PutConsentAsync(null, Resource.Read(Encoding.UTF8.GetBytes(ConsentBench.Text(i, $"Patient/{own.Patient}"))), null, default);
        }

        var state = (await records.Cache.GetAsync(own.Patient))!.State;
        var doctor = new Actor(PersonId.New(), "Practitioner/p3", "Dr Lee", ConsentBench.KnownAs);
        var decision = state.Decide(doctor, PurposeOfUse.Treatment, ConsentBench.Now);
        Console.WriteLine($"{state.Index.Count:N0} entries, {Consents} consents; {decision.Permitted.Count:N0} permitted by {decision.Consents.Count} of them; {Rounds} rounds, on the clock");
        Console.WriteLine("| | best, µs | median, µs | found |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Tell("the decision, remembered", () => state.Decide(doctor, PurposeOfUse.Treatment, ConsentBench.Now).Permitted.Count);
        Tell("all permitted, one by one (ceiling of a search that looks at each)", () => decision.Permitted.And(state.Index.Current).ToArray().Length);
        foreach (var text in Queries)
        {
            var parts = text.Split('?');
            var query = new RecordQuery.Search(SearchQuery.Parse(parts[0], SearchQuery.SplitUrlQuery(parts[1])).Query ?? throw new InvalidOperationException($"`{text}` is no search"));
            Tell($"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`", () => Selector.Select(state.Index, decision.Permitted, query, null, MergedEntries.None).Total);
        }

        var second = new RecordQuery.Timeline(Cursor: Selector.Select(state.Index, decision.Permitted, new RecordQuery.Timeline(), null, MergedEntries.None).NextCursor);
        Tell("first page of a timeline", () => Selector.Select(state.Index, decision.Permitted, new RecordQuery.Timeline(), null, MergedEntries.None).Total);
        Tell("second page of it", () => Selector.Select(state.Index, decision.Permitted, second, null, MergedEntries.None).Total);
        var began = Stopwatch.GetTimestamp();
        var words = await state.Words.IndexAsync(static () => { });
        var made = Stopwatch.GetElapsedTime(began);
        foreach (var text in Words)
        {
            foreach (var counts in new[] { false, true })
            {
                var query = new RecordQuery.Timeline { Text = TextCriterion.Of(text), CountsTypes = counts };
                Tell($"words `{text}`{(counts ? ", counted by kind" : "")}", () => Selector.NeedsWords(state.Index, decision.Permitted, query) ? Selector.Select(state.Index, decision.Permitted, query, words, MergedEntries.None).Total : 0);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the index of words: {made.TotalMilliseconds:F0} ms to make, {words.Bytes / 1e6:F1} MB"));
    }

    private static void Tell(string what, Func<int> work)
    {
        var times = new double[Rounds];
        var found = 0;
        for (var round = -Warm; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            found = work();
            if (round >= 0)
            {
                times[round] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }
        }

        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {times[0]:F1} | {times[Rounds / 2]:F1} | {found:N0} |"));
    }

    /// <summary>Ten years of a person: mostly results, one in ten marked, each of a visit.</summary>
    private static byte[] Record()
    {
        var random = new Random(7);
        var text = new StringBuilder("{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1980-02-03\"}\n");
        var code = 0;
        for (var i = 0; i < Entries; i++)
        {
            var day = new DateTime(2016, 1, 1).AddDays(random.Next(3650)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var mark = random.Next(10) > 0 ? "" : $$""","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{(random.Next(2) == 0 ? "HIV" : "PSY")}}"}]}""";
            text.AppendLine((i % 20) switch
            {
                0 => $$$"""{"resourceType":"Encounter","id":"e{{{i}}}"{{{mark}}},"status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/p"},"period":{"start":"{{{day}}}","end":"{{{day}}}"}}""",
                1 or 2 => $$$"""{"resourceType":"Condition","id":"c{{{i}}}"{{{mark}}},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"text":"Finding {{{i}}}"},"subject":{"reference":"Patient/p"},"recordedDate":"{{{day}}}"}""",
                _ => $$$"""{"resourceType":"Observation","id":"o{{{i}}}"{{{mark}}},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{{1000 + (code = random.Next(40))}}}-4"}],"text":"{{{Firsts[code % 8]}}} in {{{Seconds[code / 8]}}}"},"subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e{{{i / 20 * 20}}}"},"effectiveDateTime":"{{{day}}}","valueQuantity":{"value":{{{40 + random.Next(160)}}},"unit":"mg/dL"}}""",
            });
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
