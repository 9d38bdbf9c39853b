using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Record.Merging;

namespace Rapport.Server.Tests.Pages;

/// <summary>What several sources tell is one line; the patient takes it apart and joins it again.</summary>
public sealed partial class MergingPagesTests(BrowserFixture browser)
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

    /// <summary>The record said 747 and the last step of sharing 754: what several sources tell was one thing in the one place and several in the other.</summary>
    [Fact]
    public async Task WhatSeveralSourcesTellCountsOnceInEveryPlace()
    {
        var home = await Household.MoveInAsync(browser.Server);
        await home.Patient.ImportAsync(browser.Server, Household.DemoDischarge(), "discharge.xml");
        using var patient = new FormVisitor(browser.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        var all = Counts(await patient.ReadAsync("/record"), InAll()).Single();
        var timeline = Counts(await patient.ReadAsync("/record/timeline"), OfKind());
        Assert.Equal(all, timeline[0]);

        var what = await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
        var page = await patient.ReadAsync(what);
        var sensitive = page.IndexOf("id=\"sensitive\"", StringComparison.Ordinal);
        Assert.Equal(all, Counts(page[..sensitive], OfKind()).Sum());

        var review = await patient.ToReviewAsync(home.Doctor, [("scope", "everything"), ("label", "HIV")]);
        page = await patient.ReadAsync(review);
        var sides = Counts(page, Side());
        Assert.Equal(all, sides.Sum());
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));

        using var doctor = new FormVisitor(browser.Server);
        await doctor.SignInAsync(home.Doctor.SignInName);
        Assert.Equal(sides[0], Counts(await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}?purpose=TREAT"), OfKind())[0]);
    }

    private static int[] Counts(string html, Regex where) => [.. where.Matches(html).Select(found => int.Parse(found.Groups["count"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];

    [GeneratedRegex("""id="total"[^>]*>(?<count>[0-9,]+) """, RegexOptions.NonBacktracking)]
    private static partial Regex InAll();

    [GeneratedRegex("""class="count"[^>]*>(?<count>[0-9,]+)<""", RegexOptions.NonBacktracking)]
    private static partial Regex OfKind();

    [GeneratedRegex("""class="big-number">(?<count>[0-9,]+)<""", RegexOptions.NonBacktracking)]
    private static partial Regex Side();
}
