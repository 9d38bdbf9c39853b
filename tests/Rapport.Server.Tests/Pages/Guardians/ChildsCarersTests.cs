using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Notices;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages;

/// <summary>A child's other parent, a guardian, a grandparent for a while: asked by name or by a link, let in once they say yes, and taken out by who let them in.</summary>
public sealed partial class ChildsCarersTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Yes = "on";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PeopleModule People => server.Modules.People;

    [Fact]
    public async Task WhoIsAskedByNameSeesWhoAsksAndWhatItMeansAndLooksAfterTheChildOnceTheySayYes()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await family.Home.Patient.SignInAsync(server);
        await AskAsync(parent, family, family.Home.Patient);
        var waiting = WebUtility.HtmlDecode(await parent.ReadAsync(Care(family)));
        Assert.Contains(Say.Fill(CareText.AskedBy, "Sam", "").Split('.')[0], waiting);
        Assert.Contains("Maya Castellanos", waiting);

        // Nothing is open before.
        foreach (var path in new[] { family.Acting, Care(family), family.Acting + "/ledger", family.Acting + "/circle" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(path)).StatusCode);
        }

        var notice = WebUtility.HtmlDecode(await mother.ReadAsync("/circle"));
        Assert.Contains(Say.Fill(CareText.AsksYou, "Sam", Family.ChildsName), notice);
        var place = Asked().Match(notice).Value;
        var page = WebUtility.HtmlDecode(await mother.ReadAsync(place));
        foreach (var told in new[] { CareText.OfferHeading, CareText.YouSee, CareText.YouAsk, CareText.NotOut, CareText.NotErase, CareText.KnownEnd })
        {
            Assert.Contains(Say.Fill(told, Family.ChildsName, "Sam"), page);
        }

        Assert.Contains(Say.Fill(CareText.NotPrivate, Family.ChildsName, "12", "18"), page);
        using var unread = await mother.PostAsync(place, CarePlaces.Accept, ("id", IdIn(place)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unread.StatusCode);
        using var taken = await mother.PostAsync(place, CarePlaces.Accept, ("id", IdIn(place)), ("lawful", Yes));
        Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        Assert.Contains(Say.Fill(ActingText.DoneTakenOn, Family.ChildsName), WebUtility.HtmlDecode(await mother.ReadAsync(family.Acting + "?done=taken-on")));

        // Both see the same, and the ledger names both.
        foreach (var visitor in new[] { parent, mother })
        {
            var both = WebUtility.HtmlDecode(await visitor.ReadAsync(Care(family)));
            Assert.Contains(Say.Fill(CareText.LetInBy, "Sam"), both);
            Assert.Contains(Say.Fill(CareText.Began, Family.ChildsName), both);
            Assert.Contains("Maya Castellanos", both);
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(family.Acting + "/emergency")).StatusCode);
        }

        Assert.Contains(Say.Fill(LedgerText.ChildLetIn, LedgerText.You, "Maya Castellanos", Family.ChildsName), WebUtility.HtmlDecode(await parent.ReadAsync(family.Acting + "/ledger")));
        Assert.Contains(Say.Fill(LedgerText.ChildLetIn, "Sam", "Maya Castellanos", Family.ChildsName), WebUtility.HtmlDecode(await mother.ReadAsync(family.Acting + "/ledger")));
        var own = await family.OpenOwnAsync(server);
        var line = (await own.ReadLedgerAsync(null, 5, Cancel)).Select(static row => row.Details!).First(static details => details.Kind == LedgerKind.Delegated);
        Assert.Equal((family.Parent.Person.Reference, $"Patient/{family.Record}"), (line.Actor, line.OnBehalfOf));
        var consent = (await own.ConsentsAsync(Cancel)).Single(known => known.Consent.Delegation?.ToName == "Maya Castellanos");
        Assert.Equal([family.Parent.Person.Reference], consent.Consent.Performers);

        // Used once: the same page is none any more.
        Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(place)).StatusCode);
        using var again = await mother.PostAsync("/account", CarePlaces.Accept, ("id", IdIn(place)), ("lawful", Yes));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Single(await own.ConsentsAsync(Cancel), static known => known.Consent.Delegation?.ToName == "Maya Castellanos");
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    /// <summary>What both are told of: the emergency door and requests; what they say stands under their own name, for the child.</summary>
    [Fact]
    public async Task BothAreToldOfTheEmergencyDoorAndSpeakForTheChildUnderTheirOwnNames()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        await family.OpenDoorAsync(server);
        foreach (var visitor in new[] { parent, mother })
        {
            Assert.Contains(Family.Reason, WebUtility.HtmlDecode(await visitor.ReadAsync("/circle")));
        }

        using var doctor = await family.Home.Doctor.SignInAsync(server);
        await People.Circle.AddAsync(family.Record, family.Home.Doctor.Person.Id, "doctor", Cancel);
        var talk = await BeginAsync(parent, "her knee", [("about", family.Record.ToString()), ("with", family.Home.Doctor.Person.Reference)]);
        await SaidAsync(parent, talk, "May she run?");
        await SaidAsync(mother, talk, "And swim?");
        var read = WebUtility.HtmlDecode(await doctor.ReadAsync(talk));
        Assert.Contains("Sam", read);
        Assert.Contains("Maya Castellanos", read);
        Assert.Contains(Family.ChildsName, read);

        // Whoever is out reads no more of it, and what they said stays.
        await TakeOutAsync(parent, family, family.Home.Patient);
        Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(talk)).StatusCode);
        Assert.Contains("And swim?", WebUtility.HtmlDecode(await parent.ReadAsync(talk)));
    }

    [Fact]
    public async Task ByALinkWhoeverBringsItFirstIsAskedOnceAndAPlainInvitationMakesNobodyAParent()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        var address = await LinkAsync(parent, family);
        using var friend = await family.Home.Stranger.SignInAsync(server);
        using var other = await family.Officer.SignInAsync(server);
        Assert.Contains(Say.Fill(CareText.OfferHeading, Family.ChildsName, "Sam"), (await BringAsync(friend, address)).Text);
        Assert.Contains(Say.Fill(CareText.OfferHeading, Family.ChildsName, "Sam"), (await BringAsync(other, address)).Text);
        using var anybody = new FormVisitor(server);
        Assert.Contains(InvitationText.NextHeading, (await BringAsync(anybody, address)).Text);
        using var own = await family.Parent.SignInAsync(server);
        Assert.Contains(InvitationText.YourOwn, (await BringAsync(own, address)).Text);
        using var mine = await own.PostAsync("/account", CirclePlaces.Accept, ("lawful", Yes));
        Assert.Equal(HttpStatusCode.NotFound, mine.StatusCode);

        using var taken = await friend.PostAsync("/account", CirclePlaces.Accept, ("lawful", Yes));
        Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        using var late = await other.PostAsync("/account", CirclePlaces.Accept, ("lawful", Yes));
        Assert.Equal(CirclePlaces.Invitation, late.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(family.Acting)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await BringAsync(friend, address)).Status);

        // Fields of another form change nothing of what was sealed.
        using var invited = await parent.PostAsync(family.Acting + "/circle/invitations", family.Acting + "/circle/invitations", ("as", "friend"), ("days", "7"), ("role", "PRN"), ("mine", Yes));
        var plain = AddressIn(await parent.ReadAsync(family.Acting + "/circle/invitations/made"));
        await BringAsync(other, plain);
        using var joined = await other.PostAsync("/account", CirclePlaces.Accept, ("lawful", Yes), ("role", "PRN"), ("id", LocalId.New().ToString()));
        Assert.Equal(CirclePlaces.Mine + "?done=joined", joined.Headers.Location?.ToString());
        foreach (var path in new[] { family.Acting, Care(family), $"/shared/{family.Record}/summary" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path)).StatusCode);
        }
    }

    /// <summary>A guest of the circle knows the pages, and sends their forms.</summary>
    [Fact]
    public async Task NobodyElseAsksTakesOutOrAnswersAndAllOfItLooksLikeNone()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        await People.Circle.AddAsync(family.Record, family.Home.Stranger.Person.Id, "friend", Cancel);
        await AskAsync(parent, family, family.Home.Patient);
        var id = (await People.Invitations.CareAskedAsync(family.Home.Patient.Person.Id, Cancel)).Single().Invitation.Id.ToString();
        using var friend = await family.Home.Stranger.SignInAsync(server);
        foreach (var path in new[] { Care(family), Care(family) + "/new", Care(family) + "/made", $"{Care(family)}/out?who={family.Parent.Person.Reference}", $"{CarePlaces.Asked}?id={id}", CarePlaces.Asked, CarePlaces.Asked + "?id=x" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync(path)).StatusCode);
        }

        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            (Care(family) + "/new", [("who", "link"), ("role", "PRN"), ("mine", Yes)]), (Care(family) + "/new", [("who", family.Home.Stranger.Person.Reference), ("role", "PRN"), ("mine", Yes)]),
            (Care(family) + "/out", [("who", family.Parent.Person.Reference)]), (CarePlaces.Accept, [("id", id), ("lawful", Yes)]), (CarePlaces.Accept, [("lawful", Yes)]), (CarePlaces.Decline, [("id", id)]),
            (CarePlaces.Seen, [("patient", family.Record.ToString())]), (family.Acting + "/circle/invitations/take-back", [("id", id)]), (Care(family) + "/take-back", [("id", id)]),
        })
        {
            using var refused = await friend.PostAsync("/account", path, fields);
            Assert.Equal((HttpStatusCode.NotFound, path), (refused.StatusCode, path));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync(family.Acting)).StatusCode);
        Assert.Single(await People.Invitations.CareAskedAsync(family.Home.Patient.Person.Id, Cancel));

        // Nor does the child's own account, once it has been in: then there is nothing to take over.
        using var child = await family.LetInAsync(server);
        using var own = await child.PostAsync("/account", CarePlaces.Accept, ("id", id), ("lawful", Yes));
        Assert.Equal(HttpStatusCode.NotFound, own.StatusCode);
        using var mother = await family.Home.Patient.SignInAsync(server);
        using var over = await mother.PostAsync("/account", CarePlaces.Accept, ("id", id), ("lawful", Yes));
        Assert.Equal(HttpStatusCode.NotFound, over.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(family.Acting)).StatusCode);
    }

    [Theory]
    [InlineData("left")]
    [InlineData("taken back")]
    [InlineData("declined")]
    [InlineData("blocked")]
    public async Task WhatIsAskedIsNoneOnceItIsOver(string way)
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await family.Home.Patient.SignInAsync(server);
        await AskAsync(parent, family, family.Home.Patient);
        var id = (await People.Invitations.CareAskedAsync(family.Home.Patient.Person.Id, Cancel)).Single().Invitation.Id.ToString();
        using var ended = way switch
        {
            "left" => await parent.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", Yes)),
            "taken back" => await parent.PostAsync(Care(family), family.Acting + "/circle/invitations/take-back", ("id", id)),
            "declined" => await mother.PostAsync("/account", CarePlaces.Decline, ("id", id)),
            _ => await parent.PostAsync("/account", family.Acting + "/circle/block", ("who", family.Home.Patient.Person.Reference)),
        };
        Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        Assert.DoesNotContain(CarePlaces.Asked + "?id=", await mother.ReadAsync("/circle"));
        using var refused = await mother.PostAsync("/account", CarePlaces.Accept, ("id", id), ("lawful", Yes));
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(family.Acting)).StatusCode);
    }

    [Fact]
    public async Task WhoIsAskedForAWhileLooksAfterTheChildUntilThenAndLetsNobodyIn()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var family = await MoveInAsync(own);
        using var parent = await family.Parent.SignInAsync(own);
        var last = DateOnly.FromDateTime(own.Clock.GetUtcNow().UtcDateTime).AddDays(14);
        using var open = await SendAsync(parent, family, family.Home.Patient.Person.Reference, Delegation.Delegatee, "");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, open.StatusCode);
        using var past = await SendAsync(parent, family, family.Home.Patient.Person.Reference, Delegation.Delegatee, "2020-01-01");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, past.StatusCode);
        using var asked = await SendAsync(parent, family, family.Home.Patient.Person.Reference, Delegation.Delegatee, last.ToString("yyyy-MM-dd", null));
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        using var grandma = await family.Home.Patient.SignInAsync(own);
        var place = Asked().Match(await grandma.ReadAsync("/circle")).Value;
        Assert.DoesNotContain(Say.Fill(CareText.YouAsk, Family.ChildsName), WebUtility.HtmlDecode(await grandma.ReadAsync(place)));
        using var taken = await grandma.PostAsync(place, CarePlaces.Accept, ("id", IdIn(place)), ("lawful", Yes));
        Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        Assert.Contains(Say.Fill(CareText.UntilDay, Say.Day(last)), WebUtility.HtmlDecode(await grandma.ReadAsync(Care(family))));
        Assert.DoesNotContain(Care(family) + "/new", await grandma.ReadAsync(Care(family)));
        Assert.Equal(HttpStatusCode.NotFound, (await grandma.GetAsync(Care(family) + "/new")).StatusCode);
        using var forged = await grandma.PostAsync("/account", Care(family) + "/new", ("who", "link"), ("role", "PRN"), ("mine", Yes));
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        own.Clock.Advance(TimeSpan.FromDays(15));
        using var later = await family.Home.Patient.SignInAsync(own);
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync(family.Acting)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync($"/shared/{family.Record}/summary?for=PWATRNY")).StatusCode);
    }

    [Fact]
    public async Task WhoLetsSomebodyInTakesThemOutWhoIsToldAndNotTheOtherWayRound()
    {
        var family = await MoveInAsync();
        await family.BringAsync(server, Household.DemoRecord());
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        Assert.Equal(HttpStatusCode.OK, (await mother.GetAsync($"/shared/{family.Record}/summary?for=PWATRNY")).StatusCode);
        Assert.DoesNotContain(Care(family) + "/out", await mother.ReadAsync(Care(family)));
        Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync($"{Care(family)}/out?who={family.Parent.Person.Reference}")).StatusCode);
        using var upwards = await mother.PostAsync("/account", Care(family) + "/out", ("who", family.Parent.Person.Reference));
        Assert.Equal(HttpStatusCode.NotFound, upwards.StatusCode);
        Assert.Empty(await People.EndedCare.ListAsync(family.Parent.Person.Id, Cancel));

        var ask = WebUtility.HtmlDecode(await parent.ReadAsync($"{Care(family)}/out?who={family.Home.Patient.Person.Reference}"));
        Assert.Contains(Say.Fill(CareText.OutTold, "Maya Castellanos", Family.ChildsName), ask);
        await TakeOutAsync(parent, family, family.Home.Patient);
        foreach (var path in new[] { family.Acting, Care(family), family.Acting + "/ledger", family.Acting + "/emergency", $"/shared/{family.Record}/summary?for=PWATRNY" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(path)).StatusCode);
        }

        // They read who did it, also after they were taken out of the circle, until they say that they have.
        using var removed = await parent.PostAsync("/account", family.Acting + "/circle/remove", ("who", family.Home.Patient.Person.Reference));
        Assert.Equal(HttpStatusCode.SeeOther, removed.StatusCode);
        Assert.Null(await People.Circle.FindAsync(family.Record, family.Home.Patient.Person.Id, Cancel));
        var told = Say.Fill(CareText.WereTakenOut, "Sam", Family.ChildsName, Say.Moment(server.Clock.GetUtcNow()));
        Assert.Contains(told, WebUtility.HtmlDecode(await mother.ReadAsync("/circle")));
        using var seen = await mother.PostAsync("/circle", CarePlaces.Seen, ("patient", family.Record.ToString()));
        Assert.Equal(HttpStatusCode.SeeOther, seen.StatusCode);
        Assert.DoesNotContain(told, WebUtility.HtmlDecode(await mother.ReadAsync("/circle")));
        Assert.Contains(Say.Fill(LedgerText.ChildDelegationEnded, Say.Fill(LedgerText.ActingFor, LedgerText.You, Family.ChildsName), "Maya Castellanos", Family.ChildsName), WebUtility.HtmlDecode(await parent.ReadAsync(family.Acting + "/ledger")));

        // The child reads it once it is in, and is not told that who was let in began its record.
        using var child = await family.LetInAsync(server);
        var ledger = WebUtility.HtmlDecode(await child.ReadAsync("/ledger/lines"));
        Assert.Contains(Say.Fill(LedgerText.RowDelegationGiven, Say.Fill(LedgerText.ActingForYou, "Sam"), "Maya Castellanos"), ledger);
        Assert.Contains(Say.Fill(LedgerText.RowBegunFor, "Sam"), ledger);
        Assert.DoesNotContain(Say.Fill(LedgerText.RowBegunFor, "Maya Castellanos"), ledger);
    }

    /// <summary>A notice says only that something waits: it is found where they come in.</summary>
    [Fact]
    public async Task WhoKeepsARecordReadsOnItThatTheyAreAskedAndThatTheyWereTakenOut()
    {
        var family = await CareDeeds.MoveInAsync(server);
        using var mother = await family.Home.Patient.SignInAsync(server);
        await family.AskAsync(server, family.Home.Patient);
        Assert.Contains(Say.Fill(CareText.AsksYou, "Sam", Family.ChildsName), WebUtility.HtmlDecode(await mother.ReadAsync("/record")));
        await family.Home.Patient.AnswerAsync(server, CarePlaces.Accept);
        Assert.DoesNotContain(Say.Fill(CareText.AsksYou, "Sam", Family.ChildsName), WebUtility.HtmlDecode(await mother.ReadAsync("/record")));
        await family.TakeOutAsync(server, family.Home.Patient);
        Assert.Contains(Say.Fill(CareText.WereTakenOutAbout, Family.ChildsName), WebUtility.HtmlDecode(await mother.ReadAsync("/record")));
        await family.Home.Patient.KnowAsync(server, family);
        Assert.DoesNotContain(CarePlaces.Seen, await mother.ReadAsync("/record"));
    }

    /// <summary>Whoever is told that they are out while they are not would believe it: what is noted is shown once it is true.</summary>
    [Fact]
    public async Task WhatIsNotedAndNotDoneIsNotTold()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        var own = await family.OpenOwnAsync(server);
        var agreements = (await own.ConsentsAsync(Cancel)).Select(static known => known.Entry.Id).ToList();
        await People.EndedCare.TellAsync(family.Home.Patient.Person.Id, family.Record, Family.ChildsName, (family.Parent.Person.Reference, "Sam"), agreements, Cancel);
        Assert.DoesNotContain(CarePlaces.Seen, await mother.ReadAsync("/circle"));

        // Neither once they have stepped back themselves.
        using var left = await mother.PostAsync(family.Acting, family.Acting + "/leave");
        Assert.Equal("/circle", left.Headers.Location?.ToString());
        Assert.DoesNotContain(CarePlaces.Seen, await mother.ReadAsync("/circle"));
    }

    /// <summary>Who is taken out alone would be asked anew by whom they let in, who could also have passed the record on to them.</summary>
    [Fact]
    public async Task WhomTheyLetInAndWhatWasPassedOnToThemGoesWithWhoIsTakenOut()
    {
        var family = await MoveInAsync();
        await family.BringAsync(server, Household.DemoRecord());
        await People.Circle.AddAsync(family.Record, family.Home.Stranger.Person.Id, "friend", Cancel);
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        using var friend = await LetInAsync(mother, family, family.Home.Stranger);
        var (maya, other) = (family.Home.Patient.Person, family.Home.Stranger.Person);
        var records = server.Modules.Records;
        var giver = new Records.Actor(other.Id, other.Reference, other.DisplayName, other.RecipientReferences);
        var offer = Assert.Single(await records.PassingOn.OffersAsync(family.Record, giver, Cancel));
        Assert.Equal(Records.PassOnOutcome.Done, await records.PassingOn.PassOnAsync(new Records.PassOnAsk(giver, family.Record, offer.Agreement, maya.Reference, maya.DisplayName, "TREAT"), Cancel));
        await AskAsync(mother, family, family.Home.Doctor, People);

        // Who asked takes it back, and who is above; nobody else.
        var asked = Assert.Single(await People.Invitations.ListAsync(family.Child.Id, Cancel)).Id;
        using var notTheirs = await friend.PostAsync("/account", family.Acting + "/circle/invitations/take-back", ("id", asked.ToString()));
        Assert.Equal(HttpStatusCode.NotFound, notTheirs.StatusCode);

        var page = WebUtility.HtmlDecode(await parent.ReadAsync($"{Care(family)}/out?who={maya.Reference}"));
        Assert.Contains(Say.Fill(CareText.OutBelow, maya.DisplayName, other.DisplayName), page);
        Assert.Contains("<small>" + Say.Fill(CareText.OutBelowAbout, maya.DisplayName, Family.ChildsName), page);
        Assert.Contains(Say.Fill(CareText.OutOwnEnd, other.DisplayName, "").Split('.')[0].TrimEnd(), page);
        var passed = Passed().Match(page).Groups["id"].Value;
        using var taken = await parent.PostAsync(Care(family), Care(family) + "/out", ("who", maya.Reference), ("below", Yes), ("end", passed));
        Assert.Equal(Care(family) + "?done=all-out", taken.Headers.Location?.ToString());
        foreach (var gone in new[] { mother, friend })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await gone.GetAsync(family.Acting)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await gone.GetAsync($"/shared/{family.Record}/summary?for=TREAT")).StatusCode);
            Assert.Contains(Say.Fill(CareText.WereTakenOutAbout, Family.ChildsName), WebUtility.HtmlDecode(await gone.ReadAsync("/circle")));
        }

        // What she had asked does not come back with her.
        Assert.Empty(await People.Invitations.CareAskedAsync(family.Home.Doctor.Person.Id, Cancel));
        using var again = await LetInAsync(parent, family, family.Home.Patient);
        Assert.Empty(await People.Invitations.CareAskedAsync(family.Home.Doctor.Person.Id, Cancel));
        var own = await family.OpenOwnAsync(server);
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task TheLastOneStepsBackOnlyWithAWordAndAnotherOneWithout()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        Assert.Contains(Say.Fill(ActingText.LeaveLeft, "Maya Castellanos", Family.ChildsName), WebUtility.HtmlDecode(await parent.ReadAsync(family.Acting)));
        using var left = await parent.PostAsync(family.Acting, family.Acting + "/leave");
        Assert.Equal("/circle", left.Headers.Location?.ToString());
        var last = WebUtility.HtmlDecode(await mother.ReadAsync(family.Acting));
        Assert.Contains(Say.Fill(ActingText.LeaveNobody, Family.ChildsName), last);
        Assert.Contains("name=\"nobody\"", last);
        using var unread = await mother.PostAsync(family.Acting, family.Acting + "/leave");
        Assert.Equal(family.Acting + "?done=last", unread.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await mother.GetAsync(Care(family))).StatusCode);
        using var known = await mother.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", Yes));
        Assert.Equal("/circle", known.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(family.Acting)).StatusCode);
    }

    [Fact]
    public async Task AskingNeedsWhoShowedLatelyWhoTheyAreSomebodyOfTheCircleARoleAndTheirWord()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var family = await MoveInAsync(own);
        using var parent = await family.Parent.SignInAsync(own);
        foreach (var fields in new (string, string)[][]
        {
            [("role", "PRN"), ("mine", Yes)], [("who", family.Home.Stranger.Person.Reference), ("role", "PRN"), ("mine", Yes)], [("who", family.Parent.Person.Reference), ("role", "PRN"), ("mine", Yes)],
            [("who", $"Patient/{family.Record}"), ("role", "PRN"), ("mine", Yes)], [("who", "link"), ("mine", Yes)], [("who", "link"), ("role", "POWATT"), ("mine", Yes)], [("who", "link"), ("role", "PRN")],
            [("who", "link"), ("role", "PRN"), ("mine", Yes), ("until", "soon")],
        })
        {
            using var refused = await parent.PostAsync(Care(family) + "/new", Care(family) + "/new", fields);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        Assert.Empty(await own.Modules.People.Invitations.ListAsync(family.Child.Id, Cancel));
        own.Clock.Advance(TimeSpan.FromHours(1));
        Assert.StartsWith("/confirm?then=", (await parent.GetAsync(Care(family) + "/new")).Headers.Location?.ToString());
        using var stale = await parent.PostAsync(Care(family), Care(family) + "/new", ("who", "link"), ("role", "PRN"), ("mine", Yes));
        Assert.StartsWith("/confirm?then=", stale.Headers.Location?.ToString());
        Assert.Empty(await own.Modules.People.Invitations.ListAsync(family.Child.Id, Cancel));
    }

    private static string Care(Family family) => family.Acting + "/care";

    /// <summary>A family whose child has somebody in its circle.</summary>
    private Task<Family> MoveInAsync() => MoveInAsync(server);

    private static async Task<Family> MoveInAsync(RunningServer where)
    {
        var family = await Family.MoveInAsync(where);
        await where.Modules.People.Circle.AddAsync(family.Record, family.Home.Patient.Person.Id, "family", Cancel);
        return family;
    }

    private static Task<HttpResponseMessage> SendAsync(FormVisitor parent, Family family, string who, string role, string until) =>
        parent.PostAsync(Care(family) + "/new", Care(family) + "/new", ("who", who), ("role", role), ("until", until), ("mine", Yes));

    private static async Task AskAsync(FormVisitor parent, Family family, Resident who)
    {
        using var asked = await SendAsync(parent, family, who.Person.Reference, Delegation.Parent, "");
        Assert.Equal(Care(family) + "?done=asked", asked.Headers.Location?.ToString());
    }

    private static async Task AskAsync(FormVisitor parent, Family family, Resident who, PeopleModule people)
    {
        await people.Circle.AddAsync(family.Record, who.Person.Id, "doctor", Cancel);
        await AskAsync(parent, family, who);
    }

    private Task<FormVisitor> LetInAsync(FormVisitor parent, Family family, Resident who) => LetInAsync(parent, family, who, server);

    private static async Task<FormVisitor> LetInAsync(FormVisitor parent, Family family, Resident who, RunningServer where)
    {
        await AskAsync(parent, family, who);
        var visitor = await who.SignInAsync(where);
        var id = (await where.Modules.People.Invitations.CareAskedAsync(who.Person.Id, Cancel)).Single().Invitation.Id.ToString();
        using var taken = await visitor.PostAsync("/account", CarePlaces.Accept, ("id", id), ("lawful", Yes));
        Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        return visitor;
    }

    private static async Task TakeOutAsync(FormVisitor parent, Family family, Resident who)
    {
        using var taken = await parent.PostAsync(Care(family), Care(family) + "/out", ("who", who.Person.Reference));
        Assert.Equal(Care(family) + "?done=out", taken.Headers.Location?.ToString());
    }

    private static async Task<string> LinkAsync(FormVisitor parent, Family family)
    {
        using var asked = await SendAsync(parent, family, CareForm.ByLink, Delegation.Parent, "");
        Assert.Equal(Care(family) + "/made", asked.Headers.Location?.ToString());
        var address = AddressIn(await parent.ReadAsync(Care(family) + "/made"));
        Assert.Equal(Care(family), (await parent.GetAsync(Care(family) + "/made")).Headers.Location?.ToString());
        return address;
    }

    private static async Task<(HttpStatusCode Status, string Text)> BringAsync(FormVisitor guest, string address)
    {
        using var brought = await guest.PostAsync(CirclePlaces.Join, CirclePlaces.Join, ("invitation", address));
        using var seen = await guest.GetAsync(CirclePlaces.Invitation);
        return (seen.StatusCode, WebUtility.HtmlDecode(await seen.Content.ReadAsStringAsync(Cancel)));
    }

    private static string AddressIn(string page) => Address().Match(WebUtility.HtmlDecode(page)).Groups["address"].Value;

    private static string IdIn(string place) => place.Split("id=")[1];

    [GeneratedRegex("class=\"address\">(?<address>[^<]+)<", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex("name=\"end\" value=\"(?<id>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Passed();

    [GeneratedRegex("/circle/care\\?id=[A-Za-z0-9_-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Asked();
}
