using System.Net;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Commenting;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Comments over plain HTTP: written where the patient ticked it, read with the entry, told to the patient, and gone by either.</summary>
public sealed class CommentPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Words = "please measure it again\n<b>in two weeks</b>";
    private const string Shown = "please measure it again&#xA;&lt;b&gt;in two weeks&lt;/b&gt;";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADoctorCommentsUnderTheirNameAndWhoeverSeesTheEntryReadsItAndEitherHasItGone()
    {
        var home = await Household.MoveInAsync(server);
        var clinic = (await server.Modules.People.Directory.AddOrganisationAsync($"Harbour Clinic {home.Doctor.SignInName}", Cancel)).Value!;
        await server.Modules.People.Directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "physician", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        using var stranger = await home.Stranger.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "comment")]);
        await patient.ShareAsync(home.Carer, [("kind", "results")]);
        await server.Modules.People.Circle.AddAsync(home.Patient.Person.Record!.Value, home.Stranger.Person.Id, "neighbour", Cancel);
        await patient.ShareAsync(home.Stranger, [("kind", "documents"), ("kind", "conditions")]);
        Assert.Contains(Html(Say.Fill(SharingText.AlsoMay, SharingText.DoesComment)), await patient.ReadAsync("/share"));
        var (own, record) = (await home.Patient.OpenAsync(server), $"/shared/{home.Patient.Person.Record}");
        var entry = await EntryAsync(own, "Observation");
        Assert.Contains(Html(CommentText.MayComment), await doctor.ReadAsync(record));
        Assert.Contains(Html(CommentText.Write), await doctor.ReadAsync($"{record}/{entry}"));
        Assert.DoesNotContain("id=\"comments\"", await carer.ReadAsync($"{record}/{entry}"));

        using var written = await WriteAsync(doctor, record, entry, Words);
        Assert.Equal($"{record}/{entry}?for=TREAT&comment=written#comments", written.Headers.Location?.ToString());
        var author = $"Dr Lee, {clinic.Name}";
        var read = await carer.ReadAsync($"{record}/{entry}");
        Assert.Contains(Shown, read);
        Assert.Contains(Html(author), read);
        Assert.DoesNotContain(Html(CommentText.Write), read);
        Assert.DoesNotContain("take-back", read);
        var theirs = await patient.ReadAsync($"/record/{entry}");
        Assert.Contains(Shown, theirs);
        Assert.Contains(Html(author), theirs);
        Assert.Contains(Html(Say.Count(LedgerText.Commented, 1, "Dr Lee", "|")).Split('|')[0], await patient.ReadAsync("/ledger"));
        var comment = await CommentAsync(own, entry);
        Assert.Contains(Html(CommentText.Heading[..^1]), await patient.ReadAsync($"/record/Communication/{comment}"));

        // Who may not see the entry sees no comment, though they may see messages, and finds none.
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{record}/Communication/{comment}")).StatusCode);
        Assert.DoesNotContain("measure it again", await stranger.ReadAsync($"{record}?kind=documents"));
        Assert.Equal(HttpStatusCode.OK, (await carer.GetAsync($"{record}/Communication/{comment}")).StatusCode);

        // Taken back by who wrote it and by nobody else; taken out by the patient.
        using var forged = await carer.PostAsync("/account", $"{record}/{entry}/comment/take-back", ("comment", comment), ("for", "FAMRQT"));
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        using var taken = await doctor.PostAsync($"{record}/{entry}", $"{record}/{entry}/comment/take-back", ("comment", comment), ("for", "TREAT"));
        Assert.Equal($"{record}/{entry}?for=TREAT&comment=back#comments", taken.Headers.Location?.ToString());
        Assert.DoesNotContain("measure it again", await patient.ReadAsync($"/record/{entry}"));
        using var second = await WriteAsync(doctor, record, entry, Words);
        var other = await CommentAsync(own, entry);
        using var taking = await patient.PostAsync($"/record/{entry}", $"/record/{entry}/comment/take-out", ("comment", other));
        Assert.Equal($"/record/{entry}?comment=out#comments", taking.Headers.Location?.ToString());
        Assert.DoesNotContain("measure it again", await doctor.ReadAsync($"{record}/{entry}"));
        Assert.Empty(await own.CheckAsync(Cancel));

        // With the agreement it is over.
        var agreement = (await own.ConsentsAsync(Cancel)).Single(consent => consent.Consent.Actions.Contains(ConsentAction.Comment));
        using var stopped = await patient.PostAsync("/share", "/share/stop", ("id", agreement.Entry.Id));
        using var late = await doctor.PostAsync("/account", $"{record}/{entry}/comment", ("text", "late"), ("for", "TREAT"));
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    [Fact]
    public async Task WhoMayNotCommentOnItGetsTheSameAsOnWhatIsNotThere()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var (own, record) = (await home.Patient.OpenAsync(server), $"/shared/{home.Patient.Person.Record}");
        var (entry, hidden) = (await EntryAsync(own, "Observation"), await EntryAsync(own, "Encounter"));
        await patient.ShareAsync(home.Doctor, [("kind", "results")]);
        using var unasked = await doctor.PostAsync("/account", $"{record}/{entry}/comment", ("text", "forged"), ("for", "TREAT"));
        Assert.Equal(HttpStatusCode.NotFound, unasked.StatusCode);
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "comment")]);
        foreach (var path in new[] { hidden, $"Observation/{own.Patient}.{LocalId.New()}", $"Patient/{own.Patient}", entry.Replace("Observation", "Condition", StringComparison.Ordinal) })
        {
            using var refused = await doctor.PostAsync("/account", $"{record}/{path}/comment", ("text", "forged"), ("for", "TREAT"));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var elsewhere = await doctor.PostAsync("/account", $"{record}/{entry}/comment", ("text", "forged"), ("for", "PWATRNY"));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.DoesNotContain((await own.ReadLedgerAsync(null, 50, Cancel)).Select(static row => row.Details!), static details => details.Note == CommentingAccess.Note);
    }

    [Fact]
    public async Task WhatIsNothingOrTooMuchIsSaidAndWhatWasTypedStays()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var (own, record, entry) = await LetCommentAsync(home, patient);
        var much = "much " + new string('x', Comment.MostText);
        foreach (var (visitor, root) in new[] { (doctor, record), (patient, "/record") })
        {
            using var nothing = await WriteAsync(visitor, root, entry, " \u200b \n");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.StatusCode);
            Assert.Contains(Html(CommentText.Missing), await nothing.Content.ReadAsStringAsync(Cancel));
            using var tooMuch = await WriteAsync(visitor, root, entry, much);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, tooMuch.StatusCode);
            var told = await tooMuch.Content.ReadAsStringAsync(Cancel);
            Assert.Contains(Html(Say.Fill(CommentText.TooLong, Say.Number(Comment.MostText))), told);
            Assert.Contains(much, told);
        }

        using var own1 = await WriteAsync(patient, "/record", entry, "I had just run");
        Assert.Equal($"/record/{entry}?comment=written#comments", own1.Headers.Location?.ToString());
        Assert.Contains("I had just run", await doctor.ReadAsync($"{record}/{entry}"));
        Assert.Contains(Html(CommentText.DoneWritten), await patient.ReadAsync($"/record/{entry}?comment=written"));
    }

    [Fact]
    public async Task WhoActsForThePatientCommentsForThemAndBothAreNamed()
    {
        var home = await Household.MoveInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var terms = new ActingTerms(
            new SharingTerms { Recipient = home.Carer.Person.Reference, RecipientName = "Sam", Purpose = PurposeOfUse.ActingForPatient }, [ConsentAction.Access, ConsentAction.Comment], Delegation.Delegatee);
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Maya", server.Clock.GetUtcNow()), null, Cancel);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        var (entry, record) = (await EntryAsync(own, "Observation"), $"/shared/{own.Patient}");
        Assert.Contains(ActingText.DoesComment, await carer.ReadAsync($"/acting/{own.Patient}"));
        using var written = await carer.PostAsync($"{record}/{entry}?for=PWATRNY", $"{record}/{entry}/comment", ("text", Words), ("for", "PWATRNY"));
        Assert.Equal($"{record}/{entry}?for=PWATRNY&comment=written#comments", written.Headers.Location?.ToString());
        Assert.Contains(Html(Say.Fill(CommentText.ForPatient, "Sam", "Maya Castellanos")), await patient.ReadAsync($"/record/{entry}"));
        Assert.Contains(Html(ActingText.DidComment.Split("{0}")[1]), await carer.ReadAsync($"/acting/{own.Patient}"));
        var told = (await own.ReadLedgerAsync(null, 20, Cancel)).Select(static row => row.Details!).First(static details => details.Kind == LedgerKind.Gathered);
        Assert.Equal((home.Carer.Person.Reference, $"Patient/{own.Patient}"), (told.Actor, told.OnBehalfOf));
    }

    /// <summary>Whoever pressed the button twice, or sent the page anew, wrote the same words twice.</summary>
    [Fact]
    public async Task TheSameFormSentTwiceIsOneComment()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var (own, record, entry) = await LetCommentAsync(home, patient);
        foreach (var (visitor, root) in new[] { (doctor, record), (patient, "/record") })
        {
            var before = (await CommentsAsync(own, entry)).Count;
            var key = KeyIn(await visitor.ReadAsync($"{root}/{entry}"));
            var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(visitor, root, key, Words)));
            Assert.Equal($"{root}/{entry}?{(root == record ? "for=TREAT&" : "")}comment=written#comments", Assert.Single(sent.Distinct()));
            Assert.Equal(before + 1, (await CommentsAsync(own, entry)).Count);

            // Other words are another comment, and so are the same words in a form of their own, or when the first are gone.
            await SendAsync(visitor, root, key, "and again");
            await SendAsync(visitor, root, KeyIn(await visitor.ReadAsync($"{root}/{entry}")), Words);
            Assert.Equal(before + 3, (await CommentsAsync(own, entry)).Count);
        }

        async Task<string?> SendAsync(FormVisitor visitor, string root, string key, string text)
        {
            using var answer = await visitor.PostAsync($"{root}/{entry}", $"{root}/{entry}/comment", ("text", text), ("for", "TREAT"), ("key", key));
            return answer.Headers.Location?.ToString();
        }
    }

    [Fact]
    public async Task WhatWasTakenBackAndIsWrittenAgainStandsThere()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var entry = await EntryAsync(own, "Observation");
        var key = KeyIn(await patient.ReadAsync($"/record/{entry}"));
        for (var turn = 0; turn < 3; turn++)
        {
            using var written = await patient.PostAsync($"/record/{entry}", $"/record/{entry}/comment", ("text", Words), ("key", key));
            Assert.Equal($"/record/{entry}?comment=written#comments", written.Headers.Location?.ToString());
            using var taken = await patient.PostAsync($"/record/{entry}", $"/record/{entry}/comment/take-out", ("comment", await CommentAsync(own, entry)));
            Assert.Equal($"/record/{entry}?comment=out#comments", taken.Headers.Location?.ToString());
        }
    }

    /// <summary>A file may say that anybody wrote anything: what the patient brought looked as if another account here had written it, which was offered to take it back.</summary>
    [Fact]
    public async Task ACommentOutOfAFileIsNobodysHereWhateverItsSenderIs()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var (own, record, entry) = await LetCommentAsync(home, patient);
        await home.Patient.ImportAsync(server, $$"""
            {"resourceType":"Communication","status":"completed","category":[{"coding":[{"system":"{{Comment.System}}","code":"{{Comment.Code}}"}]}],"subject":{"reference":"Patient/{{own.Patient}}"},
             "about":[{"reference":"{{entry}}"}],"sent":"2026-05-01T10:00:00Z","sender":{"reference":"{{home.Doctor.Person.Reference}}","display":"Dr Lee"},"payload":[{"contentString":"stop all of it"}]}
            """);
        foreach (var read in new[] { await doctor.ReadAsync($"{record}/{entry}"), await patient.ReadAsync($"/record/{entry}") })
        {
            var comments = WebUtility.HtmlDecode(read[read.IndexOf("id=\"comments\"", StringComparison.Ordinal)..]);
            Assert.Contains("stop all of it", comments);
            Assert.Contains(">said to be from Dr Lee</strong>", comments);
            Assert.DoesNotContain("take-back", comments);
        }
    }

    [Fact]
    public async Task ThePageOfACommentSaysWithWhatItGoesAlong()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var entry = await EntryAsync(own, "Observation");
        using var written = await WriteAsync(patient, "/record", entry, "I had just run");
        var page = await patient.ReadAsync($"/record/Communication/{await CommentAsync(own, entry)}");
        Assert.Contains("it goes along with the entry that it is about", page);
        Assert.DoesNotContain("when you share its kind", page);
        Assert.Contains("when you share its kind", await patient.ReadAsync($"/record/{entry}"));
    }

    /// <summary>The patient lets the doctor comment on results, of which one is given.</summary>
    private async Task<(OwnAccess Own, string Record, string Entry)> LetCommentAsync(Household home, FormVisitor patient)
    {
        var own = await home.Patient.OpenAsync(server);
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "comment")]);
        return (own, $"/shared/{own.Patient}", await EntryAsync(own, "Observation"));
    }

    private static string KeyIn(string page) => page.Split("name=\"key\" value=\"") is [_, var rest, ..] ? rest.Split('"')[0] : "";

    internal static Task<HttpResponseMessage> WriteAsync(FormVisitor visitor, string root, string entry, string text) =>
        visitor.PostAsync($"{root}/{entry}", $"{root}/{entry}/comment", ("text", text), ("for", "TREAT"));

    internal static async Task<string> EntryAsync(OwnAccess own, string type) =>
        (await own.QueryAsync(new RecordQuery.Timeline(50) { Types = [type] }, Cancel)).Entries.First(static entry => entry.Labels.Count == 0).Reference;

    /// <summary>The id of the only comment on an entry.</summary>
    private static async Task<string> CommentAsync(OwnAccess own, string entry) => Assert.Single(await CommentsAsync(own, entry));

    /// <summary>The ids of the comments on an entry.</summary>
    private static async Task<IReadOnlyList<string>> CommentsAsync(OwnAccess own, string entry)
    {
        var id = entry[(entry.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var answer = await own.QueryAsync(new RecordQuery.ById(entry.Split('/')[0], LocalId.Parse(id.AsSpan(PatientId.TextLength + 1))) { WithComments = true }, Cancel);
        return [.. answer.Comments.Select(at => answer.Entries[at].Id)];
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
