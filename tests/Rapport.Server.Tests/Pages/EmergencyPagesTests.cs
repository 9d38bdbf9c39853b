using System.Net;
using System.Text.RegularExpressions;
using Rapport.Data;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Ledger;

namespace Rapport.Server.Tests.Pages;

/// <summary>The emergency door over plain HTTP: who comes through it, what is seen, who is told, who looks at it.</summary>
public sealed partial class EmergencyPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Reason = "found unconscious, no papers";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PeopleModule People => server.Modules.People;

    [Fact]
    public async Task WhoOpensItSeesWhatSavesALifeAndAllWhoShouldKnowAreTold()
    {
        var (home, clinic, officer) = await ScenarioAsync();
        await People.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, home.Carer.Person, true, "carer", Cancel);
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Summary(home) + "?for=BTG")).StatusCode);

        using var opened = await OpenAsync(doctor, home.Patient.SignInName);
        Assert.Equal(Summary(home) + "?for=BTG", opened.Headers.Location!.ToString());
        var seen = await doctor.ReadAsync(opened.Headers.Location!.ToString());
        Assert.Contains("penicillin", seen);
        Assert.Contains("Metformin", seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sertraline", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Html(EmergencyText.ThroughDoor.Split('{')[0]), seen);
        Assert.Contains(home.Patient.Person.DisplayName, await doctor.ReadAsync("/shared"));
        var all = await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}?for=BTG");
        Assert.DoesNotContain("Encounter/", all);
        Assert.DoesNotContain("sertraline", all, StringComparison.OrdinalIgnoreCase);

        foreach (var page in new[] { "/record", "/share", "/share/emergency", "/ledger" })
        {
            var told = await patient.ReadAsync(page);
            Assert.Contains("Dr Lee", told);
            Assert.Contains(Reason, told);
        }

        using var carer = await home.Carer.SignInAsync(server);
        var contact = await carer.ReadAsync("/circle");
        Assert.Contains(Html(Say.Fill(EmergencyText.ContactTold, "Dr Lee", home.Patient.Person.DisplayName, "").TrimEnd('.', ' ')), contact);
        Assert.Contains(clinic.Name, contact);
        Assert.DoesNotContain(Reason, contact);

        using var review = await officer.SignInAsync(server);
        var queue = await review.ReadAsync("/emergency/reviews");
        Assert.Contains(Reason, queue);
        Assert.Contains(Html(Say.Count(EmergencyText.DoorsLately, 1)), queue);
        using var stranger = await home.Stranger.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/emergency/reviews")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync("/emergency/reviews")).StatusCode);
    }

    [Fact]
    public async Task ThroughTheDoorAllergiesComeFirstStepsNotAtAllAndNothingUntrueIsSaid()
    {
        var (home, _, _) = await ScenarioAsync();
        await home.Patient.ImportAsync(server, """
            {"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"activity"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"55423-8","display":"Number of steps"}],"text":"Steps walked that day"},"effectiveDateTime":"2026-05-30","valueQuantity":{"value":9000,"unit":"steps"},"subject":{"display":"Maya"}}
            """);
        var (doctor, seen) = await ThroughDoorAsync(home);
        using var _ = doctor;
        AssertInOrder(seen, "id=\"allergies\"", "id=\"medicines\"", "id=\"problems\"", "name=\"for\"");
        Assert.DoesNotContain("Steps walked", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("break the glass", seen, StringComparison.Ordinal);
        var until = Server.Pages.SharedWithMe.SharedText.SharedWithYou.Split('{')[0];
        Assert.DoesNotContain(until, seen, StringComparison.Ordinal);
        var part = Say.Fill(Server.Pages.SharedWithMe.SharedText.SharesPart, home.Patient.Person.DisplayName);
        Assert.DoesNotContain(part, seen, StringComparison.Ordinal);
        Assert.Contains(EmergencyText.ThroughDoor.Split('{')[0], seen, StringComparison.Ordinal);

        // On the page of an entry it is told the same; what is shared by agreement is told as before.
        var entry = EntryLink().Match(seen).Groups["href"].Value;
        var one = WebUtility.HtmlDecode(await doctor.ReadAsync(entry));
        Assert.DoesNotContain(part, one, StringComparison.Ordinal);
        Assert.Contains(EmergencyText.ThroughDoor.Split('{')[0], one, StringComparison.Ordinal);
        var treats = WebUtility.HtmlDecode(await doctor.ReadAsync(Summary(home) + "?for=TREAT"));
        Assert.Contains(until, treats, StringComparison.Ordinal);
        Assert.Contains(part, treats, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThroughTheDoorWhomToCallWhatTheyWantDoneAndWhatIsBuiltInStandFirst()
    {
        var (home, _, _) = await ScenarioAsync();
        await home.Patient.ImportAsync(
            server,
            """{"resourceType":"RelatedPerson","patient":{"display":"Maya"},"active":true,"name":[{"text":"Ines Castellanos"}],"telecom":[{"system":"email","value":"ines@example.org"},{"system":"phone","value":"+1 555-0177"}]}""",
            """
            {"resourceType":"DocumentReference","status":"current","date":"2025-02-03T10:00:00Z","description":"Living will of February","type":{"coding":[{"system":"http://loinc.org","code":"86533-7","display":"Patient Living will"}]},
             "subject":{"display":"Maya"},"content":[{"attachment":{"contentType":"text/plain","data":"Tm8gdHViZXMu"}}]}
            """,
            """{"resourceType":"DeviceUseStatement","status":"active","subject":{"display":"Maya"},"device":{"display":"Cardiac pacemaker"}}""",
            """{"resourceType":"Device","status":"active","deviceName":[{"name":"Blood pressure monitor","type":"user-friendly-name"}],"patient":{"display":"Maya"}}""");
        var (doctor, seen) = await ThroughDoorAsync(home);
        using var _ = doctor;
        AssertInOrder(seen, "Ines Castellanos", "Living will of February", "Cardiac pacemaker", "id=\"allergies\"");
        Assert.Contains("href=\"tel:+15550177\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Blood pressure monitor", seen, StringComparison.Ordinal);

        // Who looks for another reason finds them where they always stand.
        Assert.DoesNotContain("id=\"call\"", await doctor.ReadAsync(Summary(home) + "?for=TREAT"), StringComparison.Ordinal);
    }

    /// <summary>The discharge summary says nothing of whom to call, and does not take away what the record said before.</summary>
    [Fact]
    public async Task WhoOpensTheDoorOfTheDemosPatientReadsWhomToCall()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var opened = await OpenAsync(doctor, home.Patient.SignInName);
        Assert.Contains("tel:+15550101", WebUtility.HtmlDecode(await doctor.ReadAsync(Summary(home) + "?for=BTG")), StringComparison.Ordinal);
        await home.Patient.ImportAsync(server, Household.DemoDischarge(), "discharge.xml");
        var seen = WebUtility.HtmlDecode(await doctor.ReadAsync(Summary(home) + "?for=BTG"));
        Assert.Contains("tel:+15550101", seen, StringComparison.Ordinal);
        Assert.Contains("Sofia Demo", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoClosesWhatIsOpenStaysBesideItAndReadsThatItIsClosed()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var opened = await OpenAsync(doctor, home.Patient.SignInName);
        var opening = Assert.Single(await People.Emergencies.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel));
        Assert.Contains("action=\"/share/emergency/close\"", await patient.ReadAsync("/share/emergency"), StringComparison.Ordinal);
        var listed = WebUtility.HtmlDecode(await doctor.ReadAsync("/shared"));
        Assert.Contains(EmergencyText.OpenedByYou.Split('{')[0], listed, StringComparison.Ordinal);
        Assert.DoesNotContain(Server.Pages.SharedWithMe.SharedText.Agreed.Split('.')[^2].Split('{')[0].Trim(), listed, StringComparison.Ordinal);

        using var closed = await patient.PostAsync("/share/emergency", "/share/emergency/close", ("id", opening.Id.ToString()));
        Assert.Equal("/share/emergency?done=closed#openings", closed.Headers.Location!.ToString());
        Assert.Contains(Html(EmergencyText.DoneEnded), await patient.ReadAsync("/share/emergency?done=closed"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Summary(home) + "?for=BTG")).StatusCode);
    }

    [Fact]
    public async Task ThePatientAsksTheOfficerAnswersAndBothAreSeenBesideTheOpening()
    {
        var (home, clinic, officer) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var review = await officer.SignInAsync(server);
        using var opened = await OpenAsync(doctor, home.Patient.Person.Record!.Value.ToString());
        var opening = Assert.Single(await People.Emergencies.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel));
        (string, string)[] of = [("organisation", clinic.Id.ToString()), ("patient", opening.Patient.ToString()), ("opening", opening.Id.ToString())];

        using var found = await review.PostAsync("/emergency/reviews", "/emergency/reviews", [.. of, ("verdict", "Justified"), ("remark", "You had fallen.")]);
        Assert.Equal(HttpStatusCode.SeeOther, found.StatusCode);
        Assert.Contains(Html(EmergencyText.NothingWaits), await review.ReadAsync("/emergency/reviews"));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        using var asked = await patient.PostAsync("/share/emergency", "/share/emergency/question", ("id", opening.Id.ToString()), ("question", "Who called you?\nAnd when?"));
        Assert.Equal("/share/emergency?done=asked#openings", asked.Headers.Location!.ToString());
        Assert.Contains("Who called you? And when?", await review.ReadAsync("/emergency/reviews"));

        var told = await patient.ReadAsync("/share/emergency");
        Assert.Contains("You had fallen.", told);
        Assert.Contains(Html(EmergencyText.Justified) + " <q", told);

        foreach (var bad in new (string, string)[][] { [.. of, ("verdict", "7")], [.. of], [.. of, ("verdict", "Misuse"), ("remark", new string('x', 501))] })
        {
            using var refused = await review.PostAsync("/emergency/reviews", "/emergency/reviews", bad);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        using var byDoctor = await doctor.PostAsync("/emergency", "/emergency/reviews", [.. of, ("verdict", "Justified")]);
        Assert.Equal(HttpStatusCode.NotFound, byDoctor.StatusCode);
        using var others = await doctor.PostAsync("/emergency", "/share/emergency/question", ("id", opening.Id.ToString()), ("question", "?"));
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
    }

    /// <summary>Who closed the door read that they had agreed to share, with a name that nobody has.</summary>
    [Fact]
    public async Task TheLedgerTellsWhatWasDecidedAboutTheDoorAndThatAnOpenedOneWasClosed()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var opened = await OpenAsync(doctor, home.Patient.SignInName);
        var opening = Assert.Single(await People.Emergencies.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel));
        using var ended = await patient.PostAsync("/share/emergency", "/share/emergency/close", ("id", opening.Id.ToString()));
        Assert.Equal("/share/emergency?done=closed#openings", ended.Headers.Location!.ToString());
        using var closed = await patient.PostAsync("/share/emergency", "/share/emergency", ("door", "closed"), ("understood", "on"));
        Assert.Equal("/share/emergency?done=decided", closed.Headers.Location!.ToString());
        using var again = await patient.PostAsync("/share/emergency", "/share/emergency", ("door", "open"));
        foreach (var page in new[] { "/ledger", "/ledger/lines" })
        {
            var told = WebUtility.HtmlDecode(await patient.ReadAsync(page));
            Assert.Contains(page == "/ledger" ? "You decided 2 times about your emergency door, last today." : "You decided about your emergency door.", told);
            Assert.Contains("You closed the emergency door that Dr Lee had opened", told);
            Assert.DoesNotContain("PractitionerRole", told);
            Assert.DoesNotContain("agreed to share", told);
            Assert.DoesNotContain("stopped sharing", told);
        }
    }

    [Fact]
    public async Task ThePatientClosesWhatIsOpenAndTheDoorForGoodKnowingWhatItMeans()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var first = await OpenAsync(doctor, home.Patient.SignInName);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(Summary(home) + "?for=BTG")).StatusCode);

        using var unknowing = await patient.PostAsync("/share/emergency", "/share/emergency", ("door", "closed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknowing.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(Summary(home) + "?for=BTG")).StatusCode);
        using var closed = await patient.PostAsync("/share/emergency", "/share/emergency", ("door", "closed"), ("understood", "on"));
        Assert.Equal("/share/emergency?done=decided", closed.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Summary(home) + "?for=BTG")).StatusCode);

        using var again = await OpenAsync(doctor, home.Patient.SignInName);
        using var nobody = await OpenAsync(doctor, "nobody-of-this-name");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        Assert.Equal(Same(await nobody.Content.ReadAsStringAsync(Cancel), "nobody-of-this-name"), Same(await again.Content.ReadAsStringAsync(Cancel), home.Patient.SignInName));
        Assert.Single(await People.Emergencies.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel));

        using var reopened = await patient.PostAsync("/share/emergency", "/share/emergency", ("door", "open"), ("label", "PSY"));
        Assert.Equal(HttpStatusCode.SeeOther, reopened.StatusCode);
        using var third = await OpenAsync(doctor, home.Patient.SignInName);
        Assert.Contains("sertraline", await doctor.ReadAsync($"/shared/{home.Patient.Person.Record}?for=BTG"), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Once the patient is told that the door is closed, nobody is inside: neither who was, nor who came in while it closed.</summary>
    [Fact]
    public async Task WhoComesInWhileTheDoorClosesIsOutWhenItIsClosed()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var (form, own) = (await doctor.TokenAsync("/emergency"), await patient.TokenAsync("/share/emergency"));
        for (var round = 0; round < 30; round++)
        {
            var closing = patient.PostWithAsync("/share/emergency", ("__RequestVerificationToken", own), ("door", "closed"), ("understood", "on"));
            using var opened = await doctor.PostWithAsync("/emergency", ("__RequestVerificationToken", form), ("who", home.Patient.SignInName), ("why", Reason));
            using var closed = await closing;
            Assert.Equal("/share/emergency?done=decided", closed.Headers.Location!.ToString());
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Summary(home) + "?for=BTG")).StatusCode);
            using var again = await patient.PostWithAsync("/share/emergency", ("__RequestVerificationToken", own), ("door", "open"));
            Assert.Equal("/share/emergency?done=decided", again.Headers.Location!.ToString());
        }
    }

    [Fact]
    public async Task NobodyComesThroughForWhomNoOrganisationVouches()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        foreach (var resident in new[] { home.Doctor, home.Stranger, home.Carer })
        {
            using var visitor = await resident.SignInAsync(server);
            Assert.DoesNotContain("name=\"why\"", await visitor.ReadAsync("/emergency"));
            using var refused = await visitor.PostAsync("/account", "/emergency", ("who", home.Patient.SignInName), ("why", Reason));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        Assert.Empty(await People.Emergencies.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel));
    }

    [Fact]
    public async Task ADeviceLeftOpenOpensNoDoorAndShowsNoMoreThroughIt()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var (form, own) = (await doctor.TokenAsync("/emergency"), await patient.TokenAsync("/share/emergency"));
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        using var asked = await doctor.GetAsync("/emergency?who=" + home.Patient.SignInName);
        Assert.StartsWith("/confirm?then=", asked.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var refused = await doctor.PostWithAsync("/emergency", ("__RequestVerificationToken", form), ("who", home.Patient.SignInName), ("why", Reason));
        Assert.StartsWith("/confirm?then=", refused.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var more = await patient.PostWithAsync("/share/emergency", ("__RequestVerificationToken", own), ("door", "open"), ("label", "PSY"));
        Assert.StartsWith("/confirm?then=", more.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Empty(await People.Emergencies.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel));
        using var less = await patient.PostWithAsync("/share/emergency", ("__RequestVerificationToken", own), ("door", "closed"), ("understood", "on"));
        Assert.Equal("/share/emergency?done=decided", less.Headers.Location!.ToString());
    }

    /// <summary>Who shows that it is them finds what they had typed, and no address on the way says whose door it is.</summary>
    [Fact]
    public async Task WhatWasTypedIsNotLostOnTheWayAndStandsInNoAddress()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        var form = await doctor.TokenAsync("/emergency");
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        using var asked = await doctor.PostWithAsync("/emergency", ("__RequestVerificationToken", form), ("who", home.Patient.SignInName), ("why", Reason));
        var confirm = asked.Headers.Location!.ToString();
        Assert.DoesNotContain(home.Patient.SignInName, confirm, StringComparison.OrdinalIgnoreCase);
        var then = Uri.UnescapeDataString(confirm["/confirm?then=".Length..]);
        using var confirmed = await doctor.PostAsync(confirm, "/confirm", ("password", Household.Password), ("then", then));
        var page = WebUtility.HtmlDecode(await doctor.ReadAsync(confirmed.Headers.Location!.ToString()));
        Assert.Contains($"value=\"{home.Patient.SignInName}\"", page);
        Assert.Contains(Reason, page);

        // It is for whoever typed it alone.
        using var other = await home.Stranger.SignInAsync(server);
        Assert.DoesNotContain(home.Patient.SignInName, await other.ReadAsync(then));
    }

    /// <summary>Ending what denies lets others see more.</summary>
    [Fact]
    public async Task ADeviceLeftOpenEndsNoDenial()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var closed = await patient.PostAsync("/share/emergency", "/share/emergency", ("door", "closed"), ("understood", "on"));
        var own = await home.Patient.OpenAsync(server);
        var door = (await own.ConsentsAsync(Cancel)).Single(static known => known.Consent.Emergency is { IsClosed: true });
        await own.ShareWithAsync(home.Doctor);
        var shared = (await own.ConsentsAsync(Cancel)).Single(static known => known.Consent.Types.Contains("Condition")).Entry.Id;
        var token = await patient.TokenAsync("/share");
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        using var refused = await patient.PostWithAsync("/share/stop", ("__RequestVerificationToken", token), ("id", door.Entry.Id));
        Assert.Equal("/confirm?then=%2Fshare", refused.Headers.Location!.ToString());
        using var again = await OpenAsync(doctor, home.Patient.SignInName);
        Assert.Single(await own.ConsentsAsync(Cancel), static known => known.Consent is { Status: "active", Emergency.IsClosed: true });

        // What only permits ends at once.
        using var stopped = await patient.PostWithAsync("/share/stop", ("__RequestVerificationToken", token), ("id", shared));
        Assert.Equal("/share?done=stopped", stopped.Headers.Location!.ToString());
        await patient.PostAsync("/confirm", "/confirm", ("password", Household.Password), ("then", "/"));
        using var ended = await patient.PostAsync("/share", "/share/stop", ("id", door.Entry.Id));
        Assert.Equal("/share?done=stopped", ended.Headers.Location!.ToString());
        Assert.DoesNotContain(await own.ConsentsAsync(Cancel), static known => known.Consent is { Status: "active", Emergency.IsClosed: true });
    }

    [Fact]
    public async Task WhatIsMissingIsSaidAndNothingIsOpened()
    {
        var (home, _, _) = await ScenarioAsync();
        using var doctor = await home.Doctor.SignInAsync(server);
        foreach (var (who, why) in new[] { ("", Reason), (home.Patient.SignInName, " "), (home.Patient.SignInName, new string('x', 501)), (home.Doctor.SignInName, Reason), (home.Carer.SignInName, Reason), (PatientId.New().ToString(), Reason) })
        {
            using var refused = await doctor.PostAsync("/emergency", "/emergency", ("who", who), ("why", why));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        Assert.Empty(await People.Emergencies.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel));
    }

    [Fact]
    public async Task AnOperatorNamesWhoLooksAtOpenings()
    {
        var (home, clinic, officer) = await ScenarioAsync();
        await People.Accounts.SetOperatorAsync(home.Carer.Person.Id, true, Cancel);
        using var keeper = await home.Carer.SignInAsync(server);
        var page = $"/operator/organisations/{clinic.Id}";
        using var ended = await keeper.PostAsync(page, page + "/officers", ("end", officer.Person.Id.ToString()));
        Assert.Empty(await People.Directory.ListPrivacyOfficersAsync(clinic.Id, Cancel));
        using var added = await keeper.PostAsync(page, page + "/officers", ("officer", home.Stranger.SignInName));
        Assert.Equal([home.Stranger.Person.Id], (await People.Directory.ListPrivacyOfficersAsync(clinic.Id, Cancel)).Select(known => known.Id));
        Assert.Contains(home.Stranger.Person.DisplayName, await keeper.ReadAsync(page));
        using var nobody = await keeper.PostAsync(page, page + "/officers", ("officer", "nobody-of-this-name"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nobody.StatusCode);
    }

    private static string Summary(Household home) => $"/shared/{home.Patient.Person.Record}/summary";

    internal static Task<HttpResponseMessage> OpenAsync(FormVisitor doctor, string who) => doctor.PostAsync("/emergency", "/emergency", ("who", who), ("why", Reason));

    /// <summary>What a doctor reads with whom the record is shared too, and who opened the door.</summary>
    private async Task<(FormVisitor Doctor, string Seen)> ThroughDoorAsync(Household home)
    {
        var own = await home.Patient.OpenAsync(server);
        await own.ShareWithAsync(home.Doctor);
        var doctor = await home.Doctor.SignInAsync(server);
        using var opened = await OpenAsync(doctor, home.Patient.SignInName);
        Assert.Equal(Summary(home) + "?for=BTG", opened.Headers.Location?.ToString());
        return (doctor, WebUtility.HtmlDecode(await doctor.ReadAsync(Summary(home) + "?for=BTG")));
    }

    private static void AssertInOrder(string seen, params IReadOnlyList<string> texts)
    {
        var places = texts.Select(text => seen.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A page without what differs on each: the name that was typed, and the token.</summary>
    private static string Same(string page, string name) =>
        Token().Replace(page.Replace(name, "NAME", StringComparison.Ordinal), "");

    [GeneratedRegex("href=\"(?<href>/shared/[^\"]*/AllergyIntolerance/[^\"]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex EntryLink();

    [GeneratedRegex("value=\"CfDJ8[^\"]*\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    /// <summary>A patient with the demo record, a doctor for whom a clinic vouches, and who looks at what its doctors do.</summary>
    internal async Task<(Household Home, Organisation Clinic, Resident Officer)> ScenarioAsync()
    {
        var home = await Household.MoveInAsync(server);
        var clinic = (await People.Directory.AddOrganisationAsync($"Hill Clinic {home.Patient.SignInName}", Cancel)).Value!;
        await People.Directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "surgeon", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        var officer = (await Household.MoveInAsync(server, withRecord: false)).Stranger;
        await People.Directory.SetPrivacyOfficerAsync(clinic.Id, officer.Person.Id, true, Cancel);
        return (home, clinic, officer);
    }
}
