using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Server.Api.CdsHooks;

/// <summary>Gives the data of another system the sensitivity labels that the rules of this one find, beside those that it has: whoever asks need not label.</summary>
internal static class LabelledContent
{
    /// <summary>The same resource with the labels that it should have; others of the content are looked at where it refers to them.</summary>
    public static Resource Of(Resource resource, IReadOnlyList<Resource?> content)
    {
        var found = Labeller.Label(resource, reference => content.FirstOrDefault(other => other is not null && $"{other.TypeName}/{other.Id}" == reference));
        return found.Count == 0 ? resource : With(resource, found.Select(static label => (label.System, label.Code)));
    }

    /// <summary>The same resource with further labels.</summary>
    public static Resource With(Resource resource, IEnumerable<(string System, string Code)> labels)
    {
        var node = JsonNode.Parse(resource.Json.Span)!.AsObject();
        var meta = node["meta"] as JsonObject ?? [];
        var security = meta["security"] as JsonArray ?? [];
        foreach (var (system, code) in labels.Distinct())
        {
            security.Add(new JsonObject { ["system"] = system, ["code"] = code });
        }

        if (security.Parent is null)
        {
            meta["security"] = security;
        }

        if (meta.Parent is null)
        {
            node["meta"] = meta;
        }

        return Resource.Read(JsonSerializer.SerializeToUtf8Bytes(node));
    }
}
