using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Whoever acts for somebody adds what is there already without their knowledge, and what is not: they are told the same of both.</summary>
public sealed class ActingLeakTests
{
    private const string Acting = "/acting/<patient>";

    [Fact]
    public Task WhoAddsLearnsNotWhatWasThereAlready() => OtherDoorsLeakTests.InTwoWorldsAsync(
        static plan => plan is { Sharing: Sharing.Kinds, Receiver: Receiver.Delegate, Ending: Ending.None, IsAbsent: true } && Known(plan) is not null && plan.Types.Contains("Observation"),
        async (battery, worlds) =>
        {
            // The very entry of the hospital that stays home here, and would stay home there by its mark; and something new.
            var known = Known(worlds.Plan)!.Json;
            var (one, other) = (Fresh("a1", "zzplainly"), Fresh("a2", "zzplainly again"));
            foreach (var file in new[] { Bundle(one), Bundle(known, other), Bundle(one), "{ no JSON" })
            {
                await BothAsync(battery, worlds, side => side.SendFileAsync("doctor-page", Acting + "/file", file, ("about", "on")));
                await LookAsync(battery, worlds);
            }

            await BothAsync(battery, worlds, side => side.SendFormAsync(
                "doctor-page", Acting + "/by-hand", side.Fill(Acting + "/by-hand"), ("what", "weight"), ("value", "70"), ("text", "x"), ("day", "2026-06-01"), ("time", "11:00")));
            await LookAsync(battery, worlds);
            foreach (var source in new[] { "1", "2", "3", "4", "5", "6", "99", "x" })
            {
                await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", Acting, side.Fill(Acting + "/take-back"), ("source", source)));
            }

            await BothAsync(battery, worlds, async side =>
            {
                var brought = (await side["doctor-page"].ReadAsync(side.Fill(Acting))).Body.Split("name=\"source\" value=\"")[1].Split('"')[0];
                return await side.SendFormAsync("doctor-page", Acting, side.Fill(Acting + "/take-back"), ("source", brought));
            });

            await LookAsync(battery, worlds);
            await BothAsync(battery, worlds, side => side.SendFormAsync("stranger-page", "/account", side.Fill(Acting + "/take-back"), ("source", "1")));
            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", Acting, side.Fill(Acting + "/leave")));
            await LookAsync(battery, worlds);
        });

    /// <summary>Something marked that stays home, of a kind that may be added.</summary>
    private static Planted? Known(Plan plan) => plan.HiddenHere.FirstOrDefault(hidden => hidden.Json.ContainsKey("meta") && plan.Types.Contains(hidden.Type));

    private static JsonObject Fresh(string id, string text) => JsonNode.Parse(
        $$"""{"resourceType":"Observation","id":"{{id}}","status":"final","code":{"text":"{{text}}"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2025-09-09","valueQuantity":{"value":5,"unit":"mg/dL"} }""")!.AsObject();

    private static string Bundle(params JsonObject[] resources) => new JsonObject
    {
        ["resourceType"] = "Bundle",
        ["type"] = "collection",
        ["entry"] = new JsonArray([.. resources.Select(static one => new JsonObject { ["fullUrl"] = $"https://hospital.example/fhir/{one["resourceType"]}/{one["id"]}", ["resource"] = one.DeepClone() })]),
    }.ToJsonString();

    private static async Task LookAsync(Battery battery, TwinWorlds worlds)
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            await NameNewAsync(side);
        }

        foreach (var path in new[] { Acting, Acting + "?done=added", "/circle", "/shared/<patient>?for=PWATRNY", "/shared/<patient>/summary?for=PWATRNY", "/shared/<patient>?for=PWATRNY&q=zzplainly" })
        {
            await BothAsync(battery, worlds, side => side["doctor-page"].ReadAsync(side.Fill(path)));
        }
    }

    /// <summary>Names what was added, in the order in which it is seen.</summary>
    private static async Task NameNewAsync(Side side)
    {
        var start = side.Text("patient") + ".";
        var timeline = await side["doctor-page"].ReadAsync(side.Fill("/shared/<patient>?for=PWATRNY"));
        foreach (var id in timeline.Body.Split(start)[1..].Select(rest => start + rest[..LocalId.TextLength]).Where(id => side.Normalise(id).EndsWith(id[start.Length..], StringComparison.Ordinal)))
        {
            TwinWorlds.NameEntry(side, $"added{side.Named}", id);
        }
    }

    private static Task BothAsync(Battery battery, TwinWorlds worlds, Func<Side, Task<Answer>> ask) => OtherDoorsLeakTests.BothAsync(battery, worlds, "acting", ask);
}
