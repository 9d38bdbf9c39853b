using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Summaries;

/// <summary>A section of an International Patient Summary.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Heading">What people call it.</param>
/// <param name="IsRequired">Whether it stands there also when there is nothing in it.</param>
/// <param name="Holds">Whether an entry belongs to it.</param>
internal sealed record SummarySection(DocumentCode Code, Func<string> Heading, bool IsRequired, Func<Resource, bool> Holds)
{
    private static readonly string[] Over = ["resolved", "inactive", "remission"];

    /// <summary>All sections, in the order in which they are read: what is urgent first.</summary>
    public static IReadOnlyList<SummarySection> All { get; } =
    [
        new(new("48765-2", "Allergies and adverse reactions Document"), () => PatientSummaryText.Allergies, true, static entry => entry.TypeName == "AllergyIntolerance"),
        new(new("11450-4", "Problem list - Reported"), () => PatientSummaryText.Problems, true, static entry => entry.TypeName == "Condition" && !IsOver(entry)),
        new(new("10160-0", "History of Medication use Narrative"), () => PatientSummaryText.Medicines, true, static entry => entry.TypeName is "MedicationStatement" or "MedicationRequest"),
        new(new("11369-6", "History of Immunization Narrative"), () => PatientSummaryText.Immunizations, false, static entry => entry.TypeName == "Immunization"),
        new(new("30954-2", "Relevant diagnostic tests/laboratory data Narrative"), () => PatientSummaryText.Results, false, static entry => entry.TypeName == "DiagnosticReport" || IsOf(entry, "laboratory")),
        new(new("8716-3", "Vital signs"), () => PatientSummaryText.VitalSigns, false, static entry => IsOf(entry, "vital-signs")),
        new(new("47519-4", "History of Procedures Document"), () => PatientSummaryText.Procedures, false, static entry => entry.TypeName == "Procedure"),
        new(new("46264-8", "History of medical device use"), () => PatientSummaryText.Devices, false, static entry => entry.TypeName == "DeviceUseStatement"),
        new(new("11348-0", "History of Past illness Narrative"), () => PatientSummaryText.PastProblems, false, static entry => entry.TypeName == "Condition" && IsOver(entry)),
        new(new("18776-5", "Plan of care note"), () => PatientSummaryText.Plans, false, static entry => entry.TypeName == "CarePlan"),
        new(new("29762-2", "Social history Narrative"), () => PatientSummaryText.SocialHistory, false, static entry => IsOf(entry, "social-history")),
    ];

    private static bool IsOver(Resource condition) =>
        condition.Root.TryGetChild("clinicalStatus", out var status) && status.All("coding").Exists(static coding => Over.Contains(coding.Text("code")));

    private static bool IsOf(Resource entry, string category) => entry.TypeName == "Observation"
        && entry.Root.All("category").Exists(concept => concept.All("coding").Exists(coding => coding.Text("code") == category));
}
