using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Server.Summaries;

/// <summary>
/// An International Patient Summary (HL7 IPS, EN ISO 27269): a document with the sections that whoever helps a person they do not know needs first. Made of what an answer holds: what stays home and what is not
/// there look the same, and a section says "nothing here" of both. Pure.
/// </summary>
internal static class PatientSummary
{
    /// <summary>What it is made of: what holds now, of results the newest of each kind, and the newest of what else happened.</summary>
    private static readonly SearchQuery[] Searches =
    [
        Of("Patient", "_count=1"),
        Of("AllergyIntolerance", "verification-status:not=refuted,entered-in-error&_count=200"),
        Of("Condition", "verification-status:not=refuted,entered-in-error&_sort=-onset-date&_count=300"),
        Of("MedicationStatement", "status=active,on-hold,intended,unknown&_sort=-effective&_count=200&_include=MedicationStatement:medication"),
        Of("MedicationRequest", "status=active,on-hold&_sort=-authoredon&_count=200&_include=MedicationRequest:medication"),
        Of("Immunization", "status=completed&_sort=-date&_count=200"),
        Of("DiagnosticReport", "status=final,amended,corrected,appended&_sort=-date&_count=20"),
        Of("Observation", "category=laboratory&status=final,amended,corrected,preliminary&_sort=-date&_count=40"),
        Of("Observation", "category=vital-signs&status=final,amended,corrected,preliminary&_sort=-date&_count=20"),
        Of("Observation", "category=social-history&status=final,amended,corrected,preliminary&_sort=-date&_count=20"),
        Of("Procedure", "status=completed,in-progress&_sort=-date&_count=100"),
        Of("DeviceUseStatement", "_count=50&_include=DeviceUseStatement:device"),
        Of("CarePlan", "status=active&_count=20"),
    ];

    /// <summary>The FHIR types that it is made of: what an agreement about it permits.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. Searches.Select(search => search.ResourceType).Append("Medication").Append("Device").Distinct()];

    /// <summary>Asks a record for it: one answer, and so one disclosure. What several sources tell of one thing is in it once.</summary>
    public static RecordQuery Query { get; } = new RecordQuery.Several(Searches) { Merges = true, OnceOfEachCode = ["Observation", "DiagnosticReport"] };

    /// <summary>The document.</summary>
    /// <param name="entries">What the answer to <see cref="Query"/> holds, whole.</param>
    public static SharedDocument Document(IReadOnlyList<SharedEntry> entries) => new()
    {
        Title = PatientSummaryText.Title,
        Type = new DocumentCode("60591-5", "Patient summary Document"),
        Profile = "http://hl7.org/fhir/uv/ips/StructureDefinition/",
        Entries = entries,
        Sections =
        [
            .. from section in SummarySection.All
               let held = entries.Where(entry => section.Holds(entry.Resource)).ToList()
               where held.Count > 0 || section.IsRequired
               select new DocumentSection(section.Heading(), held) { Code = section.Code },
        ],
    };

    private static SearchQuery Of(string type, string query) => SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query)).Query ?? throw new InvalidOperationException($"`{query}` is no search");
}
