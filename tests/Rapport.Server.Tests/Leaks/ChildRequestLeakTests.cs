using Rapport.People;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Somebody asks a patient for access, here and not there: whoever acts for them without looking after them as they would themself finds nothing of it.</summary>
public sealed class ChildRequestLeakTests
{
    private const string Acting = "/acting/<patient>";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The parent of a patient of fourteen: what is asked may be about what is the patient's own.</summary>
    [Fact]
    public Task TheParentOfATeenagerFindsNothingOfWhatIsAsked() => WhoActsFindsNothingAsync(static plan => plan is { Receiver: Receiver.Parent, Ending: Ending.None, Passing: Passing.None });

    [Fact]
    public Task WhoActsWithinLimitsFindsNothingOfWhatIsAsked() => WhoActsFindsNothingAsync(static plan => plan is { Receiver: Receiver.Delegate, Sharing: Sharing.Kinds, Ending: Ending.None, Passing: Passing.None });

    private static Task WhoActsFindsNothingAsync(Func<Plan, bool> which) => OtherDoorsLeakTests.InTwoWorldsAsync(which, async (battery, worlds) =>
    {
        const string mark = "zqaskedof77";
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            var people = side.Server.Modules.People;
            var (stranger, patient) = ((await people.Accounts.FindByReferenceAsync($"Patient/{side.Text("strangers")}", Cancel))!, (await people.Accounts.FindByReferenceAsync($"Patient/{side.Text("patient")}", Cancel))!);

            // There they ask as well, and it reaches nobody.
            side.Secrets.Add(mark);
            var asked = await people.Requests.AskAsync(stranger, side.Text("name"), new RequestTerms("help", ["results"], 3, mark), Cancel);
            side.Name("request", asked.Value!.Id.ToString());
            Assert.Equal(side == worlds.Here ? 1 : 0, (await people.Requests.ListReceivedAsync(patient, Cancel)).Count);
        }

        foreach (var path in new[]
        {
            Acting, Acting + "/requests", Acting + "/requests?done=granted", Acting + "/requests/answer?request=<request>", Acting + "/requests/answer?request=<request>&choose=1", Acting + "/requests/what?draft=x",
            Acting + "/requests/items?draft=x&in=seen.results", "/circle", "/shared", "/requests",
        })
        {
            foreach (var who in new[] { "doctor-page", "doctor-page-es", "nobody" })
            {
                await BothAsync(battery, worlds, side => side[who].ReadAsync(side.Fill(path)));
            }
        }

        foreach (var (form, fields) in new (string, (string, string)[])[]
        {
            ("", [("draft", "x"), ("step", "agree")]), ("/what", [("draft", "x"), ("kind", "results")]), ("/refuse", [("id", "<request>"), ("tell", "on"), ("for-good", "on")]), ("/let-ask", [("asker", "<stranger>")]),
        })
        {
            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", "/account", Acting + "/requests" + form, fields));
        }

        // Nothing came of it.
        var asker = (await worlds.Here.Server.Modules.People.Accounts.FindByReferenceAsync($"Patient/{worlds.Here.Text("strangers")}", Cancel))!;
        Assert.Equal(RequestState.Waiting, Assert.Single(await worlds.Here.Server.Modules.People.Requests.ListSentAsync(asker.Id, Cancel)).State);
    });

    private static Task BothAsync(Battery battery, TwinWorlds worlds, Func<Side, Task<Answer>> ask) => OtherDoorsLeakTests.BothAsync(battery, worlds, "acting", ask);
}
