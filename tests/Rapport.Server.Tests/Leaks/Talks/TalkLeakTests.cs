using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks.Talks;

/// <summary>
/// Whoever sees a part of a patient's conversations cannot tell by any answer, nor by what open pages hear, what else is said, by whom, about what, nor that anything is. <c>RAPPORT_LEAK_SEED</c> repeats one case.
/// </summary>
public sealed class TalkLeakTests
{
    private const int Cases = 10, CasesOfTheLongRun = 300, CasesOfAPair = 30;

    private static readonly LiveSettings Live = new() { TalkEvery = TimeSpan.FromMilliseconds(20), TalkEveryAlone = TimeSpan.FromMilliseconds(20), BeatEvery = TimeSpan.FromHours(1) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_said_elsewhere_leaves_no_trace()
    {
        var isLong = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1";
        var plans = int.TryParse(Environment.GetEnvironmentVariable("RAPPORT_LEAK_SEED"), out var only) ? [new TalkPlan(only)]
            : Enumerable.Range(isLong ? Random.Shared.Next(1 << 20) * 1000 : 0, isLong ? CasesOfTheLongRun : Cases).Select(static seed => new TalkPlan(seed)).ToList();
        var battery = new Battery();
        foreach (var some in plans.Chunk(CasesOfAPair))
        {
            await RunAsync(battery, some);
        }

        TestContext.Current.SendDiagnosticMessage($"{battery.Knocks.Values.Sum()} knocks at conversations in {plans.Count} cases");
        Assert.True(battery.Findings.Count == 0, string.Join("\n\n", battery.Findings));
    }

    private static async Task RunAsync(Battery battery, IEnumerable<TalkPlan> plans)
    {
        using var ear = new LogEar();
        await using var noticesHere = await NoticeEar.StartAsync();
        await using var noticesThere = await NoticeEar.StartAsync();
        await using var here = new RunningServer { Ear = ear, Live = Live, Openings = noticesHere.Openings, Mail = noticesHere.Mail };
        await using var there = new RunningServer { Live = Live, Openings = noticesThere.Openings, Mail = noticesThere.Mail };
        await here.InitializeAsync();
        await there.InitializeAsync();
        await noticesHere.TakeOverAsync(here);
        await noticesThere.TakeOverAsync(there);
        foreach (var plan in plans)
        {
            var (one, other) = (await TalkSide.BuildAsync(plan, here, noticesHere, isHere: true), await TalkSide.BuildAsync(plan, there, noticesThere, isHere: false));
            using var worlds = new TwinWorlds(new Plan(plan.Seed), one.Side, other.Side);
            await BothAsync(battery, plan, worlds, "push and mail", async side => new Answer(
                HttpStatusCode.OK, [], await (side == one.Side ? NoticeListening.ListenAsync(plan, one, noticesHere, isHere: true) : NoticeListening.ListenAsync(plan, other, noticesThere, isHere: false))));
            await KnockAsync(battery, plan, worlds, one, other);
            battery.Look(worlds, new Knock("log", "operator", "the log"), new Marks(one.Side.Secrets), string.Join('\n', ear.Lines), "");
        }
    }

    private static async Task KnockAsync(Battery battery, TalkPlan plan, TwinWorlds worlds, TalkSide one, TalkSide other)
    {
        if (plan.Watching != Watching.Blocked)
        {
            await AssertSeesAsync(plan, worlds);
        }

        if (plan.Live.Count > 0)
        {
            await ListenAsync(battery, plan, worlds, one, other);
        }

        one.NameLinesOf(one);
        other.NameLinesOf(one);

        IReadOnlyList<string> words = ["plain", plan.SecretsHere.FirstOrDefault("zqnothing"), plan.SecretsHere.LastOrDefault("zqnothing")];
        foreach (var knock in TalkKnocks.Looks(words))
        {
            await battery.KnockAsync(worlds, knock with { Probe = $"talks, {plan.Watching}, seed {plan.Seed}" });
        }

        foreach (var (path, fields) in TalkKnocks.Acts())
        {
            foreach (var who in new[] { "wes-page", "mal-page" })
            {
                await BothAsync(battery, plan, worlds, $"{path} by {who}", async side => Named(side, await side.SendFormAsync(who, "/account", path, fields)));

                // What is begun at one moment stands in the order of its random ids.
                one.Side.Server.Clock.Advance(TimeSpan.FromMilliseconds(1));
                other.Side.Server.Clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        foreach (var (method, path, type, body) in TalkKnocks.Sent())
        {
            await BothAsync(battery, plan, worlds, $"{method} {path}", side => side["wes-token"].AskAsync(method, side.Fill(path), new StringContent(body, Encoding.UTF8, type)));
        }

        await BothAsync(battery, plan, worlds, "what they take along", async side => new Answer(HttpStatusCode.OK, [], await TakenAlongAsync(side, "wes-token")));
        foreach (var knock in TalkKnocks.Looks([]).Where(static knock => knock.Who is "wes-page" or "wes-token"))
        {
            await battery.KnockAsync(worlds, knock with { Probe = $"talks after all, {plan.Watching}, seed {plan.Seed}" });
        }
    }

    /// <summary>All files that somebody takes along, unpacked: packing makes of random ids a random length.</summary>
    private static async Task<string> TakenAlongAsync(Side side, string who)
    {
        await using var zip = await ZipArchive.CreateAsync(new MemoryStream(await side[who].GetByteArrayAsync("/api/conversations/export", Cancel)), ZipArchiveMode.Read, leaveOpen: false, null, Cancel);
        StringBuilder all = new();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(Cancel));
            all.Append(entry.FullName).Append(' ').Append(entry.LastWriteTime).Append('\n').Append(await reader.ReadToEndAsync(Cancel)).Append('\n');
        }

        return all.ToString();
    }

    /// <summary>A conversation that was begun by a knock has a name.</summary>
    private static Answer Named(Side side, Answer answer)
    {
        if (answer.Header("Location")?.Split('/', '#') is ["", "conversations", var id, "newest"])
        {
            side.Name($"begun{side.Named}", id);
        }

        return answer;
    }

    /// <summary>What was made to be seen is seen, or the battery would hold nothing against nothing.</summary>
    private static async Task AssertSeesAsync(TalkPlan plan, TwinWorlds worlds)
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            var list = await side["wes-token"].ReadAsync("/api/conversations");
            Assert.Equal([side.Text(TalkPlan.Open)], list.Json["conversations"]!.AsArray().Select(static talk => (string)talk!["id"]!));
            var said = await side["wes-token"].ReadAsync(side.Fill($"/api/conversations/<{TalkPlan.Open}>/messages"));
            Assert.True(said.Status == HttpStatusCode.OK && said.Body.Contains("plain0", StringComparison.Ordinal), $"seed {plan.Seed}, {plan.Watching}: {said.Body}");
        }
    }

    /// <summary>What open pages hear while something happens that is not theirs, and then something that is.</summary>
    private static Task ListenAsync(Battery battery, TalkPlan plan, TwinWorlds worlds, TalkSide one, TalkSide other) => BothAsync(battery, plan, worlds, "GET /api/events", async side =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
        using var answer = await side["wes-page"].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        var heard = new StringBuilder(await EventAsync(reader));
        var last = heard.Length;
        foreach (var deed in plan.Live)
        {
            await (side == worlds.Here ? one : other).DoAsync(deed);
        }

        while (!heard.ToString(last, heard.Length - last).Contains("the end", StringComparison.Ordinal))
        {
            last = heard.Length;
            heard.Append(await EventAsync(reader));
        }

        return new Answer(answer.StatusCode, [], heard.ToString());
    });

    /// <summary>The next event; its id, which is sealed anew each time, by its length.</summary>
    private static async Task<string> EventAsync(StreamReader reader)
    {
        StringBuilder heard = new();
        while (await reader.ReadLineAsync(Cancel) is { } line)
        {
            heard.Append(line.StartsWith("id: ", StringComparison.Ordinal) && !line.Contains('.', StringComparison.Ordinal) ? $"id of {line.Length}" : line).Append('\n');
            if (line.Length == 0)
            {
                return heard.ToString();
            }
        }

        throw new IOException("the stream ended");
    }

    private static async Task BothAsync(Battery battery, TalkPlan plan, TwinWorlds worlds, string what, Func<Side, Task<Answer>> ask)
    {
        var knock = new Knock($"talks, {plan.Watching}, seed {plan.Seed}", "somebody", what);
        var (here, there) = (await ask(worlds.Here), await ask(worlds.There));
        battery.Look(worlds, knock, new Marks(worlds.Here.Secrets), here.ToString(), "");
        battery.Look(worlds, knock, new Marks(worlds.There.Secrets.Append("never said")), there.ToString(), "");
        battery.Compare(worlds, knock, here, there);
    }
}
