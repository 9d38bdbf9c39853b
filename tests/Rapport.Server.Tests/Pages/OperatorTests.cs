using System.Net;
using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>The small area of whoever runs the server.</summary>
public sealed class OperatorTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnOperatorAddsAPracticeAndVouchesForADoctorWhomEverybodyCanLookUp()
    {
        var home = await Household.MoveInAsync(browser.Server, withRecord: false);
        await browser.Server.Modules.People.Accounts.SetOperatorAsync(home.Carer.Person.Id, true, Cancel);
        await using var visitor = await browser.VisitAsync(Look.Phone with { Script = false });
        await visitor.SignInAsync(home.Carer);
        await visitor.FollowAsync("This server");
        await visitor.SeesAsync("SQLite");
        await visitor.Page.GetByLabel("Another organisation").FillAsync("Practice at the river");
        await visitor.ClickAsync("Add it");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Practice at the river");

        await visitor.Page.GetByLabel("Their sign-in name").FillAsync(home.Doctor.SignInName);
        await visitor.Page.GetByLabel("They work as").FillAsync("cardiologist");
        await visitor.Page.GetByLabel("Licence of").SelectOptionAsync("NPI (United States)");
        await visitor.Page.GetByLabel("Licence number").FillAsync("1234567890");
        await visitor.Page.GetByLabel("It holds until").FillAsync(browser.Server.Clock.GetUtcNow().AddDays(100).ToString("yyyy-MM-dd"));
        await visitor.ClickAsync("Vouch for them");
        await visitor.SeesAsync("The check digit of that licence number does not fit");
        await visitor.Page.GetByLabel("Licence number").FillAsync("1234567893");
        await visitor.ClickAsync("Vouch for them");
        await visitor.SeesAsync("Verified on");
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync($"/professionals/{home.Doctor.Person.Id}");
        await visitor.SeesAsync("Practice at the river");
        await visitor.SeesAsync("1234567893");
        await visitor.SeesAsync("by Sam");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task ToEverybodyElseThereIsNoSuchAreaAndItEndsForWhoIsNoOperatorAnyMore()
    {
        var home = await Household.MoveInAsync(browser.Server, withRecord: false);
        var accounts = browser.Server.Modules.People.Accounts;
        using var visitor = new FormVisitor(browser.Server);
        using var signedIn = await visitor.SignInAsync(home.Doctor.SignInName);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/operator")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.PostAsync("/account", "/operator/organisations", ("name", "Mine"))).StatusCode);

        await accounts.SetOperatorAsync(home.Doctor.Person.Id, true, Cancel);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/operator")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/record")).StatusCode);
        await accounts.SetOperatorAsync(home.Doctor.Person.Id, false, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/operator")).StatusCode);
    }

    [Fact]
    public async Task WhoIsNoProfessionalHasNoSuchPage()
    {
        var home = await Household.MoveInAsync(browser.Server, withRecord: false);
        using var visitor = new FormVisitor(browser.Server);
        using var signedIn = await visitor.SignInAsync(home.Patient.SignInName);
        var nobody = await (await visitor.GetAsync($"/professionals/{Data.PersonId.New()}")).Content.ReadAsStringAsync(Cancel);
        using var carer = await visitor.GetAsync($"/professionals/{home.Carer.Person.Id}");
        Assert.Equal(HttpStatusCode.NotFound, carer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/professionals/{home.Doctor.Person.Id}")).StatusCode);
        Assert.NotEmpty(nobody);
    }
}
