using System.Collections.Frozen;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// A kind of entry as people think of it. It stands for one or more FHIR types; what has no kind of its own is <see cref="Other"/>.
/// </summary>
/// <param name="Name">Names it in addresses and forms.</param>
/// <param name="One">One such entry, such as <c>medicine</c>.</param>
/// <param name="Many">Several.</param>
/// <param name="About">One line about what is in it.</param>
/// <param name="Icon">Its symbol.</param>
/// <param name="Types">The FHIR types.</param>
public sealed record Kind(string Name, string One, string Many, string About, string Icon, params IReadOnlyList<string> Types)
{
    /// <summary>Who the record is about: its Patient resource.</summary>
    public static Kind You { get; } = new("you", "personal details", "personal details", "name, birth date, address, contact", "person", "Patient");

    /// <summary>
    /// What was agreed to. These tell whom the patient trusts and what of the record is sensitive: no agreement that is made on a page hands them out.
    /// </summary>
    public static Kind Agreements { get; } = new("agreements", "agreement", "agreements", "what you agreed to, and consents out of files", "share", "Consent");

    /// <summary>Whatever has no kind of its own.</summary>
    public static Kind Other { get; } = new("other", "other entry", "other entries", "everything else", "other");

    /// <summary>All kinds, in the order in which pages show them; <see cref="Other"/> last.</summary>
    public static IReadOnlyList<Kind> All { get; } =
    [
        new("conditions", "condition", "conditions", "illnesses and problems", "condition", "Condition", "ClinicalImpression", "Flag", "DetectedIssue", "RiskAssessment"),
        new("allergies", "allergy", "allergies", "allergies and bad reactions", "allergy", "AllergyIntolerance", "AdverseEvent"),
        new("medicines", "medicine", "medicines", "prescribed, given or taken", "medicine",
            "MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense", "Medication"),
        new("results", "result", "results", "lab results, measurements, questions answered", "result", "Observation", "QuestionnaireResponse", "Specimen"),
        new("reports", "report", "reports", "lab and imaging reports", "report", "DiagnosticReport"),
        new("visits", "visit", "visits", "appointments and stays", "visit", "Encounter", "Appointment", "EpisodeOfCare"),
        new("procedures", "procedure", "procedures", "treatments and operations", "procedure", "Procedure"),
        new("vaccines", "vaccine", "vaccines", "vaccinations", "vaccine", "Immunization", "ImmunizationRecommendation", "ImmunizationEvaluation"),
        new("plans", "plan", "plans", "care plans, goals, referrals, teams", "plan",
            "CarePlan", "Goal", "CareTeam", "ServiceRequest", "NutritionOrder", "DeviceRequest", "Task", "VisionPrescription"),
        new("documents", "document", "documents", "letters and other documents", "document",
            "DocumentReference", "Composition", "DocumentManifest", "Bundle", "Binary", "List", "Communication", "CommunicationRequest", "Contract"),
        new("images", "image", "images", "scans and photos", "image", "ImagingStudy", "Media", "BodyStructure"),
        new("family", "family illness", "family illnesses", "what runs in the family", "people", "FamilyMemberHistory"),
        new("devices", "device", "devices", "implants, meters and aids", "device", "Device", "DeviceUseStatement", "DeviceMetric", "SupplyDelivery", "SupplyRequest"),
        new("costs", "bill or cover", "bills and cover", "bills, claims and insurance", "bill",
            "Claim", "ClaimResponse", "ExplanationOfBenefit", "Coverage", "Account", "ChargeItem", "Invoice", "CoverageEligibilityRequest", "CoverageEligibilityResponse"),
        new("places", "person or place", "people and places", "the names of doctors, clinics and relatives", "place",
            "Practitioner", "PractitionerRole", "Organization", "Location", "RelatedPerson", "HealthcareService", "Person", "Group", "Provenance"),
        You,
        Agreements,
        Other,
    ];

    /// <summary>The kinds that may be shared.</summary>
    public static IReadOnlyList<Kind> Shareable { get; } = [.. All.Where(kind => kind != Agreements)];

    private static readonly FrozenDictionary<string, Kind> ByType =
        All.SelectMany(kind => kind.Types.Select(type => (type, kind))).ToFrozenDictionary(pair => pair.type, pair => pair.kind);

    /// <summary>The kind of a FHIR type.</summary>
    public static Kind Of(string resourceType) => ByType.GetValueOrDefault(resourceType, Other);

    /// <summary>The kind of this name, or null.</summary>
    public static Kind? Find(string? name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The FHIR types of this kind that occur among <paramref name="types"/>: for <see cref="Other"/>, those without a kind.</summary>
    public IEnumerable<string> TypesAmong(IEnumerable<string> types) => types.Where(type => Of(type) == this);
}
