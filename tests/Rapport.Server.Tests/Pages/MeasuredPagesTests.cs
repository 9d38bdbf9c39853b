using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Pages.Record.Ecg;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What stands behind an entry: dense measurements, the curve of an electrocardiogram, a document's bytes.</summary>
public sealed partial class MeasuredPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Document = """
        <ClinicalDocument xmlns="urn:hl7-org:v3"><realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
        <templateId root="2.16.840.1.113883.10.20.22.1.2"/><id root="1.2.3.4" extension="d1"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><title>Summary</title>
        <effectiveTime value="20260301"/><confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="en-US"/>
        <recordTarget><patientRole><id root="1.2.3.4" extension="p1"/><patient><name><given>Ana</given><family>Ortiz</family></name><birthTime value="19800203"/></patient></patientRole></recordTarget>
        <component><structuredBody><component><section><code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergies</title><text>None known</text></section></component></structuredBody></component>
        </ClinicalDocument>
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_years_pulse_opens_from_its_roll_ups_and_narrows_to_each_measurement()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await GiveAsync(home.Patient, "export.xml", Pulse(400));
        using var visitor = await home.Patient.SignInAsync(server);
        var entry = await EntryAsync(home.Patient, "Observation");
        Assert.Contains($"/record/{entry}/series", await visitor.ReadAsync($"/record/{entry}"));

        var year = await visitor.ReadAsync($"/record/{entry}/series");
        Assert.Contains("<polygon", year);
        Assert.InRange(Rows(year).Count, 50, 54);
        var day = await visitor.ReadAsync($"/record/{entry}/series?span=day&on=2026-02-03T10");
        Assert.Contains("3 February 2026", WebUtility.HtmlDecode(day));
        Assert.Equal(["06:00", "07:00", "08:00"], Rows(day).Take(3));
        var hour = await visitor.ReadAsync($"/record/{entry}/series?span=hour&on=2026-02-03T07");
        Assert.Equal("07:00:00", Assert.Single(Rows(hour)));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/record/Observation/" + entry.Split('/')[1] + "x/series")).StatusCode);
    }

    [Fact]
    public async Task Measurements_are_seen_by_others_as_far_as_they_are_shared_and_each_look_is_written_down()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await GiveAsync(home.Patient, "export.xml", Pulse(60));
        await home.Patient.ImportAsync(server, """{"resourceType":"Condition","code":{"text":"Hay fever"},"subject":{"reference":"Patient/p"}}""");
        var entry = await EntryAsync(home.Patient, "Observation");
        var path = $"/shared/{home.Patient.Person.Record}/{entry}/series";
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(path)).StatusCode);
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions")]);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(path)).StatusCode);
        await patient.ShareAsync(home.Doctor, [("scope", "kinds"), ("kind", "results")]);
        var before = (await (await home.Patient.OpenAsync(server)).OverviewAsync(Cancel)).LedgerSize;
        Assert.Contains("<circle", await doctor.ReadAsync(path + "?span=month"));
        Assert.Equal(before + 2, (await (await home.Patient.OpenAsync(server)).OverviewAsync(Cancel)).LedgerSize);
    }

    [Fact]
    public async Task A_document_is_saved_byte_for_byte_and_never_shown_by_this_origin()
    {
        var home = await Household.MoveInAsync(server, withRecord: false, name: "Ana Ortiz");
        await GiveAsync(home.Patient, "ccd.xml", Document);
        using var visitor = await home.Patient.SignInAsync(server);
        var entry = await EntryAsync(home.Patient, "Binary");
        Assert.Contains($"/record/{entry}/content", await visitor.ReadAsync($"/record/{entry}"));
        using var answer = await visitor.GetAsync($"/record/{entry}/content");
        Assert.Equal(Document, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("attachment; filename=document.xml", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("sandbox", string.Join(';', answer.Headers.GetValues("Content-Security-Policy")));
        using var stranger = await home.Stranger.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/record/{entry}/content")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/shared/{home.Patient.Person.Record}/{entry}/content")).StatusCode);
    }

    [Fact]
    public async Task An_electrocardiogram_stands_on_millimetre_paper()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, """
            {"resourceType":"Observation","status":"final","code":{"text":"ECG"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-02-03T07:00:00+01:00",
             "component":[{"code":{"text":"Lead I"},"valueSampledData":{"origin":{"value":0,"code":"uV","system":"http://unitsofmeasure.org"},"period":5,"dimensions":1,"data":"0 0 1000 0 E 500"}}]}
            """);
        using var visitor = await home.Patient.SignInAsync(server);
        var html = await visitor.ReadAsync($"/record/{await EntryAsync(home.Patient, "Observation")}/ecg");
        Assert.Contains("width=\"260mm\" height=\"30mm\"", html);

        // One millivolt is ten millimetres up, four milliseconds a tenth of one to the right; what is missing is a gap.
        Assert.Contains("d=\"M1000 1500l12 0l13-1000l13 1000M1062 1000\"", html);
    }

    [Fact]
    public void No_spike_of_a_curve_is_lost_however_often_it_was_sampled()
    {
        double[] samples = [.. Enumerable.Range(0, 10_000).Select(i => i == 4_321 ? 2.0 : 0.0)];
        var strip = Assert.Single(EcgStrip.Of(new Waveform("I", 1, samples), 6));
        Assert.Equal(50, strip.Height);
        Assert.Contains("-2000l", strip.Path);
    }

    /// <summary>An invented export of a phone: one pulse each hour from six to nine, for so many days before March 2026.</summary>
    private static string Pulse(int days)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><HealthData locale=\"en_US\"><ExportDate value=\"2026-03-01 12:00:00 +0100\"/>");
        for (var day = 0; day < days; day++)
        {
            for (var hour = 6; hour < 9; hour++)
            {
                var at = new DateTime(2026, 2, 28, hour, 0, 0, DateTimeKind.Unspecified).AddDays(-day).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " +0100";
                xml.Append(CultureInfo.InvariantCulture, $"<Record type=\"HKQuantityTypeIdentifierHeartRate\" sourceName=\"Watch\" unit=\"count/min\" startDate=\"{at}\" endDate=\"{at}\" value=\"{60 + hour}\"/>");
            }
        }

        return xml.Append("</HealthData>").ToString();
    }

    private static List<string> Rows(string html) => [.. Row().Matches(html).Select(row => row.Groups["when"].Value)];

    private async Task GiveAsync(Resident patient, string name, string content)
    {
        var result = await Importer.ImportAsync(
            await patient.OpenAsync(server), SourceContent.Of(name, Encoding.UTF8.GetBytes(content)), new ImportOptions { SourceName = name }, Cancel);
        Assert.Equal((ImportStatus.Taken, ""), (result.Status, string.Join("; ", result.Issues.Select(issue => issue.Text))));
    }

    private async Task<string> EntryAsync(Resident patient, string type)
    {
        var answer = await (await patient.OpenAsync(server)).QueryAsync(new RecordQuery.Everything(), Cancel);
        return answer.Entries.First(entry => entry.ResourceType == type).Reference;
    }

    [GeneratedRegex("<tr[^>]*>\\s*<td[^>]*>(?:<a [^>]*>)?(?<when>[^<]+)<", RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
