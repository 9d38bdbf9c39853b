using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Whoever acts for somebody adds what is there already without their knowledge, and what is not: they are told the same of both.</summary>
public sealed class ActingLeakTests
{
    private const string Acting = "/acting/<patient>";

    [Fact]
    public Task WhoAddsLearnsNotWhatWasThereAlready() => OtherDoorsLeakTests.InTwoWorldsAsync(
        static plan => plan is { Sharing: Sharing.Kinds, Receiver: Receiver.Delegate, Ending: Ending.None, Passing: Passing.None, IsAbsent: true } && Bringing.Known(plan) is not null && plan.Types.Contains("Observation"),
        async (battery, worlds) =>
        {
            // The very entry of the hospital that stays home here, and would stay home there by its mark; and something new.
            var known = Bringing.Known(worlds.Plan)!.Json;
            var (one, other) = (Bringing.Fresh("a1", "zzplainly"), Bringing.Fresh("a2", "zzplainly again"));
            foreach (var file in new[] { Bringing.Bundle(one), Bringing.Bundle(known, other), Bringing.Bundle(one), "{ no JSON" })
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

    private static async Task LookAsync(Battery battery, TwinWorlds worlds)
    {
        await worlds.NameAddedAsync("PWATRNY");
        foreach (var path in new[] { Acting, Acting + "?done=added", "/circle", "/shared/<patient>?for=PWATRNY", "/shared/<patient>/summary?for=PWATRNY", "/shared/<patient>?for=PWATRNY&q=zzplainly" })
        {
            await BothAsync(battery, worlds, side => side["doctor-page"].ReadAsync(side.Fill(path)));
        }
    }

    private static Task BothAsync(Battery battery, TwinWorlds worlds, Func<Side, Task<Answer>> ask) => OtherDoorsLeakTests.BothAsync(battery, worlds, "acting", ask);
}
