using System.Net;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

public sealed partial class ChildsCarersTests
{
    [Fact]
    public async Task WhoClosesTheirAccountLaysDownTheirCareAndIsAskedWhereNobodyIsLeft()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await family.Home.Patient.SignInAsync(server);
        Assert.Contains(Say.Fill(AccountText.LeavesAlone, Family.ChildsName), WebUtility.HtmlDecode(await parent.ReadAsync("/account/close")));
        using var unasked = await parent.PostAsync("/account/close", "/account/close", ("name", family.Parent.SignInName));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unasked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await parent.GetAsync(family.Acting)).StatusCode);

        await AskAsync(parent, family, family.Home.Patient);
        var place = Asked().Match(WebUtility.HtmlDecode(await mother.ReadAsync("/circle"))).Value;
        using var taken = await mother.PostAsync(place, CarePlaces.Accept, ("id", IdIn(place)), ("lawful", Yes));
        var page = WebUtility.HtmlDecode(await parent.ReadAsync("/account/close"));
        Assert.Contains(Say.Fill(AccountText.ActingStops, Family.ChildsName), page);
        Assert.DoesNotContain(Say.Fill(AccountText.LeavesAlone, Family.ChildsName), page);
        using var closed = await parent.PostAsync("/account/close", "/account/close", ("name", family.Parent.SignInName));
        Assert.Equal("/closed", closed.Headers.Location!.ToString());

        // The other one is the last now: neither the page of the child nor the child's agreements count who is gone.
        Assert.Contains(Say.Fill(AccountText.LeavesAlone, Family.ChildsName), WebUtility.HtmlDecode(await mother.ReadAsync("/account/close")));
        Assert.DoesNotContain((await (await family.OpenOwnAsync(server)).ConsentsAsync(Cancel)), known => known.Consent is { Status: "active", Delegation.To: var to } && to == family.Parent.Person.Reference);
        using var last = await mother.PostAsync("/account/close", "/account/close", ("name", family.Home.Patient.SignInName), ("nobody", Yes), ("alone", family.Record.ToString()));
        Assert.Equal("/closed", last.Headers.Location!.ToString());
    }

    /// <summary>What was agreed to on the page was about the child that stood there.</summary>
    [Fact]
    public async Task AChildThatIsAloneOnlySinceThePageWasMadeIsAskedAboutAnew()
    {
        var (family, second) = await MoveInWithTwoAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        var page = WebUtility.HtmlDecode(await parent.ReadAsync("/account/close"));
        Assert.Contains(Say.Fill(AccountText.LeavesAlone, Family.ChildsName), page);
        Assert.Contains($"name=\"alone\" value=\"{family.Record}\"", page);
        using var mother = await family.Home.Patient.SignInAsync(server);
        using var left = await mother.PostAsync(second.Acting, second.Acting + "/leave");
        Assert.Equal("/circle", left.Headers.Location?.ToString());
        using var unasked = await parent.PostAsync("/account", "/account/close", ("name", family.Parent.SignInName), ("nobody", Yes), ("alone", family.Record.ToString()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unasked.StatusCode);
        foreach (var one in new[] { family, second })
        {
            Assert.Equal(HttpStatusCode.OK, (await parent.GetAsync(one.Acting)).StatusCode);
        }

        // Nor does it count without the word.
        using var untold = await parent.PostAsync("/account", "/account/close", ("name", family.Parent.SignInName), ("alone", family.Record.ToString()), ("alone", second.Record.ToString()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, untold.StatusCode);
        using var closed = await parent.PostAsync("/account", "/account/close", ("name", family.Parent.SignInName), ("nobody", Yes), ("alone", family.Record.ToString()), ("alone", second.Record.ToString()));
        Assert.Equal("/closed", closed.Headers.Location!.ToString());
    }

    [Fact]
    public async Task OfSeveralChildrenNoneIsLeftWhereOneWouldBeAlone()
    {
        var (alone, first) = await MoveInWithTwoAsync(server);
        var (actor, acting) = (Household.ActorOf(alone.Parent.Person), server.Modules.Records.Acting);
        var both = new[] { (await acting.OpenAsync(first.Record, actor, Cancel))!, (await acting.OpenAsync(alone.Record, actor, Cancel))! };
        Assert.Equal(alone.Record, Assert.Single(await new ActingEnds(both, 0).LayDownAsync([], Cancel)).Patient);
        Assert.NotNull(await acting.OpenAsync(first.Record, actor, Cancel));
        Assert.NotNull(await acting.OpenAsync(alone.Record, actor, Cancel));
    }

    /// <summary>The account stayed open, and nobody looked after the child any more.</summary>
    [Fact]
    public async Task WhereClosingBreaksOffNobodyHasLeftAChild()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        await DamageAsync(server, family.Home.Patient.Person.Record!.Value);
        using var broken = await mother.PostAsync("/circle", "/account/close", ("name", family.Home.Patient.SignInName));
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mother.GetAsync(family.Acting)).StatusCode);
    }

    /// <summary>Their record goes first: where it broke off after that, they are asked about a child as before, and the account can be closed still.</summary>
    [Fact]
    public async Task WhoseOwnRecordIsErasedAlreadyIsAskedAboutAChildAndCloses()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        using var left = await parent.PostAsync(family.Acting, family.Acting + "/leave");
        Assert.Equal("/circle", left.Headers.Location?.ToString());
        await (await family.Home.Patient.OpenAsync(server)).EraseAsync(Cancel);
        using var unasked = await mother.PostAsync("/account/close", "/account/close", ("name", family.Home.Patient.SignInName));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unasked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mother.GetAsync(family.Acting)).StatusCode);
        using var closed = await mother.PostAsync("/account/close", "/account/close", ("name", family.Home.Patient.SignInName), ("nobody", Yes), ("alone", family.Record.ToString()));
        Assert.Equal("/closed", closed.Headers.Location!.ToString());
    }

    [Fact]
    public async Task WhoClosesTheirAccountIsToldOfARecordThatIsDamaged()
    {
        var (family, second) = await MoveInWithTwoAsync(server);
        await DamageAsync(server, second.Record);
        using var parent = await family.Parent.SignInAsync(server);
        var page = WebUtility.HtmlDecode(await parent.ReadAsync("/account/close"));
        Assert.Contains(AccountText.ActingUnknown.Split('|')[0], page);
        Assert.Contains(Say.Fill(AccountText.ActingStops, Family.ChildsName), page);
        using var closed = await parent.PostAsync("/account/close", "/account/close", ("name", family.Parent.SignInName), ("nobody", Yes), ("alone", family.Record.ToString()));
        Assert.Equal("/closed", closed.Headers.Location!.ToString());
    }

    /// <summary>A parent of two children, who looks after the first alone, and after the second with the other parent.</summary>
    private static async Task<(Family First, Family Second)> MoveInWithTwoAsync(RunningServer where)
    {
        var family = await MoveInAsync(where);
        var second = family with { Child = (await ChildRecord.BeginAsync(where.Modules, family.Parent.Person, "Nico Castellanos", family.Born, Delegation.Parent, Cancel)).Child! };
        await second.AddParentAsync(where, family.Home.Patient);
        return (family, second);
    }
}
