using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>How what is decided about the emergency door, and what is opened by it, stand in R4 Consents.</summary>
public static class EmergencyConsent
{
    /// <summary>How long results are recent.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(365);

    /// <summary>
    /// The FHIR types that save a life whatever their date: who the patient is and whom to call, what they cannot bear, what they take, what they have, what is built into them,
    /// what they are protected against, and what was done to them.
    /// </summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "Patient", "RelatedPerson", "AllergyIntolerance", "MedicationStatement", "MedicationRequest", "MedicationAdministration", "Medication", "Condition", "Device", "DeviceUseStatement",
        "Immunization", "Procedure",
    ];

    /// <summary>The FHIR types of results, which count while they are recent.</summary>
    public static readonly IReadOnlyList<string> ResultTypes = ["Observation", "DiagnosticReport"];

    /// <summary>
    /// LOINC's classes of documents that say what a patient wants done when they cannot say it: advance directives in general and as a document, living will, power of attorney for
    /// health, personal advance care plan, portable medical orders and the national form for them.
    /// </summary>
    public static readonly IReadOnlyList<string> DirectiveDocuments = ["42348-3", "75320-2", "86533-7", "64298-3", "81334-5", "93037-0", "100821-8"];

    /// <summary>HL7's categories of Consents that say the same: advance directive, do-not-resuscitate order, health care directive, orders for life-sustaining treatment.</summary>
    public static readonly IReadOnlyList<string> DirectiveConsents = ["acd", "dnr", "hcd", "polst"];

    /// <summary>Whom what a patient decides about the door is about: nobody is known by this reference, so that the decision opens nothing of itself.</summary>
    private const string Anyone = "PractitionerRole/emergency";

    private const string Hl7 = "http://terminology.hl7.org/CodeSystem/";
    private const string ResourceTypes = "http://hl7.org/fhir/resource-types";

    /// <summary>What a patient decides about their door, as the JSON of a Consent.</summary>
    /// <param name="patient">Whose.</param>
    /// <param name="rule">What.</param>
    /// <param name="at">When.</param>
    public static byte[] Write(PatientId patient, EmergencyRule rule, DateTimeOffset at)
    {
        var provision = Permit(rule.IsClosed ? EmergencyRule.Usual : rule);
        provision["type"] = rule.IsClosed ? "deny" : "permit";
        AddWhoAndWhy(provision, Anyone, null);

        // Under a policy of sharing, a denial would share all the rest.
        var consent = Consent(at, patient, Reference($"Patient/{patient}", null), Extension(PatientConsent.EmergencyDoor, "valueCode", rule.IsClosed ? "closed" : "open"));
        consent["policyRule"] = Concept(Hl7 + "v3-ActCode", rule.IsClosed ? "OPTOUT" : "OPTIN");
        consent["provision"] = provision;
        return JsonSerializer.SerializeToUtf8Bytes(consent);
    }

    /// <summary>What is opened, as the JSON of a Consent.</summary>
    /// <param name="ask">Who opens whose door, and why.</param>
    /// <param name="rule">What the patient decided.</param>
    /// <param name="now">When.</param>
    public static byte[] Write(EmergencyAsk ask, EmergencyRule rule, DateTimeOffset now)
    {
        var results = Permit(rule, ResourceTypes, ResultTypes);
        results["dataPeriod"] = new JsonObject { ["start"] = (now - Recent).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) };

        // What the patient wants done when they cannot say it is made for this moment, whatever it is marked as: a scanned paper that nobody could read is restricted.
        var always = rule with { Labels = [.. rule.Labels.Union([SecurityLabels.Restricted])] };

        // A Consent is part of no permit that does not name it: the patient's agreements with others stay home.
        var directives = Permit(always, ResourceTypes, ["Consent"]);
        directives["code"] = new JsonArray([.. DirectiveConsents.Select(code => Concept(Hl7 + "consentcategorycodes", code))]);
        var provision = new JsonObject
        {
            // FHIR counts the end in.
            ["period"] = new JsonObject { ["start"] = FhirTime.Instant(now), ["end"] = FhirTime.Instant(now + ask.Lasts - TimeSpan.FromMilliseconds(1)) },
            ["provision"] = new JsonArray(Permit(rule, ResourceTypes, Types), results, Permit(always, "http://loinc.org", DirectiveDocuments), directives),
        };
        AddWhoAndWhy(provision, ask.KnownAs, ask.Professional.Name);
        var consent = Consent(now, ask.Patient, Reference(ask.Professional.Reference, ask.Professional.Name), Extension(PatientConsent.BrokeGlass, "valueString", ask.Reason));
        if (ask.Organisations.Count > 0)
        {
            consent["organization"] = new JsonArray([.. ask.Organisations.Select(organisation => Reference(organisation.Reference, organisation.Name))]);
        }

        consent["policyRule"] = Concept(Hl7 + "v3-ActCode", "OPTIN");
        consent["provision"] = provision;
        return JsonSerializer.SerializeToUtf8Bytes(consent);
    }

    private static JsonObject Consent(DateTimeOffset at, PatientId patient, JsonObject performer, JsonObject extension) => new()
    {
        ["resourceType"] = "Consent",
        ["extension"] = new JsonArray(extension),
        ["status"] = "active",
        ["scope"] = Concept(Hl7 + "consentscope", "patient-privacy"),
        ["category"] = new JsonArray(Concept(Hl7 + "v3-ActCode", "IDSCL")),
        ["patient"] = Reference($"Patient/{patient}", null),
        ["dateTime"] = FhirTime.Instant(at),
        ["performer"] = new JsonArray(performer),
    };

    /// <summary>A provision with labels speaks only of entries that carry one of them: so beside what the patient chose it names the levels that stand for whatever is not sensitive.</summary>
    private static JsonObject Permit(EmergencyRule rule, string? system = null, IReadOnlyList<string>? classes = null)
    {
        var permit = new JsonObject { ["type"] = "permit" };
        if (rule.Labels.Count > 0)
        {
            permit["securityLabel"] = new JsonArray(
                [.. new[] { "U", "L", "M", SecurityLabels.Normal }.Concat(rule.Labels).Select(code => Coding(Hl7 + (code.Length == 1 ? "v3-Confidentiality" : "v3-ActCode"), code))]);
        }

        if (classes is not null)
        {
            permit["class"] = new JsonArray([.. classes.Select(code => Coding(system!, code))]);
        }

        return permit;
    }

    private static void AddWhoAndWhy(JsonObject provision, string recipient, string? name)
    {
        provision["actor"] = new JsonArray(new JsonObject { ["role"] = Concept(Hl7 + "v3-ParticipationType", "IRCP"), ["reference"] = Reference(recipient, name) });
        provision["purpose"] = new JsonArray(Coding(Hl7 + "v3-ActReason", PurposeOfUse.BreakTheGlass));
    }

    private static JsonObject Extension(string address, string type, string value) => new() { ["url"] = address, [type] = value };

    private static JsonObject Reference(string reference, string? name) => name is null ? new() { ["reference"] = reference } : new() { ["reference"] = reference, ["display"] = name };

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(Coding(system, code)) };

    private static JsonObject Coding(string system, string code) => new() { ["system"] = system, ["code"] = code };
}
