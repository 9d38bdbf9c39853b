using Microsoft.Playwright;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>Somebody is let act for a patient, does so, and lays it down, as people go from page to page.</summary>
internal static class ActingWalk
{
    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/acting");
        yield return "acting-give";
        await page.Locator("input[value=day]").CheckAsync();
        await visitor.ClickAsync(ActingText.ShowReview);
        await visitor.SeesAsync(SharingText.LookAgain);
        yield return "acting-give-problems";
        await page.Locator($"input[value='{home.Carer.Person.Reference}']").CheckAsync();
        await page.Locator("input[value=year]").CheckAsync();
        await page.Locator("input[value=correct]").CheckAsync();
        await page.Locator("input[value=everything]").CheckAsync();
        await visitor.ClickAsync(ActingText.ShowReview);
        await visitor.SeesAsync(ActingText.SeenHeading);
        yield return "acting-review";
        await visitor.ClickAsync(Visitor.Words(ActingText.LetAct, home.Carer.Person.DisplayName));
        await visitor.SeesAsync(SharingText.WhoHasAccess);
        yield return "share-acting";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Carer);
        await visitor.EnterAsync(FrameText.Circle);
        await visitor.SeesAsync(ActingText.PeopleHeading);
        yield return "circle-acting";
        await visitor.FollowAsync(home.Patient.Person.DisplayName);
        await visitor.SeesAsync(ActingText.DidNothing);
        await visitor.FollowAsync(HandText.Heading);
        yield return "acting-by-hand";
        await page.GetByLabel(HandText.Value).FillAsync("120/80");
        await visitor.ClickAsync(Visitor.Words(ActingText.AddFor, home.Patient.Person.DisplayName));
        await visitor.SeesAsync(ActingText.Brought);
        await visitor.FollowAsync(ActingText.Look);
        await Assertions.Expect(page.Locator(".frame-acting")).ToContainTextAsync(Visitor.Words(FrameText.YouFor, home.Carer.Person.DisplayName, home.Patient.Person.DisplayName));
        yield return "acting-record";
        await visitor.FollowAsync(FrameText.WhatYouMayDo);
        await visitor.SeesAsync(ActingText.Brought);
        yield return "acting";
        await visitor.FollowAsync(ActingText.FileHeading);
        yield return "acting-file";
        await visitor.FollowAsync(Visitor.Words(ActingText.HomeHeading, home.Patient.Person.DisplayName));
        await visitor.ClickAsync(Visitor.Words(ActingText.Leave, home.Patient.Person.DisplayName));
        await visitor.ClickAsync(ActingText.LeaveNow);
        await visitor.SeesNotAsync(ActingText.PeopleHeading);

        await visitor.GoAsync("/circle/child");
        yield return "child-new";
        await page.Locator("#name").FillAsync("Mia Castellanos");
        await page.Locator("#born").FillAsync("1990-01-01");
        await page.Locator("#lawful").CheckAsync();
        await visitor.ClickAsync(ActingText.BeginRecord);
        await visitor.SeesAsync(SharingText.LookAgain);
        yield return "child-new-problems";
        await page.Locator("#born").FillAsync("2020-05-04");
        await page.Locator("#lawful").CheckAsync();
        await visitor.ClickAsync(ActingText.BeginRecord);
        await Assertions.Expect(visitor.Heading).ToContainTextAsync("Mia Castellanos");
        yield return "child-begun";
        await visitor.SignOutAsync();
    }
}
