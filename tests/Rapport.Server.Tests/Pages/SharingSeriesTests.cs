using System.Net;
using System.Text;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeriesTerms;
using static Rapport.Server.Tests.Pages.SeriesWalk;

namespace Rapport.Server.Tests.Pages;

/// <summary>Sharing all there is of one thing and what is still to come: chosen by its plain name, decided by its codes.</summary>
public sealed class SharingSeriesTests(BrowserFixture browser)
{
    private const string Hba1c = "Long-term blood sugar (HbA1c)", Glucose = "Blood sugar", Hemoglobin = "Red of the blood (haemoglobin)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatComesLaterGoesAlongAndAnotherTestDoesNot()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        var choice = await ToChoiceAsync(patient, home, SeriesEndpoints.StepOnly);
        var page = WebUtility.HtmlDecode(await patient.ReadAsync(choice));
        var offered = Offered(page);
        Assert.Contains("LOINC 4548-4", page);
        Assert.DoesNotContain("Note without a code", page);
        var what = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("series", Key(offered, Hba1c)), ("series", "results http://forged|1"), ("step", "on"));
        Assert.Matches("value=\"series\" checked", await patient.ReadAsync(what));
        var review = await ToReviewAsync(patient, what, "series");
        var told = WebUtility.HtmlDecode(await patient.ReadAsync(review));
        Assert.Contains(Say.Sentence(Say.Fill(SeriesTermsText.What, Hba1c)), told);
        Assert.Contains("LOINC 4548-4", told);
        Assert.Contains(SharingText.NewOnesGoAlong, told);
        Assert.Contains("Shared with Dr Lee for treatment by this agreement", WebUtility.HtmlDecode(await patient.ReadAsync($"/share/items?draft={ShareWalk.DraftOf(review)}&in=seen.results")));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2"], await SeenAsync(server, home));

        await home.Patient.ImportAsync(server, Result("4548-4", "Hemoglobin A1c", "2026-05-01", "5.9"), Result("2339-0", "Glucose", "2026-05-02", "6.9"));
        Assert.Equal(["5.1", "5.2", "5.9"], await SeenAsync(server, home));

        // In the agreement's own words, and changed without loss.
        var before = await ShareWalk.ProvisionAsync(server, home);
        Assert.Contains(Say.Fill(SeriesTermsText.What, Hba1c), WebUtility.HtmlDecode(await patient.ReadAsync("/share")));
        review = await ToReviewAsync(patient, await patient.ToChangeAsync(), "series");
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(before, await ShareWalk.ProvisionAsync(server, home));

        // Another one beside it, and what that changes.
        choice = await patient.StepAsync(await patient.ToChangeAsync(), "/share/what", ("scope", "series"), ("step", SeriesEndpoints.StepOnly));
        page = WebUtility.HtmlDecode(await patient.ReadAsync(choice));
        Assert.Contains("checked", FirstOf(page));
        offered = Offered(page);
        what = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("series", Key(offered, Hba1c)), ("series", Key(offered, Glucose)), ("step", "on"));
        review = await ToReviewAsync(patient, what, "series");
        Assert.Contains("gained.results", await patient.ReadAsync(review));
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2", "5.9", "6.1", "6.9"], await SeenAsync(server, home));
    }

    [Fact]
    public async Task EverythingButASeriesKeepsWhatComesLaterHomeWhateverCodeItIsKnownBy()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        var choice = await ToChoiceAsync(patient, home, SeriesEndpoints.StepBut, "everything");
        var offered = Offered(WebUtility.HtmlDecode(await patient.ReadAsync(choice)));
        var what = await patient.StepAsync(choice, "/share/series", ("pick", "but"), ("series", Key(offered, Hba1c)), ("step", "on"));
        Assert.Contains(Say.Fill(SeriesTermsText.ButNow, Hba1c), WebUtility.HtmlDecode(await patient.ReadAsync(what)));
        var review = await ToReviewAsync(patient, what, "everything");
        Assert.Contains(Say.Fill(SeriesTermsText.ButNot, Say.Sentence(SharingText.WhatEverything), Hba1c), WebUtility.HtmlDecode(await patient.ReadAsync(review)));
        var home1 = WebUtility.HtmlDecode(await patient.ReadAsync($"/share/items?draft={ShareWalk.DraftOf(review)}&in=home.results"));
        Assert.Contains("this agreement withholds what is about this", home1);
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["6.1"], await SeenAsync(server, home));

        // Rapport knows that both codes mean the same: what stays home does so by either.
        await home.Patient.ImportAsync(server, Result("17856-6", "Hemoglobin A1c by HPLC", "2026-05-01", "5.9"), Result("4548-4", "Hemoglobin A1c", "2026-05-03", "5.8"), Result("2339-0", "Glucose", "2026-05-02", "6.9"));
        Assert.Equal(["6.1", "6.9"], await SeenAsync(server, home));
        Assert.Contains("home.results", await patient.ReadAsync($"/share/see?who={Uri.EscapeDataString(home.Doctor.Person.Reference)}&for=TREAT"));
        var before = await ShareWalk.ProvisionAsync(server, home);
        review = await ToReviewAsync(patient, await patient.ToChangeAsync(), "everything");
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(before, await ShareWalk.ProvisionAsync(server, home));
    }

    /// <summary>What is sensitive of a series is told, and chosen apart as everywhere.</summary>
    [Fact]
    public async Task WhatIsSensitiveOfItStaysHomeUnlessItIsChosen()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(server, Result("4548-4", "Hemoglobin A1c", "2026-05-01", "5.9", "PSY"));
        using var patient = await home.Patient.SignInAsync(server);
        var choice = await ToChoiceAsync(patient, home, SeriesEndpoints.StepOnly);
        var page = WebUtility.HtmlDecode(await patient.ReadAsync(choice));
        Assert.Contains(Say.Count(SeriesTermsText.Sensitive, 1), page);
        var what = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("series", Key(Offered(page), Hba1c)), ("step", "on"));
        var until = await patient.StepAsync(what, "/share/what", ("scope", "series"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Contains(Say.Count(SharingText.HeldBack, 1), WebUtility.HtmlDecode(await patient.ReadAsync(review)));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2"], await SeenAsync(server, home));
        until = await patient.StepAsync(await patient.ToChangeAsync(), "/share/what", ("scope", "series"), ("label", "PSY"), ("step", "on"));
        review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Contains("gained.results", await patient.ReadAsync(review));
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2", "5.9"], await SeenAsync(server, home));
    }

    /// <summary>Two sources code a test differently and call it the same: it is one series. What has a code in common and another name is another, unless nothing but that code tells what it is.</summary>
    [Fact]
    public async Task OneNameIsOneSeriesAndWhatGoesAlongByACommonCodeIsTold()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(
            server,
            Result("HBA", "Hemoglobin A1c", "2026-04-01", "5.5").Replace("http://loinc.org", "https://lab.example/tests", StringComparison.Ordinal),
            Result("718-7", "Hemoglobin", "2026-04-02", "7.5").Replace("\"coding\":[", "\"coding\":[{\"system\":\"https://lab.example/tests\",\"code\":\"BLOOD\"},", StringComparison.Ordinal),
            Result("BLOOD", "Blood, as a whole", "2026-04-03", "7.7").Replace("http://loinc.org", "https://lab.example/tests", StringComparison.Ordinal));
        using var patient = await home.Patient.SignInAsync(server);
        var choice = await ToChoiceAsync(patient, home, SeriesEndpoints.StepOnly);
        var page = WebUtility.HtmlDecode(await patient.ReadAsync(choice));
        var offered = Offered(page);
        Assert.Single(offered, static series => series.Name == Hba1c);

        // Codes that people know stand beside the name; all of them in the review.
        Assert.Contains("LOINC 4548-4", page);
        Assert.DoesNotContain("lab.example HBA", page);
        Assert.Contains(Say.Fill(SeriesTermsText.Along, Say.Fill(SeriesTermsText.NameAndCount, Hemoglobin, "1")), page);
        var what = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("series", Key(offered, Hba1c)), ("step", "on"));
        var review = await ToReviewAsync(patient, what, "series");
        Assert.Contains("lab.example HBA", WebUtility.HtmlDecode(await patient.ReadAsync(review)));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2", "5.5"], await SeenAsync(server, home));
    }

    [Fact]
    public async Task WordsFindASeriesByThePlainNameOfAnyLanguageAndWhatIsWrongIsTold()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        var choice = await ToChoiceAsync(patient, home, SeriesEndpoints.StepOnly);
        foreach (var (typed, name) in new[] { ("a1c", Hba1c), ("hemoglobina glicosilada", Hba1c), ("4548-4", Hba1c), ("glucosa", Glucose) })
        {
            var found = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("find", typed), ("step", "enter"));
            Assert.DoesNotContain(typed, found);
            Assert.Equal(name, Assert.Single(Offered(WebUtility.HtmlDecode(await patient.ReadAsync(found)))).Name);
        }

        var nothing = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("find", "zebra"), ("step", "find"));
        Assert.Contains(Say.Fill(SeriesTermsText.NoneFound, "zebra"), WebUtility.HtmlDecode(await patient.ReadAsync(nothing)));

        // None is none, and both ways at once is neither.
        var what = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("step", "on"));
        Assert.StartsWith("/share/what?draft=", await patient.StepAsync(what, "/share/what", ("scope", "series"), ("step", "on")));
        var key = Key(Offered(WebUtility.HtmlDecode(await patient.ReadAsync(choice))), Glucose);
        what = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("series", key), ("step", "on"));
        var but = await patient.StepAsync(what, "/share/what", ("scope", "series"), ("step", SeriesEndpoints.StepBut));
        what = await patient.StepAsync(but, "/share/series", ("pick", "but"), ("series", key), ("step", "on"));
        var wrong = await patient.StepAsync(what, "/share/what", ("scope", "series"), ("step", "on"));
        Assert.StartsWith("/share/what?draft=", wrong);
        Assert.Contains(WebUtility.HtmlEncode(SeriesTermsText.NotBoth), await patient.ReadAsync(wrong));
    }

    /// <summary>Who begins from one result is offered all there is of it.</summary>
    [Fact]
    public async Task SharingThatBeginsFromOneResultOffersAllOfItsSeries()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        using var patient = await home.Patient.SignInAsync(server);
        var results = await (await home.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Timeline(50) { Types = ["Observation"] }, Cancel);
        var what = await FromAsync("4548-4");
        Assert.Contains(Hba1c, await patient.ReadAsync(what));
        Assert.Matches("value=\"entry\" checked", await patient.ReadAsync(what));
        Assert.Equal("/share?done=shared", await patient.StepAsync(await ToReviewAsync(patient, what, "series"), "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2"], await SeenAsync(server, home));
        Assert.DoesNotContain("value=\"series\"", await patient.ReadAsync(await FromAsync("Note without a code")));

        async Task<string> FromAsync(string words)
        {
            var result = results.Entries[Enumerable.Range(0, results.Count).First(i => Encoding.UTF8.GetString(results.ReadResource(i).Json.Span).Contains(words, StringComparison.Ordinal))];
            var begin = $"/share/new?entry={result.Reference}";
            using var first = await patient.PostAsync(begin, "/share/new", ("draft", ShareWalk.DraftInForm(await patient.ReadAsync(begin))), ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
            return first.Headers.Location!.OriginalString;
        }
    }

    /// <summary>Who is asked for all results may give one test of them: that is the answer.</summary>
    [Fact]
    public async Task ARequestIsNarrowedToASeries()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        Assert.True((await server.Modules.People.Requests.AskAsync(home.Doctor.Person, home.Patient.SignInName, new RequestTerms("treat", ["results"], 3, "to treat you"), Cancel)).IsOk);
        using var patient = await home.Patient.SignInAsync(server);
        var request = Assert.Single(await server.Modules.People.Requests.ListReceivedAsync(home.Patient.Person, Cancel)).Id;
        using var answer = await patient.GetAsync($"/share/answer?request={request}&choose=1");
        var what = answer.Headers.Location!.OriginalString;
        var choice = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "results"), ("step", SeriesEndpoints.StepOnly));
        what = await patient.StepAsync(choice, "/share/series", ("pick", "only"), ("series", Key(Offered(WebUtility.HtmlDecode(await patient.ReadAsync(choice))), Glucose)), ("step", "on"));
        Assert.Equal("/share?done=shared", await patient.StepAsync(await ToReviewAsync(patient, what, "series"), "/share", ("step", "agree")));
        Assert.Equal(["6.1"], await SeenAsync(server, home));
        Assert.Empty(await server.Modules.People.Requests.ListReceivedAsync(home.Patient.Person, Cancel));
    }

    /// <summary>What a program agreed on about codes is read in words and changed without another word of it being lost.</summary>
    [Fact]
    public async Task WhatWasAgreedOnStaysAsItWasWhateverTheRecordCallsIt()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        var own = await home.Patient.OpenAsync(server);
        var terms = new SharingTerms
        {
            Recipient = home.Doctor.Person.Reference, RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation"],
            Series = [new NamedSeries("My sugar", [new("http://loinc.org", "4548-4", "A1c"), new("https://elsewhere.example", "77", null)]), new NamedSeries(null, [new("http://loinc.org", "2345-7", "Glucose in serum")])],
        };
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, server.Clock.GetUtcNow()), null, Cancel);
        using var patient = await home.Patient.SignInAsync(server);
        Assert.Contains("all there is of My sugar and Glucose in serum, and what is still to come", WebUtility.HtmlDecode(await patient.ReadAsync("/share")));
        Assert.Contains("LOINC 4548-4, elsewhere.example 77", WebUtility.HtmlDecode(await patient.ReadAsync($"/record/{(await own.ConsentsAsync(Cancel))[0].Entry.Reference}")));
        var before = await ShareWalk.ProvisionAsync(server, home);
        var review = await ToReviewAsync(patient, await patient.ToChangeAsync(), "series");
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(before, await ShareWalk.ProvisionAsync(server, home));
    }

    [Fact]
    public async Task AsPeopleDoItInABrowserByTheKeyboard()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server, withRecord: false);
        await home.Patient.ImportAsync(visitor.Server, Record());
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync("Dr Lee", ShareWalk.ToTreat);
        await visitor.Page.Locator("#exactly > summary").FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = SeriesTermsText.Choose }).FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Heading).ToHaveTextAsync(Say.Fill(SeriesTermsText.Heading, "Dr Lee"));
        await visitor.Page.GetByLabel(SeriesTermsText.Find).FillAsync("a1c");
        await visitor.Page.Keyboard.PressAsync("Enter");
        await visitor.Page.GetByLabel("HbA1c").FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Space");
        await visitor.ClickAsync(SeriesTermsText.Done);
        await Assertions.Expect(visitor.Page.GetByLabel(SeriesTermsText.Scope)).ToBeCheckedAsync();
        await visitor.ClickAsync(SharingText.Continue);
        await visitor.ChooseUsualTimeAsync();
        await visitor.SeesAsync("and what is still to come");
        await visitor.ClickAsync("Share it with Dr Lee");
        await visitor.SeesAsync("It is shared.");
        visitor.AssertNothingWentWrong();
    }
}
