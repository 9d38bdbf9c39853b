using System.Net;
using Rapport.Language;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Acting.Carers;

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
        using var last = await mother.PostAsync("/account/close", "/account/close", ("name", family.Home.Patient.SignInName), ("nobody", Yes));
        Assert.Equal("/closed", last.Headers.Location!.ToString());
    }
}
