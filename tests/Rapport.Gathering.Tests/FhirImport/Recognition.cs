using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What came from the same place is known again; what only bears the same id is not confused.</summary>
public sealed class Recognition(SqliteTestDatabase test) : GatheringTest(test)
{
    [Fact]
    public async Task Two_hospitals_that_use_the_same_bare_ids_do_not_overwrite_each_other()
    {
        var record = await NewRecordAsync();
        var north = Make.Collection(Make.Patient("1", identifiers: (Make.Mrn, "17")), Make.Observation("1", "Patient/1", 70), Make.Encounter("1", "Patient/1"));
        var south = Make.Collection(
            Make.Patient("1", identifiers: ("https://south.example/mrn", "A9")), Make.Observation("1", "Patient/1", 90, "Encounter/1"), Make.Encounter("1", "Patient/1"));
        await record.TakeAsync(north);
        var result = await record.TakeAsync(south);
        Assert.Equal([("Patient", ImportedAs.Updated), ("Observation", ImportedAs.Added), ("Encounter", ImportedAs.Added)], result.Entries.Select(static e => (e.ResourceType, e.As)));
        var observations = await record.ReadAsync("Observation");
        Assert.Equal(["70", "90"], observations.Select(static o => o.GetProperty("valueQuantity").GetProperty("value").GetRawText()).Order());
        Assert.Equal($"Encounter/{result.Entries[2].Id}", Assert.Single(observations, static o => o.TryGetProperty("encounter", out _)).GetProperty("encounter").GetProperty("reference").GetString());
        var patient = Assert.Single(await record.ReadAsync("Patient"));
        Assert.True(SameContent.Keeps(patient, "17") && SameContent.Keeps(patient, "A9"), "both hospitals' numbers are kept");
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Two_hospitals_in_turn_that_say_nothing_new_make_no_new_version_of_the_patient()
    {
        var record = await NewRecordAsync();
        var north = Make.Collection(Make.Patient("1", identifiers: (Make.Mrn, "17")));
        var south = Make.Collection(Make.Patient("1", "Maya R. Ortiz", identifiers: ("https://south.example/mrn", "A9")));
        await record.TakeAsync(north);
        await record.TakeAsync(south);
        var again = await record.ImportAsync(north);
        Assert.Equal((ImportStatus.NothingNew, ImportedAs.Unchanged, 3), (again.Status, again.Entries[0].As, again.Entries[0].Version));
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(south)).Status);
        var moved = await record.TakeAsync(Make.Collection(Make.Patient("1", "Maya Ortiz-Lee", identifiers: (Make.Mrn, "17"))));
        Assert.Equal((ImportedAs.Updated, 4), (moved.Entries[0].As, moved.Entries[0].Version));
        Assert.Contains("Ortiz-Lee", Assert.Single(await record.ReadAsync("Patient")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_entries_without_id_and_address_that_say_the_same_are_one()
    {
        var record = await NewRecordAsync();
        var spaced = System.Text.Encoding.UTF8.GetBytes(
            Make.Collection(Make.Patient(), Make.Observation(null), Make.Observation(null)).ToJsonString().Replace("\"status\":\"final\"", "\"status\" : \"final\"", StringComparison.Ordinal));
        var bundle = Make.Collection(Make.Patient(), Make.Observation(null), Make.Observation(null));
        var result = await record.TakeAsync(bundle);
        Assert.Equal([ImportedAs.Added, ImportedAs.Added, ImportedAs.Unchanged], result.Entries.Select(static e => e.As));
        Assert.Single(await record.ReadAsync("Observation"));
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(bundle)).Status);
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(spaced)).Status);
    }

    [Fact]
    public async Task Two_files_without_a_Patient_resource_that_name_different_patients_do_not_overwrite_each_other()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Observation("1", "Patient/7", 70));
        await record.TakeAsync(Make.Observation("1", "Patient/8", 90));
        Assert.Equal(2, (await record.ReadAsync("Observation")).Count);
        var result = await record.TakeAsync(Make.Observation("1", "Patient/7", 71));
        Assert.Equal((ImportedAs.Updated, 2), (result.Entries[0].As, result.Entries[0].Version));
    }

    [Theory]
    [InlineData(null, "Encounter/e1")]
    [InlineData("https://north.example/fhir/Encounter/e1", "https://north.example/fhir/Encounter/e1")]
    [InlineData("urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001", "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001")]
    public async Task References_across_two_files_of_one_origin_link_up(string? fullUrl, string reference)
    {
        var record = await NewRecordAsync();
        var first = await record.TakeAsync(Make.Bundle("collection", Make.Entry(Make.Patient()), Make.Entry(Make.Encounter(), fullUrl)));
        await record.TakeAsync(Make.Collection(Make.Patient(), Make.Observation(encounter: reference)));
        var observation = Assert.Single(await record.ReadAsync("Observation"));
        Assert.Equal($"Encounter/{first.Entries[1].Id}", observation.GetProperty("encounter").GetProperty("reference").GetString());
    }

    [Fact]
    public async Task White_space_and_the_order_of_the_patients_identifiers_do_not_matter()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Collection(Make.Patient(identifiers: [(Make.Mrn, "17"), ("urn:oid:2.16.840.1", "5")]), Make.Observation()));
        var other = Make.Collection(Make.Patient(identifiers: [("urn:oid:2.16.840.1", "5"), (Make.Mrn, "17")]), Make.Observation());
        var result = await record.TakeAsync(other);
        Assert.Equal([ImportedAs.Updated, ImportedAs.Unchanged], result.Entries.Select(static e => e.As));
        var indented = System.Text.Encoding.UTF8.GetBytes(other.ToJsonString(new() { WriteIndented = true }));
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(indented)).Status);
    }

    [Fact]
    public async Task Other_escapes_of_the_same_text_are_no_change_and_another_text_is()
    {
        var record = await NewRecordAsync();
        static byte[] Named(string family) => System.Text.Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Patient","id":"p1","birthDate":"1980-02-01","name":[{"family":"{{family}}"}]}""");
        await record.ImportAsync(Named("""Muñoz/O'Hara"""));
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(Named("""Mu\u00f1oz\/O\u0027Hara"""))).Status);
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(Named("""Mu\u00F1oz/O'Hara"""))).Status);
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(Named("""Mu\u00f2oz/O'Hara"""))).Status);
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(Named("""Munoz"""))).Status);
    }

    [Fact]
    public async Task One_resource_that_stands_in_the_bundle_twice_is_one_entry()
    {
        var record = await NewRecordAsync();
        var bundle = Make.Collection(Make.Patient(), Make.Observation(), Make.Observation());
        var result = await record.TakeAsync(bundle);
        Assert.Equal([ImportedAs.Added, ImportedAs.Added, ImportedAs.Unchanged], result.Entries.Select(static e => e.As));
        Assert.Equal((result.Entries[1].Id, 1), (result.Entries[2].Id, result.Entries[2].Version));
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(bundle)).Status);
        Assert.Single(await record.ReadAsync("Observation"));
    }

    [Fact]
    public async Task One_resource_that_says_two_things_is_refused_new_known_or_our_own()
    {
        var record = await NewRecordAsync();
        var bundle = Make.Collection(Make.Patient(), Make.Observation(value: 70), Make.Observation(value: 71));
        Assert.Equal("Bundle.entry[2].resource", Assert.Single(await record.RefuseAsync(bundle)).Location);
        var id = (await record.TakeAsync(Make.Collection(Make.Patient(), Make.Observation(value: 69)))).Entries[1].Id;
        Assert.Equal("Bundle.entry[2].resource", Assert.Single(await record.RefuseAsync(bundle)).Location);
        var own = Make.Collection(Make.Observation(id, record.Reference, 70), Make.Observation(id, record.Reference, 71));
        Assert.Equal("Bundle.entry[1].resource", Assert.Single(await record.RefuseAsync(own)).Location);
    }

    [Fact]
    public async Task Two_versions_of_one_full_URL_are_refused()
    {
        var record = await NewRecordAsync();
        JsonObject Version(string version, decimal value)
        {
            var observation = Make.Observation(value: value);
            observation["meta"] = new JsonObject { ["versionId"] = version };
            return Make.Entry(observation, "https://north.example/fhir/Observation/1");
        }

        var issues = await record.RefuseAsync(Make.Bundle("collection", Make.Entry(Make.Patient()), Version("1", 70), Version("2", 71)));
        Assert.Equal("Bundle.entry[2].resource", Assert.Single(issues).Location);
    }

    [Fact]
    public async Task An_entry_whose_full_URL_is_a_code_systems_does_not_change_codes_and_labels()
    {
        const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
        var record = await NewRecordAsync();
        var observation = Make.Observation("1");
        observation["meta"] = new JsonObject
        {
            ["profile"] = new JsonArray("http://north.example/StructureDefinition/pulse"),
            ["security"] = new JsonArray(new JsonObject { ["system"] = Confidentiality, ["code"] = "R" }),
        };
        var bait = Make.Entry(Make.Encounter(), Confidentiality);
        var same = Make.Bundle(
            "collection", Make.Entry(Make.Patient()), bait, Make.Entry(Make.Encounter("e2"), "http://loinc.org"),
            Make.Entry(Make.Encounter("e3"), "http://north.example/StructureDefinition/pulse"), Make.Entry(observation));
        await record.TakeAsync(same);
        observation["id"] = "2";
        await record.TakeAsync(Make.Collection(Make.Patient(), observation));
        foreach (var stored in await record.ReadAsync("Observation"))
        {
            Assert.Equal(Confidentiality, stored.GetProperty("meta").GetProperty("security")[0].GetProperty("system").GetString());
            Assert.Equal("http://north.example/StructureDefinition/pulse", stored.GetProperty("meta").GetProperty("profile")[0].GetString());
            Assert.Equal("http://loinc.org", stored.GetProperty("code").GetProperty("coding")[0].GetProperty("system").GetString());
        }
    }

    [Fact]
    public async Task A_patients_identifier_without_a_system_does_not_spoil_what_comes_after()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Patient("1", identifiers: [(null, "X"), (Make.Mrn, "17")]));
        await record.TakeAsync(Make.Patient("2", identifiers: ("https://south.example/mrn", "A9")));
        await record.VerifyAsync();
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(await record.ExportAsync())).Status);
    }

    [Fact]
    public async Task Original_ids_are_kept_as_identifiers()
    {
        var record = await NewRecordAsync();
        await record.TakeAsync(Make.Bundle("collection", Make.Entry(Make.Patient("p1")), Make.Entry(Make.Observation("1"), "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001")));
        Assert.True(SameContent.Keeps(Assert.Single(await record.ReadAsync("Patient")), "Patient/p1"));
        var observation = Assert.Single(await record.ReadAsync("Observation"));
        Assert.True(SameContent.Keeps(observation, "urn:uuid:0c1f0a9e-8c7d-4b58-9d3a-000000000001"));
    }
}
