using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Server.Summaries;

/// <summary>
/// An International Patient Summary (HL7 IPS, EN ISO 27269): a document with the sections that whoever helps a person they do not know needs first. Made of what an answer holds: what stays home and what is not
/// there look the same, and a section says "nothing here" of both. Pure.
/// </summary>
internal static class PatientSummary
{
    private const string Profile = "http://hl7.org/fhir/uv/ips/StructureDefinition/";
    private const string Author = "Device/rapport";
    private const string Loinc = "http://loinc.org";

    /// <summary>What it is made of: what holds now, and the newest of what happened.</summary>
    private static readonly SearchQuery[] Searches =
    [
        Of("Patient", "_count=1"),
        Of("AllergyIntolerance", "verification-status:not=refuted,entered-in-error&_count=200"),
        Of("Condition", "verification-status:not=refuted,entered-in-error&_sort=-onset-date&_count=300"),
        Of("MedicationStatement", "status=active,on-hold,intended,unknown&_sort=-effective&_count=200&_include=MedicationStatement:medication"),
        Of("MedicationRequest", "status=active,on-hold&_sort=-authoredon&_count=200&_include=MedicationRequest:medication"),
        Of("Immunization", "status=completed&_sort=-date&_count=200"),
        Of("DiagnosticReport", "status=final,amended,corrected,appended&_sort=-date&_count=20"),
        Of("Observation", "category=laboratory&status=final,amended,corrected,preliminary&_sort=-date&_count=60"),
        Of("Observation", "category=vital-signs&status=final,amended,corrected,preliminary&_sort=-date&_count=40"),
        Of("Observation", "category=social-history&status=final,amended,corrected,preliminary&_sort=-date&_count=20"),
        Of("Procedure", "status=completed,in-progress&_sort=-date&_count=100"),
        Of("DeviceUseStatement", "_count=50&_include=DeviceUseStatement:device"),
        Of("CarePlan", "status=active&_count=20"),
    ];

    /// <summary>The FHIR types that it is made of: what an agreement about it permits.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. Searches.Select(search => search.ResourceType).Append("Medication").Append("Device").Distinct()];

    /// <summary>Asks a record for it: one answer, and so one disclosure. What several sources tell of one thing is in it once.</summary>
    public static RecordQuery Query { get; } = new RecordQuery.Several(Searches) { Merges = true };

    /// <summary>The document.</summary>
    /// <param name="entries">What the answer to <see cref="Query"/> holds, whole.</param>
    /// <param name="baseUrl">Under which the entries' addresses are.</param>
    /// <param name="at">When it is made.</param>
    public static JsonObject Document(IReadOnlyList<SummaryEntry> entries, string baseUrl, DateTimeOffset at)
    {
        var id = Guid.CreateVersion7(at).ToString();
        var there = entries.Select(entry => entry.Reference).ToHashSet();
        var bundle = new JsonArray
        {
            Entry(baseUrl, $"Composition/{id}", Composition(id, entries, at)),
        };
        foreach (var entry in entries.OrderByDescending(entry => entry.Resource.TypeName == "Patient"))
        {
            bundle.Add(Entry(baseUrl, entry.Reference, ClosedReferences.In(entry.Resource.Json.Span, there)));
        }

        bundle.Add(Entry(baseUrl, Author, TheProgram()));
        return new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["id"] = Guid.CreateVersion7(at).ToString(),
            ["meta"] = new JsonObject { ["profile"] = new JsonArray(Profile + "Bundle-uv-ips") },
            ["identifier"] = new JsonObject { ["system"] = "urn:ietf:rfc:3986", ["value"] = $"urn:uuid:{Guid.CreateVersion7(at)}" },
            ["type"] = "document",
            ["timestamp"] = Instant(at),
            ["entry"] = bundle,
        };
    }

    private static JsonObject Composition(string id, IReadOnlyList<SummaryEntry> entries, DateTimeOffset at)
    {
        List<(SummarySection Section, IReadOnlyList<SummaryEntry> Entries)> sections =
        [
            .. from section in SummarySection.All
               let held = entries.Where(entry => section.Holds(entry.Resource)).ToList()
               where held.Count > 0 || section.IsRequired
               select (section, (IReadOnlyList<SummaryEntry>)held),
        ];
        var composition = new JsonObject
        {
            ["resourceType"] = "Composition",
            ["id"] = id,
            ["meta"] = new JsonObject { ["profile"] = new JsonArray(Profile + "Composition-uv-ips") },
            ["language"] = Languages.Current.Code,
            ["text"] = SummaryNarrative.Of(entries, sections, at),
            ["status"] = "final",
            ["type"] = new JsonObject { ["coding"] = new JsonArray(Coding(Loinc, "60591-5", "Patient summary Document")) },
            ["date"] = Instant(at),
            ["author"] = new JsonArray(new JsonObject { ["reference"] = Author }),
            ["title"] = PatientSummaryText.Title,
            ["confidentiality"] = "N",
            ["section"] = new JsonArray([.. sections.Select(section => Section(section.Section, section.Entries))]),
        };
        if (entries.FirstOrDefault(entry => entry.Resource.TypeName == "Patient") is { } patient)
        {
            composition["subject"] = new JsonObject { ["reference"] = patient.Reference };
        }

        return composition;
    }

    private static JsonObject Section(SummarySection section, IReadOnlyList<SummaryEntry> entries)
    {
        var json = new JsonObject
        {
            ["title"] = section.Heading(),
            ["code"] = new JsonObject { ["coding"] = new JsonArray(Coding(Loinc, section.Code, section.Display)) },
            ["text"] = SummaryNarrative.Of(entries),
        };
        if (entries.Count > 0)
        {
            json["entry"] = new JsonArray([.. entries.Select(entry => new JsonObject { ["reference"] = entry.Reference })]);
        }
        else
        {
            json["emptyReason"] = new JsonObject { ["coding"] = new JsonArray(Coding("http://terminology.hl7.org/CodeSystem/list-empty-reason", "unavailable", "Unavailable")) };
        }

        return json;
    }

    /// <summary>Nobody attests it: a program put it together.</summary>
    private static JsonObject TheProgram() => new()
    {
        ["resourceType"] = "Device",
        ["id"] = Author["Device/".Length..],
        ["deviceName"] = new JsonArray(new JsonObject { ["name"] = "Rapport", ["type"] = "user-friendly-name" }),
    };

    private static JsonObject Entry(string baseUrl, string reference, JsonObject resource) => new() { ["fullUrl"] = $"{baseUrl}/{reference}", ["resource"] = resource };

    private static JsonObject Coding(string system, string code, string display) => new() { ["system"] = system, ["code"] = code, ["display"] = display };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private static SearchQuery Of(string type, string query) => SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query)).Query ?? throw new InvalidOperationException($"`{query}` is no search");
}

/// <summary>An entry that a summary is made of.</summary>
/// <param name="Reference">How FHIR refers to it.</param>
/// <param name="Resource">The entry, whole.</param>
internal sealed record SummaryEntry(string Reference, Resource Resource);
