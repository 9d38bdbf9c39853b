using System.Text.Json.Nodes;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Whoever adds in their own name what is there already without their knowledge, and what is not, is told the same of both.</summary>
public sealed class ContributingLeakTests
{
    private const string Added = "/shared/<patient>/added";

    [Fact]
    public Task WhoAddsInTheirOwnNameLearnsNotWhatWasThereAlready() => OtherDoorsLeakTests.InTwoWorldsAsync(
        static plan => plan is { Sharing: Sharing.Kinds, IsPlain: true, IsAbsent: true } && Bringing.Known(plan) is not null && plan.Types.Contains("Observation"),
        async (battery, worlds) =>
        {
            foreach (var side in new[] { worlds.Here, worlds.There })
            {
                await side.AgreeAsync("may-add", new PlannedConsents(worlds.Plan).More("<doctor>", acts: false, "collect"));
            }

            await LookAsync(battery, worlds);
            var known = Bringing.Known(worlds.Plan)!.Json;
            var (one, other) = (Bringing.Fresh("a1", "zzplainly"), Bringing.Fresh("a2", "zzplainly again"));

            // The hospital's entry as others write it who do not know that it is marked: theirs from now on, and seen, whether it is there already or not.
            var unmarked = known.DeepClone().AsObject();
            unmarked.Remove("meta");
            var notTheirs = unmarked.ToJsonString().Replace(Bringing.Known(worlds.Plan)!.Words.Text, "zzplainlyelse", StringComparison.Ordinal);
            string[] files = [Bringing.Bundle(JsonNode.Parse(notTheirs)!.AsObject()), Bringing.Bundle(one), Bringing.Bundle(known, other), Bringing.Bundle(known), Bringing.Bundle(one), Bringing.Bundle(Bringing.Fresh("a1", "zzplainly corrected")), "{ no JSON", ""];
            foreach (var file in files)
            {
                await BothAsync(battery, worlds, side => side.SendFileAsync("doctor-page", Added + "/file", file, ("about", "on")), known.ToJsonString());
                await LookAsync(battery, worlds);
            }

            await BothAsync(battery, worlds, side => side.SendFileAsync("doctor-page", Added + "/file", files[1]));
            foreach (var (what, value) in new[] { ("measurement", "70"), ("measurement", "x"), ("note", "zzplainly noted"), ("note", ""), ("medicine", "x") })
            {
                await BothAsync(battery, worlds, side => side.SendFormAsync(
                    "doctor-page", Added + "/by-hand", Added + "/by-hand", ("what", what), ("measure", "weight"), ("value", value), ("text", value), ("day", "2026-06-01"), ("time", "11:00")));
            }

            await LookAsync(battery, worlds);
            await TakeBackAsync(battery, worlds);
            foreach (var side in new[] { worlds.Here, worlds.There })
            {
                await side.EndAsync("may-add");
            }

            await LookAsync(battery, worlds);
            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", "/account", Added + "/by-hand", ("what", "note"), ("value", "x"), ("text", "x"), ("day", "2026-06-01"), ("time", "11:00")));
        });

    /// <summary>By numbers that others' sources have, by what the page names theirs with, twice, and as somebody else.</summary>
    private static async Task TakeBackAsync(Battery battery, TwinWorlds worlds)
    {
        foreach (var source in new[] { "1", "2", "3", "4", "5", "6", "99", "x" })
        {
            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", Added, Added + "/take-back", ("source", source)));
        }

        var (here, there) = (await MarksAsync(worlds.Here), await MarksAsync(worlds.There));
        Assert.Equal(here.Length, there.Length);
        Assert.InRange(here.Length, 3, 10);
        foreach (var i in new[] { 0, 1, 1, 2 })
        {
            await BothAsync(battery, worlds, side => side.SendFormAsync("stranger-page", "/account", Added + "/take-back", ("source", (side == worlds.Here ? here : there)[i])));
            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", Added, Added + "/take-back", ("source", (side == worlds.Here ? here : there)[i])));
            await LookAsync(battery, worlds);
        }
    }

    private static async Task<string[]> MarksAsync(Side side) => [.. (await side["doctor-page"].ReadAsync(side.Fill(Added))).Body.Split("name=\"source\" value=\"")[1..].Select(static rest => rest.Split('"')[0])];

    private static async Task LookAsync(Battery battery, TwinWorlds worlds)
    {
        await worlds.NameAddedAsync("TREAT");
        foreach (var rest in new[] { "/added", "/added?done=added", "/added?done=taken", "/added/by-hand", "/added/by-hand?what=note", "/added/by-hand?what=medicine", "/added/file", "", "/summary", "?q=zzplainly", "?kind=results" })
        {
            await battery.KnockAsync(worlds, new Knock("contributing", "doctor-page", "/shared/<patient>" + rest));
            await battery.KnockAsync(worlds, new Knock("contributing", "stranger-page", "/shared/<patient>" + rest));
        }

        foreach (var path in new[] { "/shared", "/circle", Added })
        {
            await battery.KnockAsync(worlds, new Knock("contributing", "doctor-page-es", path));
        }

        foreach (var path in new[] { "/fhir/Observation?patient=<patient>", "/fhir/Patient/<patient>/$everything", "/fhir/Provenance?patient=<patient>" })
        {
            await battery.KnockAsync(worlds, new Knock("contributing", "doctor", path));
        }
    }

    private static Task BothAsync(Battery battery, TwinWorlds worlds, Func<Side, Task<Answer>> ask, string said = "") => OtherDoorsLeakTests.BothAsync(battery, worlds, "contributing", ask, said);
}
