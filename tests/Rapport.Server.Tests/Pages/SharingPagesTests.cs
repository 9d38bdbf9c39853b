using System.Net;
using System.Text;
using Microsoft.Playwright;
using Rapport.Gathering;

namespace Rapport.Server.Tests.Pages;

/// <summary>From the share form over its summary to an agreement, as people go through it: back, forth, with the Enter key.</summary>
public sealed class SharingPagesTests(BrowserFixture browser)
{
    private const string Unmarked = "Nothing in your record is marked as sensitive";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GoingBackFromTheSummaryAndLoadingItAnewSendNothingTwice()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await FillAsync(visitor);
        await visitor.ClickAsync("Show me the summary");
        await visitor.SeesAsync("Is this what you want to share?");

        // A form that was sent would ask before it is loaded again; a page is simply loaded.
        Assert.Equal("GET", await MethodAfterAsync(visitor, () => visitor.Page.ReloadAsync()));
        await visitor.SeesAsync("Is this what you want to share?");
        Assert.Equal("GET", await MethodAfterAsync(visitor, () => visitor.Page.GoBackAsync()));
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Share part of your record");
    }

    [Fact]
    public async Task TheAddressOfTheSummaryTellsNothingAndOpensForItsPersonAlone()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        using var sent = await patient.PostAsync(
            "/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("scope", "kinds"), ("kind", "conditions"), ("label", "HIV-and-more"), ("step", "review"));
        var address = sent.Headers.Location!.OriginalString;

        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.StartsWith("/share/review?draft=", address);
        Assert.DoesNotContain("HIV-and-more", address);
        Assert.DoesNotContain("conditions", address);
        Assert.DoesNotContain(home.Doctor.Person.Reference.Split('/')[1], address);
        Assert.Contains("Dr Lee", await patient.ReadAsync(address));

        var other = await Household.MoveInAsync(visitor.Server);
        using var stranger = new FormVisitor(visitor.Server);
        await stranger.SignInAsync(other.Patient.SignInName);
        Assert.Equal("/share/new", (await stranger.GetAsync(address)).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task WhateverIsSentTheAddressStaysShortEnough()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        using var sent = await patient.PostAsync(
            "/share/new", "/share/new",
            [("find", new string('é', 5000)), ("step", "find"), .. Enumerable.Range(0, 400).SelectMany(i => new[] { ("kind", $"{i:0000}{new string('k', 28)}"), ("label", $"{i:0000}{new string('l', 28)}") })]);

        using var shown = await patient.GetAsync(sent.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
    }

    [Fact]
    public async Task TheEnterKeyInTheFindFieldFinds()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await FillAsync(visitor);
        foreach (var text in new[] { home.Stranger.SignInName, home.Carer.SignInName })
        {
            await visitor.Page.GetByLabel("Someone else").FillAsync(text);
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Share part of your record");
            await Assertions.Expect(visitor.Page.GetByLabel("Conditions")).ToBeCheckedAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Someone else")).ToHaveValueAsync(text);
        }
    }

    [Fact]
    public async Task AnOrganisationIsNotTakenForAPersonOfItsName()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        await visitor.ClickAsync("Be Maya Demo");
        await visitor.GoAsync("/share/new");
        await visitor.Page.GetByLabel("Someone else").FillAsync("hospital");
        await visitor.ClickAsync("Find");

        await visitor.SeesAsync("Whole organisations: all who work there");
        var choice = visitor.Page.GetByLabel("Everyone at").First;
        await choice.CheckAsync();
        await visitor.Page.GetByLabel("Conditions").CheckAsync();
        await visitor.ClickAsync("Show me the summary");
        await visitor.SeesAsync("Everyone at ");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Share it with everyone at " })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhereNothingIsMarkedAsSensitiveThePagesSaySoAndListWhatGoesAlong()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        var own = await home.Patient.OpenAsync(visitor.Server);
        var condition = """{"resourceType":"Condition","code":{"text":"Severe depression"},"subject":{"reference":"Patient/p"}}""";
        var taken = await FhirImporter.ImportAsync(own, Encoding.UTF8.GetBytes(condition), new ImportOptions { SourceName = "file" }, Cancel);
        Assert.Equal(ImportStatus.Taken, taken.Status);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.SeesAsync(Unmarked);
        await visitor.SeesNotAsync("stay home");
        await FillAsync(visitor);
        await visitor.ClickAsync("Show me the summary");

        await visitor.SeesAsync("Nothing of this is marked as sensitive");
        await visitor.SeesNotAsync("include what you share with them already");
        await visitor.Page.GetByText("Look through what goes along").Last.ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("#through")).ToContainTextAsync("Severe depression");
    }

    [Fact]
    public async Task WhatStaysPrivateIsCountedOnce()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.SeesNotAsync(Unmarked);
        await FillAsync(visitor);
        await visitor.ClickAsync("Show me the summary");
        await visitor.SeesAsync("are marked as sensitive");
        await visitor.FollowAsync("Change something");
        await visitor.Page.GetByLabel("HIV").CheckAsync();
        await visitor.ClickAsync("Show me the summary");
        await visitor.SeesAsync("are marked as sensitive");
        var counts = await visitor.Page.Locator("section[aria-labelledby=home] .tally .count").AllInnerTextsAsync();
        var total = await visitor.Page.Locator("#home .big-number").InnerTextAsync();

        Assert.Equal(int.Parse(total), counts.Sum(int.Parse));
    }

    [Fact]
    public async Task AnAgreementIsOnePageAndNoPartOfTheTimeline()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await FillAsync(visitor);
        await visitor.ClickAsync("Show me the summary");
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.SeesAsync("It is shared.");
        await visitor.GoAsync("/record");
        await visitor.SeesAsync("382 entries");
        await visitor.SeesNotAsync("Agreement with");

        await visitor.GoAsync("/record?kind=agreements");
        await visitor.FollowAsync("Agreement with Dr Lee");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your agreement with Dr Lee");
        foreach (var told in new[] { "Treatment", "Until 1 September 2026", "Agreed on", "In force now", "people and places" })
        {
            await visitor.SeesAsync(told);
        }

        Assert.DoesNotContain("IDSCL", await visitor.TextAsync());
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Stop sharing with Dr Lee" }).ClickAsync();
        await visitor.SeesAsync("It is stopped.");
        await visitor.Page.GetByText("Ended agreements").ClickAsync();
        await visitor.SeesAsync("Stopped on 1 June 2026");
    }

    private static async Task FillAsync(Visitor visitor)
    {
        await visitor.GoAsync("/share/new");
        await visitor.Page.GetByLabel("Dr Lee").CheckAsync();
        await visitor.Page.GetByLabel("Conditions").CheckAsync();
    }

    private static async Task<string> MethodAfterAsync(Visitor visitor, Func<Task<IResponse?>> act) => (await act())!.Request.Method;
}
