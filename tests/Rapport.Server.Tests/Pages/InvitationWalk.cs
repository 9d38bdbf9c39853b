using Microsoft.Playwright;
using Rapport.Server.Pages.Circle;
using Rapport.Server.SignIn;

namespace Rapport.Server.Tests.Pages;

/// <summary>The way into a circle, gone through as people do in a browser.</summary>
internal static class InvitationWalk
{
    /// <summary>A patient invites somebody from the page of their circle; the address that they are to give.</summary>
    public static async Task<string> InviteAsync(this Visitor patient, string relation)
    {
        await patient.GoAsync(CirclePlaces.All);
        await patient.FollowAsync(InvitationText.Invite);
        await patient.Page.GetByLabel(relation, new() { Exact = true }).CheckAsync();
        await patient.ClickAsync(InvitationText.MakeIt);
        await patient.SeesAsync(InvitationText.MadeHeading);
        return await patient.Page.Locator("#address").InnerTextAsync();
    }

    /// <summary>Somebody opens what they were given: without script they paste it.</summary>
    public static async Task BringAsync(this Visitor guest, string address, bool script)
    {
        await guest.GoAsync(script ? address[address.IndexOf(CirclePlaces.Join, StringComparison.Ordinal)..] : CirclePlaces.Join);
        if (!script)
        {
            await guest.Page.GetByLabel(InvitationText.Brought).FillAsync(address);
            await guest.ClickAsync(InvitationText.Show);
        }
    }

    /// <summary>Somebody makes an account with a password.</summary>
    public static async Task SignUpAsync(this Visitor guest, string name)
    {
        var card = guest.Page.Locator("details.other-way");
        if (!await card.GetByLabel(SignInText.YourName).IsVisibleAsync())
        {
            await card.Locator("summary").ClickAsync();
        }

        await card.GetByLabel(SignInText.YourName).FillAsync(name);
        await card.GetByLabel(SignInText.NewPassword).FillAsync("seven purple kettles");
        await card.GetByRole(AriaRole.Button, new() { Name = SignInText.MakeMyAccount }).ClickAsync();
    }
}
