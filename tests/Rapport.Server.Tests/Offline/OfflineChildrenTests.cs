using System.Net;
using System.Net.Http.Json;
using Rapport.Ledger;
using Rapport.Server.Offline.Copy;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>The emergency cards of small children that a device of who looks after them is given: where they want it, and as long as they look after them.</summary>
public sealed class OfflineChildrenTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Allergy = """{"resourceType":"AllergyIntolerance","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"code":{"text":"ZqPeanuts"},"patient":{"display":"Lena"}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_childs_card_comes_where_it_is_wanted_and_again_when_something_changed_or_a_day_went_by_each_time_a_look_in_the_ledger()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var family = await PrepareAsync(own);
        using var parent = await family.Parent.SignInAsync(own);
        Assert.Null((await ReadAsync(parent)).Children);
        var before = await LooksAsync(own, family);

        var child = Assert.Single((await ReadAsync(parent, "")).Children!);
        Assert.StartsWith(Family.ChildsName, child.Card!.Who);
        Assert.Contains("ZqPeanuts", child.Card!.Parts.SelectMany(static part => part.Lines));
        var looks = await LooksAsync(own, family);
        Assert.InRange(looks.Count, before.Count + 1, before.Count + 2);
        Assert.All(looks, look => Assert.Equal((family.Parent.Person.Reference, $"Patient/{family.Record}"), (look.Actor, look.OnBehalfOf)));

        // What the device has it is not given again, and nothing is recorded.
        var same = Assert.Single((await ReadAsync(parent, $"other,{child.Stamp}")).Children!);
        Assert.Equal((child.Stamp, null), (same.Stamp, same.Card));
        Assert.Equal(looks.Count, (await LooksAsync(own, family)).Count);

        // Another session, a change, another day.
        using (var again = await family.Parent.SignInAsync(own))
        {
            Assert.NotNull(Assert.Single((await ReadAsync(again, child.Stamp)).Children!).Card);
        }

        await family.BringAsync(own, System.Text.Encoding.UTF8.GetBytes(Allergy.Replace("ZqPeanuts", "ZqMilk", StringComparison.Ordinal)));
        var changed = Assert.Single((await ReadAsync(parent, child.Stamp)).Children!);
        Assert.True(changed.Card!.IsOld);
        own.Clock.Advance(TimeSpan.FromHours(13));
        using var tomorrow = await family.Parent.SignInAsync(own);
        Assert.NotNull(Assert.Single((await ReadAsync(tomorrow, changed.Stamp)).Children!).Card);
    }

    [Fact]
    public async Task Each_of_several_children_comes_and_who_has_no_card_does_not_and_nobody_looked()
    {
        var family = await PrepareAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        var other = (await Server.Pages.Acting.ChildRecord.BeginAsync(server.Modules, family.Parent.Person, "Tom Castellanos", family.Born, Rapport.Consent.Delegation.Parent, Cancel)).Child!;
        Assert.Equal([Family.ChildsName], (await ReadAsync(parent, "")).Children!.Select(static child => child.Name));
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(other.Record!.Value, Household.ActorOf(other), Cancel))!;
        Assert.DoesNotContain((await own.HistoryAsync(Cancel)).Deeds, static deed => deed.IsLook);
        using var page = await parent.GetAsync(KeepEndpoints.Home);
        var told = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("Tom Castellanos", told);
        Assert.Contains(Family.ChildsName, told);

        await (family with { Child = other }).BringAsync(server, System.Text.Encoding.UTF8.GetBytes(Allergy));
        await MakeCardAsync(parent, $"/acting/{other.Record}");
        Assert.Equal([Family.ChildsName, "Tom Castellanos"], (await ReadAsync(parent, "")).Children!.Select(static child => child.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_none_for_who_looks_after_the_child_no_more_and_for_everybody_else(bool isLetIn)
    {
        var family = await PrepareAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        var stamp = Assert.Single((await ReadAsync(parent, "")).Children!).Stamp;
        foreach (var resident in new[] { family.Home.Doctor, family.Home.Stranger })
        {
            using var visitor = await resident.SignInAsync(server);
            Assert.Empty((await ReadAsync(visitor, stamp)).Children!);
            Assert.DoesNotContain(Family.ChildsName, WebUtility.HtmlDecode(await visitor.ReadAsync(KeepEndpoints.Home)));
        }

        if (isLetIn)
        {
            using var child = await family.LetInAsync(server);
        }
        else
        {
            using var left = await parent.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", "on"));
        }

        Assert.Empty((await ReadAsync(parent, stamp)).Children!);
        Assert.DoesNotContain("name=\"children\"", await parent.ReadAsync(KeepEndpoints.Home));
    }

    /// <summary>A child with an allergy, whose parent made its card.</summary>
    internal static async Task<Family> PrepareAsync(RunningServer server)
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, System.Text.Encoding.UTF8.GetBytes(Allergy));
        using var parent = await family.Parent.SignInAsync(server);
        await MakeCardAsync(parent, family.Acting);
        return family;
    }

    private static async Task MakeCardAsync(FormVisitor parent, string acting)
    {
        var card = acting + "/emergency-card";
        var form = await parent.ReadAsync(card + "/edit");
        var entries = form.Split("name=\"entry\" value=\"").Skip(1).Select(static rest => ("entry", rest.Split('"')[0]));
        using var made = await parent.PostAsync(card + "/edit", card, [.. entries, ("contacts", "zqSam, +34 600 123 456")]);
        Assert.Equal(card + "?done=made", made.Headers.Location?.ToString());
    }

    private static async Task<List<Records.LedgerDeed>> LooksAsync(RunningServer server, Family family) =>
        [.. (await (await family.OpenOwnAsync(server)).HistoryAsync(Cancel)).Deeds.Where(static deed => deed is { Kind: LedgerKind.Disclosed, IsLook: true })];

    private static async Task<OfflineCopy> ReadAsync(FormVisitor visitor, string? children = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, children is null ? KeepEndpoints.Copy : $"{KeepEndpoints.Copy}?children={children}");
        request.Headers.Add("Accept", "application/json");
        using var answer = await visitor.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(OfflineJson.Default.OfflineCopy, Cancel))!;
    }
}
