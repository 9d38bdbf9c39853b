using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rapport.Server.Summaries;

/// <summary>
/// Takes out of a resource what leads to entries that do not go along with it: whoever gets it must not learn that there is something which they do not get. What such a reference says in words stays. Pure.
/// </summary>
internal static class ClosedReferences
{
    /// <summary>The resource with references only to what goes along, and to what it contains.</summary>
    /// <param name="resource">One FHIR resource as JSON.</param>
    /// <param name="there">The references of what goes along.</param>
    public static JsonObject In(ReadOnlySpan<byte> resource, IReadOnlySet<string> there)
    {
        var json = JsonNode.Parse(resource)!.AsObject();
        Close(json, there);
        return json;
    }

    private static void Close(JsonNode? node, IReadOnlySet<string> there)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Close(item, there);
            }
        }
        else if (node is JsonObject value)
        {
            CloseOne(value, there);
            foreach (var (_, child) in value.ToList())
            {
                Close(child, there);
            }
        }
    }

    private static void CloseOne(JsonObject value, IReadOnlySet<string> there)
    {
        if (Text(value, "reference") is { } reference && reference is not ['#', ..] && !there.Contains(WithoutVersion(reference)))
        {
            value.Remove("reference");
            value.Remove("_reference");
            if (value.Count == 0)
            {
                // An element that says nothing is not allowed: it says that it does not say.
                value["extension"] = new JsonArray(new JsonObject { ["url"] = "http://hl7.org/fhir/StructureDefinition/data-absent-reason", ["valueCode"] = "unknown" });
            }
        }

        // The address of an attachment that lies beside its document.
        if (Text(value, "url") is { } url && url.StartsWith("Binary/", StringComparison.Ordinal) && !there.Contains(url))
        {
            value.Remove("url");
        }
    }

    private static string WithoutVersion(string reference) => reference.IndexOf("/_history/", StringComparison.Ordinal) is >= 0 and var at ? reference[..at] : reference;

    private static string? Text(JsonObject value, string name) =>
        value.TryGetPropertyValue(name, out var child) && child is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : null;
}
