using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Server.Summaries;

/// <summary>An entry of a document.</summary>
/// <param name="Reference">How FHIR refers to it.</param>
/// <param name="Resource">The entry, whole.</param>
public sealed record SharedEntry(string Reference, Resource Resource);

/// <summary>A LOINC code of a document or of a section.</summary>
public sealed record DocumentCode(string Code, string Display);

/// <summary>A section of a document.</summary>
/// <param name="Heading">What people call it.</param>
/// <param name="Entries">What is in it; none where a section stands there to say so.</param>
public sealed record DocumentSection(string Heading, IReadOnlyList<SharedEntry> Entries)
{
    /// <summary>Its code; null for none.</summary>
    public DocumentCode? Code { get; init; }

    /// <summary>What is said in it beside its entries; null for nothing.</summary>
    public string? Words { get; init; }
}

/// <summary>Part of a record as it is given to somebody: for programs a FHIR document, whose sections people can read too. Pure.</summary>
public sealed record SharedDocument
{
    private const string Author = "Device/rapport";
    private const string Loinc = "http://loinc.org";

    public required string Title { get; init; }

    public required DocumentCode Type { get; init; }

    /// <summary>What the names of its profiles begin with; null for none.</summary>
    public string? Profile { get; init; }

    /// <summary>All that is in it.</summary>
    public required IReadOnlyList<SharedEntry> Entries { get; init; }

    /// <summary>In the order in which they are read.</summary>
    public required IReadOnlyList<DocumentSection> Sections { get; init; }

    /// <summary>Whom it is about; null when that does not go along.</summary>
    public SharedEntry? Patient => Entries.FirstOrDefault(static entry => entry.Resource.TypeName == "Patient");

    /// <summary>The document as a bundle.</summary>
    /// <param name="baseUrl">Under which the entries' addresses are.</param>
    /// <param name="at">When it is made.</param>
    /// <param name="beside">The references of what goes along beside it.</param>
    public JsonObject ToBundle(string baseUrl, DateTimeOffset at, IReadOnlyList<string> beside)
    {
        var there = Entries.Select(static entry => entry.Reference).Concat(beside).ToHashSet();
        var id = Guid.CreateVersion7(at).ToString();
        var entries = new JsonArray(Entry(baseUrl, $"Composition/{id}", Composition(id, at)));
        foreach (var entry in Entries.OrderByDescending(entry => entry == Patient))
        {
            entries.Add(Entry(baseUrl, entry.Reference, ClosedReferences.In(entry.Resource.Json.Span, there)));
        }

        entries.Add(Entry(baseUrl, Author, TheProgram()));
        return new JsonObject(Beginning("Bundle", Guid.CreateVersion7(at).ToString(), "Bundle-uv-ips"))
        {
            ["identifier"] = new JsonObject { ["system"] = "urn:ietf:rfc:3986", ["value"] = $"urn:uuid:{Guid.CreateVersion7(at)}" },
            ["type"] = "document",
            ["timestamp"] = Instant(at),
            ["entry"] = entries,
        };
    }

    private JsonObject Composition(string id, DateTimeOffset at)
    {
        var composition = new JsonObject(Beginning("Composition", id, "Composition-uv-ips"))
        {
            ["language"] = Languages.Current.Code,
            ["text"] = DocumentNarrative.Of(this, at),
            ["status"] = "final",
            ["type"] = Concept(Type),
            ["date"] = Instant(at),
            ["author"] = new JsonArray(new JsonObject { ["reference"] = Author }),
            ["title"] = Title,
            ["confidentiality"] = "N",
            ["section"] = new JsonArray([.. Sections.Select(Section)]),
        };
        if (Patient is { } patient)
        {
            composition["subject"] = new JsonObject { ["reference"] = patient.Reference };
        }

        return composition;
    }

    private static JsonObject Section(DocumentSection section)
    {
        var json = new JsonObject { ["title"] = section.Heading };
        if (section.Code is { } code)
        {
            json["code"] = Concept(code);
        }

        json["text"] = DocumentNarrative.Of(section);
        if (section.Entries.Count > 0)
        {
            json["entry"] = new JsonArray([.. section.Entries.Select(static entry => new JsonObject { ["reference"] = entry.Reference })]);
        }
        else if (section.Words is null)
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

    private IEnumerable<KeyValuePair<string, JsonNode?>> Beginning(string type, string id, string profile)
    {
        yield return new("resourceType", type);
        yield return new("id", id);
        if (Profile is not null)
        {
            yield return new("meta", new JsonObject { ["profile"] = new JsonArray(Profile + profile) });
        }
    }

    private static JsonObject Entry(string baseUrl, string reference, JsonObject resource) => new() { ["fullUrl"] = $"{baseUrl}/{reference}", ["resource"] = resource };

    private static JsonObject Concept(DocumentCode code) => new() { ["coding"] = new JsonArray(Coding(Loinc, code.Code, code.Display)) };

    private static JsonObject Coding(string system, string code, string display) => new() { ["system"] = system, ["code"] = code, ["display"] = display };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
