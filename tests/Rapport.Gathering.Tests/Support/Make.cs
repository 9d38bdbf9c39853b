using System.Text.Json.Nodes;

namespace Rapport.Gathering.Tests;

/// <summary>Inputs as hospitals send them.</summary>
public static class Make
{
    public const string Mrn = "https://north.example/mrn";

    public static JsonObject Patient(string? id = "p1", string? name = "Maya Ortiz", string? birthDate = "1980-02-01", params (string? System, string Value)[] identifiers)
    {
        var patient = New("Patient", id);
        if (identifiers.Length > 0)
        {
            patient["identifier"] = new JsonArray([.. identifiers.Select(static i =>
                i.System is null ? new JsonObject { ["value"] = i.Value } : new JsonObject { ["system"] = i.System, ["value"] = i.Value })]);
        }

        if (name?.Split(' ') is [.. var given, var family])
        {
            patient["name"] = new JsonArray(new JsonObject { ["family"] = family, ["given"] = new JsonArray([.. given.Select(static g => JsonValue.Create(g))]) });
        }

        if (birthDate is not null)
        {
            patient["birthDate"] = birthDate;
        }

        return patient;
    }

    public static JsonObject Observation(string? id = "1", string? subject = "Patient/p1", decimal value = 72, string? encounter = null)
    {
        var observation = New("Observation", id);
        observation["status"] = "final";
        observation["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://loinc.org", ["code"] = "8867-4" }) };
        if (subject is not null)
        {
            observation["subject"] = Reference(subject);
        }

        if (encounter is not null)
        {
            observation["encounter"] = Reference(encounter);
        }

        observation["valueQuantity"] = new JsonObject { ["value"] = value, ["unit"] = "/min" };
        return observation;
    }

    public static JsonObject Encounter(string? id = "e1", string? subject = "Patient/p1")
    {
        var encounter = New("Encounter", id);
        encounter["status"] = "finished";
        encounter["class"] = new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActCode", ["code"] = "AMB" };
        if (subject is not null)
        {
            encounter["subject"] = Reference(subject);
        }

        return encounter;
    }

    /// <summary>An active consent that permits a recipient everything.</summary>
    public static JsonObject Permit(string patient, string recipient, string? id = null)
    {
        var consent = New("Consent", id);
        consent["status"] = "active";
        consent["scope"] = Concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy");
        consent["category"] = new JsonArray(Concept("http://loinc.org", "59284-0"));
        consent["patient"] = Reference(patient);
        consent["dateTime"] = "2026-01-03";
        consent["policyRule"] = Concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTOUT");
        consent["provision"] = new JsonObject
        {
            ["type"] = "permit",
            ["actor"] = new JsonArray(new JsonObject
            {
                ["role"] = Concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
                ["reference"] = Reference(recipient),
            }),
        };
        return consent;
    }

    public static JsonObject Outcome() => new()
    {
        ["resourceType"] = "OperationOutcome",
        ["issue"] = new JsonArray(new JsonObject { ["severity"] = "information", ["code"] = "informational" }),
    };

    /// <summary>A collection of resources without full URLs.</summary>
    public static JsonObject Collection(params JsonObject[] resources) => Bundle("collection", [.. resources.Select(static r => Entry(r))]);

    public static JsonObject Bundle(string type, params JsonObject[] entries) =>
        new() { ["resourceType"] = "Bundle", ["type"] = type, ["entry"] = new JsonArray([.. entries]) };

    public static JsonObject Entry(JsonObject? resource, string? fullUrl = null, string? method = null, string? url = null)
    {
        var entry = new JsonObject();
        if (fullUrl is not null)
        {
            entry["fullUrl"] = fullUrl;
        }

        if (resource is not null)
        {
            entry["resource"] = resource.DeepClone();
        }

        if (method is not null)
        {
            entry["request"] = new JsonObject { ["method"] = method, ["url"] = url ?? resource!["resourceType"]!.GetValue<string>() };
        }

        return entry;
    }

    public static JsonObject Reference(string reference) => new() { ["reference"] = reference };

    public static JsonObject Concept(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private static JsonObject New(string type, string? id)
    {
        var resource = new JsonObject { ["resourceType"] = type };
        if (id is not null)
        {
            resource["id"] = id;
        }

        return resource;
    }
}
