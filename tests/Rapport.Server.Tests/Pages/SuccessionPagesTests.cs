using System.Net;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Succession;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Somebody goes on for a patient who cannot decide any more, over plain HTTP: set, asked, told, refused, agreed to, opened by the clock alone.</summary>
public sealed class SuccessionPagesTests : IAsyncLifetime
{
    private const string Why = "She had a stroke & cannot speak.";

    // Weeks go by: other tests have a clock of their own.
    private readonly RunningServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task ItIsSetAskedForToldOnEveryPageAndOpensByTheClockAlone()
    {
        var home = await Household.MoveInAsync(_server);
        var place = PlaceOf(home);
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(place)).StatusCode);
        Assert.DoesNotContain(SuccessionText.ListHeading, await carer.ReadAsync("/circle"));
        Assert.Contains(Html(SuccessionText.Nobody), await patient.ReadAsync("/share/succession"));

        await SetAsync(home, patient, ("waits", "14"));
        var set = await patient.ReadAsync("/share/succession");
        Assert.Contains(Html(SuccessionText.StandsMayAsk), set);
        Assert.Contains("Sam may ask for access if you cannot decide any more", await patient.ReadAsync("/share"));
        Assert.Contains(place, await carer.ReadAsync("/circle"));
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync($"/acting/{home.Patient.Person.Record}")).StatusCode);

        // Asking wants a reason, and tells nothing of the record.
        using var silent = await carer.PostAsync(place, place, ("why", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, silent.StatusCode);
        using var longer = await carer.PostAsync(place, place, ("why", new string('x', 501)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, longer.StatusCode);
        var opens = _server.Clock.GetUtcNow().AddDays(14);
        await AskAsync(home, carer);
        Assert.Contains(Html(Say.Fill(SuccessionText.YouWait, "Maya Castellanos", Say.Moment(opens))), await carer.ReadAsync(place));

        // The patient is told on every page, with the words and the moment; the other contacts too, without the words.
        foreach (var page in new[] { "/record", "/share", "/ledger", "/circle", "/account", "/gather", "/nowhere-at-all" })
        {
            var told = await patient.ReadAsync(page);
            Assert.Contains(Html(Say.Fill(SuccessionText.NoticeWaits, "Sam", Say.Moment(opens))), told);
            Assert.Contains(Html(Why), told);
        }

        // Whoever is around the patient is told nothing unless the patient trusts them in this.
        using var doctor = await home.Doctor.SignInAsync(_server);
        var (people, ask) = (_server.Modules.People.Circle, await AskedIdAsync(home));
        foreach (var isTold in new[] { false, true, false })
        {
            await people.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, home.Doctor.Person, isTold, "doctor", Cancel);
            var contact = await doctor.ReadAsync("/shared");
            Assert.Equal(isTold, contact.Contains(Html(Say.Fill(SuccessionText.ToldWaits, "Sam", "Maya Castellanos", Say.Moment(opens))), StringComparison.Ordinal));
            Assert.DoesNotContain("stroke", contact);
            Assert.DoesNotContain(ask, contact);
        }

        using var stranger = await home.Stranger.SignInAsync(_server);
        Assert.DoesNotContain("asked for access", await stranger.ReadAsync("/circle"));
        Assert.Contains("Sam asked for access, because you may not be able to decide", await patient.ReadAsync("/ledger"));

        // Nothing before, and by the clock alone.
        var record = $"/shared/{home.Patient.Person.Record}?for=PWATRNY";
        _server.Clock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromMilliseconds(1));
        using var late = await home.Carer.SignInAsync(_server);
        Assert.Equal(HttpStatusCode.NotFound, (await late.GetAsync(record)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await late.GetAsync($"/acting/{home.Patient.Person.Record}")).StatusCode);
        _server.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var seen = await late.ReadAsync(record + "&kind=conditions");
        Assert.Contains("Condition/", seen);
        Assert.DoesNotContain("depress", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("You, Sam, for Maya Castellanos", seen);
        Assert.Equal(HttpStatusCode.NotFound, (await late.GetAsync($"/acting/{home.Patient.Person.Record}/by-hand")).StatusCode);
        Assert.Contains(Say.Fill(SuccessionText.YouOpen, "Maya Castellanos"), WebUtility.HtmlDecode(await late.ReadAsync(place)));

        // The patient comes back, reads who had access since when, and closes it with one tap, however long ago they signed in.
        using var back = await home.Patient.SignInAsync(_server);
        Assert.Contains(Html(Say.Fill(SuccessionText.NoticeOpen, "Sam", Say.Moment(opens))), await back.ReadAsync("/record"));
        Assert.Contains("Sam, acting for you,", await back.ReadAsync("/ledger"));
        _server.Clock.Advance(TimeSpan.FromHours(1));
        using var closed = await back.PostAsync("/share/succession", "/share/succession/object", ("id", await AskedIdAsync(home)));
        Assert.Equal("/share/succession?done=objected", closed.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await late.GetAsync(record)).StatusCode);
        Assert.DoesNotContain("asked-for-access", await back.ReadAsync("/record"));
        Assert.Empty(await (await home.Patient.OpenAsync(_server)).CheckAsync(Cancel));
    }

    [Fact]
    public async Task ThePatientSaysNoWithOneTapOrYesAfterShowingWhoTheyAre()
    {
        var home = await Household.MoveInAsync(_server);
        var (place, acting) = (PlaceOf(home), $"/acting/{home.Patient.Person.Record}");
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        await SetAsync(home, patient, ("waits", "other"), ("days", "3"), ("action", ConsentAction.Collect), ("lasting", "year"));
        await AskAsync(home, carer);
        Assert.Equal(HttpStatusCode.NotFound, (await patient.PostAsync("/share", "/share/succession/object", ("id", Data.LocalId.New().ToString()))).StatusCode);
        using var no = await patient.PostAsync("/share", "/share/succession/object", ("id", await AskedIdAsync(home)));
        Assert.Equal("/share/succession?done=objected", no.Headers.Location!.ToString());
        Assert.Contains("You said no to what Sam asked for", await patient.ReadAsync("/ledger/lines"));
        var again = _server.Clock.GetUtcNow().AddDays(30);
        Assert.Contains(Html(Say.Fill(SuccessionText.YouRest, Say.Moment(again))), await carer.ReadAsync(place));
        using var nagging = await carer.PostAsync("/circle", place, ("why", Why));
        Assert.Equal(place, nagging.Headers.Location!.ToString());
        Assert.DoesNotContain("asked-for-access", await patient.ReadAsync("/record"));

        _server.Clock.Advance(TimeSpan.FromDays(30));
        using var later = await home.Carer.SignInAsync(_server);
        await AskAsync(home, later);
        using var returned = await home.Patient.SignInAsync(_server);
        _server.Clock.Advance(TimeSpan.FromHours(1));
        var ask = await AskedIdAsync(home);
        using var stale = await returned.PostAsync("/share", "/share/succession/agree", ("id", ask));
        Assert.StartsWith("/confirm", stale.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync(acting)).StatusCode);
        using var fresh = await home.Patient.SignInAsync(_server);
        using var yes = await fresh.PostAsync("/share", "/share/succession/agree", ("id", ask));
        Assert.Equal("/share/succession?done=agreed", yes.Headers.Location!.ToString());
        Assert.Contains("You, Sam, for Maya Castellanos", await later.ReadAsync(acting));
        Assert.Equal(HttpStatusCode.OK, (await later.GetAsync(acting + "/by-hand")).StatusCode);
        Assert.Contains(Html(Say.LastDay(_server.Clock.GetUtcNow().AddDays(365))), await later.ReadAsync(acting));
        Assert.DoesNotContain("asked-for-access", await fresh.ReadAsync("/record"));
        Assert.Empty(await (await home.Patient.OpenAsync(_server)).CheckAsync(Cancel));
    }

    [Fact]
    public async Task WhateverEndsTheTrustEndsWhatWaits()
    {
        var home = await Household.MoveInAsync(_server);
        var place = PlaceOf(home);
        var record = home.Patient.Person.Record!.Value;
        var (people, day) = (_server.Modules.People, 0);
        foreach (var end in new Func<FormVisitor, Task>[]
        {
            async patient => (await patient.PostAsync("/share/succession", "/share/succession/end", ("id", await SetIdAsync(home)))).Dispose(),
            async patient => (await patient.PostAsync("/share", "/share/stop", ("id", $"{record}.{await SetIdAsync(home)}"))).Dispose(),
            async patient =>
            {
                await people.Circle.SetEmergencyContactAsync(record, home.Carer.Person, true, "carer", Cancel);
                using var ended = await patient.PostAsync("/share/emergency", "/share/emergency/contact", ("end", home.Carer.Person.Id.ToString()));
                Assert.Equal("/share/emergency?done=contacts-and-later#contacts", ended.Headers.Location!.ToString());
            },
            async patient =>
            {
                await people.Requests.AskAsync(home.Carer.Person, home.Patient.SignInName, new People.RequestTerms("help", ["results"], 3, "to help you"), Cancel);
                var request = (await people.Requests.ListReceivedAsync(home.Patient.Person, Cancel))[0].Id;
                (await patient.PostAsync("/share", "/share/refuse", ("id", request.ToString()), ("for-good", "on"))).Dispose();
            },
            async patient => await SetAsync(home, patient, ("waits", "30")),
        })
        {
            using var patient = await home.Patient.SignInAsync(_server);
            using var carer = await home.Carer.SignInAsync(_server);
            await SetAsync(home, patient, ("waits", "7"));
            await AskAsync(home, carer);
            Assert.Contains("asked-for-access", await patient.ReadAsync("/record"));
            await end(patient);
            Assert.DoesNotContain("asked-for-access", await patient.ReadAsync("/record"));
            Assert.Equal(++day == 5 ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await carer.GetAsync(place)).StatusCode);
            _server.Clock.Advance(TimeSpan.FromDays(8));
            using var later = await home.Carer.SignInAsync(_server);
            Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync($"/acting/{record}")).StatusCode);
        }

        // Out of the circle nobody finds it, whatever the record says.
        await people.Circle.RemoveAsync(record, home.Carer.Person.Id, Cancel);
        using var gone = await home.Carer.SignInAsync(_server);
        Assert.Equal(HttpStatusCode.NotFound, (await gone.GetAsync(place)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gone.PostAsync("/circle", place, ("why", Why))).StatusCode);
        Assert.Empty(await (await home.Patient.OpenAsync(_server)).CheckAsync(Cancel));
    }

    /// <summary>Who leaves can neither see nor take back what they asked for: it must not open for them a week later.</summary>
    [Fact]
    public async Task WhoLeavesTheCircleTakesBackWhatWaitsAndThePatientReadsThatNobodyIsNamed()
    {
        var home = await Household.MoveInAsync(_server);
        var record = home.Patient.Person.Record!.Value;
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        await SetAsync(home, patient, ("waits", "7"));
        await AskAsync(home, carer);
        Assert.Contains(Html(PartingText.LeaveNamed), await carer.ReadAsync($"/circle/leave?patient={record}"));
        using var left = await carer.PostAsync($"/circle/leave?patient={record}", "/circle/leave", ("patient", record.ToString()));
        Assert.Equal("/circle/mine?done=left", left.Headers.Location!.ToString());

        var circle = await patient.ReadAsync("/circle");
        Assert.DoesNotContain("asked-for-access", circle);
        Assert.Contains(Html(Say.Fill(PartingText.LeftNamed, "Sam")), circle);
        Assert.Contains("Sam took back what they asked for", await patient.ReadAsync("/ledger/lines"));
        var set = await patient.ReadAsync("/share/succession");
        Assert.Contains(Html(SuccessionText.StandsLeft), set);
        Assert.DoesNotContain(Html(SuccessionText.StandsMayAsk), set);
        _server.Clock.Advance(TimeSpan.FromDays(8));
        using var later = await home.Carer.SignInAsync(_server);
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync($"/acting/{record}")).StatusCode);

        // Named anew, they can ask again: by their sign-in name, as whoever is not in the circle.
        using var again = await home.Patient.SignInAsync(_server);
        using var chosen = await again.PostAsync("/share/succession", "/share/succession", ("name", home.Carer.SignInName), ("scope", "everything"), ("waits", "7"));
        var review = chosen.Headers.Location!.ToString();
        (await again.PostAsync(review, "/share/succession/review", ("draft", DraftOf(review)), ("step", "agree"))).Dispose();
        Assert.Contains(Html(SuccessionText.StandsMayAsk), await again.ReadAsync("/share/succession"));
        Assert.DoesNotContain(Html(Say.Fill(PartingText.LeftNamed, "Sam")), await again.ReadAsync("/circle"));
        Assert.Equal(HttpStatusCode.OK, (await later.GetAsync(PlaceOf(home))).StatusCode);
        Assert.Empty(await (await home.Patient.OpenAsync(_server)).CheckAsync(Cancel));
    }

    /// <summary>“They cannot ask you for anything” holds for this too: silence opens nothing to whom the patient wants to hear nothing from.</summary>
    [Fact]
    public async Task WhoIsBlockedGoesOnForNobodyWhateverElseStaysShared()
    {
        var home = await Household.MoveInAsync(_server);
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        await patient.ShareAsync(home.Carer, [("kind", "results")], [("lasting", "open")]);
        await SetAsync(home, patient, ("waits", "7"));
        await AskAsync(home, carer);
        var block = CirclePlace.Own.BlockOf(home.Carer.Person.Reference);
        var asked = await patient.ReadAsync(block);
        Assert.Contains(Html(PartingText.RemoveNamed), asked);
        Assert.DoesNotContain("if you cannot decide any more: see", asked);
        Assert.DoesNotContain("as you set it beforehand", asked);
        using var blocked = await patient.PostAsync(block, CirclePlace.Own.Block, ("who", home.Carer.Person.Reference), ("sharing", "keep"));
        Assert.Equal(CirclePlace.Own.Blocked + "?done=blocked", blocked.Headers.Location!.ToString());
        Assert.DoesNotContain("asked-for-access", await patient.ReadAsync("/record"));
        Assert.Contains(Html(SuccessionText.Nobody), await patient.ReadAsync("/share/succession"));
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(PlaceOf(home))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.PostAsync("/circle", PlaceOf(home), ("why", Why))).StatusCode);
        Assert.Contains("Observation/", await carer.ReadAsync($"/shared/{home.Patient.Person.Record}?for=FAMRQT&kind=results"));
        _server.Clock.Advance(TimeSpan.FromDays(8));
        using var later = await home.Carer.SignInAsync(_server);
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync($"/acting/{home.Patient.Person.Record}")).StatusCode);
        Assert.Empty(await (await home.Patient.OpenAsync(_server)).CheckAsync(Cancel));
    }

    /// <summary>Who is called an emergency contact is told in an emergency: not who was named for later, and not who was one before.</summary>
    [Fact]
    public async Task WhoWasNamedByTheirSignInNameIsNotCalledAnEmergencyContact()
    {
        var home = await Household.MoveInAsync(_server);
        using var patient = await home.Patient.SignInAsync(_server);
        using var named = await home.Stranger.SignInAsync(_server);
        using var chosen = await patient.PostAsync("/share/succession", "/share/succession", ("name", home.Stranger.SignInName), ("scope", "everything"), ("waits", "14"));
        var review = chosen.Headers.Location!.ToString();
        (await patient.PostAsync(review, "/share/succession/review", ("draft", DraftOf(review)), ("step", "agree"))).Dispose();
        await IsAsync("Trusted person", "Emergency contact");
        (await patient.PostAsync("/share/emergency", "/share/emergency/contact", ("person", home.Stranger.Person.Id.ToString()))).Dispose();
        await IsAsync("Emergency contact", "Trusted person");
        (await patient.PostAsync("/share/emergency", "/share/emergency/contact", ("end", home.Stranger.Person.Id.ToString()))).Dispose();
        await IsAsync("Trusted person", "Emergency contact");

        async Task IsAsync(string told, string not)
        {
            foreach (var page in new[] { await patient.ReadAsync("/circle"), await patient.ReadAsync("/share/succession"), await named.ReadAsync("/circle/mine") })
            {
                Assert.Contains(told, page);
                Assert.DoesNotContain(not, page);
            }
        }
    }

    /// <summary>Whoever said yes, and was asked first who they are, must not go away in the belief that it is open.</summary>
    [Fact]
    public async Task WhoHadToShowThatItIsThemIsToldToSayYesOnceMore()
    {
        var home = await Household.MoveInAsync(_server);
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        await SetAsync(home, patient, ("waits", "7"));
        await AskAsync(home, carer);
        _server.Clock.Advance(TimeSpan.FromHours(1));
        using var stale = await patient.PostAsync("/share", "/share/succession/agree", ("id", await AskedIdAsync(home)));
        var then = Uri.UnescapeDataString(stale.Headers.Location!.ToString()["/confirm?then=".Length..]);
        Assert.Contains("Nothing is open yet", await patient.ReadAsync(then));
        using var fresh = await home.Patient.SignInAsync(_server);
        (await fresh.PostAsync("/share", "/share/succession/agree", ("id", await AskedIdAsync(home)))).Dispose();
        Assert.DoesNotContain("Nothing is open yet", await fresh.ReadAsync(then));
    }

    /// <summary>One tap takes back what waits, and cannot be undone for a month.</summary>
    [Fact]
    public async Task WhoWaitsReadsBeforeTheyTakeItBackWhenTheyCanAskAgain()
    {
        var home = await Household.MoveInAsync(_server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        await SetAsync(home, patient, ("waits", "7"));
        await AskAsync(home, carer);
        Assert.Contains("you can ask again in 30 days", await carer.ReadAsync(PlaceOf(home)));
        using var back = await carer.PostAsync(PlaceOf(home), PlaceOf(home) + "/withdraw");
        Assert.Equal(PlaceOf(home) + "?done=withdrawn", back.Headers.Location!.ToString());
        Assert.DoesNotContain("asked-for-access", await patient.ReadAsync("/record"));
        Assert.Contains(Html(Say.Fill(SuccessionText.YouRest, Say.Moment(_server.Clock.GetUtcNow().AddDays(30)))), await carer.ReadAsync(PlaceOf(home)));
    }

    /// <summary>What somebody asked for who closed their account since opens to nobody, and nobody reads that it did.</summary>
    [Fact]
    public async Task OfWhoHasNoAccountAnyMoreNobodyReadsThatTheyHaveAccess()
    {
        var home = await Household.MoveInAsync(_server);
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        using var doctor = await home.Doctor.SignInAsync(_server);
        await _server.Modules.People.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, home.Doctor.Person, true, "doctor", Cancel);
        await SetAsync(home, patient, ("waits", "7"));
        await AskAsync(home, carer);
        Assert.Contains("Sam asked for access", await doctor.ReadAsync("/shared"));
        using var closed = await carer.PostAsync("/account/close", "/account/close", ("name", home.Carer.SignInName));
        Assert.Equal("/closed", closed.Headers.Location!.ToString());
        foreach (var days in new[] { 0, 8 })
        {
            _server.Clock.Advance(TimeSpan.FromDays(days));
            using var back = await home.Patient.SignInAsync(_server);
            var set = await back.ReadAsync("/share/succession");
            Assert.DoesNotContain("asked-for-access", set);
            Assert.Contains(Html(SuccessionText.StandsGone), set);
            Assert.DoesNotContain(Html(SuccessionText.StandsOpen), set);
            using var told = await home.Doctor.SignInAsync(_server);
            Assert.DoesNotContain("asked for access", await told.ReadAsync("/shared"));
        }

        using var last = await home.Patient.SignInAsync(_server);
        using var ended = await last.PostAsync("/share/succession", "/share/succession/end", ("id", await SetIdAsync(home)));
        Assert.Equal("/share/succession?done=ended", ended.Headers.Location!.ToString());
        Assert.Contains(Html(SuccessionText.Nobody), await last.ReadAsync("/share/succession"));
    }

    /// <summary>What was asked for ends alone: the ledger must not say that somebody acts no more who does by another agreement.</summary>
    [Fact]
    public async Task ThatItWasClosedIsNotToldAsTheEndOfAllThatLetsThemAct()
    {
        var home = await Household.MoveInAsync(_server);
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        await ActingPagesTests.GiveAsync(home, patient, ("action", ConsentAction.Collect), ("kind", "results"));
        await SetAsync(home, patient, ("waits", "other"), ("days", "3"));
        await AskAsync(home, carer);
        _server.Clock.Advance(TimeSpan.FromDays(3));
        using var back = await home.Patient.SignInAsync(_server);
        using var closed = await back.PostAsync("/share", "/share/succession/object", ("id", await AskedIdAsync(home)));
        Assert.Equal("/share/succession?done=objected", closed.Headers.Location!.ToString());
        using var later = await home.Carer.SignInAsync(_server);
        Assert.Contains("You, Sam, for Maya Castellanos", await later.ReadAsync($"/acting/{home.Patient.Person.Record}"));
        foreach (var page in new[] { "/ledger", "/ledger/lines" })
        {
            var told = await back.ReadAsync(page);
            Assert.Contains("You closed the access that Sam had asked for", told);
            Assert.DoesNotContain("ended that Sam acts for you", told);
        }
    }

    /// <summary>A contact who keeps a record comes to it first when they sign in.</summary>
    [Fact]
    public async Task AContactReadsThatSomebodyAskedWhereTheyBegin()
    {
        var (home, other) = (await Household.MoveInAsync(_server), await Household.MoveInAsync(_server, withRecord: false, name: "Ada Quill"));
        using var patient = await home.Patient.SignInAsync(_server);
        using var carer = await home.Carer.SignInAsync(_server);
        await SetAsync(home, patient, ("waits", "7"));
        await _server.Modules.People.Circle.SetEmergencyContactAsync(home.Patient.Person.Record!.Value, other.Patient.Person, true, "sister", Cancel);
        using var sister = await other.Patient.SignInAsync(_server);
        Assert.DoesNotContain("asked for access", await sister.ReadAsync("/record"));
        await AskAsync(home, carer);
        var told = await sister.ReadAsync("/record");
        Assert.Contains(Html(Say.Fill(SuccessionText.ToldWaits, "Sam", "Maya Castellanos", Say.Moment(_server.Clock.GetUtcNow().AddDays(7)))), told);
        Assert.DoesNotContain("stroke", told);
        Assert.DoesNotContain("asked for access", await carer.ReadAsync("/circle"));
    }

    [Fact]
    public async Task NobodyElseFindsItAndWhatIsMissingIsToldAndSetsNothing()
    {
        var home = await Household.MoveInAsync(_server);
        using var patient = await home.Patient.SignInAsync(_server);
        (string, string)[] fine = [("who", home.Carer.Person.Reference), ("scope", "everything"), ("waits", "14"), ("lasting", "open")];
        foreach (var bad in new (string, string)[][]
        {
            [.. fine.Skip(1)], [("who", "RelatedPerson/nobody"), .. fine.Skip(1)], [("name", "nobody-here"), .. fine], [fine[0], fine[2], fine[3]], [("who", home.Patient.Person.Reference), .. fine.Skip(1)],
            [fine[0], fine[1], ("waits", "other"), ("days", "2")], [fine[0], fine[1], ("waits", "other"), ("days", "91")], [fine[0], fine[1], ("waits", "0")], [fine[0], fine[1], ("waits", "other"), ("days", "-7")],
        })
        {
            using var answer = await patient.PostAsync("/share/succession", "/share/succession", bad);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }

        using var forged = await patient.PostAsync("/share/succession", "/share/succession/review", ("draft", "nonsense"), ("step", "agree"));
        Assert.Equal("/share/succession", forged.Headers.Location!.ToString());
        Assert.Empty(await (await home.Patient.OpenAsync(_server)).ConsentsAsync(Cancel));

        // What is set wants fresh proof.
        using var chosen = await patient.PostAsync("/share/succession", "/share/succession", fine);
        var review = chosen.Headers.Location!.ToString();
        _server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.StartsWith("/confirm", (await patient.GetAsync(review)).Headers.Location!.ToString());
        using var stale = await patient.PostAsync("/share/succession", "/share/succession/review", ("draft", DraftOf(review)), ("step", "agree"));
        Assert.StartsWith("/confirm", stale.Headers.Location!.ToString());
        Assert.Empty(await (await home.Patient.OpenAsync(_server)).ConsentsAsync(Cancel));

        // To a stranger the page of somebody who named another looks like that of nobody; and asking wants fresh proof too, and keeps the words.
        using var again = await home.Patient.SignInAsync(_server);
        await SetAsync(home, again, ("waits", "14"));
        using var stranger = await home.Stranger.SignInAsync(_server);
        var nobody = $"/succession/{Data.PatientId.New()}";
        foreach (var path in new[] { PlaceOf(home), nobody })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync("/circle", path, ("why", Why))).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync("/circle", path + "/withdraw")).StatusCode);
        }

        Assert.Equal((await stranger.ReadAsync(nobody)).Length, (await stranger.ReadAsync(PlaceOf(home))).Length);
        using var carer = await home.Carer.SignInAsync(_server);
        _server.Clock.Advance(TimeSpan.FromHours(1));
        using var asked = await carer.PostAsync(PlaceOf(home), PlaceOf(home), ("why", Why));
        var then = Uri.UnescapeDataString(asked.Headers.Location!.ToString()["/confirm?then=".Length..]);
        Assert.DoesNotContain("stroke", then);
        Assert.Contains(Html(Why), await carer.ReadAsync(then));
        Assert.DoesNotContain("asked-for-access", await again.ReadAsync("/record"));
    }

    /// <summary>What was taken back in one tab is not set again by another that was opened before.</summary>
    [Fact]
    public async Task AStaleTabSetsNothing()
    {
        var home = await Household.MoveInAsync(_server);
        using var patient = await home.Patient.SignInAsync(_server);
        await SetAsync(home, patient, ("waits", "14"));

        // One tab is on its way to a change of it, or has shown what that means, when it is taken back in another.
        var form = $"/share/succession?change={await SetIdAsync(home)}";
        var opened = (await patient.ReadAsync(form)).Split("name=\"over\" value=\"")[1].Split('"')[0];
        var review = await ChooseAsync(home, patient, ("waits", "30"), ("over", opened));
        (await patient.PostAsync("/share/succession", "/share/succession/end", ("id", await SetIdAsync(home)))).Dispose();
        await NothingIsSetAsync(home, patient, review);
        using var chosen = await patient.PostAsync("/share/succession", "/share/succession", Fields(home, ("waits", "30"), ("over", opened)));
        Assert.Equal("/share/succession?done=not-set", chosen.Headers.Location!.ToString());
        Assert.DoesNotContain(PlaceOf(home), await (await home.Carer.SignInAsync(_server)).ReadAsync("/circle"));

        // One tab names them anew while another does, and takes it back.
        var late = await ChooseAsync(home, patient, ("waits", "7"));
        await SetAsync(home, patient, ("waits", "14"));
        await NothingIsSetAsync(home, patient, late);
        (await patient.PostAsync("/share/succession", "/share/succession/end", ("id", await SetIdAsync(home)))).Dispose();

        // Back from the summary it is chosen again, as it stands now.
        var back = await ChooseAsync(home, patient, ("waits", "30"));
        using var again = await patient.PostAsync(back, "/share/succession/review", ("draft", DraftOf(back)), ("step", "back"));
        Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(again.Headers.Location!.ToString())).StatusCode);
        await SetAsync(home, patient, ("waits", "30"));
        Assert.Single((await (await home.Patient.OpenAsync(_server)).ConsentsAsync(Cancel)), static consent => consent.Consent.Succession is { WaitDays: 30 });
    }

    private async Task NothingIsSetAsync(Household home, FormVisitor patient, string review)
    {
        async Task<List<string>> SetAsync() => [.. (await (await home.Patient.OpenAsync(_server)).ConsentsAsync(Cancel)).Where(static consent => consent.Consent.Succession is not null).Select(static consent => $"{consent.Entry.Id} {consent.Entry.Version}")];
        var before = await SetAsync();
        Assert.Equal("/share/succession?done=not-set", (await patient.GetAsync(review)).Headers.Location?.ToString());
        using var agreed = await patient.PostAsync("/share/succession", "/share/succession/review", ("draft", DraftOf(review)), ("step", "agree"));
        Assert.Equal("/share/succession?done=not-set", agreed.Headers.Location?.ToString());
        Assert.Equal(before, await SetAsync());
    }

    private static (string, string)[] Fields(Household home, params (string, string)[] more) => [("who", home.Carer.Person.Reference), ("scope", "everything"), .. more];

    private static async Task<string> ChooseAsync(Household home, FormVisitor patient, params (string, string)[] more)
    {
        using var chosen = await patient.PostAsync("/share/succession", "/share/succession", Fields(home, more));
        return chosen.Headers.Location!.ToString();
    }

    private static string DraftOf(string review) => review[(review.IndexOf("draft=", StringComparison.Ordinal) + 6)..];

    internal static string PlaceOf(Household home) => $"/succession/{home.Patient.Person.Record}";

    private async Task<string> AskedIdAsync(Household home) => Assert.Single(await (await home.Patient.OpenAsync(_server)).Succession.AskedAsync(Cancel)).Id.ToString();

    private async Task<string> SetIdAsync(Household home) =>
        (await (await home.Patient.OpenAsync(_server)).ConsentsAsync(Cancel)).Single(static consent => consent.Consent.Succession is not null).Entry.Id.Split('.')[1];

    internal static async Task SetAsync(Household home, FormVisitor patient, params (string, string)[] fields)
    {
        var review = await ChooseAsync(home, patient, fields);
        Assert.Contains(Html(Say.Fill(SuccessionText.ReviewHeading, "Sam")), await patient.ReadAsync(review));
        using var set = await patient.PostAsync(review, "/share/succession/review", ("draft", DraftOf(review)), ("step", "agree"));
        Assert.Equal("/share/succession?done=set", set.Headers.Location!.ToString());
    }

    private static async Task AskAsync(Household home, FormVisitor carer)
    {
        using var asked = await carer.PostAsync(PlaceOf(home), PlaceOf(home), ("why", Why));
        Assert.Equal(PlaceOf(home) + "?done=asked", asked.Headers.Location!.ToString());
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
