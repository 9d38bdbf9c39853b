using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What the record says of its person when several sources tell of them: none takes away what another told.</summary>
public sealed class PatientOfSeveralSourcesTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private const string Hospital = """
        {"resourceType":"Patient","id":"h1","identifier":[{"system":"https://north.example/mrn","value":"17"}],"name":[{"family":"Ortiz","given":["Maya"]}],"telecom":[{"system":"phone","value":"+1 555 0100"}],
        "gender":"female","birthDate":"1980-02-01","contact":[{"name":{"text":"Sofia Ortiz"},"telecom":[{"system":"phone","value":"+1 555 0101"}]}],
        "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"es"}],"text":"Spanish"},"preferred":true}],
        "extension":[{"url":"https://north.example/blood","valueDecimal":1.00}]}
        """;

    private const string Lab = """{"resourceType":"Patient","id":"l1","identifier":[{"system":"https://lab.example/id","value":"A9"}],"name":[{"family":"Ortiz","given":["Maya"]}],"birthDate":"1980-02-01"}""";

    [Fact]
    public async Task A_later_source_that_is_silent_takes_nothing_away()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        await TakeAsync(record, Lab);
        var patient = await PatientAsync(record);
        Assert.Equal("+1 555 0101", patient.GetProperty("contact")[0].GetProperty("telecom")[0].GetProperty("value").GetString());
        Assert.Equal("+1 555 0100", patient.GetProperty("telecom")[0].GetProperty("value").GetString());
        Assert.Equal("Spanish", patient.GetProperty("communication")[0].GetProperty("language").GetProperty("text").GetString());
        Assert.Equal("female", patient.GetProperty("gender").GetString());
        Assert.Equal("1.00", patient.GetProperty("extension")[0].GetProperty("valueDecimal").GetRawText());
        Assert.True(SameContent.Keeps(patient, "17") && SameContent.Keeps(patient, "A9"));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task What_a_source_says_no_more_it_takes_away_and_nothing_of_others()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        await TakeAsync(record, With(Lab, "telecom", """[{"system":"phone","value":"+1 555 0200"}]"""));
        await TakeAsync(record, Without(Hospital, "telecom", "contact"));
        var patient = await PatientAsync(record);
        Assert.Equal("+1 555 0200", Assert.Single(patient.GetProperty("telecom").EnumerateArray()).GetProperty("value").GetString());
        Assert.False(patient.TryGetProperty("contact", out _));
        Assert.True(patient.TryGetProperty("communication", out _));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Telephones_of_two_sources_are_both_kept_the_newer_one_first_and_each_once()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        await TakeAsync(record, With(Lab, "telecom", """[{"system":"phone","value":"+1 555 0200"},{"value":"+1 555 0100","system":"phone"}]"""));
        Assert.Equal(["+1 555 0200", "+1 555 0100"], (await PatientAsync(record)).GetProperty("telecom").EnumerateArray().Select(static telecom => telecom.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task A_number_that_two_sources_space_otherwise_is_one_and_one_that_they_use_otherwise_two()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, With(Hospital, "telecom", """[{"system":"phone","value":"+1 555 0100"},{"system":"phone","value":"+1 555 0102","use":"home"}]"""));
        await TakeAsync(record, With(Lab, "telecom", """[{"system":"phone","value":"+1-555-0100"},{"system":"phone","value":"+1-555-0102","use":"work"}]"""));
        Assert.Equal(["+1-555-0100", "+1-555-0102", "+1 555 0102"], (await PatientAsync(record)).GetProperty("telecom").EnumerateArray().Select(static telecom => telecom.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task Two_sources_in_either_order_tell_the_same_and_in_turn_nothing_new()
    {
        List<string> facts = [];
        foreach (var order in new[] { new[] { Hospital, Lab }, [Lab, Hospital] })
        {
            var record = await NewRecordAsync();
            foreach (var source in order)
            {
                await TakeAsync(record, source);
            }

            var (state, text) = (await record.StateAsync(), (await PatientAsync(record)).GetRawText());
            foreach (var source in order.Concat(order).Append(JsonNode.Parse(order[0])!.ToJsonString(new JsonSerializerOptions { WriteIndented = true })))
            {
                Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(Encoding.UTF8.GetBytes(source), confirmed: true)).Status);
            }

            Assert.Equal((state, text), (await record.StateAsync(), (await PatientAsync(record)).GetRawText()));
            facts.Add(string.Join('\n', PatientFacts.Of(await PatientAsync(record)).Order(StringComparer.Ordinal)));
        }

        Assert.Equal(facts[0], facts[1]);
    }

    [Theory]
    [InlineData("Maya Ortiz", null)]
    [InlineData(null, "1980-02-01")]
    public async Task A_source_that_lacks_the_name_or_the_birth_date_adds_what_it_says(string? name, string? birthDate)
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        await TakeAsync(record, With(Make.Patient("p2", name, birthDate).ToJsonString(), "telecom", """[{"system":"phone","value":"+1 555 0200"}]"""));
        var patient = await PatientAsync(record);
        Assert.Equal(("1980-02-01", "Ortiz", 2), (patient.GetProperty("birthDate").GetString(), patient.GetProperty("name")[0].GetProperty("family").GetString(), patient.GetProperty("telecom").GetArrayLength()));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Whoever_says_not_who_it_is_tells_nothing_of_whom_others_name_whichever_came_first()
    {
        const string nobody = """{"resourceType":"Patient","id":"x","telecom":[{"system":"phone","value":"+1 555 0300"}]}""";
        foreach (var order in new[] { new[] { nobody, Hospital }, [Hospital, nobody] })
        {
            var record = await NewRecordAsync();
            await TakeAsync(record, order[0]);
            await record.ImportAsync(Encoding.UTF8.GetBytes(order[1]));
            Assert.DoesNotContain("0300", (await PatientAsync(record)).GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_contradicted_is_as_the_newer_source_says_and_who_died_died_in_one_way()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, With(With(Hospital, "deceasedBoolean", "false"), "_birthDate", """{"extension":[{"url":"https://north.example/time","valueString":"early"}]}"""));
        await TakeAsync(record, With(With(Lab, "gender", "\"other\""), "deceasedDateTime", "\"2026-02-03\""));
        var patient = await PatientAsync(record);
        Assert.Equal(("other", "2026-02-03"), (patient.GetProperty("gender").GetString(), patient.GetProperty("deceasedDateTime").GetString()));
        Assert.False(patient.TryGetProperty("deceasedBoolean", out _) || patient.TryGetProperty("_birthDate", out _));
    }

    [Fact]
    public async Task What_is_referred_to_inside_goes_along_and_keeps_apart_what_has_one_name()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, With(With(Hospital, "contained", """[{"resourceType":"Organization","id":"o","name":"North"}]"""), "contact", """[{"name":{"text":"Sofia Ortiz"},"organization":{"reference":"#o"}}]"""));
        await TakeAsync(record, With(With(Lab, "contained", """[{"resourceType":"Organization","id":"o","name":"Lab"}]"""), "managingOrganization", """{"reference":"#o"}"""));
        var patient = await PatientAsync(record);
        Assert.Equal(("Lab", "North"), (Named(patient.GetProperty("managingOrganization")), Named(patient.GetProperty("contact")[0].GetProperty("organization"))));
        await record.VerifyAsync();

        string? Named(JsonElement reference) => patient.GetProperty("contained").EnumerateArray().Single(item => "#" + item.GetProperty("id").GetString() == reference.GetProperty("reference").GetString()).GetProperty("name").GetString();
    }

    [Fact]
    public async Task A_reference_that_is_kept_leads_to_the_entry_that_came_with_it()
    {
        var record = await NewRecordAsync();
        var doctor = new JsonObject { ["resourceType"] = "Practitioner", ["id"] = "d1", ["name"] = new JsonArray(new JsonObject { ["text"] = "Dr Lee" }) };
        await record.TakeAsync(Make.Collection(JsonNode.Parse(With(Hospital, "generalPractitioner", """[{"reference":"Practitioner/d1"}]"""))!.AsObject(), doctor));
        await TakeAsync(record, Lab);
        Assert.Contains((await PatientAsync(record)).GetProperty("generalPractitioner")[0].GetProperty("reference").GetString()!, (await record.ReadAsync()).Keys);
    }

    [Fact]
    public async Task A_mark_of_sensitivity_stays_with_what_it_came_with()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, With(Hospital, "meta", """{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]}"""));
        await TakeAsync(record, Lab);
        Assert.Equal("R", (await PatientAsync(record)).GetProperty("meta").GetProperty("security")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task What_is_put_together_says_of_which_version_each_part_is()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        await TakeAsync(record, Lab);
        var mark = Assert.Single(JoinMark.AllIn(await PatientAsync(record))).GetProperty("extension").EnumerateArray().ToDictionary(static part => part.GetProperty("url").GetString()!);
        Assert.Equal("2", mark["version"].GetProperty("valueId").GetString());
        Assert.Equal((1, 2), (mark["contact"].GetProperty("valuePositiveInt").GetInt32(), mark["identifier"].GetProperty("valuePositiveInt").GetInt32()));
    }

    [Fact]
    public async Task A_source_that_is_taken_back_takes_along_what_it_alone_told_and_comes_again()
    {
        var record = await NewRecordAsync();
        var hospital = (await TakeAsync(record, Hospital)).Source!.Value;
        var lab = (await TakeAsync(record, With(Lab, "telecom", """[{"system":"phone","value":"+1 555 0200"}]"""))).Source!.Value;
        await SourceRemoval.TakeBackAsync(record.Own, hospital, Cancel);
        var patient = await PatientAsync(record);
        Assert.False(patient.TryGetProperty("contact", out _));
        Assert.Equal("+1 555 0200", Assert.Single(patient.GetProperty("telecom").EnumerateArray()).GetProperty("value").GetString());
        await TakeAsync(record, Hospital);
        Assert.Equal(2, (await PatientAsync(record)).GetProperty("telecom").GetArrayLength());
        await SourceRemoval.TakeBackAsync(record.Own, lab, Cancel);
        patient = await PatientAsync(record);
        Assert.Equal(("Sofia Ortiz", 1), (patient.GetProperty("contact")[0].GetProperty("name").GetProperty("text").GetString(), patient.GetProperty("telecom").GetArrayLength()));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_source_that_was_taken_back_and_comes_again_is_taken_though_another_stands()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Lab);
        var hospital = (await TakeAsync(record, Hospital)).Source!.Value;
        await SourceRemoval.TakeBackAsync(record.Own, hospital, Cancel);
        Assert.False((await PatientAsync(record)).TryGetProperty("contact", out _));
        await TakeAsync(record, Hospital);
        Assert.True((await PatientAsync(record)).TryGetProperty("contact", out _));
    }

    [Fact]
    public async Task What_another_standing_source_says_too_of_the_person_stays_until_that_one_is_taken_back_as_well()
    {
        var record = await NewRecordAsync();
        var first = (await record.TakeAsync(Make.Collection(JsonNode.Parse(Hospital)!.AsObject(), Make.Observation("1", "Patient/h1")))).Source!.Value;
        var second = (await record.TakeAsync(Make.Collection(JsonNode.Parse(Hospital)!.AsObject(), Make.Observation("1", "Patient/h1"), Make.Observation("2", "Patient/h1")))).Source!.Value;
        await TakeAsync(record, Lab);
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        var patient = await PatientAsync(record);
        Assert.Equal(("1980-02-01", "female"), (patient.GetProperty("birthDate").GetString(), patient.GetProperty("gender").GetString()));
        Assert.True(patient.TryGetProperty("contact", out _));
        await SourceRemoval.TakeBackAsync(record.Own, second, Cancel);
        patient = await PatientAsync(record);
        Assert.False(patient.TryGetProperty("contact", out _) || patient.TryGetProperty("gender", out _));
        await record.VerifyAsync();
    }

    [Fact]
    public async Task The_records_own_export_that_came_back_with_something_new_keeps_what_it_says_of_the_person()
    {
        var record = await NewRecordAsync();
        var first = (await TakeAsync(record, Hospital)).Source!.Value;
        var export = JsonNode.Parse(await record.ExportAsync())!.AsObject();
        export["entry"]!.AsArray().Add((JsonNode)new JsonObject { ["fullUrl"] = "urn:uuid:6f0e2a60-0000-4000-8000-000000000001", ["resource"] = Make.Observation("9", record.Reference) });
        await record.TakeAsync(export);
        await SourceRemoval.TakeBackAsync(record.Own, first, Cancel);
        Assert.True((await PatientAsync(record)).TryGetProperty("contact", out _));
    }

    [Theory]
    [InlineData("_birthDate", """{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}""", "birthDate")]
    [InlineData("name", """[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}]""", "name")]
    [InlineData("gender", "\"unknown\"", "gender")]
    public async Task Who_says_that_something_is_unknown_takes_it_away_from_nobody(string name, string json, string known)
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        await TakeAsync(record, With(Without(Lab, known), name, json));
        var told = known switch { "name" => "Ortiz", "gender" => "female", _ => "1980-02-01" };
        Assert.Contains(told, (await PatientAsync(record)).GetProperty(known).GetRawText(), StringComparison.Ordinal);

        // And what was added is told apart from what was said.
        await TakeAsync(record, Without(Hospital, known));
        Assert.DoesNotContain(told, (await PatientAsync(record)).GetRawText().Replace("Sofia Ortiz", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task A_Patient_whose_name_and_birth_date_are_unknown_adds_nothing_to_one_who_is_known()
    {
        const string unknown = """{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}""";
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        var nobody = JsonNode.Parse(With(With(With(Without(Lab, "name", "birthDate"), "name", $"[{unknown}]"), "_birthDate", unknown), "telecom", """[{"system":"phone","value":"+1 555 0300"}]"""))!.AsObject();
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(nobody)).Status);
        Assert.DoesNotContain("0300", (await PatientAsync(record)).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url":"urn:x-rapport:also-told","valueString":"x"}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"telecom","valuePositiveInt":1}]}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"version","valueId":"x"},{"url":"telecom","valuePositiveInt":1}]}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"version","valueString":"1"},{"url":"telecom","valuePositiveInt":1}]}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"version","valueId":"99"},{"url":"telecom","valuePositiveInt":1}]}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"version","valueId":"1"},{"url":"telecom","valuePositiveInt":-1}]}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"version","valueId":"1"},{"url":"telecom","valuePositiveInt":99999999999}]}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"version","valueId":"1"},{"url":"name","valuePositiveInt":99}]}""")]
    [InlineData("""{"url":"urn:x-rapport:also-told","extension":[{"url":"version","valueId":"1"},{"url":"resourceType","valuePositiveInt":1}]}""")]
    public async Task A_mark_from_before_marks_meant_something_takes_nothing_away(string mark)
    {
        var record = await NewRecordAsync();
        await record.Own.GatherAsync(new Records.SourceDescription("file", "old.json"), view => new Records.GatheringPlan([AsBefore(view)]), Cancel);
        Assert.Empty(AlsoTold.VersionsIn(Fhir.Resource.Read(Encoding.UTF8.GetBytes((await PatientAsync(record)).GetRawText()))));
        await TakeAsync(record, Without(Lab, "name"));
        var patient = await PatientAsync(record);
        Assert.Equal(("Ortiz", "+1 555 0100"), (patient.GetProperty("name")[0].GetProperty("family").GetString(), patient.GetProperty("telecom")[0].GetProperty("value").GetString()));
        await record.VerifyAsync();

        Records.EntryDraft AsBefore(Records.GatheringView view)
        {
            var version = view.PatientVersion + 1;
            var body = JsonNode.Parse(Hospital)!.AsObject();
            (body["id"], body["meta"]) = (view.Patient.ToString(), new JsonObject { ["versionId"] = $"{version}", ["lastUpdated"] = "2026-06-01T12:00:00.000Z", ["extension"] = new JsonArray(JsonNode.Parse(mark)) });
            return new Records.EntryDraft(null, version, Encoding.UTF8.GetBytes(body.ToJsonString()), 4711, 4712);
        }
    }

    [Fact]
    public async Task The_records_own_export_brings_nothing_new_and_another_record_takes_all_of_it()
    {
        var (record, elsewhere) = (await NewRecordAsync(), await NewRecordAsync());
        await TakeAsync(record, Hospital);
        await TakeAsync(record, Lab);
        var export = await record.ExportAsync();
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(export)).Status);
        Assert.Equal(ImportStatus.Taken, (await elsewhere.ImportAsync(export)).Status);
        await TakeAsync(elsewhere, With(Lab, "telecom", """[{"system":"phone","value":"+1 555 0200"}]"""));
        var patient = await PatientAsync(elsewhere);
        Assert.Equal((2, 1), (patient.GetProperty("telecom").GetArrayLength(), patient.GetProperty("contact").GetArrayLength()));
        Assert.Single(JoinMark.AllIn(patient));
    }

    [Fact]
    public async Task What_a_server_of_before_took_away_comes_back_when_its_source_comes_again()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, Hospital);
        await record.Own.GatherAsync(new Records.SourceDescription("file", "lab.json"), view => new Records.GatheringPlan([AsBefore(view)]), Cancel);
        Assert.False((await PatientAsync(record)).TryGetProperty("contact", out _));
        await TakeAsync(record, Hospital);
        var patient = await PatientAsync(record);
        Assert.True(patient.TryGetProperty("contact", out _) && SameContent.Keeps(patient, "A9"));
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(JsonNode.Parse(Hospital)!.AsObject())).Status);
        await record.VerifyAsync();

        // The newer Patient took the place of the older one whole.
        static Records.EntryDraft AsBefore(Records.GatheringView view)
        {
            var version = view.PatientVersion + 1;
            var body = JsonNode.Parse(Lab)!.AsObject();
            (body["id"], body["meta"]) = (view.Patient.ToString(), new JsonObject { ["versionId"] = $"{version}", ["lastUpdated"] = "2026-06-01T12:00:00.000Z" });
            return new Records.EntryDraft(null, version, Encoding.UTF8.GetBytes(body.ToJsonString()), 4711, 4712);
        }
    }

    [Fact]
    public async Task A_mark_in_a_file_takes_nothing_of_it_away()
    {
        var record = await NewRecordAsync();
        await TakeAsync(record, With(Hospital, "meta", $$"""{"extension":[{"url":"{{JoinMark.Url}}","extension":[{"url":"version","valueId":"2"},{"url":"contact","valuePositiveInt":1}]}]}"""));
        await TakeAsync(record, Lab);
        Assert.True((await PatientAsync(record)).TryGetProperty("contact", out _));
    }

    [Fact]
    public async Task The_header_of_a_C_CDA_document_takes_nothing_of_what_FHIR_told()
    {
        var record = await NewRecordAsync();
        var bundle = JsonNode.Parse(await File.ReadAllBytesAsync(Directory.GetFiles(Repository.SharedData("synthea-r4"), "*_*.json").Order(StringComparer.Ordinal).First(), Cancel))!.AsObject();
        var patient = bundle["entry"]!.AsArray().Select(static entry => entry!["resource"]!).Single(static resource => resource["resourceType"]!.GetValue<string>() == "Patient");
        var (family, given, born) = (patient["name"]![0]!["family"]!.GetValue<string>(), patient["name"]![0]!["given"]![0]!.GetValue<string>(), patient["birthDate"]!.GetValue<string>());
        patient["contact"] = JsonNode.Parse("""[{"name":{"text":"Sofia Ortiz"},"telecom":[{"system":"phone","value":"+1 555 0101"}]}]""");
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(bundle)).Status);
        var before = PatientFacts.Of(await PatientAsync(record));
        var header = CcdaMake.Patient.Replace("Ortiz", family, StringComparison.Ordinal).Replace("Maya", given, StringComparison.Ordinal).Replace("19800201", born.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var document = SourceContent.Of("letter.xml", Encoding.UTF8.GetBytes(CcdaMake.Document(CcdaMake.Section("11450-4", "Problems", "None"), patient: header)));
        Assert.Equal(ImportStatus.Taken, (await record.ImportAsync(document)).Status);
        var after = PatientFacts.Of(await PatientAsync(record));
        Assert.DoesNotContain(before.Except(after), PatientFacts.IsOfAList);
        Assert.Contains(after, static fact => fact.Contains("1-555-0199", StringComparison.Ordinal));
        var state = await record.StateAsync();
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(bundle)).Status);
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(document)).Status);
        Assert.Equal(state, await record.StateAsync());
        await record.VerifyAsync();
    }

    private static async Task<JsonElement> PatientAsync(TestRecord record) => Assert.Single(await record.ReadAsync("Patient"));

    private static Task<ImportResult> TakeAsync(TestRecord record, string patient) => record.TakeAsync(JsonNode.Parse(patient)!.AsObject());

    private static string With(string patient, string name, string json)
    {
        var changed = JsonNode.Parse(patient)!.AsObject();
        changed[name] = JsonNode.Parse(json);
        return changed.ToJsonString();
    }

    private static string Without(string patient, params string[] names)
    {
        var changed = JsonNode.Parse(patient)!.AsObject();
        return new JsonObject(changed.Where(property => !names.Contains(property.Key)).Select(static property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()))).ToJsonString();
    }
}
