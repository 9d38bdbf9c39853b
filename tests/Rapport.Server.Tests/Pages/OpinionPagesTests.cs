using System.Net;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Rapport.Language;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.Opinions;
using Rapport.Server.Pages.Outcomes;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Second opinions over plain HTTP: asking, what goes along, who sees what until when, answers side by side.</summary>
public sealed partial class OpinionPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Question = "Do I need more medicine for my sugar, or can it wait?";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PeopleModule People => server.Modules.People;

    [Fact]
    public async Task WhoBlocksAPatientIsNotAskedByThemAndThePatientSeesTheSameAsBefore()
    {
        var home = await Household.MoveInAsync(server);
        var lee = await VerifyAsync(home.Doctor);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var place = await AskAsync(patient, await ProblemAsync(home, "diabetes"), lee);
        var before = Tokens().Replace(await patient.ReadAsync(place), "");
        Assert.Contains(OpinionText.LookNow, await doctor.ReadAsync("/shared"));
        await People.Blocks.AddAsync(home.Doctor.Person, home.Patient.Person, Cancel);
        Assert.DoesNotContain(OpinionText.LookNow, await doctor.ReadAsync("/shared"));
        Assert.DoesNotContain("Maya Castellanos", await doctor.ReadAsync(OpinionAskedEndpoints.Home));
        Assert.Equal(before, Tokens().Replace(await patient.ReadAsync(place), ""));
    }

    /// <summary>Whoever is asked may answer in two weeks: the words of a question were looked at by nobody.</summary>
    [Fact]
    public async Task AQuestionThatMayMeanAnEmergencyBringsTheNumberToCallBeforeItIsAsked()
    {
        const string urgent = "I have a crushing pain in my chest and cannot breathe. What is it?";
        var home = await Household.MoveInAsync(server);
        var lee = await VerifyAsync(home.Doctor);
        using var patient = await home.Patient.SignInAsync(server);
        using var first = await SendAsync(
            patient, OpinionEndpoints.New + "?entry=" + await ProblemAsync(home, "diabetes"), OpinionEndpoints.New,
            ("question", urgent), ("until", server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-dd")), ("step", "on"), ("who", lee.Id.ToString()));
        var what = first.Headers.Location!.ToString();
        using var second = await SendAsync(patient, what, OpinionEndpoints.What, [("step", "on"), .. Ticked().Matches(await patient.ReadAsync(what)).Select(match => ("entry", match.Groups["entry"].Value))]);
        var review = second.Headers.Location!.ToString();
        using var asked = await SendAsync(patient, review, OpinionEndpoints.Review, ("step", "ask"));
        var page = await asked.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("href=\"tel:112\"", page);
        Assert.Contains(Html(urgent), page);
        Assert.DoesNotContain(Html(urgent), await patient.ReadAsync(OpinionEndpoints.Home));
        using var back = await SendAsync(patient, review, OpinionEndpoints.Review, ("step", "edit"), ("sure", "yes"));
        Assert.Contains(Html(urgent), await patient.ReadAsync(back.Headers.Location!.ToString()));
        using var sure = await SendAsync(patient, review, OpinionEndpoints.Review, ("step", "ask"), ("sure", "yes"));
        Assert.EndsWith("?done=asked", sure.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromTheProblemToTwoAnswersSideBySide()
    {
        var home = await Household.MoveInAsync(server);
        var (lee, osei) = (await VerifyAsync(home.Doctor), await VerifyAsync((await Household.MoveInAsync(server, withRecord: false)).Doctor));
        using var patient = await home.Patient.SignInAsync(server);
        var problem = await ProblemAsync(home, "diabetes");
        Assert.Contains(OpinionEndpoints.New + "?entry=" + problem, await patient.ReadAsync($"/record/{problem}"));

        var place = await AskAsync(patient, problem, lee, osei);
        var asked = await patient.ReadAsync(place);
        Assert.Contains(Html(OpinionText.NoAnswers), asked);
        Assert.Contains(Html(Question), asked);

        using var doctor = await home.Doctor.SignInAsync(server);
        using var other = await SignInAsync(osei);
        var mine = await InvitationAsync(doctor);
        var theirs = await InvitationAsync(other);
        var question = await doctor.ReadAsync(mine);
        Assert.Contains(Html(Question), question);
        Assert.Contains(Html(OpinionText.ChooseAgrees), question);

        // What goes along stands with the question, without what they share otherwise.
        Assert.Contains($"{mine}?see=all#along", question);
        var along = await doctor.ReadAsync(mine + "?see=all");
        Assert.Contains("Metformin", along, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Html(Question), along);
        Assert.DoesNotContain("sertraline", along, StringComparison.OrdinalIgnoreCase);
        var seen = await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}");
        Assert.Contains("Metformin", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sertraline", seen, StringComparison.OrdinalIgnoreCase);

        Assert.Contains(Html(Say.Count(OpinionText.AsksNotice, 1)), await doctor.ReadAsync("/shared"));
        Assert.DoesNotContain(Html(OpinionText.NewsLook), await patient.ReadAsync("/record"));
        await AnswerAsync(doctor, mine, "agree", "Stay with what you take.", "done=answered");
        Assert.Contains(Html(Say.Fill(OpinionText.NewsAnswered, lee.DisplayName, "")[..^1]), await patient.ReadAsync("/record"));
        Assert.Contains(Html(OpinionText.NewsChip), await patient.ReadAsync(OpinionEndpoints.Home));
        await patient.ReadAsync(place);
        Assert.DoesNotContain(Html(OpinionText.NewsLook), await patient.ReadAsync("/record"));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{home.Patient.Person.Record}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(mine)).StatusCode);
        Assert.Contains(Html(OpinionText.NothingAsked), await doctor.ReadAsync(OpinionAskedEndpoints.Home));
        foreach (var page in new[] { theirs, $"/shared/{home.Patient.Person.Record}", $"/shared/{home.Patient.Person.Record}/summary", "/shared" })
        {
            var read = await other.ReadAsync(page);
            Assert.DoesNotContain("Stay with what you take", read);
            Assert.DoesNotContain(lee.Id.ToString(), read);
        }

        await AnswerAsync(other, theirs, "differ", "More would help <you>.", "done=answered", next: "Measure HbA1c again.", links: "https://example.org/guide");
        var both = await patient.ReadAsync(place);
        foreach (var text in new[]
        {
            "Stay with what you take.", Html("More would help <you>."), "Measure HbA1c again.", ">https://example.org/guide</code>", Html(OpinionText.StanceAgrees), Html(OpinionText.StanceDiffers),
            Html(Say.Fill(OpinionText.CompareDivided, Say.List([Say.Count(OpinionText.CountAgree, 1), Say.Count(OpinionText.CountDiffer, 1)]))), Html(OpinionText.CompareTalk),
        })
        {
            Assert.Contains(text, both);
        }

        Assert.DoesNotContain("href=\"https://example.org", both);
        Assert.Contains(Html(OpinionText.AskedUntilOver.Split("{0}")[1]), both);
        Assert.DoesNotContain(Html(OpinionText.AskedUntilOver.Split("{0}")[1]), asked);
        var ledger = await patient.ReadAsync("/ledger");
        Assert.Contains(Html(OutcomeText.TheyGaveOpinion), ledger);
        Assert.Contains(Html(LedgerText.Opined.Split('|')[0].Split("{1}")[1].Split(',')[0]), ledger);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).CheckAsync(Cancel));
    }

    /// <summary>Whoever is asked gets the same pages, to the letter, whether they are the only one or others are asked and have answered.</summary>
    [Fact]
    public async Task NobodyCanTellWhetherOthersAreAsked()
    {
        List<string> alone = [], among = [];
        foreach (var (pages, isAlone) in new[] { (alone, true), (among, false) })
        {
            var home = await MoveInAsync();
            var doctor = await VerifyAsync((await Household.MoveInAsync(server, withRecord: false)).Doctor);
            var other = await VerifyAsync(home.Doctor);
            using var patient = await home.Patient.SignInAsync(server);
            await AskAsync(patient, await ProblemAsync(home, "diabetes"), isAlone ? [doctor] : [other, doctor]);
            if (!isAlone)
            {
                using var first = await home.Doctor.SignInAsync(server);
                await AnswerAsync(first, await InvitationAsync(first), "refine", "Others know more.", "done=answered");
            }

            using var visitor = await SignInAsync(doctor);
            var record = $"/shared/{home.Patient.Person.Record}";
            foreach (var page in new[] { "/shared", OpinionAskedEndpoints.Home, await InvitationAsync(visitor), record, record + "/summary", record + "?kind=plans", "/looked" })
            {
                pages.Add(Random().Replace(await visitor.ReadAsync(page), ""));
            }
        }

        Assert.Equal(alone, among);
    }

    [Fact]
    public async Task AccessEndsWithVerificationWithWithdrawingAndWithTime()
    {
        foreach (var end in new[] { "verification", "withdrawn", "time" })
        {
            var home = await MoveInAsync();
            var lee = await VerifyAsync(home.Doctor);
            using var patient = await home.Patient.SignInAsync(server);
            using var doctor = await home.Doctor.SignInAsync(server);
            var place = await AskAsync(patient, await ProblemAsync(home, "diabetes"), lee);
            var invitation = await InvitationAsync(doctor);
            if (end == "verification")
            {
                await People.Directory.EndMemberAsync(lee.Organisations[0].Organisation, lee.Id, Cancel);
            }
            else if (end == "withdrawn")
            {
                using var withdrawn = await patient.PostAsync(place, place + "/withdraw", ("invitation", invitation.Split('/')[^1]));
                Assert.Equal(place + "?done=withdrawn", withdrawn.Headers.Location!.ToString());
                using var again = await patient.PostAsync("/account", place + "/withdraw", ("invitation", invitation.Split('/')[^1]));
                Assert.Equal(place + "?done=gone", again.Headers.Location!.ToString());
            }
            else
            {
                await EndAsync(home);
            }

            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(invitation)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{home.Patient.Person.Record}")).StatusCode);
            await AnswerAsync(doctor, invitation, "agree", "Too late.", "done=gone", form: "/account");
            Assert.Equal(end == "time", (await patient.ReadAsync("/record")).Contains(Html(Say.Fill(OpinionText.NewsOver, lee.DisplayName, "")[..^1]), StringComparison.Ordinal));
            Assert.DoesNotContain("Too late", await patient.ReadAsync(place));
        }
    }

    [Fact]
    public async Task WhatTheyAskForMoreIsGrantedByThePatientAndEndsWithTheOpinion()
    {
        var home = await MoveInAsync();
        var lee = await VerifyAsync(home.Doctor);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        await AskAsync(patient, await ProblemAsync(home, "diabetes"), lee);
        var invitation = await InvitationAsync(doctor);
        using var nothing = await doctor.PostAsync(invitation, invitation + "/more", ("kind", "vaccines"), ("why", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.StatusCode);
        using var more = await doctor.PostAsync(invitation, invitation + "/more", ("kind", "vaccines"), ("why", "I want to know about\nhepatitis"));
        Assert.Equal(invitation + "?done=more", more.Headers.Location!.ToString());
        Assert.DoesNotContain(home.Patient.SignInName, await doctor.ReadAsync("/requests"));

        var request = Assert.Single(await People.Requests.ListReceivedAsync(home.Patient.Person, Cancel));
        Assert.Contains("I want to know about hepatitis", await patient.ReadAsync("/share"));
        using var yes = await patient.GetAsync($"/share/answer?request={request.Id}");
        var draft = yes.Headers.Location!.ToString().Split("draft=")[1];
        using var agreed = await patient.PostAsync(yes.Headers.Location!.ToString(), "/share", ("draft", draft), ("step", "agree"));
        Assert.Equal("/share?done=shared", agreed.Headers.Location!.ToString());
        var record = $"/shared/{home.Patient.Person.Record}?kind=vaccines";
        Assert.Contains("Immunization/", await doctor.ReadAsync(record));
        await AnswerAsync(doctor, invitation, "refine", "Have the second dose.", "done=answered");
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(record)).StatusCode);
        Assert.DoesNotContain(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel), consent => consent.Consent.Counts);
    }

    [Fact]
    public async Task WhatIsWrongIsSaidAndNobodyIsAsked()
    {
        var home = await MoveInAsync();
        var lee = await VerifyAsync(home.Doctor);
        using var patient = await home.Patient.SignInAsync(server);
        var problem = await ProblemAsync(home, "diabetes");
        var day = server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-dd");
        foreach (var (question, who, until) in new[] { ("short", lee.Id.ToString(), day), (Question, "", day), (Question, lee.Id.ToString(), "2020-01-01"), (Question, lee.Id.ToString(), server.Clock.GetUtcNow().AddDays(60).ToString("yyyy-MM-dd")) })
        {
            using var wrong = await SendAsync(patient, OpinionEndpoints.New + "?entry=" + problem, OpinionEndpoints.New, ("question", question), ("who", who), ("until", until), ("step", "on"));
            Assert.StartsWith(OpinionEndpoints.New + "?draft=", wrong.Headers.Location!.ToString(), StringComparison.Ordinal);
            Assert.Contains(Html(OpinionText.LookAgain), await patient.ReadAsync(wrong.Headers.Location!.ToString()));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(OpinionEndpoints.New + "?entry=" + problem.Replace("Condition", "Observation", StringComparison.Ordinal))).StatusCode);

        // Whoever nobody vouches for cannot be asked, whatever a form says.
        using var step = await SendAsync(patient, OpinionEndpoints.New + "?entry=" + problem, OpinionEndpoints.New, ("question", Question), ("who", home.Carer.Person.Id.ToString()), ("until", day), ("step", "on"));
        using var review = await patient.GetAsync(step.Headers.Location!.ToString().Replace(OpinionEndpoints.What, OpinionEndpoints.Review, StringComparison.Ordinal));
        Assert.StartsWith(OpinionEndpoints.New, review.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel));

        var place = await AskAsync(patient, problem, lee);
        using var doctor = await home.Doctor.SignInAsync(server);
        var invitation = await InvitationAsync(doctor);
        await AnswerAsync(doctor, invitation, "maybe", "", null, links: "javascript:alert(1)");
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(invitation)).StatusCode);
        using var declined = await doctor.PostAsync(invitation, invitation, ("step", "decline"));
        Assert.Equal(OpinionAskedEndpoints.Home + "?done=declined", declined.Headers.Location!.ToString());
        Assert.Contains(Html(Say.Fill(OpinionText.NewsDeclined, lee.DisplayName, "")[..^1]), await patient.ReadAsync("/record"));
        Assert.Contains(Html(OpinionText.StateDeclined), await patient.ReadAsync(place));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(place)).StatusCode);
    }

    /// <summary>Whichever of the two is first: an opinion that its professional was told is given is there to be read.</summary>
    [Fact]
    public async Task WithdrawingWhileItIsAnsweredLosesNoOpinion()
    {
        const int rounds = 40;
        var home = await MoveInAsync();
        var lee = await VerifyAsync(home.Doctor);
        var own = await home.Patient.OpenAsync(server);
        var desk = new Conversations.OpinionDesk(People, server.Modules.Records.Opinions, server.Clock);
        var about = await ProblemAsync(home, "diabetes");
        for (var round = 0; round < rounds; round++)
        {
            var question = new Conversations.OpinionQuestion(Data.LocalId.New(), Question, about, "Type 2 diabetes", server.Clock.GetUtcNow().AddDays(5), [about]);
            await desk.AskAsync(own, question, "A question", [lee], Cancel);
            var invitation = (await desk.FindAsync(own, question.Id, Cancel))!.Invitations[0].Id;
            var opinion = new Conversations.Opinion(Conversations.OpinionStance.Agrees, "Stay with it.", Conversations.OpinionConfidence.High, null, null, []);
            var giving = Task.Run(() => desk.GiveAsync(lee, Household.ActorOf(lee), home.Patient.Person.Record!.Value, invitation, question, opinion, "An opinion", Cancel), Cancel);
            var withdrawing = Task.Run(() => desk.WithdrawAsync(own, invitation, Cancel), Cancel);
            var (given, isWithdrawn) = (await giving, await withdrawing);

            var known = (await desk.FindAsync(own, question.Id, Cancel))!.Invitations[0];
            Assert.Equal(given == OpinionGiven.Done, known.Opinion is not null);
            Assert.Equal(isWithdrawn, known.State == Conversations.InvitationState.Withdrawn);
        }
    }

    /// <summary>Somebody who acts for the patient may bring newer versions of what they see: whose opinion it is, and what was asked, stays what it was.</summary>
    [Fact]
    public async Task AnOpinionIsWhatItsProfessionalWroteWhateverIsBroughtLater()
    {
        var home = await MoveInAsync();
        var lee = await VerifyAsync(home.Doctor);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var place = await AskAsync(patient, await ProblemAsync(home, "diabetes"), lee);
        await AnswerAsync(doctor, await InvitationAsync(doctor), "agree", "Stay with what you take.", "done=answered");
        var own = await home.Patient.OpenAsync(server);
        foreach (var (type, path) in new[] { ("ClinicalImpression", "summary"), ("ServiceRequest", "note") })
        {
            var answer = await own.QueryAsync(new RecordQuery.Timeline(10) { Types = [type] }, Cancel);
            var entry = System.Text.Json.Nodes.JsonNode.Parse(answer.ReadBody(0))!;
            entry[path] = path == "note" ? new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["text"] = "Something else was asked here." }) : "Stop all of it.";
            await home.Patient.ImportAsync(server, entry.ToJsonString());
            Assert.Equal(2, (await own.QueryAsync(new RecordQuery.Timeline(10) { Types = [type] }, Cancel)).Entries[0].Version);
        }

        var page = await patient.ReadAsync(place);
        Assert.Contains("Stay with what you take.", page);
        Assert.Contains(Html(Question), page);
        Assert.DoesNotContain("Stop all of it.", page);
        Assert.DoesNotContain("Something else was asked here.", page);
    }

    [Fact]
    public async Task WhatIsShownAsOneGoesAlongAsOneAndAnythingElseOfTheRecordIsFoundAndAdded()
    {
        var home = await MoveInAsync();
        foreach (var brand in new[] { "Lisinopril 10 MG Oral Tablet", "Zestril 10 mg tablet" })
        {
            await home.Patient.ImportAsync(server, $$$"""
                {"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"314076"}],"text":"{{{brand}}}"},
                 "authoredOn":"2025-02-01","subject":{"display":"Maya"}}
                """);
        }

        await home.Patient.ImportAsync(server, """{"resourceType":"Immunization","status":"completed","vaccineCode":{"text":"Tetanus booster"},"occurrenceDateTime":"2020-03-02","patient":{"display":"Maya"}}""");
        var lee = await VerifyAsync(home.Doctor);
        using var patient = await home.Patient.SignInAsync(server);
        var problem = await ProblemAsync(home, "diabetes");
        using var first = await SendAsync(
            patient, OpinionEndpoints.New + "?entry=" + problem, OpinionEndpoints.New, ("question", Question), ("until", server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-dd")), ("step", "on"), ("who", lee.Id.ToString()));
        var what = first.Headers.Location!.ToString();
        var offered = await patient.ReadAsync(what);
        Assert.Contains("Lisinopril 10 MG", offered);
        Assert.DoesNotContain("Zestril", offered);
        Assert.Contains(Html(Say.Count(OpinionText.ToldBy, 2)), offered);
        Assert.DoesNotContain("Tetanus", offered);

        // Something else is looked for, without losing what was chosen, and ticked.
        var ticked = Ticked().Matches(offered).Select(match => ("entry", match.Groups["entry"].Value)).ToList();
        using var none = await SendAsync(patient, what, OpinionEndpoints.What, [("step", "find"), ("find", "Yellow fever"), .. ticked]);
        Assert.Contains("Yellow fever", WebUtility.HtmlDecode(await patient.ReadAsync(none.Headers.Location!.ToString())));
        using var find = await SendAsync(patient, what, OpinionEndpoints.What, [("step", "enter"), ("find", "tetanus"), .. ticked]);
        var found = await patient.ReadAsync(find.Headers.Location!.ToString());
        Assert.Equal(ticked.Select(entry => entry.Item2), Ticked().Matches(found).Select(match => match.Groups["entry"].Value));
        var tetanus = Vaccination().Match(found).Groups["entry"].Value;
        using var added = await SendAsync(patient, find.Headers.Location!.ToString(), OpinionEndpoints.What, [("step", "on"), ("find", "tetanus"), ("entry", tetanus), .. ticked]);
        var review = added.Headers.Location!.ToString();
        Assert.StartsWith(OpinionEndpoints.Review, review, StringComparison.Ordinal);
        Assert.Contains("Tetanus booster", await patient.ReadAsync(review));
        using var asked = await SendAsync(patient, review, OpinionEndpoints.Review, ("step", "ask"));
        var place = asked.Headers.Location!.ToString();
        var told = await patient.ReadAsync(place);
        Assert.Contains("Tetanus booster", told);
        Assert.Contains("Lisinopril 10 MG", told);
        Assert.DoesNotContain("Zestril", told);

        // Both that tell of the medicine went along.
        var seen = await server.Modules.Records.Gate.DiscloseAsync(
            new DisclosureAsk(Household.ActorOf(lee), home.Patient.Person.Record!.Value, Rapport.Conversations.OpinionDesk.Purpose, new RecordQuery.Everything()), Cancel);
        Assert.Equal(2, seen!.Entries.Count(static entry => entry.ResourceType == "MedicationRequest"));
        Assert.Single(seen.Entries, static entry => entry.ResourceType == "Immunization");
    }

    /// <summary>People of whom the patient has a small record.</summary>
    private async Task<Household> MoveInAsync()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(
            server,
            """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Condition","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006","display":"Type 2 diabetes"}]},"subject":{"display":"Maya"}}},
            {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000002","resource":{"resourceType":"Immunization","status":"completed","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"08"}]},"occurrenceDateTime":"2020-03-01","patient":{"display":"Maya"}}}]}
            """);
        return home;
    }

    internal async Task<Person> VerifyAsync(Resident resident)
    {
        var clinic = (await People.Directory.AddOrganisationAsync($"Clinic of {resident.SignInName}", Cancel)).Value!;
        var vouched = await People.Directory.VouchAsync(clinic.Id, resident.Person.Id, new Vouching { Role = "physician", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        return vouched.Value!;
    }

    private async Task<FormVisitor> SignInAsync(Person person)
    {
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(person.SignInName);
        return visitor;
    }

    internal async Task<string> ProblemAsync(Household home, string name)
    {
        var own = await home.Patient.OpenAsync(server);
        var answer = await own.QueryAsync(new RecordQuery.Timeline(500) { Types = ["Condition"] }, Cancel);
        return Enumerable.Range(0, answer.Count).First(i => System.Text.Encoding.UTF8.GetString(answer.ReadResource(i).Json.Span).Contains(name, StringComparison.OrdinalIgnoreCase)) is var at ? answer.Entries[at].Reference : "";
    }

    /// <summary>Through all steps, with what is proposed; where the question stands.</summary>
    internal async Task<string> AskAsync(FormVisitor patient, string problem, params Person[] invited)
    {
        var until = server.Clock.GetUtcNow().AddDays(10).ToString("yyyy-MM-dd");
        using var first = await SendAsync(
            patient, OpinionEndpoints.New + "?entry=" + problem, OpinionEndpoints.New, [("question", Question), ("until", until), ("step", "on"), .. invited.Select(person => ("who", person.Id.ToString()))]);
        var what = first.Headers.Location!.ToString();
        Assert.StartsWith(OpinionEndpoints.What, what, StringComparison.Ordinal);
        var offered = await patient.ReadAsync(what);
        using var second = await SendAsync(patient, what, OpinionEndpoints.What, [("step", "on"), .. Ticked().Matches(offered).Select(match => ("entry", match.Groups["entry"].Value))]);
        var review = second.Headers.Location!.ToString();
        Assert.StartsWith(OpinionEndpoints.Review, review, StringComparison.Ordinal);
        var summary = await patient.ReadAsync(review);
        Assert.All(invited, person => Assert.Contains(person.DisplayName, summary));
        using var asked = await SendAsync(patient, review, OpinionEndpoints.Review, ("step", "ask"));
        using var twice = await SendAsync(patient, review, OpinionEndpoints.Review, ("step", "ask"));
        Assert.Equal(asked.Headers.Location!.ToString(), twice.Headers.Location!.ToString());
        Assert.EndsWith("?done=asked", asked.Headers.Location!.ToString(), StringComparison.Ordinal);
        return asked.Headers.Location!.ToString().Split('?')[0];
    }

    /// <summary>Sends the form of a page with the draft that it has.</summary>
    private static async Task<HttpResponseMessage> SendAsync(FormVisitor visitor, string page, string path, params IEnumerable<(string, string)> fields) =>
        await visitor.PostAsync(page, path, [("draft", DraftIn().Match(await visitor.ReadAsync(page)).Groups["draft"].Value), .. fields]);

    internal static async Task<string> InvitationAsync(FormVisitor doctor) =>
        Invitation().Match(await doctor.ReadAsync(OpinionAskedEndpoints.Home)) is { Success: true } found ? found.Groups["place"].Value : throw new InvalidOperationException("nobody asks for an opinion");

    internal static async Task AnswerAsync(FormVisitor doctor, string invitation, string stance, string view, string? done, string next = "", string links = "", string? form = null)
    {
        using var answered = await doctor.PostAsync(
            form ?? invitation, invitation, ("stance", stance), ("view", view), ("confidence", "high"), ("next", next), ("evidence", ""), ("links", links), ("step", "answer"));
        if (done is null)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answered.StatusCode);
        }
        else
        {
            Assert.Equal($"{OpinionAskedEndpoints.Home}?{done}", answered.Headers.Location!.ToString());
        }
    }

    /// <summary>As if its day were over: the clock of this server is that of other tests too.</summary>
    private async Task EndAsync(Household home)
    {
        var own = await home.Patient.OpenAsync(server);
        var consent = Assert.Single(await own.ConsentsAsync(Cancel));
        var json = System.Text.Json.Nodes.JsonNode.Parse(consent.Resource.Json.Span)!;
        json["provision"]!["period"]!["end"] = server.Clock.GetUtcNow().AddDays(-2).ToString("yyyy-MM-dd");
        var over = Rapport.Fhir.Resource.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())).Resource!;
        await own.PutConsentAsync(Rapport.Data.LocalId.Parse(consent.Entry.Id.AsSpan(Rapport.Data.PatientId.TextLength + 1)), over, null, Cancel);
    }

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);

    [GeneratedRegex("name=\"draft\" value=\"(?<draft>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex DraftIn();

    [GeneratedRegex("name=\"entry\" value=\"(?<entry>Immunization/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Vaccination();

    [GeneratedRegex("name=\"entry\" value=\"(?<entry>[^\"]+)\" checked", RegexOptions.NonBacktracking)]
    private static partial Regex Ticked();

    [GeneratedRegex("href=\"(?<place>/opinions/asked/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Invitation();

    /// <summary>What is random by its nature: ids, tokens, marks; and times, which go on.</summary>
    [GeneratedRegex("CfDJ8[^\"]*|[0-9a-z]{26}\\.[0-9a-z]{13}|[0-9a-z]{26}|%2F[0-9a-z]{26}|%2F[0-9a-z]{13}|/[0-9a-z]{13}[\"/?]|[0-9]{2}:[0-9:.]+", RegexOptions.NonBacktracking)]
    private static partial Regex Random();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Tokens();
}
