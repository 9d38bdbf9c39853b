using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Comments on what stays home, and comments that say themselves what stays home, are told to nobody: not by any page or search, nor by commenting.</summary>
public sealed class CommentLeakTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(Sharing.Kinds))]
    [InlineData(nameof(Sharing.Codes))]
    [InlineData(nameof(Sharing.Items))]
    [InlineData(nameof(Sharing.Denied))]
    public Task NobodyLearnsOfCommentsOnWhatTheyDoNotSee(string sharing) => OtherDoorsLeakTests.InTwoWorldsAsync(
        plan => plan.Sharing.ToString() == sharing && plan is { IsPlain: true, IsAbsent: true } && On(plan.Visible) is not null && plan.HiddenHere.Any(IsCommentable),
        async (battery, worlds) =>
        {
            var plan = worlds.Plan;
            var seen = On(plan.Visible)!;
            foreach (var side in new[] { worlds.Here, worlds.There })
            {
                await CommentAsync(side, plan, seen, "zzplainly seen", "c-seen");
            }

            // Here alone: on what stays home, and words that stay home on what does not.
            List<string> hidden = [];
            foreach (var (on, text) in plan.HiddenHere.Where(IsCommentable).Take(3).Select(on => (on, "nothing to add")).Append((seen, "alcohol dependence")))
            {
                var (name, mark) = ($"c-hidden{hidden.Count}", Marks.New(new Random(plan.Seed + hidden.Count)));
                await CommentAsync(worlds.Here, plan, on, $"{mark} {text}", name);
                worlds.Here.Secrets.UnionWith([mark, worlds.Here.Text(name)]);
                TwinWorlds.NameEntry(worlds.There, name, $"{worlds.There.Text("patient")}.{LocalId.New()}");
                hidden.Add(name);
            }

            await LookAsync(battery, worlds, hidden);
            if (sharing == nameof(Sharing.Kinds))
            {
                await CommentAsRecipientAsync(battery, worlds, seen, hidden);
            }
        });

    /// <summary>Whoever may comment tries it on what they see, on what they do not see and on what is not there, and takes back what is theirs and what is not.</summary>
    private static async Task CommentAsRecipientAsync(Battery battery, TwinWorlds worlds, Planted seen, IReadOnlyList<string> hidden)
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            await side.AgreeAsync("may-comment", new PlannedConsents(worlds.Plan).More("<doctor>", acts: false, "comment"));
        }

        await LookAsync(battery, worlds, hidden);
        var targets = worlds.Plan.HiddenHere.Select(static one => (one.Type, one.Name)).Append((seen.Type, seen.Name)).Append((seen.Type, "nothing")).Append(("Communication", "c-seen")).Concat(hidden.Select(static name => ("Communication", name)));
        foreach (var (type, name) in targets)
        {
            foreach (var (who, text) in new[] { ("doctor-page", "zzplainly written"), ("doctor-page", ""), ("stranger-page", "zzplainly forged") })
            {
                await BothAsync(battery, worlds, async side =>
                {
                    var answer = await side.SendFormAsync(who, "/account", $"/shared/<patient>/{type}/<{name}>/comment", ("for", "TREAT"), ("text", text));
                    await worlds.NameAddedAsync("TREAT");
                    return answer;
                });
            }

            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", "/account", $"/shared/<patient>/{seen.Type}/<{seen.Name}>/comment/take-back", ("for", "TREAT"), ("comment", $"<{name}>")));
        }

        await LookAsync(battery, worlds, hidden);
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            await side.EndAsync("may-comment");
        }

        await LookAsync(battery, worlds, hidden);
        await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", "/account", $"/shared/<patient>/{seen.Type}/<{seen.Name}>/comment", ("for", "TREAT"), ("text", "zzplainly late")));
    }

    private static async Task LookAsync(Battery battery, TwinWorlds worlds, IReadOnlyList<string> hidden)
    {
        await worlds.NameAddedAsync("TREAT");
        foreach (var path in new[] { "", "/summary", "?q=zzplainly", "?q=alcohol", "?kind=documents", "?q=nothing+to+add" })
        {
            await battery.KnockAsync(worlds, new Knock("commenting", "doctor-page", "/shared/<patient>" + path));
        }

        foreach (var entry in worlds.Entries.Select(static one => $"{one.Type}/<{one.Name}>").Concat(hidden.Append("c-seen").Append("nothing").Select(static name => $"Communication/<{name}>")))
        {
            await battery.KnockAsync(worlds, new Knock("commenting", "doctor-page", "/shared/<patient>/" + entry));
            foreach (var rest in new[] { "", "/_history", "/_history/1" })
            {
                await battery.KnockAsync(worlds, new Knock("commenting", "doctor", $"/fhir/{entry}{rest}") { Headers = [("X-Purpose-Of-Use", "TREAT")] });
            }
        }

        foreach (var query in new[]
                 {
                     "Communication?patient=<patient>", "Communication?patient=<patient>&_summary=count", "Communication?patient=<patient>&category=urn:rapport:communication|comment&_sort=-sent",
                     "Communication?patient=<patient>&sender=Patient/<patient>", "Communication?patient=<patient>&_security=ETHUD", "Patient/<patient>/$everything", "Patient/<patient>/$everything?_type=Communication",
                     "Patient?_id=<patient>&_revinclude=Communication:subject",
                 })
        {
            await battery.KnockAsync(worlds, new Knock("commenting", "doctor", "/fhir/" + query) { Headers = [("X-Purpose-Of-Use", "TREAT")] });
        }
    }

    private static async Task CommentAsync(Side side, Plan plan, Planted on, string text, string name)
    {
        var modules = side.Server.Modules;
        var person = (await modules.People.Accounts.FindBySignInNameAsync($"ada-{plan.Seed:x8}", Cancel))!;
        var own = (await modules.Records.Compartments.OpenOwnAsync(person.Record!.Value, Household.ActorOf(person), Cancel))!;
        var local = LocalId.Parse(side.Text(on.Name).AsSpan(PatientId.TextLength + 1));
        Assert.True(await own.Comments.WriteAsync(on.Type, local, new CommentWords(text, CommentWords.NewKey()), "Comment", Cancel));
        var found = await own.QueryAsync(new RecordQuery.ById(on.Type, local) { WithComments = true }, Cancel);
        TwinWorlds.NameEntry(side, name, found.Entries[found.Comments[^1]].Id);
    }

    private static Planted? On(IReadOnlyList<Planted> entries) => entries.FirstOrDefault(IsCommentable);

    private static bool IsCommentable(Planted planted) => Comment.IsPossibleOn(planted.Type);

    private static Task BothAsync(Battery battery, TwinWorlds worlds, Func<Side, Task<Answer>> ask) => OtherDoorsLeakTests.BothAsync(battery, worlds, "commenting", ask);
}
