using System.Net;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Acting for somebody over plain HTTP: what is given, what is seen and done under whose names, and that it ends.</summary>
public sealed class ActingPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APatientLetsSomebodyActWhoSeesAndAddsUnderBothNamesUntilItIsEnded()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        var acting = ActingOf(home);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(acting)).StatusCode);
        Assert.DoesNotContain(ActingText.PeopleHeading, await carer.ReadAsync("/circle"));

        await GiveAsync(home, patient, ("action", ConsentAction.Collect), ("action", ConsentAction.Correct), ("kind", "results"));
        var agreements = await patient.ReadAsync("/share");
        Assert.Contains(Html(Say.Fill(ActingText.MayAct, "Sam", "", "", "").Split("Sam")[1].Split(':')[0]), agreements);

        // What the delegate finds, and that each page names both.
        Assert.Contains(acting, await carer.ReadAsync("/circle"));
        var page = await carer.ReadAsync(acting);
        Assert.Contains("You, Sam, for Maya Castellanos", page);
        Assert.Contains(ActingText.DidNothing, page);
        var look = await carer.ReadAsync($"/shared/{home.Patient.Person.Record}?for=PWATRNY");
        Assert.Contains("You, Sam, for Maya Castellanos", look);
        Assert.Contains("Observation/", look);
        Assert.DoesNotContain("Encounter/", look);

        // Writing down: medicines are not among what they may add.
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(acting + "/by-hand?what=medicine")).StatusCode);
        using var refused = await carer.PostAsync(acting + "/by-hand", acting + "/by-hand", Hand("medicine", "aspirin"));
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        using var wrong = await carer.PostAsync(acting + "/by-hand", acting + "/by-hand", Hand("note", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var added = await carer.PostAsync(acting + "/by-hand", acting + "/by-hand", Hand("note", "a walk to the market"));
        Assert.Equal(acting + "?done=added", added.Headers.Location!.ToString());
        Assert.Contains("walk to the market", await patient.ReadAsync("/record/timeline?kind=results"));
        var done = await carer.ReadAsync(acting);
        Assert.Contains(Html(Say.Fill(HandText.SourceOf, "Sam")), done);

        // The patient reads who did it, and for whom.
        var own = await home.Patient.OpenAsync(server);
        var written = (await own.ReadLedgerAsync(null, 50, Cancel)).Select(static row => row.Details!).First(static details => details.Kind == LedgerKind.Gathered);
        Assert.Equal((home.Carer.Person.Reference, $"Patient/{home.Patient.Person.Record}"), (written.Actor, written.OnBehalfOf));
        Assert.Contains("Sam, acting for you,", await patient.ReadAsync("/ledger"));

        // Taking back what they brought; of other sources nothing.
        var brought = WebUtility.HtmlDecode(done.Split("name=\"source\" value=\"")[1].Split('"')[0]);
        using var others = await carer.PostAsync(acting, acting + "/take-back", ("source", "1"));
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        using var taken = await carer.PostAsync(acting, acting + "/take-back", ("source", brought));
        Assert.Equal(acting + "?done=taken", taken.Headers.Location!.ToString());
        Assert.DoesNotContain("walk to the market", await patient.ReadAsync("/record/timeline?kind=results"));

        // Ended at once.
        var given = (await own.ConsentsAsync(Cancel)).Single(static consent => consent.Consent.Delegation is not null);
        using var ended = await patient.PostAsync("/share", "/share/stop", ("id", given.Entry.Id));
        Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        foreach (var gone in new[] { acting, acting + "/by-hand", acting + "/file", $"/shared/{home.Patient.Person.Record}?for=PWATRNY" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(gone)).StatusCode);
        }

        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task AFileIsTakenAsFarAsItMayBeAndTheAnswerDoesNotTellWhatWasThere()
    {
        var home = await Household.MoveInAsync(server);
        var empty = await Household.MoveInAsync(server, withRecord: false);
        var answers = new List<string>();
        foreach (var household in new[] { home, empty })
        {
            using var patient = await household.Patient.SignInAsync(server);
            using var carer = await household.Carer.SignInAsync(server);
            await GiveAsync(household, patient, ("action", ConsentAction.Collect), ("action", ConsentAction.Correct), ("scope", "everything"));
            using var unsaid = await SendFileAsync(carer, ActingOf(household), Household.DemoRecord(), isAbout: false);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, unsaid.StatusCode);
            using var broken = await SendFileAsync(carer, ActingOf(household), "{ no JSON"u8.ToArray(), isAbout: true);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, broken.StatusCode);
            using var sent = await SendFileAsync(carer, ActingOf(household), Household.DemoRecord(), isAbout: true);
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
            answers.Add(sent.Headers.Location!.ToString().Replace(household.Patient.Person.Record.ToString()!, "x", StringComparison.Ordinal));
        }

        Assert.Equal(answers[0], answers[1]);

        // Sensitive entries that came with the file stay home from whoever brought it.
        using var looks = await empty.Carer.SignInAsync(server);
        var conditions = await looks.ReadAsync($"/shared/{empty.Patient.Person.Record}?for=PWATRNY&kind=conditions");
        Assert.Contains("Condition/", conditions);
        Assert.DoesNotContain("depress", conditions, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await (await empty.Patient.OpenAsync(server)).CheckAsync(Cancel));
    }

    /// <summary>What a file refers to by the address it had elsewhere is not turned into the entry of this record that came from there, where its bringer does not see that one.</summary>
    [Fact]
    public async Task WhatTheyReferToDoesNotTellWhatIsThere()
    {
        const string there = "urn:uuid:00000000-0000-4000-8000-0000000000a1", seen = "urn:uuid:00000000-0000-4000-8000-0000000000a2", nowhere = "urn:uuid:00000000-0000-4000-8000-0000000000a3";
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(
            server,
            $$"""
            {"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"{{there}}","resource":{"resourceType":"Immunization","status":"completed","vaccineCode":{"text":"hidden"},"occurrenceDateTime":"2020-03-01","patient":{"display":"Maya"} } },
            {"fullUrl":"{{seen}}","resource":{"resourceType":"Observation","status":"final","code":{"text":"shown"},"effectiveDateTime":"2020-03-01","subject":{"display":"Maya"} } }] }
            """);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        await GiveAsync(home, patient, ("action", ConsentAction.Collect), ("kind", "results"));
        foreach (var (reference, name) in new[] { (there, "first"), (nowhere, "second"), (seen, "third") })
        {
            using var sent = await SendFileAsync(
                carer,
                ActingOf(home),
                System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Observation","id":"{{name}}","status":"final","code":{"text":"{{name}}" },"effectiveDateTime":"2021-03-01","subject":{"display":"Maya"},"focus":[{"reference":"{{reference}}" }]}"""),
                isAbout: true);
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        }

        var own = await home.Patient.OpenAsync(server);
        var answer = await own.QueryAsync(new Records.RecordQuery.Timeline(10) { Types = ["Observation"] }, Cancel);
        string FocusOf(string name) => Enumerable.Range(0, answer.Count).Select(i => System.Text.Json.Nodes.JsonNode.Parse(answer.ReadBody(i))!).Where(entry => (string?)entry["code"]!["text"] == name)
            .Select(entry => (string)entry["focus"]![0]!["reference"]!).Single();
        Assert.Equal(there, FocusOf("first"));
        Assert.Equal(nowhere, FocusOf("second"));
        Assert.StartsWith("Observation/", FocusOf("third"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyElseGetsThereAndWhoActsMayLayItDown()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        using var stranger = await home.Stranger.SignInAsync(server);
        await GiveAsync(home, patient, ("kind", "results"));
        var acting = ActingOf(home);
        Assert.Equal((await stranger.ReadAsync($"/acting/{Data.PatientId.New()}")).Length, (await stranger.ReadAsync(acting)).Length);
        foreach (var path in new[] { acting, acting.Replace("acting", "ACTING", StringComparison.Ordinal), $"/shared/{home.Patient.Person.Record}?for=PWATRNY" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
        }

        // Only looking was given.
        var page = await carer.ReadAsync(acting);
        Assert.DoesNotContain("/by-hand", page);
        Assert.DoesNotContain("/file", page);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(acting + "/by-hand")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.PostAsync(acting, acting + "/by-hand", Hand("note", "a note"))).StatusCode);

        using var left = await carer.PostAsync(acting, acting + "/leave");
        Assert.Equal("/circle", left.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(acting)).StatusCode);
    }

    [Fact]
    public async Task WhoMayShareOnDoesSoForThePatientNeverMoreThanTheySeeAndItEndsWithTheirOwn()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var people = server.Modules.People;
        var clinic = (await people.Directory.AddOrganisationAsync($"Clinic of {home.Doctor.SignInName}", Cancel)).Value!;
        await people.Directory.VouchAsync(
            clinic.Id, home.Doctor.Person.Id, new People.Vouching { Role = "doctor", Licence = People.Licence.Read(People.LicenceKind.Other, "T-1", out _), Until = server.Clock.GetUtcNow().AddYears(1), VerifiedBy = "a test" }, Cancel);
        var (acting, place) = (ActingOf(home), ActingOf(home) + "/pass-on");
        var shared = $"/shared/{home.Patient.Person.Record}?for=TREAT&kind=";

        await GiveAsync(home, patient, ("action", ConsentAction.Collect), ("kind", "results"));
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(place)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.PostAsync(acting, place, ("who", home.Doctor.Person.Reference), ("step", "on"))).StatusCode);
        Assert.DoesNotContain("/pass-on", await carer.ReadAsync(acting));
        await GiveAsync(home, patient, ("action", ConsentAction.ShareOn), ("kind", "results"));
        Assert.Contains("/pass-on", await carer.ReadAsync(acting));
        Assert.Contains("You, Sam, for Maya Castellanos", await carer.ReadAsync(place));
        using var passed = await carer.PostAsync(place, place, ("who", home.Doctor.Person.Reference), ("step", "on"));
        Assert.Equal(place + "?done=passed", passed.Headers.Location!.ToString());
        Assert.Contains("Observation/", await doctor.ReadAsync(shared + "results"));
        Assert.DoesNotContain("Condition/", await doctor.ReadAsync(shared + "conditions"));
        Assert.Contains(Say.Fill(LedgerText.ActingForYou, "Sam"), await patient.ReadAsync("/ledger"));
        Assert.Contains("Dr Lee", await carer.ReadAsync(place));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{home.Patient.Person.Record}/pass-on")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(acting)).StatusCode);

        // With their own it ends.
        using var left = await carer.PostAsync(acting, acting + "/leave");
        Assert.Equal("/circle", left.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(shared + "results")).StatusCode);
        Assert.Empty(await (await home.Patient.OpenAsync(server)).CheckAsync(Cancel));
    }

    [Fact]
    public async Task WhatIsMissingOrWrongIsToldAndNothingIsGiven()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        (string, string)[] fine = [("who", home.Carer.Person.Reference), ("kind", "results"), ("lasting", "year")];
        foreach (var bad in new (string, string)[][]
        {
            [.. fine.Skip(1)], [("who", "RelatedPerson/nobody"), .. fine.Skip(1)], [("name", "nobody-here"), .. fine], [fine[0], fine[2]],
            [fine[0], fine[1], ("lasting", "day"), ("until", "yesterday")], [fine[0], fine[1], ("lasting", "day"), ("until", "2020-01-01")], [("who", home.Patient.Person.Reference), .. fine.Skip(1)],
        })
        {
            using var answer = await patient.PostAsync("/share/acting", "/share/acting", bad);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }

        using var forged = await patient.PostAsync("/share/acting", "/share/acting/review", ("draft", "nonsense"), ("step", "agree"));
        Assert.Equal("/share/acting", forged.Headers.Location!.ToString());
        Assert.Empty(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel));
    }

    [Fact]
    public async Task AParentBeginsARecordForAChildWhoseOwnItBecomesWithTheYears()
    {
        // Years go by: other tests have a clock of their own.
        await using var years = new RunningServer();
        await years.InitializeAsync();
        var home = await Household.MoveInAsync(years, withRecord: false);
        using var parent = await home.Carer.SignInAsync(years);
        var born = years.Clock.GetUtcNow().AddYears(-11).AddDays(-200);
        (string, string)[] fine = [("name", "Lena Castellanos"), ("born", born.ToString("yyyy-MM-dd")), ("role", "PRN"), ("lawful", "on")];
        foreach (var bad in new (string, string)[][] { [.. fine.Skip(1)], [fine[0], fine[2], fine[3]], [.. fine.Take(3)], [fine[0], ("born", "1990-01-01"), .. fine.Skip(2)], [fine[0], ("born", "2099-01-01"), .. fine.Skip(2)] })
        {
            using var refused = await parent.PostAsync("/circle/child", "/circle/child", bad);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        using var begun = await parent.PostAsync("/circle/child", "/circle/child", fine);
        var acting = begun.Headers.Location!.ToString().Split('?')[0];
        var record = Data.PatientId.Parse(acting.AsSpan("/acting/".Length));
        Assert.Contains("You, Sam, for Lena Castellanos", await parent.ReadAsync(begun.Headers.Location!.ToString()));
        Assert.Contains("Lena Castellanos", await parent.ReadAsync("/circle"));
        using var sent = await SendFileAsync(parent, acting, Household.DemoRecord(), isAbout: true);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var conditions = $"/shared/{record}?for=PWATRNY&kind=conditions";
        Assert.Contains("depress", await parent.ReadAsync(conditions), StringComparison.OrdinalIgnoreCase);

        // The child gets in by the operator alone, who gives a code that works once; then the account has a password that nobody else knows.
        var accounts = years.Modules.People.Accounts;
        var child = (await accounts.FindByReferenceAsync($"Patient/{record}", Cancel))!;
        Assert.DoesNotContain(child.SignInName, await parent.ReadAsync(acting));
        Assert.Null((await years.Modules.People.Passwords.CheckAsync(child.SignInName, "", "here", Cancel)).Person);
        var code = await years.Modules.People.SecondStep.NewOperatorCodeAsync(child.Id, Cancel);
        using var teenager = new FormVisitor(years);
        using var entered = await teenager.PostAsync("/recover", "/recover", ("name", child.SignInName), ("code", code));
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        Assert.Contains("Lena Castellanos", await teenager.ReadAsync("/record"));
        Assert.Contains("Sam", await teenager.ReadAsync("/share"));
        var ledger = await teenager.ReadAsync("/ledger");
        Assert.Contains("Sam, acting for you,", ledger);

        // It was not the child who let the parent act.
        Assert.Contains("Sam began this record for you and acts for you", ledger);
        Assert.DoesNotContain("You let", ledger);

        // On the twelfth birthday what is private leaves the parent's sight, and the child goes on seeing all of it.
        years.Clock.Sleep(MinorPolicy.Birthday(DateOnly.FromDateTime(born.UtcDateTime), 12) - years.Clock.GetUtcNow());
        using var again = await home.Carer.SignInAsync(years);
        var seen = await again.ReadAsync(conditions);
        Assert.DoesNotContain("depress", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Condition/", seen);
        var own = (await years.Modules.Records.Compartments.OpenOwnAsync(record, Household.ActorOf(child), Cancel))!;
        Assert.Contains((await own.OverviewAsync(Cancel)).ByLabel, static label => label.Key == "PSY");

        // Writing down that the child is younger changes nothing; with full age it ends.
        using var younger = await SendFileAsync(again, acting, System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{"text":"Lena Castellanos"}],"birthDate":"{{born.AddYears(6):yyyy-MM-dd}}"}"""), isAbout: true);
        Assert.Equal(HttpStatusCode.SeeOther, younger.StatusCode);
        Assert.DoesNotContain("depress", await again.ReadAsync(conditions), StringComparison.OrdinalIgnoreCase);

        // Nor when somebody else writes it who acts for the child, and is no parent.
        var aunt = new Server.Pages.Acting.ActingTerms(
            new Server.Pages.Sharing.SharingTerms { Recipient = home.Stranger.Person.Reference, RecipientName = "Aunt", Purpose = PurposeOfUse.ActingForPatient }, [ConsentAction.Access, ConsentAction.Collect, ConsentAction.Correct], Delegation.Delegatee);
        await own.PutConsentAsync(null, aunt.ToConsent(own.Patient, "Lena Castellanos", years.Clock.GetUtcNow()), null, Cancel);
        using var helper = await home.Stranger.SignInAsync(years);
        var version = await VersionAsync();
        using var helped = await SendFileAsync(helper, acting, System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{"text":"Lena Castellanos"}],"birthDate":"{{born.AddYears(6):yyyy-MM-dd}}"}"""), isAbout: true);
        Assert.Equal(HttpStatusCode.SeeOther, helped.StatusCode);
        Assert.Equal(version, await VersionAsync());
        years.Clock.Sleep(MinorPolicy.Birthday(DateOnly.FromDateTime(born.UtcDateTime), 18) - years.Clock.GetUtcNow());
        using var last = await home.Carer.SignInAsync(years);
        Assert.Equal(HttpStatusCode.NotFound, (await last.GetAsync(acting)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await last.GetAsync(conditions)).StatusCode);
        Assert.Empty(await own.CheckAsync(Cancel));

        async Task<int> VersionAsync() => Assert.Single((await own.QueryAsync(new Records.RecordQuery.ById("Patient", null), Cancel)).Entries).Version;
    }

    /// <summary>Of a child whose birth date was known nothing of a file's own words about the child was taken: no telephone, nobody to call.</summary>
    [Fact]
    public async Task WhatAParentBringsTellsWhomToCallForTheChildWhereItSaysTheSameBirthDate()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var parent = await home.Carer.SignInAsync(server);
        var born = server.Clock.GetUtcNow().AddYears(-5);
        using var begun = await parent.PostAsync("/circle/child", "/circle/child", ("name", "Lena Castellanos"), ("born", born.ToString("yyyy-MM-dd")), ("role", "PRN"), ("lawful", "on"));
        var acting = begun.Headers.Location!.ToString().Split('?')[0];
        var child = (await server.Modules.People.Accounts.FindByReferenceAsync($"Patient/{acting["/acting/".Length..]}", Cancel))!;
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(Data.PatientId.Parse(acting.AsSpan("/acting/".Length)), Household.ActorOf(child), Cancel))!;
        using var first = await SendFileAsync(parent, acting, FileOf(born, "+1 202-555-0101"), isAbout: true);
        Assert.Equal((HttpStatusCode.SeeOther, "+1 202-555-0101"), (first.StatusCode, await CallAsync()));

        using var other = await SendFileAsync(parent, acting, FileOf(born.AddYears(1), "+1 202-555-0199"), isAbout: true);
        Assert.Equal((HttpStatusCode.SeeOther, "+1 202-555-0101"), (other.StatusCode, await CallAsync()));

        using var same = await SendFileAsync(parent, acting, FileOf(born, "+1 202-555-0102"), isAbout: true);
        Assert.Equal((HttpStatusCode.SeeOther, "+1 202-555-0102"), (same.StatusCode, await CallAsync()));

        static byte[] FileOf(DateTimeOffset born, string call) => System.Text.Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Patient","name":[{"text":"Lena Castellanos"}],"birthDate":"{{born:yyyy-MM-dd}}","contact":[{"name":{"text":"Ada Example"},"telecom":[{"system":"phone","value":"{{call}}"}]}]}""");

        async Task<string?> CallAsync()
        {
            var read = await own.QueryAsync(new Records.RecordQuery.ById("Patient", null), Cancel);
            return JsonNode.Parse(read.ReadResource(0).Json.Span)!["contact"]![0]!["telecom"]![0]!["value"]!.GetValue<string>();
        }
    }

    /// <summary>Taking back the only file that said when a child was born left none: then another day could be brought, and what counts the child's years when it marks an entry counted none.</summary>
    [Fact]
    public async Task WhatAParentTakesBackTakesNoBirthDateAway()
    {
        var family = await Family.MoveInAsync(server, years: 13);
        using var parent = await family.Parent.SignInAsync(server);
        var own = await family.OpenOwnAsync(server);
        var born = family.Born.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        using var file = await SendFileAsync(parent, family.Acting, FileOf(born), isAbout: true);
        Assert.Equal((born, true), await ReadAsync());
        for (var left = 2; left > 0; left--)
        {
            var source = WebUtility.HtmlDecode((await parent.ReadAsync(family.Acting)).Split("name=\"source\" value=\"")[1].Split('"')[0]);
            using var taken = await parent.PostAsync(family.Acting, family.Acting + "/take-back", ("source", source));
            Assert.Equal(family.Acting + "?done=taken", taken.Headers.Location!.ToString());
            Assert.Equal((born, false), await ReadAsync());
        }

        Assert.DoesNotContain("name=\"source\"", await parent.ReadAsync(family.Acting));
        foreach (var years in new[] { 8, -8 })
        {
            using var other = await SendFileAsync(parent, family.Acting, FileOf(family.Born.AddYears(years).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), isAbout: true);
            Assert.Equal((HttpStatusCode.SeeOther, (born, false)), (other.StatusCode, await ReadAsync()));
        }

        using var again = await SendFileAsync(parent, family.Acting, FileOf(born), isAbout: true);
        Assert.Equal((HttpStatusCode.SeeOther, (born, true)), (again.StatusCode, await ReadAsync()));
        Assert.Empty(await own.CheckAsync(Cancel));

        static byte[] FileOf(string born) => System.Text.Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Patient","name":[{"text":"{{Family.ChildsName}}"}],"birthDate":"{{born}}","contact":[ { "name": { "text": "Ada Example" } } ] }""");

        async Task<(string? Born, bool HasContact)> ReadAsync()
        {
            var read = JsonNode.Parse((await own.QueryAsync(new Records.RecordQuery.ById("Patient", null), Cancel)).ReadResource(0).Json.Span)!;
            return ((string?)read["birthDate"], read["contact"] is not null);
        }
    }

    /// <summary>Who went back and pressed the button again had two agreements that said the same.</summary>
    [Fact]
    public async Task WhoLetsSomebodyActTwiceByTheSameTermsHasOneAgreement()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        await GiveAsync(home, patient, ("kind", "results"), ("action", "collect"));
        await GiveAsync(home, patient, ("kind", "results"), ("action", "collect"));
        Assert.Single(await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel));
        await GiveAsync(home, patient, ("kind", "results"));
        Assert.Equal(2, (await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel)).Count);
    }

    /// <summary>The circle said that a parent shares their child's record with doctors, the record's own page that it is with others.</summary>
    [Fact]
    public async Task WhatAParentMayDoIsSaidAlikeInTheirCircleAndOnTheChildsPage()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var parent = await home.Carer.SignInAsync(server);
        using var begun = await parent.PostAsync(
            "/circle/child", "/circle/child", ("name", "Lena Castellanos"), ("born", server.Clock.GetUtcNow().AddYears(-5).ToString("yyyy-MM-dd")), ("role", "PRN"), ("lawful", "on"));
        foreach (var page in new[] { "/circle", begun.Headers.Location!.ToString() })
        {
            var read = await parent.ReadAsync(page);
            Assert.Contains(ActingText.DoesShare, read);
            Assert.DoesNotContain(ActingText.DoesShareOn, read);
        }
    }

    /// <summary>A child cannot share, so their parent shares with whoever a patient shares with: never more than the parent sees, and no longer than they act.</summary>
    [Fact]
    public async Task AParentSharesTheRecordOfTheirChildAlsoWithSomebodyClose()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var parent = await home.Carer.SignInAsync(server);
        using var begun = await parent.PostAsync(
            "/circle/child", "/circle/child", ("name", "Lena Castellanos"), ("born", server.Clock.GetUtcNow().AddYears(-5).ToString("yyyy-MM-dd")), ("role", "PRN"), ("lawful", "on"));
        var acting = begun.Headers.Location!.ToString().Split('?')[0];
        var record = acting["/acting/".Length..];
        var place = acting + "/pass-on";
        using var sent = await SendFileAsync(parent, acting, Household.DemoRecord(), isAbout: true);
        var page = await parent.ReadAsync(acting);
        Assert.Contains(ActingText.Share, page);
        Assert.DoesNotContain("trusts you", page);

        // By the exact sign-in name alone, and never the child themself or a program.
        var close = home.Stranger;
        const string who = "name=\"who\" value=\"";
        Assert.DoesNotContain(who, await ReadFoundAsync(close.SignInName[..(close.SignInName.IndexOf('-') + 1)]));
        var found = (await ReadFoundAsync(close.SignInName)).Split(who)[1].Split('"')[0];
        foreach (var nobody in new[] { $"Patient/{record}", "Device/app.none", "Patient/none", close.Person.Reference })
        {
            using var refused = await parent.PostAsync(place, place, ("who", nobody), ("step", "on"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        using var passed = await parent.PostAsync(place, place, ("who", found), ("step", "on"));
        Assert.Equal(place + "?done=passed", passed.Headers.Location!.ToString());
        using var friend = await close.SignInAsync(server);
        var seen = $"/shared/{record}?for=FAMRQT&kind=results";
        Assert.Contains("Observation/", await friend.ReadAsync(seen));
        Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync($"/shared/{record}/pass-on")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync(acting)).StatusCode);

        using var left = await parent.PostAsync(acting, acting + "/leave", ("nobody", "on"));
        Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync(seen)).StatusCode);

        async Task<string> ReadFoundAsync(string typed)
        {
            using var answer = await parent.PostAsync(place, place, ("find", typed), ("step", "find"));
            return await answer.Content.ReadAsStringAsync(Cancel);
        }
    }

    private static string ActingOf(Household home) => $"/acting/{home.Patient.Person.Record}";

    internal static async Task GiveAsync(Household home, FormVisitor patient, params (string, string)[] fields)
    {
        using var chosen = await patient.PostAsync("/share/acting", "/share/acting", [("who", home.Carer.Person.Reference), ("lasting", "year"), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, chosen.StatusCode);
        var review = chosen.Headers.Location!.ToString();
        Assert.Contains(Html(Say.Fill(ActingText.LetAct, "Sam")), await patient.ReadAsync(review));
        using var given = await patient.PostAsync(review, "/share/acting/review", ("draft", review[(review.IndexOf("draft=", StringComparison.Ordinal) + 6)..]), ("step", "agree"));
        Assert.Equal("/share?done=acting", given.Headers.Location!.ToString());
    }

    private (string, string)[] Hand(string what, string value)
    {
        var now = server.Clock.GetUtcNow();
        return [("what", what), ("value", value), ("text", "with a friend"), ("day", now.ToString("yyyy-MM-dd")), ("time", now.ToString("HH:mm"))];
    }

    private static async Task<HttpResponseMessage> SendFileAsync(FormVisitor carer, string acting, byte[] content, bool isAbout)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(await carer.TokenAsync(acting + "/file")), "__RequestVerificationToken" },
            { new ByteArrayContent(content), "file", "hospital.json" },
        };
        if (isAbout)
        {
            form.Add(new StringContent("on"), "about");
        }

        return await carer.PostWithAsync(acting + "/file", form);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
