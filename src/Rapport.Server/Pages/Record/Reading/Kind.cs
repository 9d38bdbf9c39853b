using System.Collections.Frozen;
using System.Globalization;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// A kind of entry as people think of it. It stands for one or more FHIR types; what has no kind of its own is <see cref="Other"/>.
/// </summary>
/// <param name="Name">Names it in addresses and forms.</param>
/// <param name="Icon">Its symbol.</param>
/// <param name="Types">The FHIR types.</param>
public sealed record Kind(string Name, string Icon, params IReadOnlyList<string> Types)
{
    /// <summary>One such entry, such as <c>medicine</c>.</summary>
    public string One => Text("One");

    /// <summary>Several.</summary>
    public string Many => Text("Many");

    /// <summary>One line about what is in it.</summary>
    public string About => Text("About");

    /// <summary>Who the record is about: its Patient resource.</summary>
    public static Kind You { get; } = new("you", "person", "Patient");

    /// <summary>
    /// What was agreed to. These tell whom the patient trusts and what of the record is sensitive: no agreement that is made on a page hands them out.
    /// </summary>
    public static Kind Agreements { get; } = new("agreements", "share", "Consent");

    /// <summary>Whatever has no kind of its own.</summary>
    public static Kind Other { get; } = new("other", "other");

    /// <summary>All kinds, in the order in which pages show them; <see cref="Other"/> last.</summary>
    public static IReadOnlyList<Kind> All { get; } =
    [
        new("conditions", "condition", "Condition", "Flag", "DetectedIssue", "RiskAssessment"),
        new("allergies", "allergy", "AllergyIntolerance", "AdverseEvent"),
        new("medicines", "medicine",
            "MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense", "Medication"),
        new("results", "result", "Observation", "QuestionnaireResponse", "Specimen"),
        new("reports", "report", "DiagnosticReport", "ClinicalImpression"),
        new("visits", "visit", "Encounter", "Appointment", "EpisodeOfCare"),
        new("procedures", "procedure", "Procedure"),
        new("vaccines", "vaccine", "Immunization", "ImmunizationRecommendation", "ImmunizationEvaluation"),
        new("plans", "plan",
            "CarePlan", "Goal", "CareTeam", "ServiceRequest", "NutritionOrder", "DeviceRequest", "Task", "VisionPrescription"),
        new("documents", "document",
            "DocumentReference", "Composition", "DocumentManifest", "Bundle", "Binary", "List", "Communication", "CommunicationRequest", "Contract"),
        new("images", "image", "ImagingStudy", "Media", "BodyStructure"),
        new("family", "people", "FamilyMemberHistory"),
        new("devices", "device", "Device", "DeviceUseStatement", "DeviceMetric", "SupplyDelivery", "SupplyRequest"),
        new("costs", "bill",
            "Claim", "ClaimResponse", "ExplanationOfBenefit", "Coverage", "Account", "ChargeItem", "Invoice", "CoverageEligibilityRequest", "CoverageEligibilityResponse"),
        new("places", "place",
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

    /// <summary><c>1 medicine</c>, <c>1,204 medicines</c>.</summary>
    public string Count(long count) => Say.Count(Text("Count"), count);

    private string Text(string form) => KindText.ResourceManager.GetString($"{Name}.{form}", CultureInfo.CurrentUICulture)!;
}
