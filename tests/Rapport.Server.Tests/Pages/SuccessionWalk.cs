using Microsoft.Playwright;
using Rapport.Server.Design.Components;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Tests.Pages;

/// <summary>A patient names somebody for the case that they cannot decide any more, who asks; the patient is told and says no, as people go from page to page.</summary>
internal static class SuccessionWalk
{
    /// <summary>Goes from page to page, and names each where it stops. Nobody is signed in before and after, and nothing is open.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        var (carer, patient) = (home.Carer.Person.DisplayName, home.Patient.Person.DisplayName);
        await visitor.SignInAsync(home.Patient);
        await visitor.EnterAsync(FrameText.Share);
        await visitor.FollowAsync(SuccessionText.Heading);
        await visitor.SeesAsync(SuccessionText.Nobody);
        yield return "succession-none";
        await page.Locator("input[name=waits][value=other]").CheckAsync();
        await page.Locator("#days").FillAsync("2");
        await visitor.ClickAsync(SuccessionText.ShowReview);
        await visitor.SeesAsync(SharingText.LookAgain);
        yield return "succession-problems";
        await page.Locator($"input[value='{home.Carer.Person.Reference}']").CheckAsync();
        await page.Locator("#days").FillAsync("21");
        await page.Locator("input[value=collect]").CheckAsync();
        await visitor.ClickAsync(SuccessionText.ShowReview);
        await visitor.SeesAsync(SuccessionText.WhatHappens);
        yield return "succession-review";
        await visitor.ClickAsync(Visitor.Words(SuccessionText.Agree, carer));
        await visitor.SeesAsync(SuccessionText.DoneSet);
        yield return "succession-set";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Carer);
        await visitor.EnterAsync(FrameText.Circle);
        await visitor.SeesAsync(SuccessionText.ListHeading);
        yield return "circle-named";
        await visitor.FollowAsync(patient);
        await visitor.ClickAsync(SuccessionText.Ask);
        await visitor.SeesAsync(SuccessionText.WriteWhy);
        yield return "succession-ask-problems";
        await page.Locator("#why").FillAsync("¿? She had a stroke and cannot speak.");
        await visitor.ClickAsync(SuccessionText.Ask);
        await visitor.SeesAsync(Visitor.Words(SuccessionText.DoneAsked, patient));
        yield return "succession-asked";
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Patient);
        await Assertions.Expect(page.Locator(".asked-for-access")).ToContainTextAsync(carer);
        yield return "record-asked-for-access";
        await visitor.EnterAsync(FrameText.Share);
        yield return "share-asked-for-access";
        await visitor.ClickAsync(Visitor.Words(SuccessionText.SayNo, carer));
        await visitor.SeesAsync(SuccessionText.DoneObjected);
        await Assertions.Expect(page.Locator(".asked-for-access")).ToHaveCountAsync(0);
        yield return "succession-objected";
        await visitor.SignOutAsync();
    }
}
