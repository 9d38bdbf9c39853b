using System.Net;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Who saw what of a small child's record, for whoever looks after the child.</summary>
public sealed class ChildsLedgerTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllThatHappenedIsToldToWhoLooksAfterTheChildAlsoWhatOthersDid()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        using var parent = await family.Parent.SignInAsync(server);
        await family.OpenDoorAsync(server);
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync($"/shared/{family.Record}/summary?for=BTG")).StatusCode);
        using var closed = await parent.PostAsync(family.Door, family.Door, ("door", "closed"), ("understood", "on"));

        var page = WebUtility.HtmlDecode(await parent.ReadAsync(family.Acting + "/ledger"));
        Assert.Contains("You, Sam, for Lena Castellanos", page);
        Assert.Contains(Say.Fill(LedgerText.ChildTitle, Family.ChildsName), page);
        Assert.Contains(Say.Fill(LedgerText.ChildEmergency, "Dr Lee", Family.Reason), page);
        Assert.Contains("Dr Lee looked at ", page);
        Assert.Contains(PurposeOfUse.Describe(PurposeOfUse.BreakTheGlass), page);
        var you = Say.Fill(LedgerText.ActingFor, LedgerText.You, Family.ChildsName);
        Assert.Contains(Say.Fill(LedgerText.ChildDoor, you), page);
        Assert.Contains(Say.Fill(LedgerText.ChildDoorEnded, you, "Dr Lee"), page);
        Assert.Contains(Say.Fill(LedgerText.ChildBegunFor, LedgerText.You, Family.ChildsName), page);
        Assert.Contains(Say.Fill(LedgerText.ChildBegan, Family.ChildsName), page);
        Assert.DoesNotContain(LedgerText.RowForgotten, page);

        // It leads there from where they act; what is told of it is no look at the record.
        Assert.Contains(family.Acting + "/ledger", await parent.ReadAsync(family.Acting));
        var own = await family.OpenOwnAsync(server);
        var size = (await own.HistoryAsync(Cancel)).Deeds.Count;
        await parent.ReadAsync(family.Acting + "/ledger");
        Assert.Equal(size, (await own.HistoryAsync(Cancel)).Deeds.Count);
        using var spanish = await family.Parent.SignInAsync(server);
        using var chosen = await spanish.PostAsync("/account", "/language", ("language", "es"), ("back", "/account"));
        Assert.Contains("Quién vio qué de Lena Castellanos", WebUtility.HtmlDecode(await spanish.ReadAsync(family.Acting + "/ledger")));
        using var back = await spanish.PostAsync("/account", "/language", ("language", "en"), ("back", "/account"));
    }

    [Fact]
    public async Task ALongLedgerHasPagesAndMissesNoLine()
    {
        var family = await Family.MoveInAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        for (var i = 0; i < 65; i++)
        {
            await parent.ReadAsync($"/shared/{family.Record}?for=PWATRNY");
        }

        var lines = 0;
        for (var next = family.Acting + "/ledger"; next is not null;)
        {
            var page = await parent.ReadAsync(next);
            lines += page.Split("<li class=\"row\">").Length - 1;
            next = page.Contains("rel=\"next\"", StringComparison.Ordinal) ? WebUtility.HtmlDecode(page.Split("rel=\"next\"")[0].Split("href=\"")[^1].Split('"')[0]) : null;
        }

        Assert.Equal((await (await family.OpenOwnAsync(server)).HistoryAsync(Cancel)).Deeds.Count, lines);
        Assert.Equal(HttpStatusCode.BadRequest, (await parent.GetAsync(family.Acting + "/ledger?before=-1")).StatusCode);
    }

    [Fact]
    public async Task ToEverybodyElseThereIsNoneAndItEndsWhenTheChildIsLetIn()
    {
        var family = await Family.MoveInAsync(server);
        foreach (var resident in new[] { family.Home.Doctor, family.Home.Stranger, family.Home.Patient })
        {
            using var visitor = await resident.SignInAsync(server);
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(family.Acting + "/ledger")).StatusCode);
        }

        using var parent = await family.Parent.SignInAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await parent.GetAsync(family.Acting + "/ledger")).StatusCode);
        using var child = await family.LetInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await parent.GetAsync(family.Acting + "/ledger")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await parent.GetAsync(family.Acting)).StatusCode);
        Assert.DoesNotContain("/ledger\"", (await parent.ReadAsync(family.Acting)).Split("<main")[1]);
    }
}
