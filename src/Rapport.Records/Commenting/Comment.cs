using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// Words that somebody wrote about one entry of a record. In the record it is a FHIR Communication (R4) of a category of its own, whose <c>about</c> is that entry; one that is about several, or about
/// nothing that is in the record, is a comment on nothing, and for the patient's eyes alone. Stateless.
/// </summary>
public static class Comment
{
    /// <summary>The code system and the code of the category.</summary>
    public const string System = "urn:rapport:communication", Code = "comment";

    /// <summary>The most letters.</summary>
    public const int MostText = 2_000;

    /// <summary>What nobody comments on: who the patient is, what they agreed to, and what stands beside entries.</summary>
    private static readonly string[] Never = ["Patient", "Consent", "Basic", "Linkage", "Binary", "Provenance"];

    /// <summary>Whether entries of a FHIR type can be commented on; a comment never is.</summary>
    public static bool IsPossibleOn(string resourceType) => !Never.Contains(resourceType);

    /// <summary>Whether a resource is a comment.</summary>
    public static bool Is(Element resource) => resource.TypeName == "Communication"
        && Named(resource, "category").Any(static category => Named(category, "coding").Any(static coding => Text(coding, "system") == System && Text(coding, "code") == Code));

    /// <summary>What a resource is a comment on; the default id for nothing that can be in this record; null for what is no comment.</summary>
    internal static LocalId? On(Resource resource, ReadOnlySpan<char> patient)
    {
        if (!Is(resource.Root))
        {
            return null;
        }

        if (Named(resource.Root, "about").ToList() is not [var about] || Text(about, "reference") is not { } reference)
        {
            return default(LocalId);
        }

        var id = reference.AsSpan(reference.IndexOf('/', StringComparison.Ordinal) + 1);
        var version = id.IndexOf("/_history/", StringComparison.Ordinal);
        id = version < 0 ? id : id[..version];
        return id.Length > patient.Length && id.StartsWith(patient) && id[patient.Length] == '.' && LocalId.TryParse(id[(patient.Length + 1)..], out var local) ? local : default;
    }

    /// <summary>Whether the JSON of a resource can be that of a comment: looked at before it is parsed. JSON may write any letter as an escape.</summary>
    internal static bool MayBe(ReadOnlySpan<byte> json) => json.IndexOf("\"urn:rapport:communication\""u8) >= 0 || json.IndexOf("\\u"u8) >= 0;

    /// <summary>A comment as it is stored.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="id">Its local id.</param>
    /// <param name="on">The FHIR reference of the entry.</param>
    /// <param name="text">The words.</param>
    /// <param name="by">Who wrote it: their reference, and their name as others are told it.</param>
    /// <param name="at">When.</param>
    internal static byte[] Write(string patient, LocalId id, string on, string text, (string Reference, string Name) by, DateTimeOffset at)
    {
        var json = new JsonObject
        {
            ["resourceType"] = "Communication",
            ["id"] = $"{patient}.{id}",
            ["meta"] = new JsonObject { ["versionId"] = "1", ["lastUpdated"] = FhirTime.Instant(at) },
            ["status"] = "completed",
            ["category"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = System, ["code"] = Code, ["display"] = "Comment" }) }),
            ["subject"] = new JsonObject { ["reference"] = $"Patient/{patient}" },
            ["about"] = new JsonArray(new JsonObject { ["reference"] = on }),
            ["sent"] = FhirTime.Instant(at),
            ["sender"] = new JsonObject { ["reference"] = by.Reference, ["display"] = by.Name },
            ["payload"] = new JsonArray(new JsonObject { ["contentString"] = text }),
        };
        var read = Resource.Parse(JsonSerializer.SerializeToUtf8Bytes(json));
        return (read.Resource ?? throw new ArgumentException($"a comment is not valid at `{read.Issues[0].Location}`", nameof(text))).Json.ToArray();
    }

    private static IEnumerable<Element> Named(Element parent, string name)
    {
        foreach (var child in parent.Children)
        {
            if (child.Name == name)
            {
                yield return child;
            }
        }
    }

    private static string? Text(Element parent, string name) => parent.TryGetChild(name, out var child) ? child.GetString() : null;
}
