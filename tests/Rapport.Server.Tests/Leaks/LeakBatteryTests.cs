using System.Net;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks;

/// <summary>
/// Whoever may see a part of a record cannot tell by any answer what else is in it, nor that there is anything else: docs/leak-battery.md. A seed that found something comes again with <c>RAPPORT_LEAK_SEED</c>; the long run makes
/// <c>RAPPORT_LEAK_KNOCKS</c> requests.
/// </summary>
public sealed class LeakBatteryTests
{
    private const int FhirOfACase = 160, PagesOfACase = 30;

    /// <summary>Among so many are the cases of one pair of servers chosen.</summary>
    private const int Candidates = 300;

    /// <summary>Cases that one pair of servers takes: starting a pair costs as much as eight of them, and what a server keeps must not grow with the knocks.</summary>
    private static int CasesOfAPair => IsLong ? 66 : 22;

    private static bool IsLong => Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1";

    [Fact]
    public async Task WhatStaysHomeLeavesNoTraceInAnyAnswer()
    {
        var least = int.TryParse(Environment.GetEnvironmentVariable("RAPPORT_LEAK_KNOCKS"), out var asked) ? asked : IsLong ? 1_000_000 : 5_000;
        var only = int.TryParse(Environment.GetEnvironmentVariable("RAPPORT_LEAK_SEED"), out var known) ? known : (int?)null;
        var battery = new Battery();
        var seed = only ?? (IsLong ? Random.Shared.Next(1 << 20) * 1000 : 1);
        while (battery.Knocks.Values.Sum() < least && battery.Findings.Count == 0)
        {
            await RunSomeAsync(battery, only is null ? Choose(seed) : [new Plan(seed)]);
            if (only is not null)
            {
                break;
            }

            seed += Candidates;
        }

        TestContext.Current.SendDiagnosticMessage($"{battery.Knocks.Values.Sum()} knocks, up to seed {seed}: {string.Join(", ", battery.Knocks.Select(static one => $"{one.Key} {one.Value}"))}; {battery.Times()}");
        Assert.True(battery.Findings.Count == 0, string.Join("\n\n", battery.Findings));
        string[] probes = ["read", "version", "history", "search", "everything", "consult", "pages", "acting"];
        Assert.All(probes, probe => Assert.True(only is not null || battery.Knocks[probe] > 20));
        Assert.Empty(only is null ? battery.NotKnockedAt(probes) : []);
    }

    /// <summary>Cases for a pair of servers: first those by which most is found out that the ones before did not ask, so that each way of sharing comes soon.</summary>
    private static IReadOnlyList<Plan> Choose(int seed)
    {
        var candidates = Enumerable.Range(seed, Candidates).Select(static number => new Plan(number)).ToList();
        HashSet<string> asked = [];
        List<Plan> chosen = [];
        while (chosen.Count < CasesOfAPair)
        {
            var next = candidates.MaxBy(plan => plan.Ways.Count(way => !asked.Contains(way)))!;
            candidates.Remove(next);
            chosen.Add(next);
            asked.UnionWith(next.Ways);
        }

        return chosen;
    }

    /// <summary>Each pair of servers takes a few cases, and then makes room.</summary>
    private static async Task RunSomeAsync(Battery battery, IReadOnlyList<Plan> plans)
    {
        using var earHere = new LogEar();
        using var earThere = new LogEar();
        await using var here = new RunningServer { Ear = earHere };
        await using var there = new RunningServer { Ear = earThere };
        await here.InitializeAsync();
        await there.InitializeAsync();
        foreach (var plan in plans)
        {
            using var worlds = await TwinWorlds.BuildAsync(plan, here, there);
            await AssertSeesAsync(worlds);
            // Whoever acts is told what they looked at when they might see more.
            foreach (var knock in worlds.Plan.WasWider ? [] : PageKnocks.Acting())
            {
                await battery.KnockAsync(worlds, knock);
            }

            await battery.RunAsync(worlds, FhirOfACase, PagesOfACase);
            if (worlds.Plan.Ending == Ending.Looks)
            {
                // The last opening is over: it is as if nothing were shared, and that is the same in both worlds.
                here.Clock.Advance(TwinWorlds.LongerThanAnOpening);
                there.Clock.Advance(TwinWorlds.LongerThanAnOpening);
                await battery.RunAsync(worlds, FhirOfACase / 4, PagesOfACase / 4);
            }

            var marks = new Marks([.. worlds.Here.Secrets, worlds.Here.Text("patient"), "Ada Sample"]);
            battery.Look(worlds, new Knock("log", "operator", "the log"), marks, string.Join('\n', earHere.Lines), "");
        }

        Assert.NotEmpty(earHere.Lines);
    }

    /// <summary>What was made to be seen is what is seen: or the battery would hold nothing against nothing.</summary>
    private static async Task AssertSeesAsync(TwinWorlds worlds)
    {
        foreach (var (side, visible) in new[] { (worlds.Here, worlds.Plan.Visible), (worlds.There, worlds.Plan.VisibleThere) })
        {
            var all = await side["doctor"].ReadAsync(side.Fill("/fhir/Patient/<patient>/$everything?_count=1000&_type=" + string.Join(',', Sketch.Types) + ",Patient"), ("X-Purpose-Of-Use", worlds.Plan.Purpose));
            var seen = all.Resources.Select(static resource => (string)resource["id"]!).Order().ToList();
            Assert.True(
                visible.Select(one => side.Text(one.Name)).Order().SequenceEqual(seen),
                $"seed {worlds.Plan.Seed}, {worlds.Plan.Sharing} of {string.Join(", ", worlds.Plan.Types)}: seen is {all.Body}, to be seen {string.Join(", ", visible.Select(one => one.Json.ToJsonString()))}");
            foreach (var who in FhirKnocks.Programs.Append("stranger"))
            {
                var none = await side[who].ReadAsync(side.Fill("/fhir/Patient/<patient>/$everything"), ("X-Purpose-Of-Use", worlds.Plan.Purpose));
                Assert.True(none.Status != HttpStatusCode.OK || none.Resources.Count == 0, $"seed {worlds.Plan.Seed}: {who} sees {none.Body}");
            }
        }
    }
}
