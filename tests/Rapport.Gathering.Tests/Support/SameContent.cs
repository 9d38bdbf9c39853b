using System.Text.Json;

namespace Rapport.Gathering.Tests;

/// <summary>
/// Compares what came with what is stored, element for element and number text for number text, written without the code that it checks. Allowed are
/// another id, what a server sets in <c>meta</c>, identifiers and security labels added after those that came, and references that follow to where their target is.
/// </summary>
public sealed class SameContent(IReadOnlyDictionary<string, string> moved)
{
    private const string KeptIdentifier = "urn:x-rapport:original-identifier";

    /// <summary>Where they first differ; null when they do not.</summary>
    public string? FindDifference(JsonElement came, JsonElement stored)
    {
        foreach (var name in Names(came).Union(Names(stored)))
        {
            var (left, right) = (Child(came, name), Child(stored, name));
            var difference = name switch
            {
                "id" => null,
                "meta" => CompareMeta(left, right),
                "identifier" when right is { ValueKind: JsonValueKind.Array } => CompareItems(name, left is { } l ? [.. l.EnumerateArray()] : [], [.. right.Value.EnumerateArray()], true),
                _ => Compare(name, left, right),
            };
            if (difference is not null)
            {
                return difference;
            }
        }

        return null;
    }

    /// <summary>Every text under a property named <c>reference</c>.</summary>
    public static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static p =>
            p.Name == "reference" && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    /// <summary>Whether the resource keeps an identifier, as an element of its own or beside <c>meta</c>.</summary>
    public static bool Keeps(JsonElement resource, string value)
    {
        List<JsonElement> identifiers = [];
        if (Child(resource, "identifier") is { ValueKind: JsonValueKind.Array } own)
        {
            identifiers.AddRange(own.EnumerateArray());
        }

        if (Child(resource, "meta") is { } meta && Child(meta, "extension") is { } extensions)
        {
            identifiers.AddRange(extensions.EnumerateArray().Where(static e => Child(e, "valueIdentifier") is not null).Select(static e => e.GetProperty("valueIdentifier")));
        }

        return identifiers.Any(i => Child(i, "value")?.GetString() == value);
    }

    private string? CompareMeta(JsonElement? came, JsonElement? stored)
    {
        foreach (var name in Names(came).Union(Names(stored)).Except(["versionId", "lastUpdated"]))
        {
            var (left, right) = (Child(came, name), Child(stored, name));
            if (name == "extension")
            {
                JsonElement[] kept = right is { } r ? [.. r.EnumerateArray().Where(static e => Child(e, "url")?.GetString() != KeptIdentifier)] : [];
                if (CompareItems("meta.extension", left is { } l ? [.. l.EnumerateArray()] : [], kept, false) is { } extension)
                {
                    return extension;
                }
            }
            else if (name == "security" && right is { ValueKind: JsonValueKind.Array } labels)
            {
                if (CompareItems("meta.security", left is { } l ? [.. l.EnumerateArray()] : [], [.. labels.EnumerateArray()], true) is { } label)
                {
                    return label;
                }
            }
            else if (Compare($"meta.{name}", left, right) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private string? Compare(string path, JsonElement? came, JsonElement? stored)
    {
        if (came is not { } left || stored is not { } right || left.ValueKind != right.ValueKind)
        {
            return path;
        }

        switch (left.ValueKind)
        {
            case JsonValueKind.Object:
                return Names(left).Union(Names(right)).Select(name => Compare($"{path}.{name}", Child(left, name), Child(right, name))).FirstOrDefault(static d => d is not null);
            case JsonValueKind.Array:
                return CompareItems(path, [.. left.EnumerateArray()], [.. right.EnumerateArray()], false);
            case JsonValueKind.String:
                var text = left.GetString()!;
                return right.GetString() == moved.GetValueOrDefault(text, text) || (right.GetString() == text && !path.EndsWith(".reference", StringComparison.Ordinal)) ? null : path;
            default:
                return left.GetRawText() == right.GetRawText() ? null : path;
        }
    }

    private string? CompareItems(string path, JsonElement[] came, JsonElement[] stored, bool mayHaveMore)
    {
        if (came.Length > stored.Length || (came.Length < stored.Length && !mayHaveMore))
        {
            return path;
        }

        return came.Select((item, i) => Compare($"{path}[{i}]", item, stored[i])).FirstOrDefault(static d => d is not null);
    }

    private static IEnumerable<string> Names(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } o ? o.EnumerateObject().Select(static p => p.Name) : [];

    private static JsonElement? Child(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(name, out var child) ? child : null;
}
