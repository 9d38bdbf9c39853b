using System.Net;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Server.Pages.Contributing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Adding to somebody else's record over plain HTTP: only where the patient ticked it, under one's own name, and undone by either.</summary>
public sealed class ContributingPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADoctorAddsUnderTheirNameAndWhereTheyWorkAndEitherUndoesIt()
    {
        var home = await Household.MoveInAsync(server);
        var clinic = (await server.Modules.People.Directory.AddOrganisationAsync($"Harbour Clinic {home.Doctor.SignInName}", Cancel)).Value!;
        await server.Modules.People.Directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "physician", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var (record, added) = ($"/shared/{home.Patient.Person.Record}", $"/shared/{home.Patient.Person.Record}/added");
        await patient.ShareAsync(home.Doctor, [("kind", "results"), ("kind", "documents")], [("lasting", "open"), ("more", "on"), ("may", "collect")]);
        Assert.Contains(added, await doctor.ReadAsync(record));

        using var odd = await doctor.PostAsync(added + "/by-hand", added + "/by-hand", Hand("medicine", "aspirin"));
        Assert.Equal(HttpStatusCode.NotFound, odd.StatusCode);
        using var wrong = await doctor.PostAsync(added + "/by-hand", added + "/by-hand", Hand("note", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var note = await doctor.PostAsync(added + "/by-hand", added + "/by-hand", Hand("note", "sutures out on Friday"));
        Assert.Equal(added + "?done=added", note.Headers.Location?.ToString());
        using var value = await doctor.PostAsync(added + "/by-hand", added + "/by-hand", [.. Hand("measurement", "121/79"), ("measure", "blood-pressure")]);
        Assert.Equal(added + "?done=added", value.Headers.Location?.ToString());
        using var paper = await SendFileAsync(doctor, added, "%PDF-1.4 letter %%EOF"u8.ToArray());
        Assert.Equal(added + "?done=added", paper.Headers.Location?.ToString());

        // Who it was, and where they work, stands beside it.
        var author = $"Dr Lee, {clinic.Name}";
        Assert.Contains("sutures out on Friday", await patient.ReadAsync("/record/timeline?kind=results"));
        Assert.Contains("sutures out on Friday", await doctor.ReadAsync(record + "?kind=results"));
        Assert.Contains(Html(Say.Fill(ContributingText.SourceOf, author)), await patient.ReadAsync("/gather"));
        Assert.Contains("Dr Lee", await patient.ReadAsync("/ledger"));
        var own = await home.Patient.OpenAsync(server);
        var gathered = (await own.ReadLedgerAsync(null, 50, Cancel)).Select(static row => row.Details!).First(static details => details.Kind == LedgerKind.Gathered);
        Assert.Equal((home.Doctor.Person.Reference, null), (gathered.Actor, gathered.OnBehalfOf));

        // The one takes one of it back, the other another.
        var sources = (await own.SourcesAsync(Cancel)).Where(source => source.GatheredBy == home.Doctor.Person.Reference).ToList();
        Assert.Equal(3, sources.Count);
        var mine = sources.Single(source => source.Description.Name == Say.Fill(ContributingText.FileOf, "letter.pdf", author));
        var shown = await doctor.ReadAsync(added);
        Assert.DoesNotContain(sources, source => shown.Contains($"\"{source.Number}\"", StringComparison.Ordinal));
        using var others = await doctor.PostAsync(added, added + "/take-back", ("source", "1"));
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        using var taken = await doctor.PostAsync(added, added + "/take-back", ("source", MarkOf(shown, "letter.pdf")));
        Assert.Equal(added + "?done=taken", taken.Headers.Location?.ToString());
        Assert.NotNull(await Gathering.SourceRemoval.TakeBackAsync(own, sources.First(source => source != mine).Number, Cancel));
        Assert.Equal(1, CountOf("/take-back", await doctor.ReadAsync(added)));
        Assert.Empty(await own.CheckAsync(Cancel));

        // With the agreement it is over.
        var agreement = (await own.ConsentsAsync(Cancel))[0];
        using var stopped = await patient.PostAsync("/share", "/share/stop", ("id", agreement.Entry.Id));
        foreach (var gone in new[] { added, added + "/by-hand", added + "/file" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(gone)).StatusCode);
        }
    }

    [Fact]
    public async Task AFileOfWhichNothingMayBeAddedIsToldAsNotTaken()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var added = $"/shared/{home.Patient.Person.Record}/added";
        await patient.ShareAsync(home.Doctor, [("kind", "documents")], [("lasting", "open"), ("may", "collect")]);
        using var pulse = await SendFileAsync(doctor, added, """
            {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/1"},"valueQuantity":{"value":61,"unit":"/min"}}
            """u8.ToArray());
        Assert.Equal(added + "?done=not-taken", pulse.Headers.Location?.ToString());
        Assert.Contains(Html(Say.Fill(ContributingText.DoneNotTaken, "Maya Castellanos")), await doctor.ReadAsync(added + "?done=not-taken"));
        Assert.Single(await (await home.Patient.OpenAsync(server)).SourcesAsync(Cancel));
        using var paper = await SendFileAsync(doctor, added, "%PDF-1.4 letter %%EOF"u8.ToArray());
        Assert.Equal(added + "?done=added", paper.Headers.Location?.ToString());
    }

    [Fact]
    public async Task WithoutTheTickItLooksAsIfThereWereNoSuchRecord()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var added = $"/shared/{home.Patient.Person.Record}/added";
        await patient.ShareAsync(home.Doctor, [("scope", "everything")]);
        Assert.DoesNotContain("/added", await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}"));
        Assert.Equal((await doctor.ReadAsync($"/shared/{Data.PatientId.New()}/added")).Length, (await doctor.ReadAsync(added)).Length);
        var token = await doctor.TokenAsync("/shared");
        using var forged = await doctor.PostWithAsync(added + "/by-hand", [("__RequestVerificationToken", token), .. Hand("note", "forged")]);
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        Assert.DoesNotContain("forged", await patient.ReadAsync("/record/timeline?kind=results"));
    }

    [Fact]
    public async Task TheSameFormSentTwiceIsAddedOnce()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var (own, added) = (await home.Patient.OpenAsync(server), $"/shared/{home.Patient.Person.Record}/added");
        await patient.ShareAsync(home.Doctor, [("kind", "results"), ("kind", "documents")], [("lasting", "open"), ("more", "on"), ("may", "collect")]);
        foreach (var send in new Func<Task<HttpResponseMessage>>[]
        {
            () => doctor.PostAsync(added + "/by-hand", added + "/by-hand", Hand("note", "sutures out on Friday")),
            () => doctor.PostAsync(added + "/by-hand", added + "/by-hand", [.. Hand("measurement", "121/79"), ("measure", "blood-pressure")]),
            () => SendFileAsync(doctor, added, "%PDF-1.4 letter %%EOF"u8.ToArray()),
        })
        {
            var before = (await own.SourcesAsync(Cancel)).Count;
            var sent = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => send()));
            Assert.All(sent, answer => Assert.Equal(added + "?done=added", answer.Headers.Location?.ToString()));
            Assert.Equal(before + 1, (await own.SourcesAsync(Cancel)).Count);
        }
    }

    private static async Task<HttpResponseMessage> SendFileAsync(FormVisitor doctor, string added, byte[] file)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(await doctor.TokenAsync(added + "/file")), "__RequestVerificationToken" },
            { new StringContent("on"), "about" },
            { new ByteArrayContent(file), "file", "letter.pdf" },
        };
        return await doctor.PostWithAsync(added + "/file", form);
    }

    private (string Name, string Value)[] Hand(string what, string value) =>
        [("what", what), ("value", value), ("text", value), ("day", server.Clock.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd")), ("time", "08:00")];

    /// <summary>How the form beside a line names it.</summary>
    private static string MarkOf(string page, string line) => page[page.IndexOf(line, StringComparison.Ordinal)..].Split("name=\"source\" value=\"")[1].Split('"')[0];

    private static int CountOf(string what, string text) => text.Split(what).Length - 1;

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
