using Rapport.Language;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Emergency.Card;

namespace Rapport.Server.Tests.Pages;

/// <summary>The pages of whoever looks after a small child, in a browser: each is accessible and fits, in both languages, on a dark phone too.</summary>
public sealed class ChildsPagesBrowserTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("es", 360, true)]
    [InlineData("en", 1200, false)]
    public async Task EachPageIsAccessibleAndFits(string language, int width, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! });
        var family = await Family.MoveInAsync(visitor.Server);
        await family.BringAsync(visitor.Server, Household.DemoRecord());
        await family.OpenDoorAsync(visitor.Server);
        await visitor.SignInAsync(family.Parent);
        List<string> faults = [];
        foreach (var path in new[] { "", "/emergency", "/ledger", "/emergency-card/edit" })
        {
            await visitor.GoAsync(family.Acting + path);
            await visitor.SeesAsync(Family.Reason);
            await LookAsync("child" + path);
        }

        await visitor.ClickAsync(EmergencyCardText.MakeIt);
        await visitor.SeesAsync(Say.Fill(EmergencyCardText.ChildHeading, Family.ChildsName));
        await LookAsync("child/emergency-card");
        await visitor.GoAsync($"{family.Acting}/emergency-card/paper?lang={language}");
        await LookAsync("child/emergency-card/paper");

        await visitor.GoAsync(TalkPlaces.About(family.Record));
        await LookAsync("child/talk");
        await visitor.Server.Modules.People.Circle.AddAsync(family.Record, family.Home.Doctor.Person.Id, "doctor", TestContext.Current.CancellationToken);
        foreach (var path in new[] { "", "/invitations", "/blocked", $"/remove?who={family.Home.Doctor.Person.Reference}", $"/block?who={family.Home.Doctor.Person.Reference}" })
        {
            await visitor.GoAsync(family.Acting + "/circle" + path);
            await LookAsync("child/circle" + path);
        }

        await visitor.GoAsync(family.Acting + "/circle/invitations");
        await visitor.Page.Locator("input[name=as][value=friend]").CheckAsync();
        await visitor.ClickAsync(InvitationText.MakeIt);
        await visitor.SeesAsync(InvitationText.OneUse);
        await LookAsync("child/circle/invitations/made");
        var address = await visitor.Page.Locator("#address").InnerTextAsync();
        await visitor.Page.GotoAsync(address);
        await visitor.SeesAsync(InvitationText.YourOwn);
        await LookAsync("child/circle/invitation");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        visitor.AssertNothingWentWrong();

        async Task LookAsync(string name) => faults.AddRange((await PageLook.AtAsync(visitor.Page)).Faults(name));
    }
}
