using Rapport.Language;
using Rapport.People;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.Requests.Childs;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>A doctor asks for a child; one parent agrees in two taps or to less, or says no, and the other sees who did. In browsers, as people do it; each page is accessible and fits.</summary>
public sealed class ChildsRequestsBrowserTests(BrowserFixture browser)
{
    private const string Child = Family.ChildsName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en", 360, true, true)]
    [InlineData("es", 1200, false, false)]
    public async Task OneParentAnswersAndTheOtherSeesIt(string language, int width, bool script, bool dark)
    {
        var look = new Look(width, dark, script) { Language = Languages.Find(language)! };
        await using var father = await browser.VisitAsync(look);
        await using var mother = await browser.VisitAsync(look);
        await using var doctor = await browser.VisitAsync(look);
        var family = await Family.MoveInAsync(father.Server);
        await family.AddParentAsync(father.Server, family.Home.Patient);
        await family.BringAsync(father.Server, Household.DemoRecord());
        List<string> faults = [];

        // The parent tells by which name to ask.
        await father.SignInAsync(family.Parent);
        await father.GoAsync(family.Acting);
        await father.FollowAsync(Said(ChildsRequestText.Heading));
        await father.SeesAsync(Visitor.Words(Said(ChildsRequestText.NameToAsk, family.Child.SignInName)));
        await LookAsync(father, "requests none");
        await doctor.SignInAsync(family.Home.Doctor);
        await doctor.AskAsync(family.Child.SignInName, RequestText.AimKnow);
        await doctor.SeesAsync(RequestText.StateWaiting);
        await doctor.SeesNotAsync(Child);

        // Two taps.
        await mother.SignInAsync(family.Home.Patient);
        await mother.SeesAsync(Said(ChildsRequestText.OneAsks, "Dr Lee"));
        await LookAsync(mother, "requests told");
        await mother.FollowAsync(RequestText.LookAndAnswer);
        await mother.SeesAsync(RequestWalk.Reason);
        await mother.SeesAsync(Said(ChildsRequestText.ServesKnow));
        await LookAsync(mother, "requests waiting");
        await mother.FollowAsync(Visitor.Words(RequestText.Yes, "Dr Lee"));
        await mother.SeesAsync(Said(ChildsRequestText.ReviewHeading));
        await LookAsync(mother, "requests review");
        await mother.ClickAsync(Say.Sentence(RequestWalk.Of("allergies")));
        await mother.SeesAsync(Say.Sentence(ChildsRequestText.Shown));
        await LookAsync(mother, "requests items");
        await mother.FollowAsync(SharingText.BackToReview);
        await mother.ClickAsync(Said(ChildsRequestText.Agree));
        await mother.SeesAsync(Visitor.Words(Said(ChildsRequestText.DoneGranted)));
        await LookAsync(mother, "requests answered");
        await father.GoAsync(family.Requests);
        await father.SeesAsync(Say.Fill(ChildsRequestText.Agreed, "Maya Castellanos", "Dr Lee", Child, "", "").TrimEnd('.', ' ', ','));
        await doctor.GoAsync("/requests");
        await doctor.SeesAsync(RequestText.StateGranted);
        await doctor.FollowAsync(Say.Fill(RequestText.LookAt, Child));
        await doctor.SeesAsync(SharedText.InShort);

        // To less, and not at all.
        await AskAsync("treat");
        await father.GoAsync(family.Requests);
        await father.FollowAsync(Visitor.Words(RequestText.Choose, "Dr Lee"));
        await LookAsync(father, "requests what");
        await father.Page.Locator("input[name=kind][value=conditions]").UncheckAsync();
        await father.Page.Locator("input[name=kind][value=allergies]").UncheckAsync();
        await father.ClickAsync(SharingText.Continue);
        await father.SeesAsync(ChildsRequestText.ChooseKinds);
        await LookAsync(father, "requests what wrong");
        await father.Page.Locator("input[name=kind][value=allergies]").CheckAsync();
        await father.ClickAsync(SharingText.Continue);
        await father.ClickAsync(Said(ChildsRequestText.Agree));
        await father.SeesAsync(Visitor.Words(Said(ChildsRequestText.DoneGranted)));
        await AskAsync("hospital");
        await father.GoAsync(family.Requests);
        await father.ClickAsync(Visitor.Words(RequestText.No, "Dr Lee"));
        await father.SeesAsync(Said(ChildsRequestText.NoTellAbout));
        await LookAsync(father, "requests no");
        await father.ClickAsync(RequestText.SayNo);
        await father.SeesAsync(Visitor.Words(Said(ChildsRequestText.DoneRefused)));
        await LookAsync(father, "requests refused");
        await mother.GoAsync(family.Requests);
        await mother.SeesAsync(Say.Fill(ChildsRequestText.RefusedNotTold, "", "Dr Lee"));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        foreach (var visitor in new[] { father, mother, doctor })
        {
            visitor.AssertNothingWentWrong();
        }

        async Task LookAsync(Visitor visitor, string name) => faults.AddRange(script ? (await PageLook.AtAsync(visitor.Page)).Faults(name) : []);

        async Task AskAsync(string aim) =>
            Assert.True((await father.Server.Modules.People.Requests.AskAsync(family.Home.Doctor.Person, family.Child.SignInName, new RequestTerms(aim, ["conditions", "allergies"], 3, RequestWalk.Reason), Cancel)).IsOk);
    }

    private static string Said(string text, string first = "") => Say.Fill(text, first, "", Child);
}
