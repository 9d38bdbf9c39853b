using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Circle;
using Rapport.Server.SignIn;

namespace Rapport.Server.Tests.Pages;

/// <summary>A patient invites somebody who has no account, in two browsers: from the link to the circle, and out of it again.</summary>
public sealed class InvitationBrowserTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", 1200, true, false)]
    [InlineData("es", 360, true, true)]
    [InlineData("en", 360, false, false)]
    [InlineData("es", 1200, false, true)]
    public async Task AStrangerIsInvitedMakesAnAccountAndIsInTheCircleUntilTheyLeave(string language, int width, bool script, bool dark)
    {
        var look = new Look(width, dark, script) { Language = Languages.Find(language)! };
        await using var patient = await browser.VisitAsync(look);
        await using var guest = await browser.VisitAsync(look);
        var home = await Household.MoveInAsync(patient.Server, withRecord: false);
        await patient.SignInAsync(home.Patient);
        var address = await patient.InviteAsync(Say.Sentence(CircleText.Neighbour));

        await guest.BringAsync(address, script);
        await guest.SeesAsync(Say.Fill(InvitationText.InvitesYou, "Maya Castellanos"));
        Assert.EndsWith(CirclePlaces.Invitation, guest.Page.Url);
        await guest.SeesAsync(Say.Sentence(CircleText.Neighbour));
        await guest.SeesAsync(Say.Fill(InvitationText.MeansNotSee, "Maya Castellanos"));
        await guest.FollowAsync(InvitationText.SignUp);
        await guest.SignUpAsync("Nora Nachbar");
        await guest.SeesAsync(Say.Fill(AccountText.Welcome, "Nora Nachbar"));
        await guest.FollowAsync(InvitationText.ToInvitation);
        await guest.ClickAsync(InvitationText.Accept);
        await guest.SeesAsync(PartingText.DoneJoined);
        await guest.SeesAsync("Maya Castellanos");

        await patient.GoAsync(CirclePlaces.All);
        await patient.SeesAsync("Nora Nachbar");
        await patient.SeesAsync(Say.Sentence(CircleText.Neighbour));
        await patient.GoAsync(CirclePlace.Own.Invitations);
        await patient.SeesAsync(InvitationText.NoneOpen);

        await guest.FollowAsync(Visitor.Words(PartingText.Leave, "Maya Castellanos"));
        await guest.ClickAsync(PartingText.LeaveNow);
        await guest.SeesAsync(PartingText.DoneLeft);
        await patient.GoAsync(CirclePlaces.All);
        await patient.SeesAsync(Say.Fill(PartingText.LeftCircle, "Nora Nachbar", Say.Day(patient.Server.Clock.GetUtcNow())));
        await patient.ClickAsync(PartingText.LeftGood);
        await patient.SeesNotAsync("Nora Nachbar");
        patient.AssertNothingWentWrong();
        guest.AssertNothingWentWrong();
    }

    [Fact]
    public async Task APasskeyMadeForTheInvitationLeadsToItAndSoDoesSigningInWithIt()
    {
        await using var patient = await browser.VisitAsync();
        await using var guest = await browser.VisitAsync(Look.Phone);
        await guest.PlugInAsync();
        var home = await Household.MoveInAsync(patient.Server, withRecord: false);
        await patient.SignInAsync(home.Patient);
        await guest.BringAsync(await patient.InviteAsync(Say.Sentence(CircleText.Friend)), script: true);
        await guest.FollowAsync(InvitationText.SignUp);
        var card = guest.Page.GetByRole(AriaRole.Region, new() { Name = SignInText.WithThisDevice });
        await card.GetByLabel(SignInText.YourName).FillAsync("Nora Nachbar");
        await card.GetByRole(AriaRole.Button, new() { Name = SignInText.MakeMyAccount }).ClickAsync();
        await guest.SeesAsync(InvitationText.Waits);
        await guest.FollowAsync(InvitationText.ToInvitation);
        await guest.ClickAsync(InvitationText.Decline);
        await guest.SeesAsync(PartingText.DoneDeclined);
        await guest.SignOutAsync();

        await guest.BringAsync(await patient.InviteAsync(Say.Sentence(CircleText.Friend)), script: true);
        await guest.FollowAsync(InvitationText.SignIn);
        await guest.ClickAsync(SignInText.WithPasskey);
        await guest.SeesAsync(Say.Fill(InvitationText.InvitesYou, "Maya Castellanos"));
        await guest.ClickAsync(InvitationText.Accept);
        await guest.SeesAsync(PartingText.DoneJoined);
        guest.AssertNothingWentWrong();
    }

    /// <summary>Opening a link where its page stands already loads nothing anew: the invitation was passed over.</summary>
    [Fact]
    public async Task ALinkThatIsOpenedWhereItsPageStandsAlreadyIsTaken()
    {
        await using var patient = await browser.VisitAsync();
        await using var guest = await browser.VisitAsync();
        var home = await Household.MoveInAsync(patient.Server, withRecord: false);
        await patient.SignInAsync(home.Patient);
        var address = await patient.InviteAsync(Say.Sentence(CircleText.Friend));
        await guest.GoAsync(CirclePlaces.Join);
        await guest.SeesAsync(InvitationText.JoinHeading);
        await guest.BringAsync(address, script: true);
        await guest.SeesAsync(Say.Fill(InvitationText.InvitesYou, "Maya Castellanos"));
    }

    /// <summary>What stands in the address of a page that was left is found by the next person at the device.</summary>
    [Fact]
    public async Task NoAddressOfTheBrowserHoldsTheSecretOnceItIsBroughtAndTheKeyboardReachesTheAnswer()
    {
        await using var patient = await browser.VisitAsync();
        await using var guest = await browser.VisitAsync();
        var home = await Household.MoveInAsync(patient.Server, withRecord: false);
        await patient.SignInAsync(home.Patient);
        var address = await patient.InviteAsync(Say.Sentence(CircleText.Friend));
        await guest.SignInAsync(home.Stranger);
        await guest.BringAsync(address, script: true);
        await guest.SeesAsync(InvitationText.MeansLeave);
        Assert.DoesNotContain("#", guest.Page.Url);
        await guest.Page.GoBackAsync();
        Assert.DoesNotContain("#", guest.Page.Url);
        await guest.GoAsync(CirclePlaces.Invitation);
        await guest.TabToAsync(InvitationText.Accept);
        await guest.Page.Keyboard.PressAsync("Enter");
        await guest.SeesAsync(PartingText.DoneJoined);
    }
}
