using System.Text.Json.Nodes;

namespace Rapport.Records.Tests;

/// <summary>Resources as tests write them: content without id and version.</summary>
public static class Make
{
    public const string Loinc = "http://loinc.org";
    public const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    public static JsonObject Observation(
        TestPatient patient, string code = "8867-4", string? date = "2026-01-10", decimal? value = 72, string? text = null, params string[] labels)
    {
        var observation = New("Observation", labels);
        observation["status"] = "final";
        observation["code"] = Concept(Loinc, code, text);
        observation["subject"] = Reference(patient.Reference);
        if (date is not null)
        {
            observation["effectiveDateTime"] = date;
        }

        if (value is not null)
        {
            observation["valueQuantity"] = new JsonObject { ["value"] = value, ["unit"] = "/min", ["system"] = "http://unitsofmeasure.org", ["code"] = "/min" };
        }

        return observation;
    }

    public static JsonObject Condition(TestPatient patient, string code = "38341003", string? onset = "2020-03", params string[] labels)
    {
        var condition = New("Condition", labels);
        condition["code"] = Concept("http://snomed.info/sct", code, null);
        condition["subject"] = Reference(patient.Reference);
        if (onset is not null)
        {
            condition["onsetDateTime"] = onset;
        }

        return condition;
    }

    public static JsonObject Encounter(TestPatient patient, string? start = "2026-01-10", params string[] labels)
    {
        var encounter = New("Encounter", labels);
        encounter["status"] = "finished";
        encounter["class"] = new JsonObject { ["system"] = ActCode, ["code"] = "AMB" };
        encounter["subject"] = Reference(patient.Reference);
        if (start is not null)
        {
            encounter["period"] = new JsonObject { ["start"] = start };
        }

        return encounter;
    }

    /// <summary>An active consent of the patient with this provision.</summary>
    public static JsonObject Consent(TestPatient patient, JsonObject provision) => new()
    {
        ["resourceType"] = "Consent",
        ["status"] = "active",
        ["scope"] = Concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", null),
        ["category"] = new JsonArray(Concept(Loinc, "59284-0", null)),
        ["patient"] = Reference(patient.Reference),
        ["dateTime"] = "2026-05-03",
        ["policyRule"] = Concept(ActCode, "OPTOUT", null),
        ["provision"] = provision,
    };

    /// <summary>A consent that permits a recipient everything that is not sensitive.</summary>
    public static JsonObject Permit(TestPatient patient, string recipient) => Consent(patient, Provision("permit", recipient));

    /// <summary>A consent that lets a recipient comment on what they see.</summary>
    public static JsonObject Commenting(TestPatient patient, string recipient, string[]? types = null, string[]? labels = null)
    {
        var provision = Provision("permit", recipient, types, labels);
        provision["action"] = new JsonArray(
            Concept("http://terminology.hl7.org/CodeSystem/consentaction", Rapport.Consent.ConsentAction.Access, null), Concept(Rapport.Consent.ConsentAction.OwnSystem, Rapport.Consent.ConsentAction.CommentCode, null));
        return Consent(patient, provision);
    }

    /// <summary>A consent that lets somebody act for the patient.</summary>
    public static JsonObject Delegation(
        TestPatient patient, string to, string[] actions, string[]? types = null, string[]? labels = null, string? from = null, string? until = null, string role = Rapport.Consent.Delegation.Delegatee)
    {
        var provision = Provision("permit", to, types, labels, from, until);
        provision["actor"]![0]!["role"] = Concept(Rapport.Consent.Delegation.SystemOf(role), role, null);
        provision["action"] = new JsonArray([.. actions.Select(static action => Concept("http://terminology.hl7.org/CodeSystem/consentaction", action, null))]);
        provision["purpose"] = new JsonArray(Coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", Rapport.Consent.PurposeOfUse.ActingForPatient));
        var consent = Consent(patient, provision);
        consent["patient"]!["display"] = patient.Owner.Name;
        return consent;
    }

    public static JsonObject Provision(string type, string? recipient = null, string[]? types = null, string[]? labels = null, string? from = null, string? until = null)
    {
        var provision = new JsonObject { ["type"] = type };
        if (recipient is not null)
        {
            provision["actor"] = new JsonArray(new JsonObject
            {
                ["role"] = Concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", null),
                ["reference"] = Reference(recipient),
            });
        }

        if (types is not null)
        {
            provision["class"] = new JsonArray([.. types.Select(static t => Coding("http://hl7.org/fhir/resource-types", t))]);
        }

        if (labels is not null)
        {
            provision["securityLabel"] = new JsonArray([.. labels.Select(static l => Coding(ActCode, l))]);
        }

        if (from is not null || until is not null)
        {
            var period = new JsonObject();
            if (from is not null)
            {
                period["start"] = from;
            }

            if (until is not null)
            {
                period["end"] = until;
            }

            provision["period"] = period;
        }

        return provision;
    }

    public static JsonObject Reference(string reference) => new() { ["reference"] = reference };

    public static JsonObject Coding(string system, string code) => new() { ["system"] = system, ["code"] = code };

    public static JsonObject Concept(string system, string code, string? text)
    {
        var concept = new JsonObject { ["coding"] = new JsonArray(Coding(system, code)) };
        if (text is not null)
        {
            concept["text"] = text;
        }

        return concept;
    }

    private static JsonObject New(string type, string[] labels)
    {
        var resource = new JsonObject { ["resourceType"] = type };
        if (labels.Length > 0)
        {
            resource["meta"] = new JsonObject { ["security"] = new JsonArray([.. labels.Select(static l => Coding(ActCode, l))]) };
        }

        return resource;
    }
}
