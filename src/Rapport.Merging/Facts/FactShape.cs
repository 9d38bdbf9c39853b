using System.Collections.Frozen;

namespace Rapport.Merging;

/// <summary>Where an R4 resource type says what, when and whether; names of elements as in FHIRPath.</summary>
/// <param name="Kind">What sort of thing it tells.</param>
/// <param name="Concepts">Elements that name it, all of which count.</param>
/// <param name="Dates">Elements that date it, the first that is there counts.</param>
internal sealed record FactShape(FactKind Kind, string[] Concepts, string[] Dates)
{
    private static readonly FrozenDictionary<string, FactShape> Shapes = new Dictionary<string, FactShape>
    {
        ["Condition"] = new(FactKind.Problem, ["code"], ["onset", "recordedDate"]),
        ["AllergyIntolerance"] = new(FactKind.Allergy, ["code"], ["onset", "recordedDate"]),
        ["MedicationRequest"] = new(FactKind.Medicine, ["medication"], ["authoredOn"]),
        ["MedicationStatement"] = new(FactKind.Medicine, ["medication"], ["effective", "dateAsserted"]),
        ["MedicationAdministration"] = new(FactKind.Dose, ["medication"], ["effective"]),
        ["MedicationDispense"] = new(FactKind.Supply, ["medication"], ["whenHandedOver", "whenPrepared"]),
        ["Immunization"] = new(FactKind.Vaccination, ["vaccineCode"], ["occurrence"]),
        ["Procedure"] = new(FactKind.Procedure, ["code"], ["performed"]),
        ["Observation"] = new(FactKind.Measurement, ["code"], ["effective"]),
        ["DiagnosticReport"] = new(FactKind.Report, ["code"], ["effective", "issued"]),
        ["Encounter"] = new(FactKind.Visit, ["type"], ["period"]),
        ["ServiceRequest"] = new(FactKind.Order, ["code"], ["authoredOn"]),
        ["CarePlan"] = new(FactKind.Plan, ["category", "title"], ["period"]),
        ["CareTeam"] = new(FactKind.Plan, ["category", "name"], ["period"]),
        ["Goal"] = new(FactKind.Goal, ["description"], ["start"]),
        ["FamilyMemberHistory"] = new(FactKind.Relative, ["relationship"], []),
        ["DocumentReference"] = new(FactKind.Document, ["type"], []),
        ["Composition"] = new(FactKind.Document, ["type"], []),
        ["Practitioner"] = new(FactKind.Party, ["name"], []),
        ["Organization"] = new(FactKind.Party, ["name"], []),
        ["Location"] = new(FactKind.Party, ["name"], []),
        ["Device"] = new(FactKind.Numbered, ["type"], []),
        ["Coverage"] = new(FactKind.Numbered, ["type"], []),
        ["ImagingStudy"] = new(FactKind.Numbered, ["modality"], []),
    }.ToFrozenDictionary();

    /// <summary>Null for types whose entries are never the same as others.</summary>
    internal static FactShape? Of(string resourceType) => Shapes.GetValueOrDefault(resourceType);
}
