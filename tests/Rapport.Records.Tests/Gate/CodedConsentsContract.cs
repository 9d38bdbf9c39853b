using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Consents about codes: what has one goes along or stays home, now and later, whichever name its system goes by.</summary>
public abstract class CodedConsentsContract(TestDatabase test) : RecordsContract(test)
{
    private const string Hba1c = "4548-4", Glucose = "2339-0", Pressure = "85354-9", Systolic = "8480-6";

    [Fact]
    public async Task What_comes_later_with_the_code_goes_along_and_nothing_else_does()
    {
        var (maya, lee) = (await NewPatientAsync(), NewDoctor());
        var first = await maya.AddAsync(Make.Observation(maya, Hba1c));
        await maya.AddAsync(Make.Observation(maya, Glucose));
        await maya.ConsentAsync(Make.Consent(maya, Coded("permit", lee.Reference, Hba1c)));
        Assert.Equal([maya.IdOf(first)], Ids(await AskAsync(lee, maya, new RecordQuery.Everything())));
        var later = await maya.AddAsync(Make.Observation(maya, Hba1c, date: "2026-05-20"));
        await maya.AddAsync(Make.Observation(maya, Glucose, date: "2026-05-21"));
        Assert.Equal(Sorted(maya, first, later), Ids(await AskAsync(lee, maya, new RecordQuery.Everything())).Order());
        Assert.Equal(Sorted(maya, first, later), Ids(await AskAsync(lee, maya, new RecordQuery.Everything(), node: OtherNode)).Order());
    }

    /// <summary>A source that names LOINC by its OID says the same: what was withheld by the code left the record when it came so.</summary>
    [Theory]
    [InlineData("urn:oid:2.16.840.1.113883.6.1")]
    [InlineData("https://loinc.org")]
    [InlineData("http://loinc.org/")]
    public async Task A_code_is_withheld_whichever_name_its_system_goes_by(string system)
    {
        var (maya, lee) = (await NewPatientAsync(), NewDoctor());
        var secret = Make.Observation(maya, Hba1c);
        secret["code"]!["coding"]![0]!["system"] = system;
        var glucose = await maya.AddAsync(Make.Observation(maya, Glucose));
        await maya.AddAsync(secret);
        var all = Make.Provision("permit", lee.Reference, types: ["Observation"]);
        all["provision"] = new JsonArray(Coded("deny", null, Hba1c));
        await maya.ConsentAsync(Make.Consent(maya, all));
        Assert.Equal([maya.IdOf(glucose)], Ids(await AskAsync(lee, maya, new RecordQuery.Everything())));
    }

    /// <summary>What is counted before it is agreed to is what goes along then.</summary>
    [Fact]
    public async Task What_has_a_code_is_found_as_the_gate_finds_it()
    {
        var maya = await NewPatientAsync();
        var pressure = Make.Observation(maya, Pressure);
        pressure["component"] = new JsonArray(new JsonObject { ["code"] = Make.Concept(Make.Loinc, Systolic, null), ["valueQuantity"] = new JsonObject { ["value"] = 120 } });
        var byOid = Make.Observation(maya, Hba1c, date: "2026-02-02");
        byOid["code"]!["coding"]![0]!["system"] = "urn:oid:2.16.840.1.113883.6.1";
        var withoutSystem = Make.Observation(maya, Hba1c, date: "2026-02-04");
        withoutSystem["code"]!["coding"]![0]!.AsObject().Remove("system");
        var order = Make.Condition(maya, Hba1c);
        order["code"]!["coding"]![0]!["system"] = Make.Loinc;
        await maya.AddAsync(
            Make.Observation(maya, Hba1c), byOid, withoutSystem, Make.Observation(maya, Hba1c, date: "2026-02-03", labels: ["PSY"]), Make.Observation(maya, Glucose), pressure, Make.Observation(maya, Systolic), order);
        var codes = await maya.Own.CodesAsync(Cancel);
        foreach (var code in new[] { Hba1c, Glucose, Pressure, Systolic, "no-such" })
        {
            var lee = NewDoctor();
            var provision = Coded("permit", lee.Reference, code);
            provision["class"] = new JsonArray(Make.Coding(CodeSystemOfTypes, "Observation"));
            provision["securityLabel"] = new JsonArray([.. new[] { "N", "PSY" }.Select(static label => (JsonNode)Make.Coding(label == "N" ? "http://terminology.hl7.org/CodeSystem/v3-Confidentiality" : Make.ActCode, label))]);
            await maya.ConsentAsync(Make.Consent(maya, provision));
            var found = codes.Find([new EntryCode(RecordView.SystemOf(Make.Loinc), code)], ["Observation"]);
            Assert.Equal(Ids(await AskAsync(lee, maya, new RecordQuery.Everything())).Count, found.Count);
        }

        var hba1c = codes.Find([new EntryCode(Make.Loinc, Hba1c)], ["Observation"]);
        Assert.Equal((3, 1, "2026-02-03"), (hba1c.Count, hba1c.Sensitive, DateTimeOffset.FromUnixTimeMilliseconds(hba1c.Newest!.When!.Value.Low).ToString("yyyy-MM-dd")));
        Assert.Equal([Systolic, Pressure], codes.Find([new EntryCode(Make.Loinc, Systolic)], ["Observation"]).Of.Select(static of => Assert.Single(of.Entries.Codes).Code).Order(StringComparer.Ordinal));
        Assert.Equal(1, codes.Find([new EntryCode(Make.Loinc, Hba1c)], ["Condition"]).Count);
        Assert.Equal(4, codes.Find([new EntryCode(Make.Loinc, Hba1c)], ["Condition", "Observation"]).Count);
    }

    private const string CodeSystemOfTypes = "http://hl7.org/fhir/resource-types";

    private static JsonObject Coded(string type, string? recipient, string code)
    {
        var provision = Make.Provision(type, recipient);
        provision["code"] = new JsonArray(Make.Concept(Make.Loinc, code, null));
        return provision;
    }

    private static IEnumerable<string> Sorted(TestPatient patient, params Data.LocalId[] ids) => ids.Select(patient.IdOf).Order();
}

public sealed class CodedConsentsOnSqlite(SqliteTestDatabase test) : CodedConsentsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CodedConsentsOnPostgres(PostgresTestDatabase test) : CodedConsentsContract(test), IClassFixture<PostgresTestDatabase>;
