using System.Text.Json.Nodes;

namespace Rapport.Crash.Tests;

/// <summary>What the traffic consists of.</summary>
internal static class Make
{
    public const string BatchSystem = "https://rapport.example/batch";

    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    /// <summary>A bundle whose observations all carry the batch as their code.</summary>
    public static JsonObject Batch(string patient, string batch, int size) => new()
    {
        ["resourceType"] = "Bundle",
        ["type"] = "collection",
        ["entry"] = new JsonArray([.. Enumerable.Range(0, size).Select(i => new JsonObject
        {
            ["fullUrl"] = $"https://rapport.example/fhir/Observation/{batch}-{i}",
            ["resource"] = new JsonObject
            {
                ["resourceType"] = "Observation",
                ["id"] = $"{batch}-{i}",
                ["status"] = "final",
                ["code"] = Concept(BatchSystem, batch),
                ["subject"] = new JsonObject { ["reference"] = "Patient/" + patient },
                ["effectiveDateTime"] = "2026-05-03",
                ["valueQuantity"] = new JsonObject { ["value"] = i, ["unit"] = "mmol/L", ["system"] = "http://unitsofmeasure.org", ["code"] = "mmol/L" },
            },
        })]),
    };

    /// <summary>A consent that shares observations with one recipient for whatever purpose, or no longer does.</summary>
    public static JsonObject Consent(string patient, string recipient, string? id = null, bool active = true)
    {
        var consent = new JsonObject
        {
            ["resourceType"] = "Consent",
            ["status"] = active ? "active" : "inactive",
            ["scope"] = Concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
            ["category"] = new JsonArray(Concept("http://loinc.org", "59284-0")),
            ["patient"] = new JsonObject { ["reference"] = "Patient/" + patient },
            ["dateTime"] = "2026-05-03",
            ["policyRule"] = Concept(ActCode, "OPTOUT"),
            ["provision"] = new JsonObject
            {
                ["type"] = "permit",
                ["actor"] = new JsonArray(new JsonObject
                {
                    ["role"] = Concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
                    ["reference"] = new JsonObject { ["reference"] = recipient },
                }),
                ["class"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/resource-types", ["code"] = "Observation" }),
            },
        };
        if (id is not null)
        {
            consent["id"] = id;
        }

        return consent;
    }

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };
}
