using System.Text.Json;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>
/// Tells FHIR of another version from damaged R4, by elements that only the other version has or writes so. Sources: the difference pages of R4
/// (against STU3) and R5 (against R4) at hl7.org/fhir.
/// </summary>
internal static class FhirVersions
{
    private const int MostLooked = 2_000;

    /// <summary>Of what is longer the version is not guessed: that takes as much memory again as the document, and more.</summary>
    private const int MostBytes = 16 * 1024 * 1024;

    private static readonly (string Type, string Property, JsonValueKind Kind, string Version)[] Signs =
    [
        ("Condition", "clinicalStatus", JsonValueKind.String, "STU3"),
        ("Condition", "context", JsonValueKind.Object, "STU3"),
        ("AllergyIntolerance", "clinicalStatus", JsonValueKind.String, "STU3"),
        ("Observation", "context", JsonValueKind.Object, "STU3"),
        ("Procedure", "context", JsonValueKind.Object, "STU3"),
        ("Procedure", "notDone", JsonValueKind.True, "STU3"),
        ("Procedure", "notDone", JsonValueKind.False, "STU3"),
        ("DiagnosticReport", "context", JsonValueKind.Object, "STU3"),
        ("MedicationStatement", "taken", JsonValueKind.String, "STU3"),
        ("MedicationRequest", "context", JsonValueKind.Object, "STU3"),
        ("Immunization", "notGiven", JsonValueKind.False, "STU3"),
        ("Immunization", "notGiven", JsonValueKind.True, "STU3"),
        ("Immunization", "date", JsonValueKind.String, "STU3"),
        ("DocumentReference", "indexed", JsonValueKind.String, "STU3"),
        ("CarePlan", "context", JsonValueKind.Object, "STU3"),
        ("Claim", "organization", JsonValueKind.Object, "STU3"),
        ("Encounter", "class", JsonValueKind.Array, "R5"),
        ("Encounter", "actualPeriod", JsonValueKind.Object, "R5"),
        ("MedicationRequest", "medication", JsonValueKind.Object, "R5"),
        ("MedicationStatement", "medication", JsonValueKind.Object, "R5"),
        ("MedicationAdministration", "medication", JsonValueKind.Object, "R5"),
        ("Condition", "participant", JsonValueKind.Array, "R5"),
        ("AllergyIntolerance", "type", JsonValueKind.Object, "R5"),
        ("Procedure", "occurrenceDateTime", JsonValueKind.String, "R5"),
        ("Procedure", "occurrencePeriod", JsonValueKind.Object, "R5"),
    ];

    /// <summary>A sentence that names the version and the first sign of it; null when nothing speaks for another version.</summary>
    internal static CheckIssue? Guess(ReadOnlyMemory<byte> content)
    {
        if (content.Length > MostBytes)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 64 });
            foreach (var (resource, path) in ResourcesOf(document.RootElement).Take(MostLooked))
            {
                if (Sign(resource, path) is { } found)
                {
                    return found;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What is no JSON, or no text, has no version.
        }

        return null;
    }

    private static CheckIssue? Sign(JsonElement resource, string path)
    {
        var type = resource.GetProperty("resourceType").GetString();
        foreach (var (of, property, kind, version) in Signs)
        {
            if (of == type && resource.TryGetProperty(property, out var value) && value.ValueKind == kind)
            {
                return new CheckIssue(
                    IssueSeverity.Error, "not-supported", $"{path}.{property}",
                    $"this is FHIR {version}, which writes `{property}` so; Rapport reads R4: ask the source for FHIR R4 (4.0.1)");
            }
        }

        return null;
    }

    private static IEnumerable<(JsonElement Resource, string Path)> ResourcesOf(JsonElement root)
    {
        if (TypeOf(root) is not { } type)
        {
            yield break;
        }

        if (type != "Bundle")
        {
            yield return (root, type);
        }
        else if (root.TryGetProperty("entry", out var entries) && entries.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var entry in entries.EnumerateArray())
            {
                if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("resource", out var resource) && TypeOf(resource) is not null)
                {
                    yield return (resource, $"Bundle.entry[{index}].resource");
                }

                index++;
            }
        }
    }

    private static string? TypeOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("resourceType", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
}
