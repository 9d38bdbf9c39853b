using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

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

    private const string ConsentCategories = "http://terminology.hl7.org/CodeSystem/consentcategorycodes";
    private const string Loinc = "http://loinc.org";

    /// <summary>What a patient decides about their door, as the JSON of a Consent.</summary>
    /// <param name="patient">Whose.</param>
    /// <param name="rule">What.</param>
    /// <param name="at">When.</param>
    public static byte[] Write(PatientId patient, EmergencyRule rule, DateTimeOffset at)
    {
        var provision = ConsentJson.Permit((rule.IsClosed ? EmergencyRule.Usual : rule).Labels);
        provision["type"] = rule.IsClosed ? "deny" : "permit";
        ConsentJson.Name(provision, Anyone, null, PurposeOfUse.BreakTheGlass);
        return JsonSerializer.SerializeToUtf8Bytes(ConsentJson.Of(
            $"Patient/{patient}", FhirTime.Instant(at), provision, ConsentJson.Extension(PatientConsent.EmergencyDoor, "valueCode", rule.IsClosed ? "closed" : "open")));
    }

    /// <summary>What is opened, as the JSON of a Consent.</summary>
    /// <param name="ask">Who opens whose door, and why.</param>
    /// <param name="rule">What the patient decided.</param>
    /// <param name="now">When.</param>
    public static byte[] Write(EmergencyAsk ask, EmergencyRule rule, DateTimeOffset now)
    {
        var entries = ConsentJson.Permit(rule.Labels);
        ConsentJson.OfTypes(entries, Types);
        var results = ConsentJson.Permit(rule.Labels);
        ConsentJson.OfTypes(results, ResultTypes);
        results["dataPeriod"] = new JsonObject { ["start"] = (now - Recent).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) };

        // What the patient wants done when they cannot say it is made for this moment, whatever it is marked as: a scanned paper that nobody could read is restricted.
        string[] always = [.. rule.Labels.Union([SecurityLabels.Restricted])];
        var documents = ConsentJson.Permit(always);
        ConsentJson.OfClasses(documents, Loinc, DirectiveDocuments);

        // A Consent is part of no permit that does not name it: the patient's agreements with others stay home.
        var directives = ConsentJson.Permit(always);
        ConsentJson.OfTypes(directives, ["Consent"]);
        directives["code"] = new JsonArray([.. DirectiveConsents.Select(static code => ConsentJson.Concept(ConsentCategories, code))]);
        var provision = new JsonObject { ["provision"] = new JsonArray(entries, results, documents, directives) };
        ConsentJson.Between(provision, now, now + ask.Lasts);
        ConsentJson.Name(provision, ask.KnownAs, ask.Professional.Name, PurposeOfUse.BreakTheGlass);
        var consent = ConsentJson.Of($"Patient/{ask.Patient}", FhirTime.Instant(now), provision, ConsentJson.Extension(PatientConsent.BrokeGlass, "valueString", ask.Reason));
        consent["performer"] = new JsonArray(ConsentJson.Reference(ask.Professional.Reference, ask.Professional.Name));
        if (ask.Organisations.Count > 0)
        {
            consent["organization"] = new JsonArray([.. ask.Organisations.Select(static organisation => ConsentJson.Reference(organisation.Reference, organisation.Name))]);
        }

        return JsonSerializer.SerializeToUtf8Bytes(consent);
    }
}
