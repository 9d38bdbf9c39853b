using System.Text.Json.Nodes;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api;

/// <summary>Small invented records and consents.</summary>
internal static class Samples
{
    /// <summary>How many laboratory results <see cref="Bundle"/> has.</summary>
    public const int Labs = 7;

    /// <summary>
    /// A transaction about Ada Sample: her Patient resource, <see cref="Labs"/> glucose results of consecutive days, two weights, an asthma and, labelled as
    /// sensitive, a depression.
    /// </summary>
    public static string Bundle(string family = "Sample", string birthDate = "1970-01-01")
    {
        var entries = new JsonArray
        {
            Entry("patient", $$$"""{"resourceType":"Patient","name":[{"family":"{{{family}}}","given":["Ada"]}],"birthDate":"{{{birthDate}}}"}"""),
        };
        for (var day = 1; day <= Labs; day++)
        {
            entries.Add(Entry($"lab{day}", Observation("laboratory", "2339-0", day, $"9{day}.00")));
        }

        entries.Add(Entry("weight1", Observation("vital-signs", "29463-7", 1, "70.5")));
        entries.Add(Entry("weight2", Observation("vital-signs", "29463-7", 2, "70.0")));
        entries.Add(Entry("asthma", Condition("195967001", "")));
        entries.Add(Entry("depression", Condition("35489007", ",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"PSY\"}]}")));
        return new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction", ["entry"] = entries }.ToJsonString();
    }

    /// <summary>A consent of the patient: what it permits to whom, from the resource types named.</summary>
    public static string Consent(string recipient, params string[] types) =>
        $$$"""
        {"resourceType":"Consent","status":"active",
         "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
         "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
         "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTOUT"}]},
         "provision":{"type":"permit",
          "actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"{{{recipient}}}"}}],
          "class":[{{{string.Join(',', types.Select(t => $$$"""{"system":"http://hl7.org/fhir/resource-types","code":"{{{t}}}"}"""))}}}]}}
        """;

    /// <summary>A patient whose record holds <see cref="Bundle"/>.</summary>
    public static async Task<TestPerson> AddAdaAsync(this RunningServer server)
    {
        var ada = await server.AddPatientAsync();
        var answer = await ada.Client.PostAsync("/fhir", Bundle());
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
        return ada;
    }

    /// <summary>Lets the recipient see entries of these types.</summary>
    public static async Task<Answer> ShareAsync(this TestPerson patient, TestPerson recipient, params string[] types)
    {
        var answer = await patient.Client.PostAsync("/fhir/Consent", Consent(recipient.Reference, types));
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.Status);
        return answer;
    }

    /// <summary>The ids of a patient's own entries of a type, with an optional condition.</summary>
    public static async Task<IReadOnlyList<string>> IdsAsync(this TestPerson patient, string type, string query = "") =>
        [.. (await patient.Client.ReadAsync($"/fhir/{type}?{query}")).Resources.Select(r => (string)r["id"]!)];

    /// <summary>How many entries the patient's ledger has.</summary>
    public static async Task<int> LedgerSizeAsync(this TestPerson patient) =>
        (int)(await patient.Client.ReadAsync($"/api/ledger/{patient.Record}?count=1")).Json["entries"]![0]!["index"]! + 1;

    /// <summary>The newest entry of the patient's ledger.</summary>
    public static async Task<JsonNode> LastLedgerEntryAsync(this TestPerson patient) =>
        (await patient.Client.ReadAsync($"/api/ledger/{patient.Record}?count=1")).Json["entries"]![0]!;

    private static string Observation(string category, string code, int day, string value) =>
        $$$"""
        {"resourceType":"Observation","status":"final",
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{{category}}}"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}]},"subject":{"reference":"urn:uuid:patient"},
         "effectiveDateTime":"2026-05-{{{day:00}}}","valueQuantity":{"value":{{{value}}},"unit":"mg/dL"}}
        """;

    private static string Condition(string code, string meta) =>
        $$$"""
        {"resourceType":"Condition"{{{meta}}},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
         "code":{"coding":[{"system":"http://snomed.info/sct","code":"{{{code}}}"}]},"subject":{"reference":"urn:uuid:patient"}}
        """;

    private static JsonNode Entry(string name, string resource)
    {
        var json = resource.Replace("urn:uuid:patient", Urn("patient"));
        var type = (string)JsonNode.Parse(json)!["resourceType"]!;
        return JsonNode.Parse($$$"""{"fullUrl":"{{{Urn(name)}}}","resource":{{{json}}},"request":{"method":"POST","url":"{{{type}}}"}}""")!;
    }

    /// <summary>A UUID that follows from a name.</summary>
    private static string Urn(string name) =>
        "urn:uuid:" + new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}
