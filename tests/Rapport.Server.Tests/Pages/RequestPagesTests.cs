using System.Net;
using System.Text.RegularExpressions;
using Rapport.People;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Asking and answering over plain HTTP: what is revealed, what holds when things happen at once or half.</summary>
public sealed partial class RequestPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AccessRequests Requests => server.Modules.People.Requests;

    [Fact]
    public void EachAimThatCanBeAskedForHasWordsOfItsOwn()
    {
        var aims = SharingAim.All.Where(aim => aim.Code != "ask").Select(aim => RequestAim.Find(aim.Code)!).ToList();
        Assert.Equal(aims.Count, aims.Select(aim => aim.Text).Distinct().Count());
        Assert.Equal(aims.Count, aims.Select(aim => aim.About).Distinct().Count());
        Assert.Equal(aims.Count, aims.Select(aim => aim.Serves).Distinct().Count());
    }

    [Fact]
    public async Task AskingRevealsNothing()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var refusing = await Household.MoveInAsync(server, withRecord: false);
        var full = await Household.MoveInAsync(server, withRecord: false);
        string[] names = [home.Patient.SignInName, home.Carer.SignInName, refusing.Patient.SignInName, full.Patient.SignInName, "nobody-of-this-name", "somebody-0"];
        var askers = new List<Resident>();
        while (askers.Count < names.Length)
        {
            askers.Add((await Household.MoveInAsync(server, withRecord: false)).Doctor);
            await RefuseForGoodAsync(refusing.Patient, askers[^1]);
        }

        // What each asked is forgotten, that they may not ask again is not: so only the name differs.
        server.Clock.Advance(AccessRequests.KeptFor);
        await FillAsync(full.Patient);
        var seen = new List<string>();
        foreach (var (name, asker) in names.Zip(askers))
        {
            using var doctor = await SignInAsync(asker);
            seen.Add(await WithoutNameAsync(await AskAsync(doctor, name), name)
                + Same(await doctor.ReadAsync("/requests?done=asked"), name)
                + await WithoutNameAsync(await AskAsync(doctor, name), name));
        }

        Assert.Contains("name=\"why\"", seen[0]);
        Assert.All(seen, answer => Assert.Equal(seen[0], answer));
    }

    [Fact]
    public async Task SilenceLooksTheSameForeverAndTakingBackToo()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var pages = new List<string>();
        foreach (var name in new[] { home.Patient.SignInName, "nobody-of-this-name" })
        {
            var asker = (await Household.MoveInAsync(server, withRecord: false)).Doctor;
            using var doctor = await SignInAsync(asker);
            await AskAsync(doctor, name);
            if (name == home.Patient.SignInName)
            {
                using var patient = await SignInAsync(home.Patient);
                Assert.Equal("/share?done=refused", await RefuseAsync(patient));
            }

            pages.Add(Same(await doctor.ReadAsync("/requests"), name) + await TakeBackAsync(doctor) + Same(await doctor.ReadAsync("/requests"), name));
        }

        Assert.Equal(pages[0], pages[1]);
    }

    [Fact]
    public async Task ANoIsToldOnlyWhenThePatientTicksIt()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        await AskAsync(doctor, home.Patient.SignInName);
        await RefuseAsync(patient, ("tell", "on"));
        Assert.Contains(RequestText.StateNotGranted, await doctor.ReadAsync("/requests"));
        Assert.DoesNotContain("id=\"asked\"", await patient.ReadAsync("/share"));
    }

    [Fact]
    public async Task WhoMayNotAskAgainDoesNotReachThePatientUntilThatIsUndone()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        await AskAsync(doctor, home.Patient.SignInName);
        await RefuseAsync(patient, ("tell", "on"), ("for-good", "on"));
        Assert.Equal("/requests?done=asked", (await AskAsync(doctor, home.Patient.SignInName)).Headers.Location!.OriginalString);
        var share = await patient.ReadAsync("/share");
        Assert.DoesNotContain("id=\"asked\"", share);
        Assert.Contains("1 person may not ask you", share);

        using var undone = await patient.PostAsync("/share", "/share/let-ask", ("asker", home.Doctor.Person.Id.ToString()));
        Assert.Equal("/share?done=let-ask", undone.Headers.Location!.OriginalString);
        Assert.DoesNotContain("may not ask you", await patient.ReadAsync("/share"));
        await TakeBackAsync(doctor);
        await AskAsync(doctor, home.Patient.SignInName);
        Assert.Contains("id=\"asked\"", await patient.ReadAsync("/share"));
    }

    [Fact]
    public async Task PressingTwiceAgreesOnce()
    {
        var home = await Household.MoveInAsync(server);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        await AskAsync(doctor, home.Patient.SignInName);
        var review = await BeginAsync(patient);

        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));

        var consent = Assert.Single(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel));
        var sent = Assert.Single(await Requests.ListSentAsync(home.Doctor.Person.Id, Cancel));
        Assert.Equal((RequestState.Granted, sent.Id.ToString(), home.Patient.Person.Record), (sent.State, consent.Consent.AnswersRequest, sent.Patient));
    }

    [Fact]
    public async Task AnAnswerThatWasGivenIsNotGivenOtherwiseByAnOldPage()
    {
        var home = await Household.MoveInAsync(server);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        await AskAsync(doctor, home.Patient.SignInName);
        var what = await BeginAsync(patient, "&choose=1");
        Assert.StartsWith("/share/what?draft=", what);
        var review = await BeginAsync(patient);
        var until = await patient.StepAsync(what, "/share/what", ("scope", "everything"), ("step", "on"));
        var other = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal("/share?done=answered", await patient.StepAsync(other, "/share", ("step", "agree")));
        Assert.Single(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel));
    }

    [Fact]
    public async Task WhatWasTakenBackIsNotGranted()
    {
        var home = await Household.MoveInAsync(server);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        await AskAsync(doctor, home.Patient.SignInName);
        var share = await patient.ReadAsync("/share");
        var review = await BeginAsync(patient);
        Assert.Equal("/requests?done=taken-back", await TakeBackAsync(doctor));

        Assert.Equal("/share?done=gone", await patient.StepAsync(review, "/share", ("step", "agree")));
        using var begun = await patient.GetAsync($"/share/answer?request={IdIn(share)}");
        Assert.Equal("/share?done=gone", begun.Headers.Location!.OriginalString);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel));
    }

    [Fact]
    public async Task ARequestIsGrantedEvenIfTheServerStoppedAfterTheAgreement()
    {
        var home = await Household.MoveInAsync(server);
        using var doctor = await SignInAsync(home.Doctor);
        await AskAsync(doctor, home.Patient.SignInName);
        var waiting = Assert.Single(await Requests.ListReceivedAsync(home.Patient.Person, Cancel));
        var own = await home.Patient.OpenAsync(server);
        var terms = new SharingTerms { Recipient = home.Doctor.Person.Reference, RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Condition"], Answers = waiting.Id };
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, server.Clock.GetUtcNow()), ifVersion: null, Cancel);
        Assert.Contains(RequestText.StateWaiting, await doctor.ReadAsync("/requests"));

        using var patient = await SignInAsync(home.Patient);
        Assert.DoesNotContain("/share#asked", await patient.ReadAsync("/record"));
        Assert.DoesNotContain("id=\"asked\"", await patient.ReadAsync("/share"));
        Assert.Contains(RequestText.StateGranted, await doctor.ReadAsync("/requests"));
    }

    [Fact]
    public async Task AChangedAgreementStillNamesTheRequestAndAnotherRecipientDoesNot()
    {
        var home = await Household.MoveInAsync(server);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        await AskAsync(doctor, home.Patient.SignInName);
        var what = await BeginAsync(patient, "&choose=1");
        var who = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "conditions"), ("step", "back"));
        var forSam = await patient.StepAsync(who, "/share/new", ("who", home.Carer.Person.Reference), ("aim", "help"), ("step", "on"));
        var until = await patient.StepAsync(forSam, "/share/what", ("scope", "kinds"), ("kind", "medicines"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Contains("id=\"asked\"", await patient.ReadAsync("/share"));

        await patient.StepAsync(await BeginAsync(patient), "/share", ("step", "agree"));
        var own = await home.Patient.OpenAsync(server);
        var answer = Assert.Single(await own.ConsentsAsync(Cancel), consent => consent.Consent.AnswersRequest is not null);
        using var change = await patient.GetAsync($"/share/change?id={answer.Entry.Id}&at=until");
        var changed = await patient.StepAsync(change.Headers.Location!.OriginalString, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=changed", await patient.StepAsync(changed, "/share", ("step", "agree")));
        var after = Assert.Single(await own.ConsentsAsync(Cancel), consent => consent.Entry.Id == answer.Entry.Id);
        Assert.Equal((2, answer.Consent.AnswersRequest), (after.Entry.Version, after.Consent.AnswersRequest));
        Assert.Contains("who had asked for it", await patient.ReadAsync("/ledger/lines"));
    }

    [Fact]
    public async Task WhatIsSensitiveStaysHomeUnlessThePatientAddsItFreshly()
    {
        var home = await Household.MoveInAsync(server);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        await AskAsync(doctor, home.Patient.SignInName);
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        var what = await BeginAsync(patient, "&choose=1");
        var until = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "results"), ("label", "HIV"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        using var asked = await patient.GetAsync(review);
        Assert.StartsWith("/confirm", asked.Headers.Location!.OriginalString);

        await patient.StepAsync(await BeginAsync(patient), "/share", ("step", "agree"));
        var consent = Assert.Single(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel));
        Assert.Empty(SharingTerms.TryRead(consent.Resource)!.Labels);
    }

    [Fact]
    public async Task WhatAnswersARequestIsWrittenOnceThroughTheApiToo()
    {
        var home = await Household.MoveInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        Assert.True(RequestId.TryParse("0000000000001", out var id));
        var consent = new SharingTerms { Recipient = home.Doctor.Person.Reference, RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Condition"], Answers = id }.ToConsent(own.Patient, server.Clock.GetUtcNow());
        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => own.PutConsentAsync(null, consent, ifVersion: null, Cancel)));
        Assert.Single(written, one => one.Status == Records.ConsentWriteStatus.Created);
        Assert.Equal(3, written.Count(one => one.Status == Records.ConsentWriteStatus.AnsweredBefore));
    }

    [Theory]
    [InlineData("to", "")]
    [InlineData("to", "a name with spaces")]
    [InlineData("why", "")]
    [InlineData("why", "hidden \u202E direction")]
    [InlineData("kind", "agreements")]
    [InlineData("months", "1000")]
    public async Task WhatIsWrongIsSaidAndNothingIsAsked(string field, string value)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var doctor = await SignInAsync(home.Doctor);
        var fields = Fields(home.Patient.SignInName).Where(known => known.Name != field).Append((field, value));
        using var answer = await doctor.PostAsync("/requests/new?for=treat", "/requests/new", fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(await Requests.ListSentAsync(home.Doctor.Person.Id, Cancel));
    }

    [Fact]
    public async Task AskersWordsAreTextAndNothingElse()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var doctor = await SignInAsync(home.Doctor);
        using var patient = await SignInAsync(home.Patient);
        using var answer = await doctor.PostAsync("/requests/new?for=treat", "/requests/new", Fields(home.Patient.SignInName).Where(known => known.Name != "why").Append(("why", "<b>one</b>\r\n\r\n  two")));
        Assert.Equal("/requests?done=asked", answer.Headers.Location!.OriginalString);
        Assert.Contains("&lt;b&gt;one&lt;/b&gt; two", await patient.ReadAsync("/share"));
        Assert.Contains("&lt;b&gt;one&lt;/b&gt; two", await doctor.ReadAsync("/requests"));
    }

    [Fact]
    public async Task WhoVouchesStandsAsOnTheProfessionalsPage()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await SignInAsync(home.Patient);
        using var doctor = await SignInAsync(home.Doctor);
        await AskAsync(doctor, home.Patient.SignInName);
        Assert.Contains("No organisation here vouches for this person now.", await patient.ReadAsync("/share"));
        var directory = server.Modules.People.Directory;
        var clinic = (await directory.AddOrganisationAsync("Practice of requests", Cancel)).Value!;
        await directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "general practitioner", Until = server.Clock.GetUtcNow().AddYears(1), VerifiedBy = "Ann Clerk" }, Cancel);

        var asked = Words(await patient.ReadAsync("/share"));
        var page = Words(await patient.ReadAsync($"/professionals/{home.Doctor.Person.Id}"));
        var facts = VouchedFacts().Match(page).Value;
        Assert.True(facts.Contains("by Ann Clerk", StringComparison.Ordinal), page);
        Assert.Contains(facts, asked);
        Assert.DoesNotContain("No organisation here vouches", asked);
    }

    [Fact]
    public async Task WhoIsNoProfessionalAsksForHelpingAndHasNoRoomOfTheirOwn()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var carer = await SignInAsync(home.Carer);
        var purposes = await carer.ReadAsync("/requests/new?for=treat");
        Assert.Contains("for=help", purposes);
        Assert.DoesNotContain("href=\"/requests/new?for=treat\"", purposes);
        Assert.DoesNotContain("href=\"/requests\" ", await carer.ReadAsync("/account"));
        Assert.Contains("href=\"/requests\"", await carer.ReadAsync("/circle"));
        using var wrong = await carer.PostAsync("/requests/new?for=help", "/requests/new", Fields(home.Patient.SignInName));
        Assert.Equal("/requests/new", wrong.Headers.Location!.OriginalString);
        using var asked = await carer.PostAsync("/requests/new?for=help", "/requests/new", Fields(home.Patient.SignInName).Where(known => known.Name != "for").Append(("for", "help")));
        Assert.Equal("/requests?done=asked", asked.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task NobodyAnswersForAnother()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var other = await Household.MoveInAsync(server, withRecord: false);
        using var doctor = await SignInAsync(home.Doctor);
        await AskAsync(doctor, home.Patient.SignInName);
        using var patient = await SignInAsync(home.Patient);
        var id = IdIn(await patient.ReadAsync("/share"));

        using var mallory = await SignInAsync(other.Patient);
        using var begun = await mallory.GetAsync($"/share/answer?request={id}");
        Assert.Equal("/share?done=gone", begun.Headers.Location!.OriginalString);
        using var refused = await mallory.PostAsync("/share", "/share/refuse", ("id", id));
        Assert.Equal("/share?done=gone", refused.Headers.Location!.OriginalString);
        using var takenBack = await mallory.PostAsync("/share", "/requests/take-back", ("id", id));
        Assert.Equal("/requests?done=not-waiting", takenBack.Headers.Location!.OriginalString);
        Assert.Contains("id=\"asked\"", await patient.ReadAsync("/share"));
    }

    /// <summary>The page told a Spanish reader that a doctor of their circle is their “doctor”.</summary>
    [Fact]
    public async Task WhatTheAskerIsToThePatientIsSaidInTheirLanguage()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var doctor = await SignInAsync(home.Doctor);
        (await AskAsync(doctor, home.Patient.SignInName)).Dispose();
        using var patient = await SignInAsync(home.Patient);
        Assert.Contains("In your circle: doctor.", await patient.ReadAsync("/share"));
        (await patient.PostAsync("/share", "/language", ("language", "es"), ("back", "/share"))).Dispose();
        Assert.Contains("En su círculo: médico o médica.", WebUtility.HtmlDecode(await patient.ReadAsync("/share")));
    }

    private static IEnumerable<(string Name, string Value)> Fields(string to) =>
        [("for", "treat"), ("to", to), ("kind", "conditions"), ("kind", "medicines"), ("months", "3"), ("why", "You come next week.")];

    private static Task<HttpResponseMessage> AskAsync(FormVisitor asker, string to) => asker.PostAsync("/requests/new?for=treat", "/requests/new", Fields(to));

    private static async Task<string> BeginAsync(FormVisitor patient, string more = "")
    {
        using var begun = await patient.GetAsync($"/share/answer?request={IdIn(await patient.ReadAsync("/share"))}{more}");
        return begun.Headers.Location!.OriginalString;
    }

    private static async Task<string> RefuseAsync(FormVisitor patient, params IEnumerable<(string Name, string Value)> ticked)
    {
        using var answer = await patient.PostAsync("/share", "/share/refuse", [("id", IdIn(await patient.ReadAsync("/share"))), .. ticked]);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<string> TakeBackAsync(FormVisitor asker)
    {
        var id = TakeBackForm().Match(await asker.ReadAsync("/requests")).Groups["id"].Value;
        using var answer = await asker.PostAsync("/requests", "/requests/take-back", ("id", id));
        return answer.Headers.Location!.OriginalString;
    }

    private static string IdIn(string share) => AnswerLink().Match(share).Groups["id"].Value;

    /// <summary>An answer whole, headers and body, but for the name that was typed, and what is random in every answer.</summary>
    private static async Task<string> WithoutNameAsync(HttpResponseMessage answer, string name)
    {
        using (answer)
        {
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "Content-Length"))
                .OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
            return $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{Same(await answer.Content.ReadAsStringAsync(Cancel), name)}";
        }
    }

    private static string Same(string html, string name) => Random().Replace(html, "").Replace(name, "NAME", StringComparison.Ordinal);

    /// <summary>The words of a page, one space between them.</summary>
    private static string Words(string html) => string.Join(' ', WebUtility.HtmlDecode(Marks().Replace(html, "")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private async Task<FormVisitor> SignInAsync(Resident resident)
    {
        var visitor = new FormVisitor(server);
        (await visitor.SignInAsync(resident.SignInName)).Dispose();
        return visitor;
    }

    private async Task RefuseForGoodAsync(Resident patient, Resident asker)
    {
        var asked = (await Requests.AskAsync(asker.Person, patient.SignInName, new RequestTerms("treat", ["conditions"], 3, "Why not."), Cancel)).Value!;
        var received = (await Requests.ListReceivedAsync(patient.Person, Cancel)).Single(request => request.Id == asked.Id);
        await Requests.RefuseAsync(patient.Person, received, tell: true, forGood: true, Cancel);
    }

    private async Task FillAsync(Resident patient)
    {
        for (var i = 0; i < AccessRequests.MostWithOnePatient; i++)
        {
            var asker = (await server.Modules.People.Accounts.AddAsync(new NewPerson { SignInName = $"filler-{patient.SignInName}-{i}", DisplayName = "Filler" }, Cancel)).Value!;
            await Requests.AskAsync(asker, patient.SignInName, new RequestTerms("help", ["visits"], 1, "Why not."), Cancel);
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"|name=\"id\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Random();

    [GeneratedRegex("action=\"/requests/take-back\".*?name=\"id\" value=\"(?<id>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex TakeBackForm();

    [GeneratedRegex("href=\"/share/answer\\?request=(?<id>[^\"&]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex AnswerLink();

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Marks();

    [GeneratedRegex("General practitioner, since .*? Holds until [^.]*\\.", RegexOptions.NonBacktracking)]
    private static partial Regex VouchedFacts();
}
