using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Pages.PassingOn;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Requests;
using Rapport.Server.Pages.Requests.Childs;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What somebody asks of a child that cannot sign in: whoever looks after it is told and answers, as the child itself would, and nobody else is or does.</summary>
public sealed partial class ChildsRequestsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Why = "Lena comes to us on Monday with her knee.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AccessRequests Requests => server.Modules.People.Requests;

    /// <summary>What was asked of a small child reached nobody: it waited for an account that nobody is in, until it ended by itself.</summary>
    [Fact]
    public async Task WhoLooksAfterAChildIsToldThatSomebodyAsksForItsRecord()
    {
        var family = await Family.MoveInAsync(server);
        await family.AddParentAsync(server, family.Home.Patient);
        var asked = (await Requests.AskAsync(family.Home.Doctor.Person, family.Child.SignInName, new RequestTerms("treat", ["conditions", "allergies"], 3, Why), Cancel)).Value!;
        foreach (var resident in new[] { family.Parent, family.Home.Patient })
        {
            var waits = await new NoticeLooking(server.Modules).LookAsync(resident.Person, new NoticeState(), mustLook: true, Cancel);
            Assert.Contains(waits.Look.Things, thing => thing.Topic == NoticeTopic.Requests && thing.Key == $"a{asked.Id}");
            using var parent = await resident.SignInAsync(server);
            foreach (var page in new[] { "/circle", family.Acting })
            {
                var told = WebUtility.HtmlDecode(await parent.ReadAsync(page));
                Assert.Contains("Dr Lee", told);
                Assert.Contains(family.Requests, told);
            }

            Assert.Contains(Why, WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests)));
        }
    }

    [Fact]
    public async Task OneParentAgreesAndTheOtherSeesThatAndWho()
    {
        using var asking = await BeAskedAsync();
        var (family, parent, second, doctor, asked) = asking;
        var own = await family.OpenOwnAsync(server);
        var size = (await own.OverviewAsync(Cancel)).LedgerSize;

        // Looking through it is told in numbers, and is no look at the record; entry by entry it is one.
        var others = await BeginAsync(second, family, asked);
        var review = await BeginAsync(parent, family, asked);
        var page = WebUtility.HtmlDecode(await parent.ReadAsync(review));
        Assert.Contains("value=\"seen.allergies\"", page);
        Assert.Contains("value=\"home.visits\"", page);
        Assert.Equal(size, (await own.OverviewAsync(Cancel)).LedgerSize);
        Assert.Contains(Say.Sentence(ChildsRequestText.Shown), WebUtility.HtmlDecode(await parent.ReadAsync(review.Replace("/review?", "/items?", StringComparison.Ordinal) + "&in=seen.allergies")));
        Assert.Contains(Say.Sentence(ChildsRequestText.Sensitive), WebUtility.HtmlDecode(await parent.ReadAsync(review.Replace("/review?", "/items?", StringComparison.Ordinal) + "&in=home.conditions")));
        Assert.Equal(size + 2, (await own.OverviewAsync(Cancel)).LedgerSize);

        // Pressed twice it is agreed once, and who comes after is told that somebody else did.
        Assert.Equal("granted", await AgreeAsync(parent, review));
        Assert.Equal("granted", await AgreeAsync(parent, review));
        Assert.Equal("answered", await AgreeAsync(second, others));
        using var no = await second.PostAsync("/account", family.Requests + "/refuse", ("id", asked), ("tell", "on"));
        Assert.Equal(family.Requests + "?done=answered", no.Headers.Location!.ToString());
        var agreed = Assert.Single(await own.ConsentsAsync(Cancel), consent => consent.Consent.AnswersRequest is not null);
        Assert.Equal((asked, family.Parent.Person.Reference), (agreed.Consent.AnswersRequest, agreed.Consent.PassedOn!.By[0]));
        Assert.Equal(RequestState.Granted, Assert.Single(await Requests.ListSentAsync(family.Home.Doctor.Person.Id, Cancel)).State);

        var until = Say.Fill(SharingText.UntilDay, Say.LastDay(agreed.Until!.Value));
        var what = ManyOf("conditions", "allergies", "medicines");
        Assert.Contains(Say.Fill(ChildsRequestText.AgreedYou, "", "Dr Lee", Family.ChildsName, what, until), WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests)));
        var told = WebUtility.HtmlDecode(await second.ReadAsync(family.Requests));
        Assert.Contains(Say.Fill(ChildsRequestText.Agreed, "Sam", "Dr Lee", Family.ChildsName, what, until), told);
        Assert.Contains(Say.Moment(agreed.Consent.Made), told);
        Assert.DoesNotContain("id=\"asked\"", told);
        Assert.DoesNotContain(family.Requests + "\">", await second.ReadAsync("/circle"));

        // The ledger names both.
        var line = (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!;
        Assert.Equal((LedgerKind.Consented, family.Parent.Person.Reference, $"Patient/{family.Record}"), (line.Kind, line.Actor, line.OnBehalfOf));
        Assert.Contains(Say.Fill(LedgerText.RowAgreedAsked, Say.Fill(LedgerText.ActingFor, "Sam", Family.ChildsName), "Dr Lee"), WebUtility.HtmlDecode(await second.ReadAsync(family.Acting + "/ledger")));

        // Who asked sees what was agreed, and not by whom.
        var shared = WebUtility.HtmlDecode(await doctor.ReadAsync($"/shared/{family.Record}/summary"));
        Assert.Contains(Family.ChildsName, shared);
        Assert.DoesNotContain(Say.Fill(PassingOnText.PassedOnBy, "Sam"), shared);
        Assert.DoesNotMatch("\\bSam\\b", shared + await doctor.ReadAsync("/requests"));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    /// <summary>Who looked through what a doctor would see of their child read that it was their own conditions, that they would see each entry first, and in a list of what was agreed that it was all that was asked.</summary>
    [Fact]
    public async Task WhatIsSaidOfAChildIsNotSaidOfWhoLooksAfterIt()
    {
        using var asking = await BeAskedAsync();
        var (family, parent, _, doctor, asked) = asking;
        Assert.DoesNotContain(RequestText.NextYouSee, WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests)));
        using var begun = await parent.GetAsync($"{family.Requests}/answer?request={asked}&choose=1");
        var what = begun.Headers.Location!.ToString();
        var tomorrow = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime).AddDays(1);
        using var chosen = await parent.PostAsync(what, family.Requests + "/what", ("draft", what.Split("draft=")[1]), ("kind", "allergies"), ("until", ChildsAnswerReading.Typed(tomorrow)));
        var review = chosen.Headers.Location!.ToString();
        var page = WebUtility.HtmlDecode(await parent.ReadAsync(review));
        Assert.DoesNotContain(Say.Sentence(Say.Fill(SharingText.WhatKinds, ManyOf("allergies"))), page);
        Assert.Contains($"<dd>{Say.Sentence(ManyOf("allergies"))}</dd>", page);

        Assert.Equal("granted", await AgreeAsync(parent, review));
        Assert.Contains(
            Say.Fill(ChildsRequestText.AgreedYou, "", "Dr Lee", Family.ChildsName, ManyOf("allergies"), Say.Fill(SharingText.UntilDay, Say.Day(tomorrow))), WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests)));
    }

    /// <summary>What else a parent shares goes with all that they see. What was asked for goes without what is marked, as from a patient.</summary>
    [Fact]
    public async Task NothingGoesAlongThatIsMarkedNorMoreThanWasLeftOfIt()
    {
        using var asking = await BeAskedAsync();
        var (family, parent, _, doctor, asked) = asking;
        using var begun = await parent.GetAsync($"{family.Requests}/answer?request={asked}&choose=1");
        var what = begun.Headers.Location!.ToString();
        Assert.StartsWith(family.Requests + "/what?draft=", what);
        var (today, draft) = (DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime), what.Split("draft=")[1]);
        foreach (var (kind, day) in new[] { ("visits", today.AddDays(9)), ("conditions", today.AddDays(-1)), ("conditions", today.AddMonths(3).AddDays(1)) })
        {
            using var wrong = await parent.PostAsync(what, family.Requests + "/what", ("draft", draft), ("kind", kind), ("until", ChildsAnswerReading.Typed(day)));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        }

        using var chosen = await parent.PostAsync(what, family.Requests + "/what", ("draft", draft), ("kind", "conditions"), ("until", ChildsAnswerReading.Typed(today.AddDays(9))));
        Assert.Equal("granted", await AgreeAsync(parent, chosen.Headers.Location!.ToString()));
        var own = await family.OpenOwnAsync(server);
        var seen = (await own.PreviewAsync(Household.ActorOf(family.Home.Doctor.Person), "TREAT", null, Cancel)).Entries().ToLookup(static entry => entry.Reason.Permitted, static entry => entry.Entry);
        Assert.NotEmpty(seen[true]);
        Assert.All(seen[true], static entry => Assert.Equal("Condition", entry.ResourceType));
        Assert.DoesNotContain(seen[true], static entry => entry.Labels.Any(static label => SecurityLabels.IsSensitive("", label)));
        Assert.Contains(seen[false], static entry => entry.ResourceType == "Condition" && entry.Labels.Any(static label => SecurityLabels.IsSensitive("", label)));
        server.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(0, (await own.PreviewAsync(Household.ActorOf(family.Home.Doctor.Person), "TREAT", null, Cancel)).Seen);

        // It keeps nobody from sharing more of their own accord.
        using var later = await family.Parent.SignInAsync(server);
        using var passed = await later.PostAsync("/account", family.Acting + "/pass-on", ("who", family.Home.Doctor.Person.Reference), ("step", "on"));
        Assert.EndsWith("?done=passed", passed.Headers.Location?.ToString());
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    /// <summary>Whoever looks after a child for some days agrees for those, and what they agreed to ends with them.</summary>
    [Fact]
    public async Task WhatWasAgreedEndsWithWhoAgreed()
    {
        var family = await MoveInAsync();
        var own = await family.OpenOwnAsync(server);
        var last = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime).AddDays(5);
        var terms = ChildRecord.Terms(family.Home.Stranger.Person, Delegation.Delegatee, family.Born);
        terms = terms with { Sees = terms.Sees with { Until = last } };
        await own.PutConsentAsync(null, terms.ToConsent(family.Record, Family.ChildsName, server.Clock.GetUtcNow()), null, Cancel);
        using var carer = await family.Home.Stranger.SignInAsync(server);
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        var asked = await AskAsync(doctor, family.Child.SignInName);
        using var begun = await carer.GetAsync($"{family.Requests}/answer?request={asked}&choose=1");
        Assert.Contains($"max=\"{ChildsAnswerReading.Typed(last)}\"", await carer.ReadAsync(begun.Headers.Location!.ToString()));
        Assert.Equal("granted", await AgreeAsync(carer, await BeginAsync(carer, family, asked)));
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync($"/shared/{family.Record}/summary")).StatusCode);
        using var left = await carer.PostAsync(family.Acting, family.Acting + "/leave");
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{family.Record}/summary")).StatusCode);

        // What somebody else who looks after the child stopped, it is for them to share again.
        using var parent = await family.Parent.SignInAsync(server);
        asked = await AskAsync(doctor, family.Child.SignInName);
        Assert.Equal("granted", await AgreeAsync(parent, await BeginAsync(parent, family, asked)));
        var agreed = (await own.ConsentsAsync(Cancel)).First(consent => consent.Consent.AnswersRequest == asked);
        await own.PutConsentAsync(LocalId.Parse(agreed.Entry.Id.Split('.')[1]), ConsentJson.Ended(agreed.Resource), null, Cancel);
        asked = await AskAsync(doctor, family.Child.SignInName);
        using var again = await parent.PostAsync("/account", family.Requests, ("draft", (await BeginAsync(parent, family, asked)).Split("draft=")[1]), ("step", "agree"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        Assert.Contains(Say.Fill(ChildsRequestText.OtherStopped, "Dr Lee", "", Family.ChildsName), WebUtility.HtmlDecode(await again.Content.ReadAsStringAsync(Cancel)));
        using var second = await family.Home.Patient.SignInAsync(server);
        Assert.Equal("granted", await AgreeAsync(second, await BeginAsync(second, family, asked)));
    }

    /// <summary>The other parent read that it was agreed to until a day, as if it were still open.</summary>
    [Fact]
    public async Task WhatEndedSinceWhoAgreedLeftIsSaidToHaveEnded()
    {
        using var asking = await BeAskedAsync();
        var (family, parent, second, doctor, asked) = asking;
        Assert.Equal("granted", await AgreeAsync(second, await BeginAsync(second, family, asked)));
        var day = Say.Day(server.Clock.GetUtcNow());
        var ended = Say.Fill(ChildsRequestText.Ended, "Maya Castellanos", "", Family.ChildsName, day);
        var until = Say.Fill(SharingText.UntilDay, Say.Day(DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime).AddMonths(3)));
        var agreed = Say.Fill(ChildsRequestText.Agreed, "Maya Castellanos", "Dr Lee", Family.ChildsName, ManyOf("conditions", "allergies", "medicines"), until);
        var told = WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests));
        Assert.Contains(agreed, told);
        Assert.DoesNotContain(ended, told);
        using var left = await second.PostAsync(family.Acting, family.Acting + "/leave");
        Assert.Contains($"{agreed} {ended}", WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests)));
    }

    /// <summary>Of a child that was let in while its parent looked through it, what was asked is its own to answer.</summary>
    [Fact]
    public async Task NobodyAgreesForAChildThatIsInByThen()
    {
        using var asking = await BeAskedAsync();
        var (family, guardian) = (asking.Family, await OpenGuardianAsync(asking.Family, asking.Family.Parent));
        using var child = await family.LetInAsync(server);
        Assert.Equal(AnswerOutcome.NothingHere, await guardian.Answering.AgreeAsync(await TermsAsync(family), family.Home.Doctor.Person.RecipientReferences, Cancel));
        Assert.Equal(0, (await (await family.OpenOwnAsync(server)).PreviewAsync(Household.ActorOf(family.Home.Doctor.Person), "TREAT", null, Cancel)).Seen);
    }

    /// <summary>The same where the birthday is between looking through it and agreeing.</summary>
    [Fact]
    public async Task NobodyAgreesForAChildWhoseBirthdayWasMeanwhile()
    {
        using var asking = await BeAskedAsync(years: 11);
        var (family, guardian) = (asking.Family, await OpenGuardianAsync(asking.Family, asking.Family.Parent));
        var consent = await TermsAsync(family);
        server.Clock.Advance(TimeSpan.FromDays(336));
        Assert.Equal(AnswerOutcome.NothingHere, await guardian.Answering.AgreeAsync(consent, family.Home.Doctor.Person.RecipientReferences, Cancel));
    }

    [Fact]
    public async Task ANoIsSaidOnceAndTheOtherParentSeesWhoSaidIt()
    {
        using var asking = await BeAskedAsync();
        var (family, parent, second, doctor, asked) = asking;
        var others = await BeginAsync(second, family, asked);
        Assert.Contains(Say.Fill(ChildsRequestText.NoForGood, "", "", Family.ChildsName), WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests)));
        using var no = await parent.PostAsync(family.Requests, family.Requests + "/refuse", ("id", asked), ("tell", "on"), ("for-good", "on"));
        Assert.Equal(family.Requests + "?done=refused", no.Headers.Location!.ToString());
        Assert.Equal("answered", await AgreeAsync(second, others));
        Assert.Equal(RequestState.NotGranted, Assert.Single(await Requests.ListSentAsync(family.Home.Doctor.Person.Id, Cancel)).State);

        var at = Say.Moment(server.Clock.GetUtcNow());
        var told = WebUtility.HtmlDecode(await second.ReadAsync(family.Requests));
        Assert.Contains(Say.Fill(ChildsRequestText.Refused, "Sam", "Dr Lee", Family.ChildsName), told);
        Assert.Contains(Say.Fill(ChildsRequestText.RefusedTold, "", "Dr Lee"), told);
        Assert.Contains(Say.Fill(ChildsRequestText.RefusedYou, "", "Dr Lee", Family.ChildsName), WebUtility.HtmlDecode(await parent.ReadAsync(family.Requests)));

        // The other parent lets them ask again.
        await AskAsync(doctor, family.Child.SignInName);
        Assert.DoesNotContain("id=\"asked\"", await parent.ReadAsync(family.Requests));
        using var let = await second.PostAsync(family.Requests, family.Requests + "/let-ask", ("asker", family.Home.Doctor.Person.Id.ToString()));
        Assert.Equal(family.Requests + "?done=let-ask", let.Headers.Location!.ToString());
        var waits = Assert.Single(await Requests.ListSentAsync(family.Home.Doctor.Person.Id, Cancel), static sent => sent.State == RequestState.Waiting);
        await Requests.TakeBackAsync(family.Home.Doctor.Person.Id, waits.Id, Cancel);
        await AskAsync(doctor, family.Child.SignInName);
        Assert.Contains("id=\"asked\"", await parent.ReadAsync(family.Requests));

        // The child finds what was said for it when it is let in, and what waits is its own.
        using var child = await family.LetInAsync(server);
        var share = WebUtility.HtmlDecode(await child.ReadAsync("/share"));
        Assert.Contains(Say.Fill(ChildsRequestText.ForYouRefused, "Sam", "Dr Lee", "", at), share);
        Assert.Contains("id=\"asked\"", share);
        await SeesNothingAsync(parent, family, asked);
    }

    /// <summary>A yes that was on its way while the other parent said no opened the record all the same, and both were told that theirs was the answer.</summary>
    [Fact]
    public async Task OfAYesAndANoAtOnceTheNoThatWasFirstStands()
    {
        using var asking = await BeAskedAsync();
        var (family, parent, second, doctor, asked) = asking;
        var request = Assert.Single(await Requests.ListReceivedAsync(family.Child, Cancel));
        var guardian = await OpenGuardianAsync(family, family.Home.Patient);
        using var no = await parent.PostAsync(family.Requests, family.Requests + "/refuse", ("id", asked), ("tell", "on"));
        var now = server.Clock.GetUtcNow();
        var terms = await TermsAsync(family, request);
        Assert.Equal(AnswerOutcome.Agreed, await guardian.Answering.AgreeAsync(terms, family.Home.Doctor.Person.RecipientReferences, Cancel));
        Assert.False(await new ChildsRequestDesk(family.Home.Patient.Person, family.Child, guardian).GrantAsync(server.Modules, request));

        var own = await family.OpenOwnAsync(server);
        Assert.Equal(0, (await own.PreviewAsync(Household.ActorOf(family.Home.Doctor.Person), "TREAT", null, Cancel)).Seen);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{family.Record}/summary")).StatusCode);
        Assert.Equal(RequestState.NotGranted, Assert.Single(await Requests.ListSentAsync(family.Home.Doctor.Person.Id, Cancel)).State);
        var told = WebUtility.HtmlDecode(await second.ReadAsync(family.Requests));
        Assert.Contains(Say.Fill(ChildsRequestText.Refused, "Sam", "Dr Lee", Family.ChildsName, Say.Moment(now)), told);
        Assert.DoesNotContain(ChildsRequestText.Stopped, told);

        // It keeps nobody from agreeing to the next.
        asked = await AskAsync(doctor, family.Child.SignInName);
        Assert.Equal("granted", await AgreeAsync(second, await BeginAsync(second, family, asked)));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    /// <summary>What is asked of a teenager may be about what is theirs alone: it is theirs to answer, whether they have been in or not.</summary>
    [Fact]
    public async Task ToEverybodyElseItLooksLikeNone()
    {
        var family = await MoveInAsync();
        var own = await family.OpenOwnAsync(server);
        await ChildsDoorTests.DelegateAsync(own, family.Home.Stranger, Delegation.Delegatee, born: null);
        await ChildsDoorTests.DelegateAsync(own, family.Officer, Delegation.Parent, family.Born, "Observation");
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        var asked = await AskAsync(doctor, family.Child.SignInName);
        foreach (var resident in new[] { family.Home.Stranger, family.Officer, family.Home.Doctor })
        {
            using var visitor = await resident.SignInAsync(server);
            await SeesNothingAsync(visitor, family, asked);
            Assert.DoesNotContain((await new NoticeLooking(server.Modules).LookAsync(resident.Person, new NoticeState(), mustLook: true, Cancel)).Look.Things, static thing => thing.Topic == NoticeTopic.Requests);
        }

        var teenager = await Family.MoveInAsync(server, years: 13);
        using var parent = await teenager.Parent.SignInAsync(server);
        using var asker = await teenager.Home.Doctor.SignInAsync(server);
        var theirs = await AskAsync(asker, teenager.Child.SignInName);
        await SeesNothingAsync(parent, teenager, theirs);
        Assert.DoesNotContain("/requests\"", (await parent.ReadAsync(teenager.Acting)).Split("<main")[1]);
        Assert.Empty((await new NoticeLooking(server.Modules).LookAsync(teenager.Parent.Person, new NoticeState(), mustLook: true, Cancel)).Look.Things);
        using var child = await teenager.LetInAsync(server);
        Assert.Contains(Why, WebUtility.HtmlDecode(await child.ReadAsync("/share")));
    }

    /// <summary>What a child's parents agreed to leaves the sight of who asked as soon as it is the child's own.</summary>
    [Fact]
    public async Task WhatBecomesTheChildsOwnLeavesTheirSight()
    {
        var family = await MoveInAsync(years: 11);
        using var parent = await family.Parent.SignInAsync(server);
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        var asked = (await Requests.AskAsync(family.Home.Doctor.Person, family.Child.SignInName, new RequestTerms("treat", ["conditions"], 24, Why), Cancel)).Value!.Id.ToString();
        Assert.Equal("granted", await AgreeAsync(parent, await BeginAsync(parent, family, asked)));
        var own = await family.OpenOwnAsync(server);
        var (lee, sam) = (Household.ActorOf(family.Home.Doctor.Person), Household.ActorOf(family.Parent.Person));
        foreach (var days in new[] { 0, 365 })
        {
            server.Clock.Advance(TimeSpan.FromDays(days));
            var seen = (await own.PreviewAsync(sam, "PWATRNY", null, Cancel)).SeenReferences();
            var theirs = (await own.PreviewAsync(lee, "TREAT", null, Cancel)).SeenReferences();
            Assert.NotEmpty(theirs);
            Assert.Empty(theirs.Except(seen));
        }
    }

    /// <summary>Who asks a child learns what they learn of a patient: the same pages, byte for byte, whatever comes of it.</summary>
    [Theory]
    [InlineData("nothing")]
    [InlineData("silence")]
    [InlineData("no")]
    [InlineData("yes")]
    public async Task WhoAsksLearnsNoMoreThanFromAPatient(string answer)
    {
        List<string> pages = [];
        foreach (var isChild in new[] { true, false })
        {
            var family = await MoveInAsync(withRecord: false);
            var home = await Household.MoveInAsync(server, withRecord: false, name: Family.ChildsName);
            if (isChild)
            {
                await family.BringAsync(server, Household.DemoRecord());
            }
            else
            {
                await home.Patient.ImportAsync(server, Household.DemoRecord(), "hospital.json");
            }

            using var doctor = await family.Home.Doctor.SignInAsync(server);
            using var answers = await (isChild ? family.Parent : home.Patient).SignInAsync(server);
            var (record, name) = isChild ? (family.Record, family.Child.SignInName) : (home.Patient.Person.Record!.Value, home.Patient.SignInName);
            var asked = await AskAsync(doctor, name);
            var place = isChild ? family.Requests : "/share";
            if (answer is "silence" or "no")
            {
                using var no = await answers.PostAsync("/account", place + "/refuse", [("id", asked), .. answer == "no" ? [("tell", "on")] : Array.Empty<(string, string)>()]);
                Assert.EndsWith("?done=refused", no.Headers.Location!.ToString());
            }
            else if (answer == "yes")
            {
                using var begun = await answers.GetAsync($"{place}/answer?request={asked}");
                using var agreed = await answers.PostAsync("/account", place, ("draft", begun.Headers.Location!.ToString().Split("draft=")[1]), ("step", "agree"));
                Assert.EndsWith(isChild ? "?done=granted" : "?done=shared", agreed.Headers.Location!.ToString());
            }

            var paths = new[] { "/requests", "/shared", $"/shared/{record}", $"/shared/{record}/summary", $"/shared/{record}?kind=conditions", $"/shared/{record}?kind=visits" };
            List<string> read = [];
            foreach (var path in paths)
            {
                read.Add(Id().Replace(Random().Replace(WebUtility.HtmlDecode(await doctor.ReadAsync(path)), "").Replace(record.ToString(), "RECORD", StringComparison.Ordinal).Replace(name, "NAME", StringComparison.Ordinal).Replace(family.Home.Doctor.SignInName, "LEE", StringComparison.Ordinal).Replace(family.Home.Doctor.Person.Id.ToString(), "LEE", StringComparison.Ordinal), "ID"));
            }

            pages.Add(string.Join('\n', read));
        }

        Assert.Equal(pages[1], pages[0]);
    }

    private static async Task SeesNothingAsync(FormVisitor visitor, Family family, string asked)
    {
        foreach (var page in new[] { "", $"/answer?request={asked}", $"/answer?request={LocalId.New()}", "/what?draft=x", "/review?draft=x", "/items?draft=x&in=seen.results" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(family.Requests + page)).StatusCode);
        }

        foreach (var form in new[] { "", "/what", "/refuse", "/let-ask" })
        {
            using var sent = await visitor.PostAsync("/account", family.Requests + form, ("id", asked), ("draft", "x"), ("asker", family.Home.Doctor.Person.Id.ToString()));
            Assert.Equal(HttpStatusCode.NotFound, sent.StatusCode);
        }

        Assert.DoesNotContain(Why, await visitor.ReadAsync("/circle"));
        Assert.DoesNotContain(family.Requests, await visitor.ReadAsync("/circle"));
    }

    private async Task<Family> MoveInAsync(int years = 5, bool withRecord = true)
    {
        var family = await Family.MoveInAsync(server, years);
        await family.AddParentAsync(server, family.Home.Patient);
        if (withRecord)
        {
            await family.BringAsync(server, Household.DemoRecord());
        }

        return family;
    }

    /// <summary>Both parents, and the doctor who asks for their child.</summary>
    private async Task<Asking> BeAskedAsync(int years = 5)
    {
        var family = await MoveInAsync(years);
        var doctor = await family.Home.Doctor.SignInAsync(server);
        return new Asking(family, await family.Parent.SignInAsync(server), await family.Home.Patient.SignInAsync(server), doctor, await AskAsync(doctor, family.Child.SignInName));
    }

    private async Task<GuardianAccess> OpenGuardianAsync(Family family, Resident resident) => (await server.Modules.Records.Guardians.OpenAsync(family.Record, Household.ActorOf(resident.Person), Cancel))!;

    /// <summary>Asks by the page, as somebody who treats; the id of the request.</summary>
    private async Task<string> AskAsync(FormVisitor asker, string name)
    {
        using var sent = await asker.PostAsync(
            "/requests/new?for=treat", "/requests/new", ("for", "treat"), ("to", name), ("kind", "conditions"), ("kind", "allergies"), ("kind", "medicines"), ("months", "3"), ("why", Why));
        Assert.Equal("/requests?done=asked", sent.Headers.Location!.OriginalString);
        return TakeBack().Match(await asker.ReadAsync("/requests")).Groups["id"].Value;
    }

    /// <summary>What the doctor asks for, less than all of it, as it would be agreed to.</summary>
    private async Task<Resource> TermsAsync(Family family, ReceivedRequest? request = null)
    {
        var now = server.Clock.GetUtcNow();
        var terms = new SharingTerms
        {
            Recipient = family.Home.Doctor.Person.Reference,
            RecipientName = "Dr Lee",
            Purpose = PurposeOfUse.Treatment,
            Types = ["Condition"],
            Until = DateOnly.FromDateTime(now.UtcDateTime).AddDays(9),
            Answers = (request ?? Assert.Single(await Requests.ListReceivedAsync(family.Child, Cancel))).Id,
        };
        return terms.ToConsent(family.Record, now);
    }

    private static string ManyOf(params string[] names) => Say.List([.. Kind.All.Where(kind => names.Contains(kind.Name)).Select(static kind => kind.Many)]);

    /// <summary>Says yes on the page; where it is looked through.</summary>
    private static async Task<string> BeginAsync(FormVisitor parent, Family family, string asked)
    {
        Assert.Contains($"{family.Requests}/answer?request={asked}\"", await parent.ReadAsync(family.Requests));
        using var begun = await parent.GetAsync($"{family.Requests}/answer?request={asked}");
        Assert.StartsWith(family.Requests + "/review?draft=", begun.Headers.Location!.ToString());
        return begun.Headers.Location.ToString();
    }

    /// <summary>Agrees to what was looked through; what the page says was done.</summary>
    private static async Task<string> AgreeAsync(FormVisitor parent, string review)
    {
        using var agreed = await parent.PostAsync("/account", review.Split("/review?")[0], ("draft", review.Split("draft=")[1]), ("step", "agree"));
        Assert.Equal(HttpStatusCode.SeeOther, agreed.StatusCode);
        return agreed.Headers.Location!.ToString().Split("?done=")[1];
    }

    [GeneratedRegex("action=\"/requests/take-back\".*?name=\"id\" value=\"(?<id>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex TakeBack();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Random();

    /// <summary>Ids of requests, entries and looks, and what is sealed of them.</summary>
    [GeneratedRegex("RECORD\\.[0-9a-z]{13}|name=\"(?:id|look)\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Id();

    /// <summary>What a doctor asks of a child, by its id, before both its parents.</summary>
    private sealed record Asking(Family Family, FormVisitor Parent, FormVisitor Second, FormVisitor Doctor, string Id) : IDisposable
    {
        public void Dispose()
        {
            Parent.Dispose();
            Second.Dispose();
            Doctor.Dispose();
        }
    }
}
