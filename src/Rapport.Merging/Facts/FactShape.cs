using System.Collections.Frozen;

namespace Rapport.Merging;

/// <summary>Where an R4 resource type says what, when and whether; names of elements as in FHIRPath.</summary>
/// <param name="Kind">What sort of thing it tells.</param>
/// <param name="Concepts">Elements that name it, all of which count.</param>
/// <param name="Dates">Elements that date it, the first that is there counts.</param>
/// <param name="States">Elements that say whether it holds still, the first that is there counts; none where a state says only how far its recording is.</param>
internal sealed record FactShape(FactKind Kind, string[] Concepts, string[] Dates, string[] States)
{
    private static readonly string[] None = [];
    private static readonly string[] Status = ["status"];

    private static readonly FrozenDictionary<string, FactShape> Shapes = new Dictionary<string, FactShape>
    {
        ["Condition"] = new(FactKind.Problem, ["code"], ["onset", "recordedDate"], ["clinicalStatus"]),
        ["AllergyIntolerance"] = new(FactKind.Allergy, ["code"], ["onset", "recordedDate"], ["clinicalStatus"]),
        ["MedicationRequest"] = new(FactKind.Medicine, ["medication"], ["authoredOn"], Status),
        ["MedicationStatement"] = new(FactKind.Medicine, ["medication"], ["effective", "dateAsserted"], Status),
        ["MedicationAdministration"] = new(FactKind.Dose, ["medication"], ["effective"], None),
        ["MedicationDispense"] = new(FactKind.Supply, ["medication"], ["whenHandedOver", "whenPrepared"], None),
        ["Immunization"] = new(FactKind.Vaccination, ["vaccineCode"], ["occurrence"], None),
        ["Procedure"] = new(FactKind.Procedure, ["code"], ["performed"], None),
        ["Observation"] = new(FactKind.Measurement, ["code"], ["effective"], None),
        ["DiagnosticReport"] = new(FactKind.Report, ["code"], ["effective", "issued"], None),
        ["Encounter"] = new(FactKind.Visit, ["type"], ["period"], None),
        ["ServiceRequest"] = new(FactKind.Order, ["code"], ["authoredOn"], Status),
        ["CarePlan"] = new(FactKind.Plan, ["title", "category"], ["period"], Status),
        ["CareTeam"] = new(FactKind.Team, ["name"], ["period"], Status),
        ["Goal"] = new(FactKind.Goal, ["description"], ["start"], ["lifecycleStatus"]),
        ["FamilyMemberHistory"] = new(FactKind.Relative, ["relationship"], None, None),
        ["DocumentReference"] = new(FactKind.Document, ["type"], None, None),
        ["Composition"] = new(FactKind.Document, ["type"], None, None),
        ["Practitioner"] = new(FactKind.Person, ["name"], None, None),
        ["Organization"] = new(FactKind.Organisation, ["name"], None, None),
        ["Location"] = new(FactKind.Place, ["name"], None, None),
        ["Device"] = new(FactKind.Numbered, ["type"], None, None),
        ["Coverage"] = new(FactKind.Numbered, ["type"], None, None),
        ["ImagingStudy"] = new(FactKind.Numbered, ["modality"], None, None),
    }.ToFrozenDictionary();

    /// <summary>Null for types whose entries are never the same as others.</summary>
    internal static FactShape? Of(string resourceType) => Shapes.GetValueOrDefault(resourceType);
}
