using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Playwright;
using Rapport.Gathering;
using Rapport.Language;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>From the first step over the summary to an agreement, as people go through it: from an entry, a kind or the whole; back, forth, with the Enter key.</summary>
public sealed class SharingPagesTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GoingBackFromTheSummaryAndLoadingItAnewSendNothingTwice()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoToReviewAsync("Dr Lee", ["conditions"]);
        await visitor.SeesAsync(SharingText.ReviewHeading);

        // A form that was sent would ask before it is loaded again; a page is simply loaded.
        Assert.Equal("GET", await MethodAfterAsync(() => visitor.Page.ReloadAsync()));
        await visitor.SeesAsync(SharingText.ReviewHeading);
        Assert.Equal("GET", await MethodAfterAsync(() => visitor.Page.GoBackAsync()));
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(Say.Fill(SharingText.UntilHeading, "Dr Lee"));
    }

    /// <summary>Who went back and pressed the button again had two agreements that said the same, and twice as many looks were allowed as chosen.</summary>
    [Fact]
    public async Task WhoAgreesAgainToTheSameHasOneAgreementAndANewOneAfterStoppingIt()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        var own = await home.Patient.OpenAsync(visitor.Server);
        var review = await patient.ToReviewAsync(home.Doctor, [("kind", "conditions")], [("lasting", "looks"), ("looks", "3"), ("more", "on")]);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
            Assert.Single(await own.ConsentsAsync(Cancel));
        }

        using var stopped = await patient.PostAsync("/share", "/share/stop", ("id", (await own.ConsentsAsync(Cancel))[0].Entry.Id));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["active", "inactive"], (await own.ConsentsAsync(Cancel)).Select(static known => known.Consent.Status).Order());
    }

    [Fact]
    public async Task TheAddressOfAStepTellsNothingAndOpensForItsPersonAlone()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        var address = await patient.ToReviewAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions"), ("label", "HIV")]);

        Assert.StartsWith("/share/review?draft=", address);
        Assert.DoesNotContain("HIV", address.Split("draft=")[0]);
        Assert.DoesNotContain("conditions", address);
        Assert.DoesNotContain(home.Doctor.Person.Reference.Split('/')[1], address);
        Assert.Contains("Dr Lee", await patient.ReadAsync(address));

        var other = await Household.MoveInAsync(visitor.Server);
        using var stranger = new FormVisitor(visitor.Server);
        await stranger.SignInAsync(other.Patient.SignInName);
        Assert.Equal("/share/new", (await stranger.GetAsync(address)).Headers.Location!.OriginalString);
        Assert.Equal("/share/new", await stranger.StepAsync("/share/new", "/share", ("draft", ShareWalk.DraftOf(address)), ("step", "agree")));
    }

    /// <summary>An address that is too long is refused by the server (414) or by what stands before it.</summary>
    [Fact]
    public async Task WhateverIsSentTheAddressStaysShortEnough()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        var found = await patient.StepAsync(
            "/share/new", "/share/new", [("find", new string('é', 5000)), ("step", "find"), .. Enumerable.Range(0, 400).Select(i => ("who", $"{i:0000}{new string('ß', 28)}"))]);
        Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(found)).StatusCode);

        var until = await patient.ToReviewAsync(
            home.Doctor,
            [("kind", "conditions"), .. Enumerable.Range(0, 400).SelectMany(i => new[] { ("kind", $"{i:0000}{new string('é', 28)}"), ("label", $"{i:0000}{new string('ß', 28)}") })]);
        Assert.StartsWith("/share/review", until);
        Assert.InRange(until.Length, 0, 2000);
        Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(until)).StatusCode);
    }

    [Fact]
    public async Task MoreMarksThanAnAddressHoldsAreToldByTheirFieldAndNothingIsLeftOutInSilence()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        var labels = Enumerable.Range(0, 400).Select(_ => Guid.NewGuid().ToString("N")).ToList();
        var security = string.Join(',', labels.Select(label => $$"""{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{label}}" }"""));
        await GatherAsync(home.Patient, visitor, $$"""{"resourceType":"Condition","meta":{"security":[{{security}}]},"code":{"text":"Much marked"},"subject":{"reference":"Patient/p"} }""");
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);

        var address = await patient.ToReviewAsync(home.Doctor, [("kind", "conditions"), .. labels.Select(label => ("label", label))]);

        Assert.StartsWith("/share/what", address);
        using var shown = await patient.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.Contains($"id=\"sensitive-error\">{SharingText.TooManyLabels}", await shown.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task TheEnterKeyInTheFindFieldFinds()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.Page.Locator(ShareWalk.Aim(SharingText.AimTreat)).CheckAsync();
        foreach (var text in new[] { home.Stranger.SignInName, home.Carer.SignInName })
        {
            await visitor.Page.GetByLabel(SharingText.SomeoneElse).FillAsync(text);
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Heading).ToHaveTextAsync(SharingText.WhoHeading);
            await Assertions.Expect(visitor.Page.Locator(ShareWalk.Aim(SharingText.AimTreat))).ToBeCheckedAsync();
            await Assertions.Expect(visitor.Page.GetByLabel(SharingText.SomeoneElse)).ToHaveValueAsync(text);
        }
    }

    [Fact]
    public async Task AnOrganisationIsNotTakenForAPersonOfItsName()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        await visitor.ClickAsync("Be Maya Demo");
        await visitor.GoAsync("/share/new");
        await visitor.Page.GetByLabel(SharingText.SomeoneElse).FillAsync("hospital");
        await visitor.ClickAsync(SharingText.Find);

        await visitor.SeesAsync(SharingText.WholeOrganisations);
        await visitor.Page.GetByLabel("Everyone at").First.CheckAsync();
        await visitor.Page.Locator(ShareWalk.Aim(SharingText.AimTreat)).CheckAsync();
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync("Everyone at ");
        await visitor.SeesAsync(SharingText.WholeOrganisation);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Share it with everyone at " })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhereNothingIsMarkedAsSensitiveThePagesSaySoAndListWhatGoesAlong()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await GatherAsync(home.Patient, visitor, """{"resourceType":"Condition","code":{"text":"Hay fever"},"subject":{"reference":"Patient/p"}}""");
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimTreat);
        await visitor.SeesAsync(SharingText.NothingMarked);
        await visitor.ChooseKindsAsync(["conditions"]);
        await visitor.ChooseUsualTimeAsync();

        await visitor.SeesAsync(SharingText.NothingOfThisMarked);
        await visitor.Page.Locator("section[aria-labelledby=seen] summary").ClickAsync();
        await visitor.SeesAsync("Hay fever");
        await visitor.SeesAsync("Shared with Dr Lee for treatment by this agreement");
    }

    [Fact]
    public async Task TheSummaryShowsEveryEntryOnOneSideWithItsReason()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoToReviewAsync("Dr Lee", ["conditions", "results"]);
        var sides = new Dictionary<string, int>();
        foreach (var side in new[] { "seen", "home" })
        {
            var counts = await visitor.Page.Locator($"section[aria-labelledby={side}] summary .count").AllInnerTextsAsync();
            var total = int.Parse(await visitor.Page.Locator($"#{side} .big-number").InnerTextAsync(), CultureInfo.InvariantCulture);
            Assert.Equal(total, counts.Sum(count => int.Parse(count, CultureInfo.InvariantCulture)));
            sides[side] = total;
        }

        Assert.Equal(382, sides.Values.Sum());
        await visitor.SeesAsync("are marked as sensitive");

        // One by one, over pages, each with why.
        await visitor.Page.Locator("section[aria-labelledby=home] summary", new() { HasText = "Results" }).ClickAsync();
        await visitor.Page.Locator("button[value='home.results']").ClickAsync();
        await visitor.SeesAsync("Stays home: marked as");
        await visitor.FollowAsync(SharingText.BackToReview);
        await visitor.Page.Locator("section[aria-labelledby=seen] summary", new() { HasText = "Results" }).ClickAsync();
        await visitor.Page.Locator("button[value='seen.results']").ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".row")).ToHaveCountAsync(40);
        await visitor.ClickAsync(SharingText.PageAfter);
        await visitor.SeesAsync("Shared with Dr Lee for treatment");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task EachPageIsSmallHoweverMuchThereIs()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        string[] types = ["Observation", "Condition", "Procedure", "MedicationRequest", "Encounter", "Immunization"];
        var entries = Enumerable.Range(0, 5000).Select(i =>
        {
            var type = types[i % types.Length];
            var code = type switch { "Encounter" => "type\":[{\"text", "MedicationRequest" => "medicationCodeableConcept\":{\"text", "Immunization" => "vaccineCode\":{\"text", _ => "code\":{\"text" };
            var end = type == "Encounter" ? "}]" : "}";
            var subject = type == "Immunization" ? "patient" : "subject";
            return $$"""{"resource":{"resourceType":"{{type}}","{{code}}":"Entry {{i}} {{new string('x', 300)}}"{{end}},"{{subject}}":{"reference":"Patient/p"}{{More(type)}} } }""";
        });
        var own = await home.Patient.OpenAsync(visitor.Server);
        var bundle = $$"""{"resourceType":"Bundle","type":"collection","entry":[{{string.Join(',', entries)}}]}""";
        Assert.Equal(ImportStatus.Taken, (await FhirImporter.ImportAsync(own, Encoding.UTF8.GetBytes(bundle), new ImportOptions { SourceName = "file" }, Cancel)).Status);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        var review = await patient.ToReviewAsync(home.Doctor, [("kind", "results"), ("kind", "conditions"), ("kind", "procedures")]);
        foreach (var address in new[] { review, $"/share/items?draft={ShareWalk.DraftOf(review)}&in=seen.results&page=2", $"/share/items?draft={ShareWalk.DraftOf(review)}&in=home.medicines", "/share/new" })
        {
            var html = await patient.ReadAsync(address);
            Assert.InRange(Encoding.UTF8.GetByteCount(html), 1000, 60_000);
        }

        static string More(string type) => type switch
        {
            "Observation" => ",\"status\":\"final\"",
            "Encounter" => ",\"class\":{\"code\":\"AMB\"},\"status\":\"finished\"",
            "MedicationRequest" => ",\"intent\":\"order\",\"status\":\"active\"",
            "Procedure" => ",\"status\":\"completed\"",
            "Immunization" => ",\"status\":\"completed\",\"occurrenceDateTime\":\"2024-05-03\"",
            _ => "",
        };
    }

    [Fact]
    public async Task SharingBeginsFromAnEntryWhichAloneGoesAlong()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/record?kind=conditions");
        var title = await visitor.Page.Locator(".row-text > a").First.InnerTextAsync();
        await visitor.Page.Locator(".row-text > a").First.ClickAsync();
        await visitor.FollowAsync(SharingText.ShareThis);
        await visitor.SeesAsync(Say.Fill(SharingText.BeganFromEntry, title));
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimTreat);
        await Assertions.Expect(visitor.Page.GetByLabel(Say.Fill(SharingText.ScopeEntry, title))).ToBeCheckedAsync();
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ChooseUsualTimeAsync();
        await Assertions.Expect(visitor.Page.Locator("#seen .big-number")).ToHaveTextAsync("1");
        await visitor.SeesAsync(SharingText.OnlyThisOne);
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.SeesAsync($"one entry of your record ({title})");
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        await visitor.FollowAsync("Maya Castellanos");
        await visitor.FollowAsync(SharedText.Timeline);
        Assert.Equal([title], await visitor.Page.Locator(".row-text > a").AllInnerTextsAsync());
    }

    /// <summary>With the problem go what is linked to it and what is of its visit, of the kinds that help to judge it, and no other problem.</summary>
    [Fact]
    public async Task ForASecondOpinionAProblemGoesAlongWithWhatBelongsToItAndNothingElse()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await GatherAsync(home.Patient, visitor, """
            {"resourceType":"Bundle","type":"collection","entry":[
              {"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":{"resourceType":"Patient","name":[{"text":"Maya"}]}},
              {"fullUrl":"urn:uuid:22222222-2222-4222-8222-222222222222","resource":{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"type":[{"text":"Check-up"}],"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"}}},
              {"fullUrl":"urn:uuid:33333333-3333-4333-8333-333333333333","resource":{"resourceType":"Condition","code":{"text":"Asthma"},"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"encounter":{"reference":"urn:uuid:22222222-2222-4222-8222-222222222222"}}},
              {"resource":{"resourceType":"Condition","code":{"text":"Eczema"},"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"encounter":{"reference":"urn:uuid:22222222-2222-4222-8222-222222222222"}}},
              {"resource":{"resourceType":"Observation","status":"final","code":{"text":"Lung function"},"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"encounter":{"reference":"urn:uuid:22222222-2222-4222-8222-222222222222"}}},
              {"resource":{"resourceType":"Observation","status":"final","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]},"code":{"text":"HIV test"},"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"encounter":{"reference":"urn:uuid:22222222-2222-4222-8222-222222222222"}}},
              {"resource":{"resourceType":"Observation","status":"final","code":{"text":"Cholesterol"},"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"}}},
              {"resource":{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Salbutamol"},"subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"reasonReference":[{"reference":"urn:uuid:33333333-3333-4333-8333-333333333333"}]}}]}
            """);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimOpinion);
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.SeesAsync(SharingText.ChooseAbout);
        await visitor.Page.GetByLabel(SharingText.WhichProblem).SelectOptionAsync("Asthma");
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ChooseUsualTimeAsync();
        await Assertions.Expect(visitor.Page.Locator("#seen .big-number")).ToHaveTextAsync("3");
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.SeesAsync("It is shared.");
        await visitor.SignOutAsync();

        await visitor.SignInAsync(home.Doctor);
        await visitor.FollowAsync("Maya Castellanos");
        await visitor.FollowAsync(SharedText.Timeline);
        Assert.Equal(["Asthma", "Lung function", "Salbutamol"], (await visitor.Page.Locator(".row-text > a").AllInnerTextsAsync()).Order());
    }

    [Theory]
    [InlineData("/record?kind=vaccines", "vaccines", "Vaccines")]
    [InlineData("/record", null, null)]
    public async Task SharingBeginsFromAKindOrTheWholeWhichIsProposed(string address, string? kind, string? label)
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync(address);
        await visitor.FollowAsync(kind is null ? SharingText.ShareAll : SharingText.ShareThis);
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimTreat);
        if (kind is null)
        {
            await Assertions.Expect(visitor.Page.Locator("input[name=scope][value=everything]")).ToBeCheckedAsync();
        }
        else
        {
            Assert.Equal([kind], await visitor.Page.Locator("input[name=kind]:checked").EvaluateAllAsync<string[]>("them => them.map(it => it.value)"));
        }

        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ChooseUsualTimeAsync();
        var seen = await visitor.Page.Locator("section[aria-labelledby=seen] summary span:not(.count)").AllInnerTextsAsync();
        Assert.True(label is null ? seen.Count > 8 : seen.SequenceEqual([label]), string.Join(", ", seen));
    }

    /// <summary>The date of a treatment was cut where the list to choose it from was too narrow: "since 18 Ja".</summary>
    [Theory]
    [InlineData(1200)]
    [InlineData(360)]
    public async Task ATreatmentIsNamedToItsEnd(int width)
    {
        await using var visitor = await browser.VisitAsync(new Look(width));
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync("Dr Lee", ShareWalk.ToTreat);
        await visitor.ChooseKindsAsync(["results"]);
        await visitor.UnfoldAsync();
        var treatment = visitor.Page.GetByLabel(", since ").First;
        await treatment.CheckAsync();
        await Assertions.Expect(visitor.Page.Locator("#lasting-treatment")).ToBeCheckedAsync();
        var label = visitor.Page.Locator(".choice", new() { Has = treatment });
        Assert.Matches("since [0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}$", await label.InnerTextAsync());
        Assert.True(await label.EvaluateAsync<bool>("it => it.scrollWidth <= it.clientWidth && it.getBoundingClientRect().right <= innerWidth"));

        // Another end takes back the treatment that was named.
        await visitor.Page.Locator("input[value=year]").CheckAsync();
        await Assertions.Expect(treatment).Not.ToBeCheckedAsync();
        await visitor.ClickAsync(SharingText.ShowReview);
        await visitor.SeesAsync(SharingText.ReviewHeading);
    }

    [Fact]
    public async Task AChangeIsANewVersionOfTheSameAgreementAndNeverBothOrNone()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoToReviewAsync("Dr Lee", ["conditions", "results"]);
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.FollowAsync("Change the agreement with Dr Lee");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(Say.Fill(SharingText.ChangeHeading, "Dr Lee"));
        await Assertions.Expect(visitor.Page.GetByLabel(SharingText.AimKeep)).ToBeCheckedAsync();
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.UnfoldAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Results" })).ToBeCheckedAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Medicines" })).Not.ToBeCheckedAsync();
        await visitor.ChooseKindsAsync(["conditions"]);
        await Assertions.Expect(visitor.Page.GetByLabel(SharingText.LastDay)).ToHaveValueAsync("2026-09-01");
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync("Now they see ");
        var open = visitor.Page.Url;
        await visitor.ClickAsync("Save the agreement with Dr Lee");
        await visitor.SeesAsync("The agreement is changed.");
        await visitor.SeesAsync("Dr Lee may see your conditions, for treatment, until 1 September 2026.");

        var own = await home.Patient.OpenAsync(visitor.Server);
        var consent = Assert.Single(await own.ConsentsAsync(Cancel));
        Assert.Equal((2, "active"), (consent.Entry.Version, consent.Consent.Status));

        // Whoever saves what was looked at before changes nothing.
        await visitor.Page.GotoAsync(open);
        await visitor.ClickAsync("Save the agreement with Dr Lee");
        await visitor.SeesAsync("Nothing was changed.");
        await visitor.StopSharingAsync("Dr Lee");
        await visitor.SeesAsync("It is stopped.");
        await visitor.Page.GotoAsync(open);
        await visitor.ClickAsync("Save the agreement with Dr Lee");
        await visitor.SeesAsync("Nothing was changed.");
        Assert.Equal("inactive", Assert.Single(await own.ConsentsAsync(Cancel)).Consent.Status);
    }

    [Fact]
    public async Task WhatEndsSoonStandsFirstAndIsExtendedOrLeftToEnd()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        var soon = visitor.Server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await patient.ShareAsync(home.Doctor, [("kind", "conditions")], [("lasting", "day"), ("until", soon), ("more", "on")]);
        await patient.ShareAsync(home.Carer, [("kind", "visits")], [("lasting", "day"), ("until", soon), ("more", "on")], "help");
        await visitor.SignInAsync(home.Patient);
        await visitor.SeesAsync("2 of your agreements end soon.");
        await visitor.FollowAsync(SharingText.LookAtThem);
        await visitor.SeesAsync(SharingText.EndingHeading);
        await visitor.SeesAsync(SharingText.NotLookedYet);

        await visitor.ClickAsync("Let it end the agreement with Sam");
        await visitor.SeesAsync("It ends by itself.");
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=ending] h3")).ToHaveTextAsync(["Dr Lee"]);
        await visitor.FollowAsync("Extend the agreement with Dr Lee");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(Say.Fill(SharingText.UntilHeading, "Dr Lee"));
        await visitor.ChooseUsualTimeAsync();
        await visitor.ClickAsync("Save the agreement with Dr Lee");
        await visitor.SeesAsync("until 1 September 2026");
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=ending]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task HowOftenTheyLookedStandsBesideTheAgreement()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        await patient.ShareAsync(home.Doctor, [("kind", "conditions")]);
        await patient.ShareAsync(home.Carer, [("kind", "visits")], aim: "help");
        using var doctor = new FormVisitor(visitor.Server);
        await doctor.SignInAsync(home.Doctor.SignInName);
        await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}");
        await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}?kind=conditions");

        var html = await patient.ReadAsync("/share");
        Assert.Contains("Looked 2 times, last on 1 June 2026", html);
        Assert.Contains(SharingText.NotLookedYet, html);
    }

    [Fact]
    public async Task AnAgreementIsOnePageAndNoPartOfTheTimeline()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoToReviewAsync("Dr Lee", ["conditions", "places"]);
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.SeesAsync("It is shared.");
        await visitor.GoAsync("/record");
        await visitor.SeesAsync("382 entries");
        await visitor.SeesNotAsync("Agreement with");

        await visitor.GoAsync("/record?kind=agreements");
        await visitor.FollowAsync("Agreement with Dr Lee");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync("Your agreement with Dr Lee");
        foreach (var told in new[] { "for treatment, until 1 September 2026", "Agreed on", "In force now", "people and places" })
        {
            await visitor.SeesAsync(told);
        }

        Assert.DoesNotContain("IDSCL", await visitor.TextAsync());
        await visitor.StopSharingAsync("Dr Lee");
        await visitor.SeesAsync("It is stopped.");
        await visitor.Page.GetByText("Ended agreements").ClickAsync();
        await visitor.SeesAsync("Stopped on 1 June 2026");
    }

    [Fact]
    public async Task NothingStopsBeforeTheQuestionIsAnswered()
    {
        await using var visitor = await browser.VisitAsync(new Look(Script: false));
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        await patient.ShareAsync(home.Doctor, [("kind", "conditions")]);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share");
        var question = visitor.Page.GetByRole(AriaRole.Dialog, new() { Name = Say.Fill(SharingText.StopQuestion, "Dr Lee") });

        await visitor.ClickAsync(Visitor.Words(SharingText.Stop, "Dr Lee"));
        await Assertions.Expect(question).ToBeVisibleAsync();
        await visitor.ClickAsync(SharingText.LeaveIt);
        await Assertions.Expect(question).ToBeHiddenAsync();
        var own = await home.Patient.OpenAsync(visitor.Server);
        Assert.Equal("active", Assert.Single(await own.ConsentsAsync(Cancel)).Consent.Status);

        await visitor.StopSharingAsync("Dr Lee");
        await visitor.SeesAsync(Visitor.Words(SharingText.DoneStopped));
    }

    [Theory]
    [InlineData("/share/new", "treat", true, true)]
    [InlineData("/share/new", "opinion", true, true)]
    [InlineData("/share/new", "ask", true, false)]
    [InlineData("/share/new?everything=true", "treat", false, false)]
    [InlineData("/share/new?kind=medicines", "help", false, false)]
    public async Task TheWordsOfAProposalStandOnlyBesideThatProposal(string from, string aim, bool saysWhy, bool saysTicked)
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        var draft = ShareWalk.DraftInForm(await patient.ReadAsync(from));
        using var what = await patient.PostAsync(from, "/share/new", ("draft", draft), ("who", home.Carer.Person.Reference), ("aim", aim), ("step", "on"));

        var html = await patient.ReadAsync(what.Headers.Location!.OriginalString);

        Assert.Equal(saysWhy, html.Contains(SharingAim.Find(aim)!.Benefit, StringComparison.Ordinal));
        Assert.Equal(saysTicked, html.Contains(SharingText.WhatHint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TickedKindsLookInactiveUnlessKindsAreChosen()
    {
        await using var visitor = await browser.VisitAsync(new Look(Script: false));
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync("Dr Lee", ShareWalk.ToTreat);
        var box = visitor.Page.Locator("input[name=kind][value=conditions]");
        await Assertions.Expect(box).ToBeCheckedAsync();
        await Assertions.Expect(box).ToHaveCSSAsync("appearance", "auto");

        await visitor.Page.Locator("input[name=scope][value=everything]").CheckAsync();
        await Assertions.Expect(box).ToHaveCSSAsync("appearance", "none");
        await Assertions.Expect(visitor.Page.Locator(".choice", new() { Has = box })).ToHaveCSSAsync("background-color", "rgba(0, 0, 0, 0)");
        await Assertions.Expect(visitor.Page.Locator(".lead")).ToBeHiddenAsync();

        await visitor.Page.Locator("input[name=scope][value=kinds]").CheckAsync();
        await Assertions.Expect(box).ToHaveCSSAsync("appearance", "auto");
        await Assertions.Expect(visitor.Page.Locator(".lead")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("sam", true, false)]
    [InlineData("nobody of this name", false, true)]
    public async Task WhoeverStandsInTheCircleIsNotSaidToBeUnknown(string typed, bool isAbove, bool isNobody)
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);

        var html = await patient.ReadAsync(await patient.StepAsync("/share/new", "/share/new", ("find", typed), ("step", "find")));

        Assert.Equal(isAbove, html.Contains(": Sam. This choice stands above.", StringComparison.Ordinal));
        Assert.Equal(isNobody, html.Contains("Nobody was found by", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en", "Sam may see your medicines, for day-to-day help, until you stop it.")]
    [InlineData("es", "Sam puede ver medicamentos de la historia de usted, para ayuda en el día a día, hasta que usted lo detenga.")]
    public async Task WhoHelpsSeesThePatientsEntriesToHelpThePatient(string language, string sentence)
    {
        await using var visitor = await browser.VisitAsync(new Look { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        using var patient = new FormVisitor(visitor.Server);
        await patient.SignInAsync(home.Patient.SignInName);
        await patient.ShareAsync(home.Carer, [("kind", "medicines")], aim: "help");
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share");
        await visitor.SeesAsync(sentence);
    }

    /// <summary>Everything of it, in Spanish, on a phone, without script.</summary>
    [Theory]
    [InlineData(360, false)]
    [InlineData(1200, true)]
    public async Task TheWholeOfItInSpanish(int width, bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, Script: script) { Language = Languages.Spanish });
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.SeesAsync(SharingText.LookAgain);
        await visitor.SeesAsync(SharingText.ChooseAim);
        await visitor.ChooseWhoAsync("Dr Lee", SharingText.AimTreat);
        await visitor.SeesAsync("¿Qué puede ver Dr Lee?");
        await visitor.ChooseKindsAsync(["conditions"]);
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync("Hasta el 1 de septiembre de 2026");
        await visitor.Page.Locator("section[aria-labelledby=seen] summary").ClickAsync();
        await visitor.SeesAsync("Se comparte con Dr Lee para tratamiento por este acuerdo");
        await visitor.ClickAsync(Say.Fill(SharingText.ShareWith, "Dr Lee"));
        await visitor.SeesAsync("Ya se comparte.");
        await visitor.SeesAsync("de la historia de usted, para tratamiento");
        await visitor.StopSharingAsync("Dr Lee");
        await visitor.SeesAsync("Está detenido.");
        visitor.AssertNothingWentWrong();
    }

    private static async Task<string> MethodAfterAsync(Func<Task<IResponse?>> act) => (await act())!.Request.Method;

    private static async Task GatherAsync(Resident patient, Visitor visitor, string json)
    {
        var own = await patient.OpenAsync(visitor.Server);
        var taken = await FhirImporter.ImportAsync(own, Encoding.UTF8.GetBytes(json), new ImportOptions { SourceName = "file" }, Cancel);
        Assert.Equal(ImportStatus.Taken, taken.Status);
    }
}
