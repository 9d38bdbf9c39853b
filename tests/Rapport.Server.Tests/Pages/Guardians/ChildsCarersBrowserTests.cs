using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Circle.Childs;

namespace Rapport.Server.Tests.Pages;

/// <summary>Two parents, in two browsers: one asks, the other sees what it means and takes it on, both look after the child, and who asked ends it. Each page is accessible and fits.</summary>
public sealed class ChildsCarersBrowserTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en", 1200, true, false)]
    [InlineData("es", 360, true, true)]
    [InlineData("es", 1200, false, false)]
    public async Task OneParentAsksTheOtherTakesItOnAndIsToldWhenItIsEnded(string language, int width, bool script, bool dark)
    {
        var look = new Look(width, dark, script) { Language = Languages.Find(language)! };
        await using var father = await browser.VisitAsync(look);
        await using var mother = await browser.VisitAsync(look);
        var family = await Family.MoveInAsync(father.Server);
        await father.Server.Modules.People.Circle.AddAsync(family.Record, family.Home.Patient.Person.Id, "family", Cancel);
        List<string> faults = [];
        await father.SignInAsync(family.Parent);
        await father.GoAsync(family.Acting + "/circle");
        await father.FollowAsync(Say.Fill(ChildsCircleText.WhoLooksAfter, "", Family.ChildsName));
        await LookAsync(father, "care");
        await father.FollowAsync(Say.Fill(CareText.Ask, Family.ChildsName));
        await LookAsync(father, "care/new");
        await father.Page.GetByRole(AriaRole.Radio, new() { Name = "Maya Castellanos" }).CheckAsync();
        await father.Page.GetByRole(AriaRole.Radio, new() { Name = Say.Sentence(CareText.Parent) }).CheckAsync();
        await father.Page.GetByRole(AriaRole.Checkbox, new() { Name = Say.Fill(CareText.Mine, Family.ChildsName) }).CheckAsync();
        await father.ClickAsync(CareText.AskNow);
        await father.SeesAsync(CareText.DoneAsked);
        await LookAsync(father, "care asked");

        await mother.SignInAsync(family.Home.Patient);
        await mother.GoAsync("/circle");
        await mother.SeesAsync(Say.Fill(CareText.AsksYou, "Sam", Family.ChildsName));
        await mother.FollowAsync(InvitationText.ToInvitation);
        await mother.SeesAsync(Say.Fill(CareText.OfferHeading, Family.ChildsName, "Sam"));
        await LookAsync(mother, "care offer");
        await mother.Page.GetByRole(AriaRole.Checkbox, new() { Name = ActingText.Lawful }).CheckAsync();
        if (script)
        {
            await mother.TabToAsync(Say.Fill(CareText.TakeOn, Family.ChildsName));
            await mother.Page.Keyboard.PressAsync("Enter");
        }
        else
        {
            await mother.ClickAsync(Say.Fill(CareText.TakeOn, Family.ChildsName));
        }

        await mother.SeesAsync(Say.Fill(ActingText.DoneTakenOn, Family.ChildsName));
        await mother.FollowAsync(Say.Fill(CareText.Heading, Family.ChildsName));
        await mother.SeesAsync(Say.Fill(CareText.LetInBy, "Sam"));
        await LookAsync(mother, "care both");

        await father.GoAsync(family.Acting + "/care");
        await father.FollowAsync(Visitor.Words(CareText.TakeOut, "Maya Castellanos"));
        await LookAsync(father, "care/out");
        await father.ClickAsync(Say.Fill(CareText.OutNow, "Maya Castellanos"));
        await father.SeesAsync(Say.Fill(CareText.DoneOut, Family.ChildsName));
        await mother.GoAsync("/circle");
        await mother.SeesAsync(Say.Fill(CareText.WereTakenOutAbout, Family.ChildsName));
        await LookAsync(mother, "care ended");
        await mother.ClickAsync(PartingText.LeftGood);
        await mother.SeesNotAsync(Say.Fill(CareText.WereTakenOutAbout, Family.ChildsName));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        father.AssertNothingWentWrong();
        mother.AssertNothingWentWrong();

        // What looks at a page is a script of its own.
        async Task LookAsync(Visitor who, string name) => faults.AddRange(script ? (await PageLook.AtAsync(who.Page)).Faults(name) : []);
    }

    [Fact]
    public async Task AGuardianMakesAnAccountForTheLinkAndTheLastOneIsAskedBeforeTheyStepBack()
    {
        await using var parent = await browser.VisitAsync();
        await using var guest = await browser.VisitAsync(Look.Phone);
        var family = await Family.MoveInAsync(parent.Server);
        await parent.SignInAsync(family.Parent);
        await parent.GoAsync(family.Acting + "/care/new");
        await parent.Page.GetByRole(AriaRole.Radio, new() { Name = CareText.ByLink }).CheckAsync();
        await parent.Page.GetByRole(AriaRole.Radio, new() { Name = Say.Sentence(CareText.Guardian) }).CheckAsync();
        await parent.Page.GetByRole(AriaRole.Checkbox, new() { Name = Say.Fill(CareText.Mine, Family.ChildsName) }).CheckAsync();
        await parent.ClickAsync(CareText.AskNow);
        await parent.SeesAsync(InvitationText.OneUse);
        var address = await parent.Page.Locator("#address").InnerTextAsync();
        await guest.BringAsync(address, script: true);
        await guest.SeesAsync(Say.Fill(CareText.OfferHeading, Family.ChildsName, "Sam"));
        await guest.FollowAsync(InvitationText.SignUp);
        await guest.SignUpAsync("Nora Nachbar");
        await guest.FollowAsync(InvitationText.ToInvitation);
        await guest.Page.GetByRole(AriaRole.Checkbox, new() { Name = ActingText.Lawful }).CheckAsync();
        await guest.ClickAsync(Say.Fill(CareText.TakeOn, Family.ChildsName));
        await guest.SeesAsync(Say.Fill(ActingText.DoneTakenOn, Family.ChildsName));

        await parent.GoAsync(family.Acting + "/care");
        await parent.SeesAsync("Nora Nachbar");
        await parent.GoAsync(family.Acting);
        await parent.ClickAsync(Say.Fill(ActingText.Leave, Family.ChildsName));
        await parent.SeesAsync(Say.Fill(ActingText.LeaveLeft, "Nora Nachbar", Family.ChildsName));
        await parent.ClickAsync(ActingText.LeaveNow);
        await parent.ArrivesAtAsync("/circle");
        await guest.GoAsync(family.Acting);
        await guest.ClickAsync(Say.Fill(ActingText.Leave, Family.ChildsName));
        await guest.SeesAsync(Say.Fill(ActingText.LeaveKnowing, Family.ChildsName));
        Assert.Empty((await PageLook.AtAsync(guest.Page)).Faults("leaving as the last"));
        await guest.Page.Locator("input[name=nobody]").CheckAsync();
        await guest.ClickAsync(ActingText.LeaveNow);
        await guest.ArrivesAtAsync("/circle");
        parent.AssertNothingWentWrong();
        guest.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1200)]
    public async Task TheBandEndsWhereTheCardsOrTheFrameDoAHeadingFillsItsLinesAndNothingTouches(int width)
    {
        await using var parent = await browser.VisitAsync(new Look(width));
        var family = await Family.MoveInAsync(parent.Server);
        await parent.SignInAsync(family.Parent);
        await parent.GoAsync(family.Acting + "/care");
        var faults = await parent.Page.EvaluateAsync<string[]>("""
            () => {
              const faults = [], box = name => document.querySelector(name).getBoundingClientRect();
              const band = box(".frame-acting"), edges = innerWidth < 700 ? box("main .card") : { left: box(".brand").left, right: box(".who").right };
              if (Math.abs(band.left - edges.left) > 1 || Math.abs(band.right - edges.right) > 1) faults.push(`the band goes from ${band.left} to ${band.right}, the rest from ${edges.left} to ${edges.right}`);
              const icon = box(".frame-acting .icon"), words = box(".frame-acting strong");
              if (icon.bottom < words.top || icon.right > words.left) faults.push("the icon of the band stands above its words");
              const heading = document.querySelector("h1"), text = document.createRange();
              heading.textContent = "Who looks after Leo Demo";
              text.selectNodeContents(heading);
              const [first] = text.getClientRects();
              if (text.getClientRects().length > 1 && first.width < heading.clientWidth * 0.6) faults.push(`the first line of the heading fills ${first.width} of ${heading.clientWidth}`);
              return faults;
            }
            """);
        Assert.Empty(faults);
        await parent.GoAsync(family.Acting + "/care/new");
        var gap = await parent.Page.EvaluateAsync<double>("() => document.getElementById('mine').parentElement.getBoundingClientRect().top - document.getElementById('means').closest('.card').getBoundingClientRect().bottom");
        Assert.InRange(gap, 8, 40);
        parent.AssertNothingWentWrong();
    }
}
