using System.Text.Json;

namespace Rapport.Gathering.Tests;

/// <summary>What a Patient says of the person, a line for each fact, whatever the order: written without the code that it checks.</summary>
internal static class PatientFacts
{
    private static readonly string[] Beside = ["resourceType", "id", "meta", "text"];

    internal static HashSet<string> Of(JsonElement patient) =>
    [
        .. patient.EnumerateObject().Where(static property => !Beside.Contains(property.Name)).SelectMany(static property =>
            property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray().Select(item => $"{property.Name}[] {Sorted(item)}") : [$"{property.Name} {Sorted(property.Value)}"]),
    ];

    /// <summary>Whether it is one of several that stand beside each other.</summary>
    internal static bool IsOfAList(string fact) => fact.Contains("[] ", StringComparison.Ordinal) && !fact.StartsWith("name", StringComparison.Ordinal) && !fact.StartsWith("extension", StringComparison.Ordinal);

    private static string Sorted(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', element.EnumerateObject().OrderBy(static property => property.Name, StringComparer.Ordinal).Select(static property => $"{property.Name}:{Sorted(property.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', element.EnumerateArray().Select(Sorted)) + "]",
        JsonValueKind.String => JsonSerializer.Serialize(element.GetString()),
        _ => element.GetRawText(),
    };
}
