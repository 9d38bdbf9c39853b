using System.Text.Json.Nodes;

namespace Rapport.DemoRecord;

/// <summary>Who appears in the record. All of them are invented; addresses and numbers are of the kinds set aside for examples.</summary>
internal static class People
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["practice"] = "Harbour Street Practice (demo)",
        ["hospital"] = "Sampletown Hospital (demo)",
        ["counselling"] = "Quiet Room Counselling (demo)",
        ["lee"] = "Dr Robin Lee",
        ["osei"] = "Dr Ama Osei",
        ["kimura"] = "Noa Kimura",
        ["hartwell"] = "Dr Jo Hartwell",
    };

    public static string NameOf(string key) => Names[key];

    public static void Add(RecordBuilder record)
    {
        Code testData = Code.Hl7("v3-ActReason", "HTEST", "test health data");
        record.Add(
            "patient",
            "Patient",
            new JsonObject
            {
                ["meta"] = new JsonObject { ["tag"] = new JsonArray(testData.Coding()) },
                ["identifier"] = new JsonArray(new JsonObject { ["system"] = "https://rapport.example/demo", ["value"] = "maya" }),
                ["active"] = true,
                ["name"] = new JsonArray(new JsonObject
                {
                    ["use"] = "official",
                    ["text"] = "Maya Demo",
                    ["family"] = "Demo",
                    ["given"] = new JsonArray("Maya"),
                }),
                ["telecom"] = new JsonArray(
                    new JsonObject { ["system"] = "phone", ["value"] = "+1 555 0100", ["use"] = "mobile" },
                    new JsonObject { ["system"] = "email", ["value"] = "maya@rapport.example" }),
                ["gender"] = "female",
                ["birthDate"] = "1979-05-23",
                ["address"] = new JsonArray(new JsonObject
                {
                    ["use"] = "home",
                    ["line"] = new JsonArray("1 Example Street"),
                    ["city"] = "Sampletown",
                    ["postalCode"] = "00000",
                }),
                ["contact"] = new JsonArray(new JsonObject
                {
                    ["relationship"] = new JsonArray(new JsonObject { ["text"] = "Daughter" }),
                    ["name"] = new JsonObject { ["text"] = "Sofia Demo" },
                    ["telecom"] = new JsonArray(new JsonObject { ["system"] = "phone", ["value"] = "+1 555 0101" }),
                }),
                ["communication"] = new JsonArray(new JsonObject
                {
                    ["language"] = new Code("urn:ietf:bcp:47", "en", "English").Concept(),
                    ["preferred"] = true,
                }),
                ["generalPractitioner"] = new JsonArray(record.To("lee", NameOf("lee"))),
            });

        AddOrganization(record, "practice");
        AddOrganization(record, "hospital");
        // Who treated her tells what for.
        AddOrganization(record, "counselling", "Mental health counselling");

        AddPractitioner(record, "lee", "Lee", "Robin", "Dr");
        AddPractitioner(record, "osei", "Osei", "Ama", "Dr");
        AddPractitioner(record, "hartwell", "Hartwell", "Jo", "Dr");
        AddPractitioner(record, "kimura", "Kimura", "Noa", null, "Psychotherapist");
    }

    private static void AddOrganization(RecordBuilder record, string key, string? type = null) => record.Add(
        key,
        "Organization",
        new JsonObject
        {
            ["active"] = true,
            ["type"] = new JsonArray(Code.Hl7("organization-type", "prov", "Healthcare Provider").Concept(type)),
            ["name"] = NameOf(key),
        });

    private static void AddPractitioner(
        RecordBuilder record, string key, string family, string given, string? prefix, string? profession = null)
    {
        var name = new JsonObject { ["text"] = NameOf(key), ["family"] = family, ["given"] = new JsonArray(given) };
        if (prefix is not null)
        {
            name["prefix"] = new JsonArray(prefix);
        }

        var practitioner = new JsonObject { ["active"] = true, ["name"] = new JsonArray(name) };
        if (profession is not null)
        {
            practitioner["qualification"] = new JsonArray(new JsonObject { ["code"] = new JsonObject { ["text"] = profession } });
        }

        record.Add(key, "Practitioner", practitioner);
    }
}
