using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Record.Merging;

namespace Rapport.Server.Tests.Pages;

/// <summary>What several sources tell is one line; the patient takes it apart and joins it again.</summary>
public sealed class MergingPagesTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", true)]
    [InlineData("es", false)]
    public async Task WhatTwoSourcesTellIsOneLineThatThePatientTakesApartAndJoins(string language, bool script)
    {
        var home = await Household.MoveInAsync(browser.Server);
        await home.Patient.ImportAsync(browser.Server, Household.DemoDischarge(), "discharge.xml");
        await using var visitor = await browser.VisitAsync(new Look(Script: script) { Language = Languages.Find(language)! });
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/record/timeline?kind=conditions");
        var told = visitor.Page.Locator(".row", new() { HasTextString = Say.Fill(MergingText.Sources, "2") });
        await Assertions.Expect(told).ToHaveCountAsync(2);

        await told.Filter(new() { HasText = "2018" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await visitor.SeesAsync(MergingText.AlsoTold);
        await visitor.SeesAsync("discharge.xml");
        await visitor.SeesAsync(Say.Fill(MergingText.Because, Say.List([MergingText.ByConcept, MergingText.WhenDay])));
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = MergingText.Part }).ClickAsync();
        await visitor.SeesNotAsync(MergingText.AlsoTold);

        await visitor.FollowAsync(MergingText.ToldTwiceLink);
        await visitor.ClickAsync(MergingText.JoinButton);
        await visitor.SeesAsync(MergingText.JoinChoose);
        await visitor.Page.GetByRole(AriaRole.Radio, new() { Name = "discharge.xml" }).First.CheckAsync();
        await visitor.ClickAsync(MergingText.JoinButton);
        await visitor.SeesAsync(MergingText.ByPatient);

        await visitor.GoAsync("/record/timeline?kind=conditions");
        await Assertions.Expect(told).ToHaveCountAsync(2);
        visitor.AssertNothingWentWrong();
    }
}
