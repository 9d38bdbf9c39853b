using System.Text.RegularExpressions;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>How a record is laid out by time.</summary>
public sealed partial class TimelineTests(RunningServer server) : IClassFixture<RunningServer>
{
    /// <summary>FHIR has years from 0001: a slip of the pen must not break the page or stand under another year.</summary>
    [Fact]
    public async Task AYearBelowAThousandStandsUnderItsOwnHeading()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, new[] { "0999-12-31T23:59:59Z", "0999-05", "0099", "0001-01-01", "1999-05-03" }.Select(date =>
            $$$"""{"resourceType":"Observation","id":"d{{{date[..4]}}}-{{{date.Length}}}","status":"final","code":{"text":"Weight"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"{{{date}}}"}"""));
        using var visitor = await home.Patient.SignInAsync(server);
        var html = await visitor.ReadAsync("/record/timeline");

        Assert.Equal(
            ["1999", "May 1999", "999", "December 999", "May 999", "99", "1", "January 1"],
            Heading().Matches(html).Select(match => match.Groups["text"].Value).Where(text => char.IsAsciiDigit(text[^1])));
    }

    [Fact]
    public async Task TheBillsOfADayComeAfterAllElseOfIt()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var own = await home.Patient.OpenAsync(server);
        await home.Patient.ImportAsync(
            server,
            """{"resourceType":"Observation","id":"o","status":"final","code":{"text":"Weight"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2024-05-03T09:00:00Z"}""",
            """{"resourceType":"ExplanationOfBenefit","id":"e","status":"active","type":{"text":"Bill"},"use":"claim","patient":{"reference":"Patient/p"},"created":"2024-05-03T09:30:00Z","billablePeriod":{"start":"2024-05-03T09:30:00Z"},"insurer":{"display":"i"},"provider":{"display":"p"},"outcome":"complete","insurance":[{"focal":true,"coverage":{"display":"c"}}]}""",
            """{"resourceType":"Observation","id":"n","status":"final","code":{"text":"Pulse"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2024-05-04T09:00:00Z"}""");

        var answer = await own.QueryAsync(new Records.RecordQuery.Timeline(), TestContext.Current.CancellationToken);

        Assert.Equal(["Observation", "Observation", "ExplanationOfBenefit", "Patient"], answer.Entries.Select(entry => entry.ResourceType));
    }

    [GeneratedRegex("<h[23]>(?<text>[^<]+)</h[23]>", RegexOptions.NonBacktracking)]
    private static partial Regex Heading();
}
