using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Language;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>One's own record: what matters now, what limits a timeline, and looking for words.</summary>
public sealed partial class RecordPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task TheFirstPageTellsWhatMattersNow()
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            var html = WebUtility.HtmlDecode(await visitor.ReadAsync("/record"));

            foreach (var told in new[] { "Essential hypertension", "High blood pressure", "since 12 October 2017", "Allergy to penicillin", "One tablet at night", "127 / 79 mmHg", "above the usual range, 70 to 99 mg/dL", "All conditions" })
            {
                Assert.Contains(told, html);
            }

            // What is over, and what is no longer taken.
            Assert.DoesNotContain("Acute bronchitis", html);
            Assert.DoesNotContain("sertraline", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("lisinopril 10 MG", html, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>The first page called it by one name, the timeline by the other.</summary>
    [Theory]
    [InlineData("/record")]
    [InlineData("/record/timeline?kind=conditions")]
    public async Task WhatPeopleCallItStandsFirstAndItsOfficialNameBeside(string page)
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            var html = await visitor.ReadAsync(page);

            Assert.Matches("<a [^>]*href=\"/record/Condition/[^\"]+\"[^>]*>High blood pressure</a>", html);
            Assert.Matches("<span[^>]*>Essential hypertension</span>", html);
        }
    }

    [Fact]
    public async Task HowLifeIsStandsApartFromIllness()
    {
        var (visitor, own) = await NewAsync(
            Condition("1", "160903007", "Full-time employment (finding)", "active"), Condition("2", "195967001", "Asthma (disorder)", "active"),
            Condition("3", "10509002", "Acute bronchitis (disorder)", "resolved"), Condition("4", "40055000", "Chronic sinusitis (disorder)", null));
        using (visitor)
        {
            var html = await visitor.ReadAsync("/record");

            var life = html[html.IndexOf(Say.Count(RecordText.LifeAndSurroundings, 1), StringComparison.Ordinal)..];
            Assert.Contains("Full-time employment<", life);
            Assert.DoesNotContain("Full-time employment<", html[..^life.Length]);
            Assert.Contains("Asthma<", html);
            Assert.Contains("Chronic sinusitis<", html);
            Assert.DoesNotContain("bronchitis", html);
            Assert.NotNull(own);
        }
    }

    [Fact]
    public async Task TheMostDangerousAllergyStandsFirstWithItsDangerAndWhatItDoes()
    {
        var (visitor, _) = await NewAsync(
            Allergy("1", "Penicillin", "high", "Hives after amoxicillin", "2001-05-01"), Allergy("2", "Penicillin", "low", "a rash", "2015-05-01"), Allergy("3", "Grass pollen", "low", "sneezing", "2020-05-01"));
        using (visitor)
        {
            foreach (var page in new[] { "/record", "/record/print" })
            {
                var html = await visitor.ReadAsync(page);
                var allergies = html[html.IndexOf("id=\"allergies\"", StringComparison.Ordinal)..html.IndexOf("id=\"medicines\"", StringComparison.Ordinal)];
                var places = new[] { ">Penicillin<", $">{ReadingText.HighDanger}<", "Hives after amoxicillin", ">Grass pollen<", "sneezing" }.Select(told => allergies.IndexOf(told, StringComparison.Ordinal)).ToList();

                Assert.DoesNotContain(-1, places);
                Assert.Equal(places.Order(), places);
            }

            var timeline = await visitor.ReadAsync("/record/timeline");
            Assert.Contains($">{ReadingText.HighDanger}<", timeline);
            Assert.Contains($">{ReadingText.HighDanger}<", await visitor.ReadAsync(WebUtility.HtmlDecode(AllergyLinks().Matches(timeline)[^1].Groups["href"].Value)));
        }
    }

    [Fact]
    public async Task AMedicineThatIsOverIsMarkedSoByDate()
    {
        var (visitor, _) = await NewAsync(Medicine("1", "Lisinopril 10 mg", "completed"), Medicine("2", "Lisinopril 20 mg", "active"));
        using (visitor)
        {
            var rows = (await visitor.ReadAsync("/record/timeline?kind=medicines")).Split("<li class=\"row\">")[1..];

            Assert.Contains($">{ReadingText.Over}<", rows.Single(row => row.Contains("10 mg", StringComparison.Ordinal)));
            Assert.DoesNotContain($">{ReadingText.Over}<", rows.Single(row => row.Contains("20 mg", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task YearsThatAreTurnedStayInTheirFields()
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            using var answer = await visitor.GetAsync("/record/timeline?from=2020&to=2019");
            var html = await answer.Content.ReadAsStringAsync();

            Assert.Contains(WebUtility.HtmlEncode(RecordText.YearsTurned), html);
            Assert.Matches("""name="from"[^>]* value="2020" """, html);
            Assert.Matches("""name="to"[^>]* value="2019" """, html);
        }
    }

    [Theory]
    [InlineData("kind=results&from=2024&to=2024", "2024", "2023")]
    [InlineData("from=2025", "2025", "2024")]
    [InlineData("to=2018", "2018", "2019")]
    public async Task YearsLimitTheTimeline(string query, string there, string notThere)
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            var years = Years().Matches(await visitor.ReadAsync($"/record/timeline?{query}")).Select(match => match.Groups["year"].Value).ToList();

            Assert.Contains(there, years);
            Assert.DoesNotContain(notThere, years);
        }
    }

    [Theory]
    [InlineData("from=soon")]
    [InlineData("from=0")]
    [InlineData("from=2020&to=99999")]
    [InlineData("from=2024&to=2020")]
    [InlineData("q=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task ALimitThatCannotBeUnderstoodIsToldAndLimitsNothing(string query)
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            using var answer = await visitor.GetAsync($"/record/timeline?{query}");

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task ASourceLimitsTheTimelineAndPagesKeepTheLimits()
    {
        var (visitor, own) = await MayaAsync();
        using (visitor)
        {
            var source = (await own.SourcesAsync(TestContext.Current.CancellationToken))[0].Number;
            var html = WebUtility.HtmlDecode(await visitor.ReadAsync($"/record/timeline?source={source}&kind=results&to=2024"));

            Assert.Contains("maya.json", html);
            Assert.Matches($"""href="/record/timeline\?kind=results&to=2024&source={source}&after=""", html);
            Assert.Contains(RecordText.NothingFound, await visitor.ReadAsync("/record/timeline?source=999"));
        }
    }

    [Theory]
    [InlineData("PRESSURE", 27)]
    [InlineData("sugar eating", 26)]
    [InlineData("4548-4", 26)]
    [InlineData("azúcar en sangre", 47)]
    [InlineData("nothing of the kind", 0)]
    public async Task WordsAreFoundWhateverTheirCapitalsAndByPlainNamesToo(string text, int found)
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            var html = await visitor.ReadAsync($"/record/timeline?kind=results&q={Uri.EscapeDataString(text)}");

            Assert.Equal($"{found} results found.", FoundCount().Match(html).Value);
        }
    }

    /// <summary>Once something else limited the timeline, the kinds no longer told how much there was of each.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("&q=pressure")]
    [InlineData("&from=2019&to=2020")]
    [InlineData("&q=glucose&from=2024")]
    public async Task EachKindTellsHowMuchOfItIsWithinTheOtherLimits(string limits)
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            var kinds = KindCounts().Matches(WebUtility.HtmlDecode(await visitor.ReadAsync($"/record/timeline?kind=results{limits}")))
                .ToDictionary(match => match.Groups["kind"].Value, match => int.Parse(match.Groups["count"].Value, System.Globalization.CultureInfo.InvariantCulture));

            Assert.True(kinds.Count > 8);
            Assert.Contains(kinds, kind => kind.Value > 0);
            foreach (var (kind, count) in kinds)
            {
                Assert.Contains($"{Kind.Find(kind)!.Count(count)}", await visitor.ReadAsync($"/record/timeline?kind={kind}{limits}"));
            }

            var all = AllCount().Match(await visitor.ReadAsync($"/record/timeline?kind=results{limits}")).Groups["count"].Value;
            Assert.Equal(kinds.Where(kind => kind.Key != "agreements").Sum(kind => kind.Value), int.Parse(all, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task AScriptGetsThePartThatChangesAlone()
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/record/timeline?q=hba1c");
            request.Headers.Add("Rapport-Part", "found");
            using var answer = await visitor.SendAsync(request);
            var html = await answer.Content.ReadAsStringAsync();

            Assert.StartsWith("<div data-told=", html, StringComparison.Ordinal);
            Assert.Contains("HbA1c", html);
            Assert.Contains("class=\"kinds\"", html);
            Assert.DoesNotContain("<html", html);
        }
    }

    [Fact]
    public async Task AllOfAKindStandsOnOnePageForPaper()
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            Assert.Equal(262, Rows().Count(await visitor.ReadAsync("/record/print?kind=results&all=1&sensitive=1")));
            Assert.Contains(Say.Count(RecordText.SensitiveLeftOut, 12), await visitor.ReadAsync("/record/print?kind=results&all=1"));
            Assert.Contains("Essential hypertension", await visitor.ReadAsync("/record/print"));
        }
    }

    private static string Condition(string id, string code, string display, string? status) =>
        $$$"""{"resourceType":"Condition","id":"{{{id}}}","code":{"coding":[{"system":"http://snomed.info/sct","code":"{{{code}}}","display":"{{{display}}}"}]},"subject":{"reference":"Patient/p"}"""
        + (status is null ? "}" : $$$""","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"{{{status}}}"}]}}""");

    [Theory]
    [InlineData("/record/print?")]
    [InlineData("/record/print?all=1&")]
    [InlineData("/record/print?kind=conditions&all=1&")]
    public async Task WhatIsSensitiveIsOnPaperOnlyWhenAskedFor(string paper)
    {
        var (visitor, _) = await NewAsync(
            Condition("1", "195967001", "Asthma", "active"),
            Condition("2", "370143000", "Major depression", "active").Replace("\"id\"", """
                "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]},"id"
                """, StringComparison.Ordinal));
        using (visitor)
        {
            var without = WebUtility.HtmlDecode(await visitor.ReadAsync(paper));
            Assert.Contains("Asthma", without);
            Assert.DoesNotContain("depression", without);
            Assert.Contains(Say.Count(RecordText.SensitiveLeftOut, 1), without);
            Assert.Contains($"href=\"{paper}sensitive=1\"", without);

            var with = WebUtility.HtmlDecode(await visitor.ReadAsync($"{paper}sensitive=1"));
            Assert.Contains("Asthma", with);
            Assert.Contains("depression", with);
            Assert.DoesNotContain(Say.Count(RecordText.SensitiveLeftOut, 1), with);
        }
    }

    [Fact]
    public async Task PaperTellsWhoItIsAbout()
    {
        var (visitor, _) = await MayaAsync();
        using (visitor)
        {
            Assert.Matches("<strong[^>]*>[^<]+, born 23 May 1979 \\([0-9]+\\), female</strong>", await visitor.ReadAsync("/record/print"));
        }
    }

    private static string Allergy(string id, string name, string criticality, string note, string date) =>
        $$$"""{"resourceType":"AllergyIntolerance","id":"{{{id}}}","code":{"text":"{{{name}}}"},"patient":{"reference":"Patient/p"},"criticality":"{{{criticality}}}","note":[{"text":"{{{note}}}"}],"recordedDate":"{{{date}}}"}""";

    private static string Medicine(string id, string name, string status) =>
        $$$"""{"resourceType":"MedicationRequest","id":"{{{id}}}","status":"{{{status}}}","intent":"order","medicationCodeableConcept":{"text":"{{{name}}}"},"subject":{"reference":"Patient/p"},"dosageInstruction":[{"text":"once a day"}]}""";

    private async Task<(FormVisitor Visitor, Records.OwnAccess Own)> MayaAsync()
    {
        var home = await Household.MoveInAsync(server);
        return (await home.Patient.SignInAsync(server), await home.Patient.OpenAsync(server));
    }

    private async Task<(FormVisitor Visitor, Records.OwnAccess Own)> NewAsync(params string[] entries)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, entries);
        return (await home.Patient.SignInAsync(server), await home.Patient.OpenAsync(server));
    }

    [GeneratedRegex("<a href=\"/record/timeline[?]kind=(?<kind>[a-z]+)[^>]*>.*?<span class=\"count\"[^>]*>(?<count>[0-9]+)<", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex KindCounts();

    [GeneratedRegex("<nav class=\"kinds\".*?class=\"count\"[^>]*>(?<count>[0-9]+)<", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex AllCount();

    [GeneratedRegex("[0-9]+ results found[.]", RegexOptions.NonBacktracking)]
    private static partial Regex FoundCount();

    [GeneratedRegex("<h2>(?<year>[0-9]+)</h2>", RegexOptions.NonBacktracking)]
    private static partial Regex Years();

    [GeneratedRegex("href=\"(?<href>/record/AllergyIntolerance/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex AllergyLinks();

    [GeneratedRegex("<li class=\"row\">", RegexOptions.NonBacktracking)]
    private static partial Regex Rows();
}

/// <summary>The same in a browser: results while one types, without script, and on paper.</summary>
public sealed partial class RecordSearchTests(BrowserFixture browser)
{
    /// <summary>Nobody was told that a timeline takes 27 sheets of paper before these came out of the printer.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("kind=results&")]
    [InlineData("kind=visits&")]
    public async Task HowMuchPaperItTakesIsToldBeforePrinting(string limits)
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync($"/record/timeline?{limits}");
        await visitor.FollowAsync(RecordText.Print);

        // A long page comes in pieces.
        await visitor.Page.WholeAsync();
        var told = await visitor.Page.Locator("#how-much").InnerTextAsync();
        var entries = await visitor.Page.Locator(".row").CountAsync();
        var sheets = PdfPage().Count(System.Text.Encoding.Latin1.GetString(await visitor.Page.PdfAsync(new() { Format = "A4", Margin = new() { Top = "1cm", Bottom = "1cm", Left = "1cm", Right = "1cm" } })));

        Assert.StartsWith($"On this paper: {Say.Count(RecordText.Entries, entries)}, about ", told, StringComparison.Ordinal);
        var about = int.Parse(SheetCount().Match(told).Groups["sheets"].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(sheets, about / 1.5, (about * 1.5) + 1);
        await visitor.FollowAsync(Say.Fill(RecordText.PrintSince, $"{visitor.Server.Clock.GetUtcNow().Year - 1}"));
        await visitor.Page.WholeAsync();
        Assert.InRange(await visitor.Page.Locator(".row").CountAsync(), 1, entries - 1);
        await visitor.FollowAsync(RecordText.PrintShortForm);
        await visitor.SeesAsync(RecordText.Problems);
        visitor.AssertNothingWentWrong();
    }

    [GeneratedRegex("/Type ?/Page[^s]", RegexOptions.NonBacktracking)]
    private static partial Regex PdfPage();

    [GeneratedRegex("about (?<sheets>[0-9]+) sheets?", RegexOptions.NonBacktracking)]
    private static partial Regex SheetCount();

    [Fact]
    public async Task ResultsChangeWhileOneTypesAndTheAddressKeepsThem()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/record/timeline");
        await visitor.Page.GetByLabel(RecordText.SearchOwn).PressSequentiallyAsync("hba1");

        await Assertions.Expect(visitor.Page.Locator("[data-count]")).ToHaveTextAsync(Say.Count(RecordText.EntriesFound, 30));
        await Assertions.Expect(visitor.Page.Locator(".row-text > a").First).ToBeVisibleAsync();
        await visitor.ArrivesAtAsync("/record/timeline?q=hba1");
        visitor.AssertNothingWentWrong();
    }

    /// <summary>The first page had the same field, and nothing happened while one typed.</summary>
    [Fact]
    public async Task OnTheFirstPageResultsTakeThePlaceOfWhatMattersNowWhileOneTypes()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        var field = visitor.Page.GetByLabel(RecordText.SearchOwn);
        await field.PressSequentiallyAsync("hba1");

        await Assertions.Expect(visitor.Page.Locator("[data-count]")).ToHaveTextAsync(Say.Count(RecordText.EntriesFound, 30));
        await Assertions.Expect(visitor.Page.Locator(".row-text > a").First).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator(".summary")).ToBeHiddenAsync();
        await visitor.ArrivesAtAsync("/record/timeline?q=hba1");

        await field.FillAsync("");
        await Assertions.Expect(visitor.Page.Locator(".summary")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator("[data-count]")).ToHaveTextAsync("");
        await Assertions.Expect(visitor.Page.Locator("#found .row")).ToHaveCountAsync(0);
        await visitor.ArrivesAtAsync("/record");
        visitor.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheFirstPageSearchesTheTimeline(bool script)
    {
        await using var visitor = await browser.VisitAsync(new Look(Script: script));
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.Page.GetByLabel(RecordText.SearchOwn).FillAsync("penicillin");
        await visitor.ClickAsync(RecordText.Search);

        await visitor.SeesAsync(Say.Count(RecordText.EntriesFound, 2));
        await visitor.SeesAsync("Allergy to penicillin");
    }
}
