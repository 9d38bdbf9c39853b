using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>
/// Keeps apart what two Patients contain under one name, so that a reference that goes along with its element leads to what it led to
/// before. Stateless.
/// </summary>
internal static class ContainedResources
{
    private static readonly JsonSerializerOptions _written = new()
    {
        MaxDepth = JoinedPatient.Deep.MaxDepth,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What another source says, and what it contains and is not there yet, renamed where something else has the name.</summary>
    internal static (JsonElement Root, IReadOnlyList<JsonElement> Contained) Apart(PatientParts parts, int version, JsonElement other)
    {
        if (!other.TryGetProperty("contained", out var theirs))
        {
            return (other, []);
        }

        var there = parts.Items("contained").DistinctBy(IdOf).ToDictionary(IdOf, StringComparer.Ordinal);
        HashSet<string> taken = [.. there.Keys, .. theirs.EnumerateArray().Select(IdOf)];
        Dictionary<string, string> renamed = [];
        foreach (var item in theirs.EnumerateArray())
        {
            if (there.TryGetValue(IdOf(item), out var same) && !SameJson.AreSame(same, item))
            {
                renamed[IdOf(item)] = Free(IdOf(item), version, taken);
            }
        }

        var root = renamed.Count == 0 ? other : Rename(other, renamed);
        return (root, [.. root.GetProperty("contained").EnumerateArray().Where(item => !there.ContainsKey(IdOf(item)))]);
    }

    /// <summary>Whether something in it refers to what its resource contains.</summary>
    internal static bool RefersInside(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(part => IsInside(part.Name, part.Value) || RefersInside(part.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(RefersInside),
        _ => false,
    };

    private static bool IsInside(string name, JsonElement value) =>
        name == "reference" && value.ValueKind == JsonValueKind.String && value.GetString()!.StartsWith('#');

    private static string IdOf(JsonElement contained) => contained.TryGetProperty("id", out var id) ? id.GetString()! : "";

    /// <summary>A name that nothing else has; the same each time: joined again, the same is the same.</summary>
    private static string Free(string id, int version, HashSet<string> taken)
    {
        var name = $"v{version}-{id}";
        name = name.Length > 64 ? name[..64] : name;
        for (var i = 2; !taken.Add(name); i++)
        {
            name = $"v{version}-{i}";
        }

        return name;
    }

    private static JsonElement Rename(JsonElement root, Dictionary<string, string> renamed)
    {
        var json = JsonNode.Parse(root.GetRawText(), documentOptions: JoinedPatient.Deep)!;
        foreach (var contained in json["contained"]!.AsArray())
        {
            if (contained!["id"]?.GetValue<string>() is { } id && renamed.TryGetValue(id, out var name))
            {
                contained["id"] = name;
            }
        }

        Follow(json, renamed);
        return JoinedPatient.Parse(JsonSerializer.SerializeToUtf8Bytes(json, _written));
    }

    private static void Follow(JsonNode? node, Dictionary<string, string> renamed)
    {
        if (node is JsonObject parent)
        {
            foreach (var (name, value) in parent.ToList())
            {
                if (name == "reference" && value is JsonValue text && text.TryGetValue<string>(out var reference)
                    && reference.StartsWith('#') && renamed.TryGetValue(reference[1..], out var now))
                {
                    parent[name] = "#" + now;
                }
                else
                {
                    Follow(value, renamed);
                }
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Follow(item, renamed);
            }
        }
    }
}
