using System.Net;
using Rapport.Records;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Writing something down, and photos and papers.</summary>
public sealed class HandPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Today => server.Clock.GetUtcNow().ToString("yyyy-MM-dd");

    [Theory]
    [InlineData("measurement", "blood-pressure", "120/80", "120 / 80 mmHg")]
    [InlineData("measurement", "weight-lb", "165,5", "165.5 lb")]
    [InlineData("measurement", "glucose-mmol", "5.4", "5.4 mmol/L")]
    [InlineData("symptom", "", "Headache since noon", "Headache since noon")]
    [InlineData("medicine", "", "Ibuprofen", "Ibuprofen")]
    [InlineData("note", "", "How I slept", "How I slept")]
    public async Task What_is_written_down_stands_in_the_record(string what, string measure, string main, string expected)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        Assert.Contains("/gather/by-hand", await visitor.ReadAsync("/gather"));
        (string, string)[] fields = [("what", what), ("measure", measure), ("value", main), ("text", "Badly, then well."), ("dose", "1 tablet"), ("severity", "mild"), ("day", Today), ("time", "00:00")];
        using var answer = await visitor.PostAsync($"/gather/by-hand?what={what}", "/gather/by-hand", fields);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Contains(expected, await visitor.ReadAsync(answer.Headers.Location!.ToString()));

        // Sent twice, it is there once; and it can be taken back.
        using var again = await visitor.PostAsync($"/gather/by-hand?what={what}", "/gather/by-hand", fields);
        Assert.Equal(answer.Headers.Location, again.Headers.Location);
        var own = await home.Patient.OpenAsync(server);
        var source = Assert.Single(await own.SourcesAsync(Cancel));
        Assert.Equal("person", source.Description.Kind);
        using var gone = await visitor.PostAsync("/gather", $"/gather/sources/{source.Number}/take-back");
        Assert.Equal(1, (await own.OverviewAsync(Cancel)).Total);
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Theory]
    [InlineData("measurement", "blood-pressure", "80/120", "", "")]
    [InlineData("measurement", "blood-pressure", "120", "", "")]
    [InlineData("measurement", "weight-kg", "9000", "", "")]
    [InlineData("measurement", "weight-kg", "heavy", "", "")]
    [InlineData("measurement", "shoe size", "43", "", "")]
    [InlineData("symptom", "", "", "", "")]
    [InlineData("note", "", "title", "", "")]
    [InlineData("symptom", "", "Headache", "2199-01-01", "")]
    [InlineData("symptom", "", "Headache", "yesterday", "")]
    [InlineData("symptom", "", "Headache", "", "25:00")]
    public async Task What_cannot_be_is_asked_for_again_and_changes_nothing(string what, string measure, string main, string day, string time)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var answer = await visitor.PostAsync(
            $"/gather/by-hand?what={what}", "/gather/by-hand", ("what", what), ("measure", measure), ("value", main), ("day", day.Length > 0 ? day : Today), ("time", time.Length > 0 ? time : "00:00"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Please look again", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(await (await home.Patient.OpenAsync(server)).SourcesAsync(Cancel));
    }

    [Theory]
    [InlineData("47494638396118001000", "gif")]
    [InlineData("000000186674797068656963000000006D696631", "heic")]
    public async Task A_photo_of_a_phone_is_a_document_that_counts_as_sensitive_and_is_only_saved(string begins, string ending)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        byte[] photo = [.. Convert.FromHexString(begins), .. new byte[1_000], 0x3B];
        using var taken = await visitor.UploadAsync("whatever.txt", photo);
        Assert.Contains("It is in your record", await taken.Content.ReadAsStringAsync(Cancel));
        var answer = await (await home.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Everything(), Cancel);
        var binary = answer.Entries.Single(static entry => entry.ResourceType == "Binary");
        Assert.Equal(["R"], binary.Labels);
        using var content = await visitor.GetAsync($"/record/{binary.Reference}/content");
        Assert.Equal(photo, await content.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal($"attachment; filename=document.{ending}", content.Content.Headers.ContentDisposition!.ToString());
    }

    [Fact]
    public async Task A_paper_that_was_cut_off_is_not_added_and_its_bringer_learns_why()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        using var refused = await visitor.UploadAsync("letter.pdf", "%PDF-1.7\n1 0 obj<</Type/Cata"u8.ToArray());
        var told = System.Net.WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(Language.Say.Sentence(Server.Api.WrongFileText.CutOff), told, StringComparison.Ordinal);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).SourcesAsync(Cancel));
    }

    [Fact]
    public async Task A_paper_is_kept_byte_for_byte_stays_home_until_somebody_looked_and_is_never_shown_as_a_page()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var visitor = await home.Patient.SignInAsync(server);
        byte[] paper = [.. "%PDF-1.7\n<script>alert(1)</script>"u8, .. new byte[1_300_000], .. "%%EOF"u8];
        using var taken = await visitor.UploadAsync("letter.pdf", paper);
        Assert.Contains("It is in your record", await taken.Content.ReadAsStringAsync(Cancel));
        var answer = await (await home.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Everything(), Cancel);
        var binary = answer.Entries.Single(entry => entry.ResourceType == "Binary");
        Assert.Equal(["R"], binary.Labels);
        var document = answer.Entries.Single(entry => entry.ResourceType == "DocumentReference");
        Assert.Contains($"href=\"/record/{binary.Reference}/content\"", await visitor.ReadAsync($"/record/{document.Reference}"));
        using var content = await visitor.GetAsync($"/record/{binary.Reference}/content");
        Assert.Equal(paper, await content.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal("attachment; filename=document.pdf", content.Content.Headers.ContentDisposition!.ToString());
        await visitor.ShareAsync(home.Doctor, [("scope", "everything")]);
        using var doctor = await home.Doctor.SignInAsync(server);
        using var hidden = await doctor.GetAsync($"/shared/{home.Patient.Person.Record}/{binary.Reference}/content");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
    }
}
