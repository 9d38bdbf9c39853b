using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records;

/// <summary>What sensitive kinds words speak of that stand in no entry, by the same rules as an entry that says them. Pure, thread safe.</summary>
public static class WordLabels
{
    /// <summary>The codes of the labels that the rules find; none for words that speak of nothing of that.</summary>
    public static IReadOnlyList<string> In(string words) => string.IsNullOrWhiteSpace(words) ? [] : In(Resource.Read(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["resourceType"] = "Communication",
        ["status"] = "completed",
        ["payload"] = new JsonArray(new JsonObject { ["contentString"] = words }),
    })));

    /// <summary>The same for all words and codes of a resource.</summary>
    public static IReadOnlyList<string> In(Resource resource) => [.. Labeller.Label(resource).Select(static label => label.Code).Distinct()];
}
