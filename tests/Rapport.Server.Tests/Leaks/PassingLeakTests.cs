using System.Net;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Whoever may share on what they see cannot tell by it what else is in the record, nor with whom else the patient shares, nor what others shared on.</summary>
public sealed class PassingLeakTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task WhoSharesOnLearnsNothingOfWhatOthersHave(bool acts) => OtherDoorsLeakTests.InTwoWorldsAsync(
        plan => plan is { Sharing: Sharing.Kinds, Ending: Ending.None, IsPassedOn: false } && plan.Receiver == (acts ? Receiver.Delegate : Receiver.Person),
        async (battery, worlds) =>
        {
            var place = $"/{(acts ? "acting" : "shared")}/<patient>/pass-on";
            foreach (var side in new[] { worlds.Here, worlds.There })
            {
                await side.AddProfessionalAsync("mia", worlds.Plan);
                await side.AddProfessionalAsync("ole", worlds.Plan);
                await side.AgreeAsync("may-share", new PlannedConsents(worlds.Plan).More("<doctor>", acts, "share"));
                side.Name("others", side.Text("nothing").Split('.')[1]);
            }

            await ShareOtherwiseAsync(worlds);
            await LookAsync(battery, worlds, place);
            foreach (var who in new[] { "<mia>", "<mia>", "<mia-clinic>", "<ole>", "<clinic>", "<doctor>", "<stranger>", "<ada>", "Practitioner/<nobody>", "Organization/<nobody>", "x", "" })
            {
                await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", place, place, ("who", who), ("step", "on")));
                await NameAsync(worlds, place);
                await LookAsync(battery, worlds, place);
            }

            foreach (var find in new[] { "mia", "Ada Sample", "<name>" })
            {
                await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", place, place, ("find", find), ("step", "find")));
            }

            // What somebody else shared on is not theirs to end, and looks like what nobody did.
            foreach (var id in new[] { "<others>", "x", "<passed1>", "<passed1>", "<passed0>" })
            {
                await BothAsync(battery, worlds, side => side.SendFormAsync("stranger-page", "/account", place + "/stop", ("id", id)));
                await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", place, place + "/stop", ("id", id)));
                await LookAsync(battery, worlds, place);
            }

            foreach (var side in new[] { worlds.Here, worlds.There })
            {
                await side.EndAsync("may-share");
            }

            await LookAsync(battery, worlds, place);
            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", "/account", place, ("who", "<mia>"), ("step", "on")));
        });

    /// <summary>Here the patient shares with them already; and somebody else shared the same on, which stays open to the one, and which the patient stopped for the other.</summary>
    private static async Task ShareOtherwiseAsync(TwinWorlds worlds)
    {
        var side = worlds.Here;
        await side.AddProfessionalAsync("ida", worlds.Plan);
        await side.AgreeAsync("direct", new PlannedConsents(worlds.Plan).More("<mia>", acts: false, "collect"));
        await side.AgreeAsync("others-agreement", new PlannedConsents(worlds.Plan).More("<ida>", acts: false, "share"));
        const string place = "/shared/<patient>/pass-on";
        foreach (var who in new[] { "<mia>", "<ole>" })
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await side.SendFormAsync("ida-page", place, place, ("who", who), ("step", "on"))).Status);
        }

        var passed = PassedIn(await side["ida-page"].ReadAsync(side.Fill(place)));
        side.Name("others", passed[1]);
        side.Name("stopped", $"{side.Text("patient")}.{passed[0]}");
        await side.EndAsync("stopped");
    }

    /// <summary>Names what the doctor shared on, in the order of the page.</summary>
    private static async Task NameAsync(TwinWorlds worlds, string place)
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            foreach (var (i, id) in PassedIn(await side["doctor-page"].ReadAsync(side.Fill(place))).AsEnumerable().Reverse().Index())
            {
                side.Name($"passed{i}", id);
            }
        }
    }

    private static string[] PassedIn(Answer page) => [.. page.Body.Split("name=\"id\" value=\"")[1..].Select(static rest => rest.Split('"')[0])];

    private static async Task LookAsync(Battery battery, TwinWorlds worlds, string place)
    {
        foreach (var path in new[] { place, place + "?done=passed", place + "?find=mia", place + "?find=ole", "/shared/<nobody>/pass-on", "/shared", "/circle", "/shared/<patient>?for=<for>", "/shared/<patient>/summary?for=<for>" })
        {
            foreach (var who in new[] { "doctor-page", "doctor-page-es", "stranger-page" })
            {
                await battery.KnockAsync(worlds, new Knock("passing", who, path.Replace("<for>", worlds.Plan.Purpose, StringComparison.Ordinal)));
            }
        }
    }

    private static Task BothAsync(Battery battery, TwinWorlds worlds, Func<Side, Task<Answer>> ask) => OtherDoorsLeakTests.BothAsync(battery, worlds, "passing", ask);
}
