using System.Net;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Account;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>The emergency door of a child that cannot sign in: who looks after it is told and decides, as the child itself would, and nobody else is or does.</summary>
public sealed class ChildsDoorTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly string[] Everywhere = ["/circle", "/conversations", "/account", "/requests"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The door of a child's record was opened, and nobody heard of it but the privacy officer.</summary>
    [Fact]
    public async Task WhoLooksAfterAChildIsToldAtOnceThatItsDoorWasOpened()
    {
        var family = await Family.MoveInAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        await family.OpenDoorAsync(server);
        foreach (var page in Everywhere)
        {
            var told = WebUtility.HtmlDecode(await parent.ReadAsync(page));
            Assert.Contains("Dr Lee", told);
            Assert.Contains(Family.ChildsName, told);
            Assert.Contains(Family.Reason, told);
        }
    }

    [Fact]
    public async Task OpenPagesHearOfItANoticeIsDueAndItIsToldOnce()
    {
        var family = await Family.MoveInAsync(server);
        var people = server.Modules.People;
        Assert.Empty(await people.Emergencies.CountsOfContactsAsync([family.Parent.Person.Id], Cancel));

        // Who is an emergency contact too is told no less, and not twice.
        await people.Circle.SetEmergencyContactAsync(family.Record, family.Parent.Person, true, "parent", Cancel);
        var opening = await family.OpenDoorAsync(server);
        Assert.Equal(1, (await people.Emergencies.CountsOfContactsAsync([family.Parent.Person.Id], Cancel))[family.Parent.Person.Id]);
        var waits = await new NoticeLooking(server.Modules).LookAsync(family.Parent.Person, new NoticeState(), mustLook: true, Cancel);
        Assert.Contains(waits.Look.Things, thing => thing.Key == $"e{family.Record}.{opening.Id}");
        using var parent = await family.Parent.SignInAsync(server);
        Assert.Single((await parent.ReadAsync("/circle")).Split(WebUtility.HtmlEncode(Family.Reason))[1..]);

        // It leads to where the opening stands, for whoever looks after the child alone.
        Assert.Contains($"{family.Door}#openings", await parent.ReadAsync("/told"));
        Assert.Contains(Family.Reason, await parent.ReadAsync(family.Door));
        using var stranger = await family.Home.Stranger.SignInAsync(server);
        Assert.DoesNotContain(Family.ChildsName, await stranger.ReadAsync("/circle"));
    }

    [Fact]
    public async Task WhoLooksAfterAChildAsksAboutAnOpeningInTheirOwnNameAndEndsIt()
    {
        var family = await Family.MoveInAsync(server);
        var opening = await family.OpenDoorAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        using var asked = await parent.PostAsync(family.Door, family.Door + "/question", ("id", opening.Id.ToString()), ("question", "Who found her?"));
        Assert.Equal(family.Door + "?done=asked#openings", asked.Headers.Location!.ToString());
        using var officer = await family.Officer.SignInAsync(server);
        var queue = WebUtility.HtmlDecode(await officer.ReadAsync("/emergency/reviews"));
        Assert.Contains(Say.Fill(EmergencyText.AsksForPatient, "Sam"), queue);
        Assert.Contains("Who found her?", queue);
        Assert.DoesNotContain(EmergencyText.PatientAsks, queue);
        Assert.Contains(Say.Fill(EmergencyText.TheyAsked, "Sam"), WebUtility.HtmlDecode(await parent.ReadAsync(family.Door)));

        using var doctor = await family.Home.Doctor.SignInAsync(server);
        var seen = $"/shared/{family.Record}/summary?for=BTG";
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(seen)).StatusCode);
        using var ended = await parent.PostAsync(family.Door, family.Door + "/close", ("id", opening.Id.ToString()));
        Assert.Equal(family.Door + "?done=closed#openings", ended.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(seen)).StatusCode);

        // The ledger names both.
        var own = await family.OpenOwnAsync(server);
        var last = (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!;
        Assert.Equal((LedgerKind.Revoked, family.Parent.Person.Reference, $"Patient/{family.Record}", Family.ChildsName), (last.Kind, last.Actor, last.OnBehalfOf, last.OnBehalfOfName));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task WhoLooksAfterAChildDecidesAboutItsDoorAndWhomElseToTell()
    {
        var family = await Family.MoveInAsync(server, role: Delegation.Guardian);
        await family.BringAsync(server, Household.DemoRecord());
        using var parent = await family.Parent.SignInAsync(server);
        Assert.Contains(family.Door, await parent.ReadAsync(family.Acting));
        var page = WebUtility.HtmlDecode(await parent.ReadAsync(family.Door));
        Assert.Contains(Say.Fill(EmergencyText.ChildDoor, Family.ChildsName), page);
        Assert.Contains("You, Sam, for Lena Castellanos", page);
        Assert.Contains($"{family.Door}/items?in=seen.allergies", page);
        Assert.Contains("value=\"PSY\"", page);

        using var named = await parent.PostAsync(family.Door, family.Door + "/contact", ("name", family.Home.Stranger.SignInName));
        Assert.Equal(family.Door + "?done=contacts#contacts", named.Headers.Location!.ToString());
        foreach (var nobody in new[] { family.Parent.SignInName, family.Child.SignInName, "nobody-of-this-name" })
        {
            using var refused = await parent.PostAsync(family.Door, family.Door + "/contact", ("name", nobody));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        using var unknowing = await parent.PostAsync(family.Door, family.Door, ("door", "closed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknowing.StatusCode);
        await family.OpenDoorAsync(server);
        using var aunt = await family.Home.Stranger.SignInAsync(server);
        var told = await aunt.ReadAsync("/circle");
        Assert.Contains(Family.ChildsName, told);
        Assert.DoesNotContain(Family.Reason, told);

        using var doctor = await family.Home.Doctor.SignInAsync(server);
        using var closed = await parent.PostAsync(family.Door, family.Door, ("door", "closed"), ("understood", "on"));
        Assert.Equal(family.Door + "?done=decided", closed.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{family.Record}/summary?for=BTG")).StatusCode);
        using var again = await doctor.PostAsync("/emergency", "/emergency", ("who", family.Record.ToString()), ("why", Family.Reason));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);

        using var more = await parent.PostAsync(family.Door, family.Door, ("door", "open"), ("label", "PSY"));
        Assert.Equal(family.Door + "?done=decided", more.Headers.Location!.ToString());
        var own = await family.OpenOwnAsync(server);
        Assert.Equal(["PSY"], (await own.ConsentsAsync(Cancel)).Single(static consent => consent.Consent.Emergency is not null).Consent.Emergency!.Labels);
        var lines = (await own.ReadLedgerAsync(null, 30, Cancel)).Select(static row => row.Details!).Where(static details => details.Kind == LedgerKind.Consented).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Equal((family.Parent.Person.Reference, $"Patient/{family.Record}"), (line.Actor, line.OnBehalfOf)));

        // Who is no contact any more is told no more of what they were told as one.
        using var gone = await parent.PostAsync(family.Door, family.Door + "/contact", ("end", family.Home.Stranger.Person.Id.ToString()));
        Assert.DoesNotContain(Family.ChildsName, await aunt.ReadAsync("/circle"));
    }

    /// <summary>The page told how many entries there are of kinds that they may not see, and saving it took back what had been decided about these.</summary>
    [Fact]
    public async Task WhoMaySeeLessOfTheChildIsToldNothingOfTheRestAndLeavesWhatWasDecidedAboutIt()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        using var parent = await family.Parent.SignInAsync(server);
        using var decided = await parent.PostAsync(family.Door, family.Door, ("door", "open"), ("label", "PSY"));
        Assert.Equal(family.Door + "?done=decided", decided.Headers.Location!.ToString());

        Assert.Contains("value=\"PSY\"", await parent.ReadAsync(family.Door));

        var own = await family.OpenOwnAsync(server);
        foreach (var marked in (await own.QueryAsync(new RecordQuery.Timeline(500), Cancel)).Entries.Where(static entry => entry.Labels.Contains("PSY")))
        {
            var kept = ConsentJson.Permit();
            kept["type"] = "deny";
            ConsentJson.Name(kept, family.Parent.Person.Reference, "Sam", []);
            ConsentJson.OfEntry(kept, marked.Reference, null);
            Assert.NotNull((await own.PutConsentAsync(null, ConsentJson.Checked(ConsentJson.Of($"Patient/{family.Record}", "2026-06-01", kept)), null, Cancel)).Entry);
        }

        Assert.DoesNotContain("value=\"PSY\"", await parent.ReadAsync(family.Door));
        using var saved = await parent.PostAsync(family.Door, family.Door, ("door", "open"));
        Assert.Equal(family.Door + "?done=decided", saved.Headers.Location!.ToString());
        Assert.Equal(["PSY"], (await own.ConsentsAsync(Cancel)).Single(static consent => consent.Consent.Emergency is not null).Consent.Emergency!.Labels);
    }

    /// <summary>Counts alone tell nobody whether the allergy is among it.</summary>
    [Fact]
    public async Task WhatWouldBeSeenStandsEntryByEntryForWhoLooksAfterTheChildAndThatTheyLookedInTheLedger()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        var own = await family.OpenOwnAsync(server);
        var allergies = (await own.QueryAsync(new RecordQuery.Timeline(50) { Types = ["AllergyIntolerance"] }, Cancel)).Entries.Select(static entry => entry.Reference).ToList();

        // What the parent may not see is neither counted nor listed.
        var kept = ConsentJson.Permit();
        kept["type"] = "deny";
        ConsentJson.Name(kept, family.Parent.Person.Reference, "Sam", []);
        ConsentJson.OfEntry(kept, allergies[0], null);
        await own.PutConsentAsync(null, ConsentJson.Checked(ConsentJson.Of($"Patient/{family.Record}", "2026-06-01", kept)), null, Cancel);

        using var parent = await family.Parent.SignInAsync(server);
        var items = family.Door + "/items";
        var page = WebUtility.HtmlDecode(await parent.ReadAsync(family.Door));
        Assert.Contains($"{items}?in=seen.allergies", page);
        Assert.Contains($"{items}?in=home.visits", page);
        var size = (await own.OverviewAsync(Cancel)).LedgerSize;
        var seen = WebUtility.HtmlDecode(await parent.ReadAsync(items + "?in=seen.allergies"));
        Assert.Equal(allergies.Count - 1, seen.Split("class=\"row-text\"").Length - 1);
        Assert.DoesNotContain(allergies[0], seen);
        Assert.All(allergies[1..], allergy => Assert.Contains($"/shared/{family.Record}/{allergy}", seen));
        Assert.Contains(Say.Sentence(EmergencyText.ChildShown), seen);
        Assert.Contains(Say.Fill(EmergencyText.ChildWhoeverOpens, Family.ChildsName), seen);
        var look = (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!;
        Assert.Equal((LedgerKind.Disclosed, family.Parent.Person.Reference, $"Patient/{family.Record}"), (look.Kind, look.Actor, look.OnBehalfOf));
        Assert.Equal(size + 1, (await own.OverviewAsync(Cancel)).LedgerSize);
        Assert.Equal(allergies[1..].Order(), own.EntriesOf(look).Select(static entry => entry.Reference).Order());
        var home = WebUtility.HtmlDecode(await parent.ReadAsync(items + "?in=home.conditions"));
        Assert.Contains(Say.Sentence(EmergencyText.ChildSensitive), home);
        Assert.Contains(Say.Sentence(EmergencyText.ChildNotShown), WebUtility.HtmlDecode(await parent.ReadAsync(items + "?in=home.visits")));

        // To everybody else there is none; nor for what is no side, nor where the door is closed.
        using var stranger = await family.Home.Stranger.SignInAsync(server);
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(items + "?in=seen.allergies")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(items + "?in=seen.allergies")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await parent.GetAsync(items + "?in=gained.allergies")).StatusCode);
        using var closed = await parent.PostAsync(family.Door, family.Door, ("door", "closed"), ("understood", "on"));
        Assert.Equal(HttpStatusCode.NotFound, (await parent.GetAsync(items + "?in=seen.allergies")).StatusCode);
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task ToEverybodyElseItLooksLikeNone()
    {
        var family = await Family.MoveInAsync(server);
        var opening = await family.OpenDoorAsync(server);
        var own = await family.OpenOwnAsync(server);

        // Who acts for the child and is no parent, and a parent whose kinds are limited.
        await DelegateAsync(own, family.Home.Stranger, Delegation.Delegatee, born: null);
        await DelegateAsync(own, family.Home.Patient, Delegation.Parent, family.Born, "Observation");
        foreach (var resident in new[] { family.Home.Stranger, family.Home.Patient, family.Home.Doctor, family.Officer })
        {
            using var visitor = await resident.SignInAsync(server);
            await SeesNothingAsync(visitor, family, opening.Id.ToString());
        }

        using var limited = await family.Home.Patient.SignInAsync(server);
        Assert.DoesNotContain("/emergency\"", await limited.ReadAsync(family.Acting));
        Assert.Null((await server.Modules.People.Emergencies.OfPatientAsync(family.Record, Cancel))[0].Question);
    }

    [Fact]
    public async Task ItEndsWithTheDelegation()
    {
        var family = await Family.MoveInAsync(server);
        var opening = await family.OpenDoorAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        Assert.Contains(Family.Reason, await parent.ReadAsync(family.Door));
        using var left = await parent.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", "on"));
        await SeesNothingAsync(parent, family, opening.Id.ToString());
        Assert.DoesNotContain(Family.ChildsName, await parent.ReadAsync("/account"));
    }

    /// <summary>Whoever has been in looks after themself, also when the way in was lost again.</summary>
    [Fact]
    public async Task ItEndsWhenTheChildIsLetInAndDoesNotComeBack()
    {
        var family = await Family.MoveInAsync(server, years: 10);
        var opening = await family.OpenDoorAsync(server);
        using var parent = await family.Parent.SignInAsync(server);
        Assert.Contains(Family.Reason, await parent.ReadAsync(family.Door));
        using var child = await family.LetInAsync(server);
        await SeesNothingAsync(parent, family, opening.Id.ToString());
        Assert.DoesNotContain("/emergency\"", await parent.ReadAsync(family.Acting));
        Assert.DoesNotContain(Family.Reason, await parent.ReadAsync("/circle"));

        // The child has it all, what was decided before included.
        Assert.Contains(Family.Reason, await child.ReadAsync("/share/emergency"));
        await server.Modules.People.Sessions.EndOthersAsync(family.Child.Id, null, Cancel);
        await SeesNothingAsync(parent, family, opening.Id.ToString());

        // Of what happens from now on the child is told, and its parent is not.
        await family.OpenDoorAsync(server, "again");
        Assert.Single(await server.Modules.People.Emergencies.OfContactAsync(family.Parent.Person.Id, DateTimeOffset.UnixEpoch, Cancel));
    }

    [Fact]
    public async Task FromTheBirthdayOfThePolicyOnAParentIsToldThatTheDoorWasOpenedAndNotWhy()
    {
        await using var years = new RunningServer();
        await years.InitializeAsync();
        var family = await Family.MoveInAsync(years, years: 11);
        using var parent = await family.Parent.SignInAsync(years);
        Assert.Equal(HttpStatusCode.OK, (await parent.GetAsync(family.Door)).StatusCode);
        Assert.DoesNotContain(family.Child.SignInName, await parent.ReadAsync(family.Acting));
        years.Clock.Sleep(MinorPolicy.Birthday(family.Born, 12) - years.Clock.GetUtcNow());
        await family.VouchAsync(years);
        using var again = await family.Parent.SignInAsync(years);

        // From then on their page says how the child gets a sign-in of its own, until it has one.
        Assert.Contains(Say.Fill(ActingText.ChildSignIn, Family.ChildsName, family.Child.SignInName), WebUtility.HtmlDecode(await again.ReadAsync(family.Acting)));
        await again.ReadAsync($"/shared/{family.Record}/summary?for=PWATRNY");
        Assert.Contains(Say.Fill(ActingText.DidLeadParent, Family.ChildsName), WebUtility.HtmlDecode(await again.ReadAsync(family.Acting)));
        var opening = await family.OpenDoorAsync(years);
        await SeesNothingAsync(again, family, opening.Id.ToString());
        var told = WebUtility.HtmlDecode(await again.ReadAsync("/circle"));
        Assert.Contains(Say.Fill(EmergencyText.ContactTold, "Dr Lee", Family.ChildsName, "").TrimEnd('.', ' '), told);
        Assert.Contains(EmergencyText.ParentWhere.Split("{1}")[0].Split("{0}")[1], told);
        Assert.DoesNotContain(Family.Reason, told);

        // Whoever came in by a code that works once is told so until they have another way; their parent reads no longer that nobody can sign in.
        using var child = await family.LetInAsync(years);
        Assert.Contains(AccountText.NoWayBack, await child.ReadAsync("/account"));
        var after = WebUtility.HtmlDecode(await again.ReadAsync(family.Acting));
        Assert.DoesNotContain(Say.Fill(ActingText.ChildSignIn, Family.ChildsName, family.Child.SignInName), after);
        Assert.Contains(Say.Fill(ActingText.DidLead, Family.ChildsName), after);
        using var set = await child.PostAsync("/account/password", "/account/password", ("password", "dinosaur moon kite seven"));
        Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);
        Assert.DoesNotContain(AccountText.NoWayBack, await child.ReadAsync("/account"));
    }

    /// <summary>As nobody who has no part in it: the page does not exist, and nothing that is sent changes anything.</summary>
    private static async Task SeesNothingAsync(FormVisitor visitor, Family family, string opening)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(family.Door)).StatusCode);
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("", [("door", "closed"), ("understood", "on")]), ("/contact", [("name", family.Home.Doctor.SignInName)]), ("/question", [("id", opening), ("question", "Why?")]), ("/close", [("id", opening)]),
        })
        {
            using var refused = await visitor.PostAsync("/account", family.Door + path, fields);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
    }

    internal static async Task DelegateAsync(Records.OwnAccess own, Resident to, string role, DateOnly? born, params string[] types)
    {
        var terms = new ActingTerms(
            new SharingTerms
            {
                Recipient = to.Person.Reference,
                RecipientName = to.Person.DisplayName,
                Purpose = PurposeOfUse.ActingForPatient,
                Labels = [SecurityLabels.Restricted, SecurityLabels.VeryRestricted],
                Types = types.Length == 0 ? null : types,
            },
            [ConsentAction.Access, .. ActingTerms.Choices],
            role)
        { Born = born };
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, Family.ChildsName, DateTimeOffset.UnixEpoch), null, Cancel);
    }
}
