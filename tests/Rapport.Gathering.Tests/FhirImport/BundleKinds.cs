using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>Every kind of bundle that carries resources, with each way to refer to another entry.</summary>
public sealed class BundleKinds(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string PatientUrn = "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001";
    private const string EncounterUrn = "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000002";
    private const string Server = "https://north.example/fhir";

    public static TheoryData<string, string?, string?, string, string> Cases()
    {
        TheoryData<string, string?, string?, string, string> cases = [];
        foreach (var kind in new[] { "transaction", "batch", "collection", "searchset", "document", "message" })
        {
            cases.Add(kind, PatientUrn, EncounterUrn, PatientUrn, EncounterUrn);
            cases.Add(kind, $"{Server}/Patient/p1", $"{Server}/Encounter/e1", "Patient/p1", "Encounter/e1");
            cases.Add(kind, $"{Server}/Patient/p1", $"{Server}/Encounter/e1", $"{Server}/Patient/p1", $"{Server}/Encounter/e1/_history/3");
            cases.Add(kind, null, null, "Patient/p1", "Encounter/e1");
            cases.Add(kind, PatientUrn, EncounterUrn, $"Patient?identifier={Make.Mrn}|17", "Encounter?identifier=visit-4");
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task References_lead_to_where_their_target_was_written(string kind, string? patientUrl, string? encounterUrl, string patient, string encounter)
    {
        var record = await NewRecordAsync();
        var visit = Make.Encounter("e1", patient);
        visit["identifier"] = new JsonArray(new JsonObject { ["system"] = "https://north.example/visits", ["value"] = "visit-4" });
        var method = kind is "transaction" or "batch" ? "POST" : null;
        List<JsonObject> entries =
        [
            Make.Entry(Make.Observation("1", patient, 72, encounter), null, method),
            Make.Entry(visit, encounterUrl, method),
            Make.Entry(Make.Patient("p1", identifiers: (Make.Mrn, "17")), patientUrl, method),
        ];
        if (First(kind, patient) is { } first)
        {
            entries.Insert(0, Make.Entry(first, $"{Server}/{first["resourceType"]}/f"));
        }

        var result = await record.TakeAsync(Make.Bundle(kind, [.. entries]));
        Assert.Empty(result.Issues);
        Assert.Equal(entries.Count, result.Entries.Count);
        Assert.All(result.Entries, static e => Assert.Equal(ImportedAs.Added, e.As));
        var stored = await record.ReadAsync();
        var observation = Assert.Single(stored, static e => e.Key.StartsWith("Observation/", StringComparison.Ordinal)).Value;
        Assert.Equal(record.Reference, observation.GetProperty("subject").GetProperty("reference").GetString());
        Assert.Equal($"Encounter/{result.Entries[^2].Id}", observation.GetProperty("encounter").GetProperty("reference").GetString());
        Assert.All(stored.Values.SelectMany(SameContent.References), r => Assert.True(stored.ContainsKey(r), r));
        await record.VerifyAsync();
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(Make.Bundle(kind, [.. entries.Select(static e => e.DeepClone().AsObject())]))).Status);
    }

    [Fact]
    public async Task A_conditional_reference_that_nothing_meets_stays_and_is_told_of()
    {
        var record = await NewRecordAsync();
        var observation = Make.Observation();
        observation["performer"] = new JsonArray(Make.Reference("Practitioner?identifier=https://north.example/staff|4"));
        var result = await record.TakeAsync(Make.Collection(Make.Patient(), observation));
        Assert.Equal("Bundle.entry[1].resource.performer[0].reference", Assert.Single(result.Issues).Location);
        var stored = Assert.Single(await record.ReadAsync("Observation"));
        Assert.Equal("Practitioner?identifier=https://north.example/staff|4", stored.GetProperty("performer")[0].GetProperty("reference").GetString());
    }

    [Fact]
    public async Task Numbers_escapes_and_contained_resources_stay_as_they_came()
    {
        var record = await NewRecordAsync();
        const string Text = """
            {"resourceType":"Observation","id":"1","contained":[{"resourceType":"Device","id":"d"}],"status":"final","code":{"text":"p\u00fcls\/rate"},
             "subject":{"reference":"Patient/p1"},"device":{"reference":"#d"},"valueQuantity":{"value":1.00}}
            """;
        await record.ImportAsync(System.Text.Encoding.UTF8.GetBytes(Text));
        var stored = Assert.Single(await record.ReadAsync("Observation")).GetRawText();
        Assert.Contains("""  "contained":[{"resourceType":"Device","id":"d"}],"status":"final","code":{"text":"p\u00fcls\/rate"}""".Trim(), stored, StringComparison.Ordinal);
        Assert.Contains(""" "device":{"reference":"#d"},"valueQuantity":{"value":1.00}""".Trim(), stored, StringComparison.Ordinal);
    }

    private static JsonObject? First(string kind, string patient) => kind switch
    {
        "document" => new()
        {
            ["resourceType"] = "Composition",
            ["id"] = "f",
            ["status"] = "final",
            ["type"] = Make.Concept("http://loinc.org", "60591-5"),
            ["subject"] = Make.Reference(patient),
            ["date"] = "2026-01-10",
            ["author"] = new JsonArray(new JsonObject { ["display"] = "Dr Lee" }),
            ["title"] = "Summary",
        },
        "message" => new()
        {
            ["resourceType"] = "MessageHeader",
            ["id"] = "f",
            ["eventUri"] = "https://north.example/events/result",
            ["source"] = new JsonObject { ["endpoint"] = "https://north.example/out" },
            ["focus"] = new JsonArray(Make.Reference(patient)),
        },
        _ => null,
    };
}
