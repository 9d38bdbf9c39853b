using System.Net;
using Rapport.Data;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Whoever was named to go on for a patient cannot tell by it what is in the record, whom else the patient named, nor what others wrote who asked.</summary>
public sealed class SuccessionLeakTests
{
    private const string Place = "/succession/<patient>";
    private const int WaitDays = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task WhoGoesOnLearnsNothingButWhatWasSetForThem() => OtherDoorsLeakTests.InTwoWorldsAsync(static plan => plan is { Sharing: Sharing.Kinds, IsPlain: true, IsAbsent: true }, async (battery, worlds) =>
    {
        foreach (var (side, why) in new[] { (worlds.Here, "zqhersecret1"), (worlds.There, "zqhersecret2") })
        {
            side.Secrets.Add(why);
            await NameAsync(side, worlds.Plan, "doctor");

            // Somebody else asks too: of that one they are told, and not why. Here a third is named, who does not ask.
            await side.AddProfessionalAsync("mia", worlds.Plan);
            await NameAsync(side, worlds.Plan, "mia");
            Assert.Equal(HttpStatusCode.SeeOther, (await side.SendFormAsync("mia-page", Place, Place, ("why", why))).Status);
            if (side == worlds.Here)
            {
                await side.AddProfessionalAsync("ole", worlds.Plan);
                await NameAsync(side, worlds.Plan, "ole");
            }
        }

        await LookAsync(battery, worlds);
        foreach (var why in new[] { "", "x", new string('x', 600), "She cannot speak.", "She cannot speak, still." })
        {
            await BothAsync(battery, worlds, side => side.SendFormAsync("stranger-page", "/account", Place, ("why", why)));
            await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", Place, Place, ("why", why)));
            await LookAsync(battery, worlds);
        }

        // It opens, and then the patient closes it.
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            side.Server.Clock.Advance(TimeSpan.FromDays(WaitDays));
            await ComeBackAsync(side);
        }

        await LookAsync(battery, worlds);
        var opened = await worlds.Here["doctor-page"].ReadAsync(worlds.Here.Fill("/acting/<patient>"));
        Assert.Equal(HttpStatusCode.OK, opened.Status);
        await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", "/account", Place + "/withdraw"));
        await LookAsync(battery, worlds);
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            await side.EndAsync("for-doctor");
        }

        await LookAsync(battery, worlds);
        await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", "/account", Place, ("why", "She cannot speak.")));
    });

    [Fact]
    public Task WhoTakesBackWhatTheyAskedForLearnsNothing() => OtherDoorsLeakTests.InTwoWorldsAsync(static plan => plan is { Sharing: Sharing.Stopped, IsPlain: true }, async (battery, worlds) =>
    {
        foreach (var side in new[] { worlds.Here, worlds.There })
        {
            await NameAsync(side, worlds.Plan, "doctor");
        }

        await BothAsync(battery, worlds, side => side.SendFormAsync("doctor-page", Place, Place, ("why", "She cannot speak.")));
        foreach (var who in new[] { "stranger-page", "doctor-page", "doctor-page" })
        {
            await BothAsync(battery, worlds, side => side.SendFormAsync(who, "/account", Place + "/withdraw"));
            await LookAsync(battery, worlds);
        }
    });

    /// <summary>The patient names somebody, who finds it among their people.</summary>
    private static async Task NameAsync(Side side, Plan plan, string who)
    {
        var people = side.Server.Modules.People;
        var person = (await people.Accounts.FindAsync(PersonId.Parse(side.Text(who + "id")), Cancel))!;
        await people.Circle.SetNamedForLaterAsync(PatientId.Parse(side.Text("patient")), person, true, "contact", Cancel);
        await side.AgreeAsync("for-" + who, new PlannedConsents(plan).ForLater($"<{who}>", WaitDays));
    }

    /// <summary>The doctor signs in again: it was days.</summary>
    private static async Task ComeBackAsync(Side side)
    {
        var doctor = (await side.Server.Modules.People.Accounts.FindAsync(PersonId.Parse(side.Text("doctorid")), Cancel))!;
        await side.AddVisitorAsync("doctor-page", doctor);
        await side.AddVisitorAsync("doctor-page-es", doctor, "es");
        var stranger = (await side.Server.Modules.People.Accounts.FindAsync(PersonId.Parse(side.Text("strangerid")), Cancel))!;
        await side.AddVisitorAsync("stranger-page", stranger);
    }

    private static async Task LookAsync(Battery battery, TwinWorlds worlds)
    {
        foreach (var path in new[]
        {
            Place, Place + "?done=asked", Place + "?done=withdrawn", Place + "?draft=x", "/succession/<nobody>", "/circle", "/shared", "/acting/<patient>", "/acting/<patient>/by-hand", "/acting/<patient>/file", "/shared/<patient>?for=PWATRNY",
            "/shared/<patient>/summary?for=PWATRNY",
        })
        {
            foreach (var who in new[] { "doctor-page", "doctor-page-es", "stranger-page", "nobody" })
            {
                await battery.KnockAsync(worlds, new Knock("succession", who, path));
            }
        }

        await battery.KnockAsync(worlds, new Knock("succession", "doctor", "/fhir/Patient/<patient>/$everything") { Headers = [("X-Purpose-Of-Use", "PWATRNY")] });
        await battery.KnockAsync(worlds, new Knock("succession", "doctor", "/fhir/Consent?patient=<patient>") { Headers = [("X-Purpose-Of-Use", "PWATRNY")] });
    }

    private static Task BothAsync(Battery battery, TwinWorlds worlds, Func<Side, Task<Answer>> ask) => OtherDoorsLeakTests.BothAsync(battery, worlds, "succession", ask);
}
