using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>The Patients of many countries and systems, told of one person by copies that agree on name and birth date: nothing of any gets lost, whichever comes first.</summary>
public sealed class RealPatientsTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private static readonly string[] Lists = ["identifier", "telecom", "address", "contact", "communication", "photo"];

    [Fact]
    public async Task All_that_real_files_tell_is_there_in_either_order_and_coming_again_changes_nothing_of_the_person()
    {
        List<Func<TestRecord, Task<ImportResult>>> sources = [.. Bundles().Select(static bundle => (Func<TestRecord, Task<ImportResult>>)(record => record.ImportAsync(bundle, confirmed: true))), .. Documents()];
        HashSet<string> expected = [];
        List<Func<TestRecord, Task<ImportResult>>> taken = [];
        foreach (var source in sources)
        {
            var alone = await NewRecordAsync();

            // Examples that give one number to several people are of one source, which says something else each time.
            if ((await source(alone)).Status == ImportStatus.Taken && (await FactsAsync(alone)) is { Count: > 0 } facts
                && !facts.Any(fact => fact.StartsWith("identifier", StringComparison.Ordinal) && expected.Contains(fact)))
            {
                taken.Add(source);
                expected.UnionWith(facts);
            }
        }

        Assert.True(taken.Count > 50, $"only {taken.Count} of {sources.Count} files tell of a patient");
        foreach (var order in new[] { taken, Enumerable.Reverse(taken).ToList() })
        {
            var record = await NewRecordAsync();
            foreach (var source in order)
            {
                Assert.Equal(ImportStatus.Taken, (await source(record)).Status);
            }

            Assert.Equal(expected.Order(StringComparer.Ordinal), (await FactsAsync(record)).Order(StringComparer.Ordinal));

            // Examples write about their other entries as they like; their patient is the same.
            var patient = Assert.Single(await record.ReadAsync("Patient")).GetRawText();
            foreach (var source in order)
            {
                Assert.Equal(ImportedAs.Unchanged, (await source(record)).Entries.Single(static entry => entry.ResourceType == "Patient").As);
            }

            Assert.Equal(patient, Assert.Single(await record.ReadAsync("Patient")).GetRawText());
            await record.VerifyAsync();
        }
    }

    /// <summary>What stands in lists; a number as it is dialled.</summary>
    private static async Task<HashSet<string>> FactsAsync(TestRecord record) =>
    [
        .. PatientFacts.Of(Assert.Single(await record.ReadAsync("Patient"))).Where(static fact => Lists.Any(list => fact.StartsWith(list + "[] ", StringComparison.Ordinal)))
            .Select(static fact => fact.StartsWith("telecom", StringComparison.Ordinal) ? string.Concat(fact.Where(static letter => !" -().".Contains(letter, StringComparison.Ordinal))) : fact),
    ];

    /// <summary>The Patient of each file of FHIR, with the name and the birth date of one person.</summary>
    private static IEnumerable<JsonObject> Bundles()
    {
        string[] files = [.. Directory.GetFiles(Repository.SharedData("synthea-r4"), "*_*.json"), .. Directory.GetFiles(Repository.SharedData("ips"), "*.json", SearchOption.AllDirectories)];
        foreach (var (i, file) in files.Order(StringComparer.Ordinal).Index())
        {
            var patient = JsonNode.Parse(File.ReadAllBytes(file))?["entry"]?.AsArray().Select(static entry => entry?["resource"]).FirstOrDefault(static resource => resource?["resourceType"]?.GetValue<string>() == "Patient");
            if (patient is not null)
            {
                var copy = patient.DeepClone().AsObject();
                copy["name"] = new JsonArray(new JsonObject { ["text"] = "Maya Ortiz" });
                copy["birthDate"] = "1980-02-01";
                copy.Remove("_birthDate");
                copy.Remove("text");
                yield return Make.Bundle("collection", Make.Entry(copy, $"https://{i}.example/Patient/1"));
            }
        }
    }

    /// <summary>The documents of HL7's examples, which their patient says to be theirs.</summary>
    private static IEnumerable<Func<TestRecord, Task<ImportResult>>> Documents() => CcdaExamples.Documents().Select(static document => (Func<TestRecord, Task<ImportResult>>)(record =>
        record.ImportAsync(SourceContent.Of(document.Name, document.Content), new ImportOptions { SourceName = document.Name, IdentityConfirmed = true })));
}
