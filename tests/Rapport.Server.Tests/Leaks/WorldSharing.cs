using System.Net;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Shares in a world what a plan shares, in the way it does.</summary>
internal static class WorldSharing
{
    private static readonly TimeSpan UntilSoon = TimeSpan.FromHours(1);

    /// <summary>Shares. Whatever a server keeps of what is permitted now, it has when it no longer is.</summary>
    public static async Task ShareAsync(this Side side, Plan plan, bool isHere)
    {
        if (plan.Sharing == Sharing.Emergency)
        {
            await side.OpenDoorAsync($"ada-{plan.Seed:x8}");
            return;
        }

        if (plan.Sharing == Sharing.Opinion)
        {
            await side.AskForOpinionAsync(plan);
            return;
        }

        side.Name(PlannedConsents.Soon, (side.Server.Clock.GetUtcNow() + UntilSoon).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null));
        foreach (var (name, json) in new PlannedConsents(plan).All())
        {
            var isNew = !side.Knows(name);
            var filled = side.Fill(json);
            var answer = isNew
                ? await side["ada"].PostAsync("/fhir/Consent", filled)
                : await side["ada"].PutAsync($"/fhir/Consent/{side.Text(name)}", filled.Insert(1, $"\"id\":\"{side.Text(name)}\","));
            Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, answer.Body);
            if (isNew)
            {
                TwinWorlds.NameEntry(side, name, (string)answer.Json["id"]!);
            }

            if (plan.IsPassedOn && name == "consent" && (isNew || plan.Passing == Passing.Again) && !filled.Contains("\"inactive\"", StringComparison.Ordinal))
            {
                await PassOnAsync(side, plan);
            }

            await side.LookAroundAsync(plan.Purpose);
        }

        await EndAsync(side, plan, isHere);
    }

    /// <summary>The patient makes a consent, whose id has a name then.</summary>
    public static async Task AgreeAsync(this Side side, string name, string json)
    {
        var answer = await side["ada"].PostAsync("/fhir/Consent", side.Fill(json));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        TwinWorlds.NameEntry(side, name, (string)answer.Json["id"]!);
    }

    /// <summary>The patient ends one.</summary>
    public static async Task EndAsync(this Side side, string name)
    {
        var known = await side["ada"].ReadAsync(side.Fill($"/fhir/Consent/<{name}>"));
        var ended = known.Json;
        ended["status"] = "inactive";
        Assert.Equal(HttpStatusCode.OK, (await side["ada"].PutAsync(side.Fill($"/fhir/Consent/<{name}>"), ended.ToJsonString())).Status);
    }

    /// <summary>What was shared ends, where it does.</summary>
    private static async Task EndAsync(Side side, Plan plan, bool isHere)
    {
        if (plan.Passing == Passing.TakenBack)
        {
            var place = PlaceOf(plan);
            var passed = (await side["giver-page"].ReadAsync(side.Fill(place))).Body.Split("name=\"id\" value=\"")[1].Split('"')[0];
            Assert.Equal(HttpStatusCode.SeeOther, (await side.SendFormAsync("giver-page", place, place + "/stop", ("id", passed))).Status);
        }

        if (plan.Ending == Ending.TreatmentOver)
        {
            await TwinWorlds.ImportAsync(side, [Plan.Over((isHere ? plan.HiddenHere : plan.HiddenThere).Single(static one => one.Name == Plan.Treatment))]);
        }
        else if (plan.Ending == Ending.Left)
        {
            await side.LeaveAsync(plan);
        }

        if (plan.Sharing == Sharing.RunOut)
        {
            side.Server.Clock.Advance(2 * UntilSoon);
        }
    }

    /// <summary>Whoever it is shared with passes it on to the one who knocks.</summary>
    private static async Task PassOnAsync(Side side, Plan plan)
    {
        var place = PlaceOf(plan);
        var passed = await side.SendFormAsync("giver-page", place, place, ("who", plan.IsPassedOnToClinic ? "<clinic>" : "<doctor>"), ("step", "on"));
        Assert.True(passed.Status == HttpStatusCode.SeeOther && passed.Header("Location")!.EndsWith("done=passed", StringComparison.Ordinal), $"seed {plan.Seed}: {passed}");
    }

    private static string PlaceOf(Plan plan) => $"/{(plan.Acts ? "acting" : "shared")}/<patient>/pass-on";
}
