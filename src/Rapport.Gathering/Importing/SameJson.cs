using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>Whether two JSON texts say the same. Stateless.</summary>
internal static class SameJson
{
    internal static bool AreSame(byte[] left, byte[] right)
    {
        var options = new JsonDocumentOptions { MaxDepth = 1024 };
        using var a = JsonDocument.Parse(left, options);
        using var b = JsonDocument.Parse(right, options);
        return AreSame(a.RootElement, b.RootElement);
    }

    /// <summary>The order of properties says nothing; a number is its text, since <c>1.00</c> says more than <c>1.0</c>.</summary>
    internal static bool AreSame(JsonElement left, JsonElement right) => left.ValueKind == right.ValueKind && left.ValueKind switch
    {
        JsonValueKind.Object => left.GetPropertyCount() == right.GetPropertyCount()
            && left.EnumerateObject().All(property => right.TryGetProperty(property.Name, out var other) && AreSame(property.Value, other)),
        JsonValueKind.Array => left.GetArrayLength() == right.GetArrayLength() && left.EnumerateArray().Zip(right.EnumerateArray(), AreSame).All(same => same),
        JsonValueKind.String => left.ValueEquals(right.GetString()),
        _ => left.GetRawText() == right.GetRawText(),
    };
}
