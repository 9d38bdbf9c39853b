using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>What somebody brings into a record that is not theirs: what is there already without their knowledge, and what is not.</summary>
internal static class Bringing
{
    /// <summary>Something marked that stays home, of a kind that may be added.</summary>
    public static Planted? Known(Plan plan) => plan.HiddenHere.FirstOrDefault(hidden => hidden.Json.ContainsKey("meta") && plan.Types.Contains(hidden.Type));

    /// <summary>Something that nobody has.</summary>
    public static JsonObject Fresh(string id, string text) => JsonNode.Parse(
        $$"""{"resourceType":"Observation","id":"{{id}}","status":"final","code":{"text":"{{text}}"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2025-09-09","valueQuantity":{"value":5,"unit":"mg/dL"} }""")!.AsObject();

    /// <summary>A file of the hospital that all made entries are from.</summary>
    public static string Bundle(params JsonObject[] resources) => new JsonObject
    {
        ["resourceType"] = "Bundle",
        ["type"] = "collection",
        ["entry"] = new JsonArray([.. resources.Select(static one => new JsonObject { ["fullUrl"] = $"https://hospital.example/fhir/{one["resourceType"]}/{one["id"]}", ["resource"] = one.DeepClone() })]),
    }.ToJsonString();

    /// <summary>Names in both worlds what was added, in the order in which it came.</summary>
    public static async Task NameAddedAsync(this TwinWorlds worlds, string purpose)
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            var start = side.Text("patient") + ".";
            var all = await side["doctor"].ReadAsync(side.Fill("/fhir/Patient/<patient>/$everything"), ("X-Purpose-Of-Use", purpose));
            foreach (var id in all.Body.Split(start)[1..].Select(rest => start + rest[..LocalId.TextLength]).Where(id => side.Normalise(id).EndsWith(id[start.Length..], StringComparison.Ordinal)))
            {
                TwinWorlds.NameEntry(side, $"added{side.Named}", id);
            }
        }
    }
}
