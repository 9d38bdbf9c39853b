using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Charts;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Results over time, as pictures with a table behind.</summary>
public sealed partial class ChartTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("4.1", "8.3", "4 6 8 10")]
    [InlineData("0.85", "0.87", "0.85 0.855 0.86 0.865 0.87")]
    [InlineData("120", "120", "100 110 120 130 140")]
    [InlineData("0", "0", "-1 -0.5 0 0.5 1")]
    [InlineData("-2.5", "1", "-3 -2 -1 0 1")]
    public void HeightsAreRoundNumbersAroundTheValues(string low, string high, string expected)
    {
        var heights = ChartScale.Numbers(decimal.Parse(low, System.Globalization.CultureInfo.InvariantCulture), decimal.Parse(high, System.Globalization.CultureInfo.InvariantCulture));

        Assert.InRange(heights.Count, 3, 8);
        Assert.Equal(expected, string.Join(' ', heights.Select(height => height.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public async Task BothValuesOfABloodPressureStandInOnePicture()
    {
        var home = await Household.MoveInAsync(server);
        using var visitor = await home.Patient.SignInAsync(server);
        var html = await ChartOfAsync(visitor, home, "85354-9");

        Assert.Single(Figures().Matches(html));
        Assert.Equal(2, Lines().Count(html));
        Assert.Equal(27, Points().Count(html));
        Assert.Contains("Upper value (systolic)", html);
        Assert.Contains("18 September 2025: 127 / 79 mmHg", html);
        Assert.Contains("Blood pressure over time", html);
        Assert.DoesNotContain("style=", html);
    }

    [Fact]
    public async Task TheUsualRangeIsABandAndEveryValueStandsInTheTable()
    {
        var home = await Household.MoveInAsync(server);
        using var visitor = await home.Patient.SignInAsync(server);
        var html = WebUtility.HtmlDecode(await ChartOfAsync(visitor, home, "1558-6"));

        Assert.Contains("class=\"chart-range\"", html);
        Assert.Contains("the usual range: 70 to 99 mg/dL.", html);
        Assert.Equal(26, TableRows().Count(html));
        Assert.Contains("above the usual range", html);
    }

    [Fact]
    public async Task ValuesInDifferentUnitsAreNotMixed()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, Glucose("a", "2024-05-03", 126, "mg/dL"), Glucose("b", "2024-06-03", 7.1m, "mmol/L"), Glucose("c", "2024-07-03", 6.9m, "mmol/L"));
        using var visitor = await home.Patient.SignInAsync(server);
        var html = WebUtility.HtmlDecode(await ChartOfAsync(visitor, home, "2345-7"));

        Assert.Equal(2, Figures().Count(html));
        Assert.Contains(RecordText.SeveralUnits, html);
        Assert.Equal([2, 1], Figures().Matches(html).Select(figure => Points().Count(figure.Value)));
    }

    [Fact]
    public async Task WhatHasNoNumberHasNoChart()
    {
        var home = await Household.MoveInAsync(server);
        using var visitor = await home.Patient.SignInAsync(server);
        var reference = await ReferenceOfAsync(home, "Observation", "code=72166-2");
        var condition = await ReferenceOfAsync(home, "Condition", "");

        Assert.DoesNotContain("/chart", await visitor.ReadAsync($"/record/{reference}"));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/record/{reference}/chart")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/record/{condition}/chart")).StatusCode);
    }

    [Fact]
    public async Task ARecipientSeesPermittedValuesOnlyAndEachLookIsWrittenDown()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, Glucose("a", "2024-05-03", 101, "mg/dL"), Glucose("b", "2024-06-03", 177.7m, "mg/dL", "PSY"), Glucose("c", "2024-07-03", 103, "mg/dL"));
        var own = await home.Patient.OpenAsync(server);
        await ShareAsync(own, home.Doctor.Person.Reference);
        var all = await own.QueryAsync(Query("Observation", "_sort=date"), Cancel);
        using var doctor = await home.Doctor.SignInAsync(server);
        var before = (await own.ReadLedgerAsync(null, 1000, Cancel)).Count;

        var html = WebUtility.HtmlDecode(await doctor.ReadAsync($"/shared/{own.Patient}/{all.Entries[0].Reference}/chart?for=TREAT"));
        Assert.Equal(2, Points().Count(html));
        Assert.DoesNotContain("177.7", html);
        Assert.Contains(RecordText.OnlyShared, html);
        Assert.Equal(before + 2, (await own.ReadLedgerAsync(null, 1000, Cancel)).Count);

        // What is not permitted is like what is not there, also for who else may see something.
        foreach (var path in new[] { $"/shared/{own.Patient}/{all.Entries[1].Reference}/chart", $"/shared/{own.Patient}/{all.Entries[0].Reference}/chart?for=HRESCH", $"/record/{all.Entries[0].Reference}/chart" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(path)).StatusCode);
        }

        using var stranger = await home.Stranger.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/shared/{own.Patient}/{all.Entries[0].Reference}/chart")).StatusCode);
        Assert.Equal(before + 2, (await own.ReadLedgerAsync(null, 1000, Cancel)).Count);
    }

    /// <summary>Each of these filled the memory, or answered 500.</summary>
    [Theory]
    [InlineData("39000000000000000000000000000", "39000000000000000000000000001")]
    [InlineData("79000000000000000000000000000", "-79000000000000000000000000000")]
    [InlineData("0.0000000000000000000000000001", "79000000000000000000000000000")]
    [InlineData("1000000000000", "999999999999.9999999999999999")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000002")]
    [InlineData("1e400", "1")]
    public async Task NumbersThatNoBodyHasAreToldAndNotReckonedWith(string one, string other)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, Glucose("a", "2024-05-03", 5, "mg/dL").Replace("\"value\":5", $"\"value\":{one}"), Glucose("b", "2024-06-03", 6, "mg/dL").Replace("\"value\":6", $"\"value\":{other}"), Glucose("c", "2024-07-03", 103, "mg/dL"));
        using var visitor = await home.Patient.SignInAsync(server);

        Assert.Contains("103 mg/dL", await visitor.ReadAsync("/record"));
        Assert.Contains("<svg", await ChartOfAsync(visitor, home, "2345-7"));
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task ADateThatIsASlipOfThePenHidesNoOtherResult(string date)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, Glucose("a", date, 55, "mg/dL"));
        using var visitor = await home.Patient.SignInAsync(server);
        using var alone = await visitor.GetAsync("/record");
        Assert.Equal(HttpStatusCode.OK, alone.StatusCode);

        await home.Patient.ImportAsync(server, Glucose("b", "2025-06-03", 103, "mg/dL"));
        Assert.Contains("103 mg/dL", await visitor.ReadAsync("/record"));
        using var chart = await visitor.GetAsync($"/record/{await ReferenceOfAsync(home, "Observation", "_sort=date")}/chart");
        Assert.Equal(HttpStatusCode.OK, chart.StatusCode);
    }

    [Fact]
    public async Task OfManyUnitsAFewPicturesAreDrawnAndThePageSaysSo()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, [.. Enumerable.Range(0, 30).Select(i => Glucose($"a{i}", $"2024-05-{i + 1:00}", 100 + i, $"unit{i}"))]);
        using var visitor = await home.Patient.SignInAsync(server);

        Assert.Equal(12, Figures().Count(await ChartOfAsync(visitor, home, "2345-7")));
    }

    private static string Glucose(string id, string date, decimal value, string unit, string? label = null) =>
        $$$"""{"resourceType":"Observation","id":"{{{id}}}","meta":{"security":[{{{(label is null ? "" : $$"""{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{label}}"}""")}}}]},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2345-7"}],"text":"Glucose"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"{{{date}}}","valueQuantity":{"value":{{{value.ToString(System.Globalization.CultureInfo.InvariantCulture)}}},"unit":"{{{unit}}}"}}"""
            .Replace("\"meta\":{\"security\":[]},", "", StringComparison.Ordinal);

    private static RecordQuery.Search Query(string type, string query) => new(SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query)).Query!);

    private static async Task ShareAsync(OwnAccess own, string recipient)
    {
        var consent = Resource.Parse(Encoding.UTF8.GetBytes($$$"""
            {"resourceType":"Consent","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
             "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"patient":{"reference":"Patient/{{{own.Patient}}}"},"dateTime":"2026-05-03",
             "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTOUT"}]},
             "provision":{"type":"permit","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}],
              "actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"{{{recipient}}}"}}]}}
            """)).Resource!;
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, consent, null, Cancel)).Status);
    }

    private async Task<string> ReferenceOfAsync(Household home, string type, string query) =>
        (await (await home.Patient.OpenAsync(server)).QueryAsync(Query(type, query), Cancel)).Entries[0].Reference;

    private async Task<string> ChartOfAsync(FormVisitor visitor, Household home, string code) =>
        await visitor.ReadAsync($"/record/{await ReferenceOfAsync(home, "Observation", $"code={code}")}/chart");

    [GeneratedRegex("<figure[^>]*>.*?</figure>", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Figures();

    [GeneratedRegex("<polyline ", RegexOptions.NonBacktracking)]
    private static partial Regex Lines();

    [GeneratedRegex("<g [^>]*class=\"chart-point\"|<g class=\"chart-point\"", RegexOptions.NonBacktracking)]
    private static partial Regex Points();

    [GeneratedRegex("<tr[^>]*><td", RegexOptions.NonBacktracking)]
    private static partial Regex TableRows();
}

/// <summary>The values of a picture one by one, with the keyboard and the mouse.</summary>
public sealed class ChartWalkTests(BrowserFixture browser)
{
    [Fact]
    public async Task KeysAndMouseMoveAlongTheValues()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.Page.Locator(".trend a").First.ClickAsync();
        var slider = visitor.Page.GetByLabel(RecordText.WalkValues);
        var said = visitor.Page.Locator(".chart-walk output");
        await Assertions.Expect(said).ToHaveTextAsync("18 September 2025: 6.5%, above the usual range");

        await slider.FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(said).ToContainTextAsync("18 January 2018: 8.3%");
        Assert.Equal(await said.InnerTextAsync(), await slider.GetAttributeAsync("aria-valuetext"));
        await visitor.Page.Locator(".chart-point circle").Nth(3).HoverAsync();
        await Assertions.Expect(slider).ToHaveValueAsync("3");
        visitor.AssertNothingWentWrong();
    }
}
