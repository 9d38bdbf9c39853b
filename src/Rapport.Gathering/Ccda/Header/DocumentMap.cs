using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// A whole document: the patient, the visit, the care team, all statements, the document itself byte for byte, and a Composition that holds the words of
/// each section and leads to its entries.
/// </summary>
internal static class DocumentMap
{
    private static readonly (string Kind, Func<CcdaReading, bool> Has)[] Usual =
    [
        ("allergies", reading => HasSection(reading, "48765-2") || Became(reading, "AllergyIntolerance")),
        ("medications", reading => HasSection(reading, "10160-0", "10183-2", "75311-1", "42346-7", "29549-3")
            || Became(reading, "MedicationStatement", "MedicationRequest", "MedicationAdministration")),
        ("problems", reading => HasSection(reading, "11450-4") || Became(reading, "Condition")),
        ("results", reading => HasSection(reading, "30954-2")),
        ("vital-signs", reading => HasSection(reading, "8716-3")),
        ("immunizations", reading => HasSection(reading, "11369-6")),
        ("procedures", reading => HasSection(reading, "47519-4") || Became(reading, "Procedure")),
        ("encounters", reading => HasSection(reading, "46240-8") || reading.Encounter is not null),
        ("notes", reading => reading.Statements.Any(statement => statement.Is(CcdaTemplates.Note))
            || reading.AllSections.Any(section => section.Is(CcdaSections.Notes)) || reading.Root.First("component", "nonXMLBody") is not null),
    ];

    private static readonly string[] AboutMaking = ["dataEnterer", "informant", "informationRecipient", "inFulfillmentOf", "authorization"];

    internal static void Read(CcdaReading reading)
    {
        PatientMap.Read(reading);
        HeaderMap.ReadEncounter(reading);
        HeaderMap.ReadCareTeam(reading);
        foreach (var statement in reading.AllSections.SelectMany(section => section.Entries))
        {
            reading.Map(statement);
        }

        HeaderMap.AddEncounter(reading);
        var document = new KeptDocument(reading);
        document.Add();
        NameRest(reading);
        reading.People.AddAll();
    }

    private static void NameRest(CcdaReading reading)
    {
        foreach (var part in reading.Root.Elements().Where(part => part.IsCda() && AboutMaking.Contains(part.Name.LocalName)))
        {
            reading.Harvest.Skip(part.Name.LocalName, NotTakenReason.NotAboutPatient, $"line {part.Line()}");
        }

        if (reading.Sections.Count == 0)
        {
            return;
        }

        foreach (var (kind, has) in Usual)
        {
            if (!has(reading))
            {
                reading.Harvest.Lacking(kind);
            }
        }
    }

    private static bool HasSection(CcdaReading reading, params string[] codes) =>
        reading.AllSections.Any(section => section.Is(codes) && section.Node.NullFlavor() is null);

    private static bool Became(CcdaReading reading, params string[] types) => reading.Statements.Any(statement => types.Contains(statement.ResourceType));
}

/// <summary>Codes of sections, by LOINC.</summary>
internal static class CcdaSections
{
    internal const string Results = "30954-2";
    internal const string VitalSigns = "8716-3";
    internal const string SocialHistory = "29762-2";
    internal const string FunctionalStatus = "47420-5";
    internal const string MentalStatus = "10190-7";
    internal const string PhysicalExam = "29545-1";
    internal const string HealthConcerns = "75310-3";
    internal const string Problems = "11450-4";
    internal const string PastIllness = "11348-0";
    internal const string MedicationsAdministered = "29549-3";
    internal const string Immunizations = "11369-6";
    internal const string CareTeams = "85847-2";

    /// <summary>Sections that are notes as a whole.</summary>
    internal static readonly string[] Notes = ["11488-4", "11506-3", "34117-2", "18842-5", "28570-0", "34746-8", "34109-9", "18748-4", "11502-2", "11526-1", "8648-8"];
}
