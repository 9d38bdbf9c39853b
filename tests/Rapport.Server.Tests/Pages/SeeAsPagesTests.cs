using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Links;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeeAs;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.LinksGiven;

namespace Rapport.Server.Tests.Pages;

/// <summary>Looking at one's record through the eyes of somebody: it is what they get, for each purpose; who sees an entry; what a change changes.</summary>
public sealed class SeeAsPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatThePatientSeesThroughTheirEyesIsWhatTheyGet()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions"), ("kind", "medicines"), ("label", "PSY")]);
        await patient.ShareAsync(home.Carer, [("scope", "kinds"), ("kind", "visits")], aim: "help");
        var before = await patient.ReadAsync("/ledger/lines");
        foreach (var (resident, purposes) in new[] { (home.Doctor, new[] { "TREAT" }), (home.Carer, ["FAMRQT"]) })
        {
            foreach (var purpose in purposes)
            {
                var page = await patient.ReadAsync($"/share/see?who={resident.Person.Reference}&for={purpose}");
                var gets = await server.Modules.Records.Gate.DiscloseAsync(
                    new DisclosureAsk(Household.ActorOf(resident.Person), home.Patient.Person.Record!.Value, purpose, new RecordQuery.Everything()), Cancel);
                Assert.NotNull(gets);
                Assert.Contains(Say.Count(SeeAsText.TheySee, gets.Count), page);
            }
        }

        Assert.Contains(home.Doctor.Person.DisplayName, before);
        var items = await patient.ReadAsync($"/share/see/items?who={home.Doctor.Person.Reference}&for=TREAT&in=home.visits");
        Assert.Contains(WebUtility.HtmlEncode("what you share with Dr Lee"), items, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task LookingThroughTheirEyesIsNoLook()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "everything")]);
        var own = await home.Patient.OpenAsync(server);
        var size = (await own.OverviewAsync(Cancel)).LedgerSize;
        await patient.ReadAsync($"/share/see?who={home.Doctor.Person.Reference}");
        await patient.ReadAsync($"/share/see/items?who={home.Doctor.Person.Reference}&in=seen.results");
        Assert.Equal(size, (await own.OverviewAsync(Cancel)).LedgerSize);
    }

    [Fact]
    public async Task AnEntryTellsWhoSeesItAndWhichRuleDecides()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions")]);
        var own = await home.Patient.OpenAsync(server);
        var conditions = (await own.QueryAsync(new RecordQuery.Timeline(50, null) { Types = ["Condition"] }, Cancel)).Entries;
        var ordinary = await patient.ReadAsync($"/record/{conditions.First(entry => entry.Labels.Count == 0).Reference}/who");
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(SeeAsText.Sees, "treatment")), ordinary);
        Assert.Contains(WebUtility.HtmlEncode("no agreement shares it with Sam"), ordinary);
        var sensitive = await patient.ReadAsync($"/record/{conditions.First(entry => entry.Labels.Contains("PSY")).Reference}/who");
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(SeeAsText.DoesNotSee, "treatment")), sensitive);
        Assert.Contains("marked as mental health", sensitive);
        Assert.Contains(SeeAsText.TheRule, sensitive);
    }

    [Fact]
    public async Task WhatAChangeChangesIsSeenBeforeItIsSaved()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "kinds"), ("kind", "conditions"), ("kind", "allergies")]);
        var review = await patient.ReadAsync(await patient.ToReviewAsync(home.Doctor, [("scope", "kinds"), ("kind", "medicines")]));
        Assert.Contains(WebUtility.HtmlEncode(SharingText.DifferenceHeading), review);
        Assert.Contains("gained.medicines", review);
        Assert.DoesNotContain("lost.", review);

        var consent = (await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel)).Single();
        using var change = await patient.GetAsync($"/share/change?id={consent.Entry.Id}&at=until");
        var until = change.Headers.Location!.OriginalString;
        var what = await patient.StepAsync(until, "/share/until", ("lasting", "months"), ("more", "on"), ("step", "back"));
        until = await patient.StepAsync(what, "/share/what", ("scope", "kinds"), ("kind", "conditions"), ("kind", "medicines"), ("step", "on"));
        var address = await patient.StepAsync(until, "/share/until", ("lasting", "months"), ("more", "on"), ("step", "on"));
        var changed = await patient.ReadAsync(address);
        Assert.Contains("gained.medicines", changed);
        Assert.Contains("lost.allergies", changed);
        Assert.DoesNotContain("gained.conditions", changed);
        var lost = await patient.ReadAsync($"/share/items?draft={ShareWalk.DraftOf(address)}&in=lost.allergies");
        Assert.Contains(WebUtility.HtmlEncode(Say.Fill(SharingText.ItemsLost, "Dr Lee", "allergies")), lost);
        Assert.Contains("penicillin", lost);
    }

    /// <summary>What is related to an entry goes along with it, but for what is marked: the summary said that nothing was held back, and their eyes told of one.</summary>
    [Fact]
    public async Task WhatIsHeldBackIsCountedAlikeBeforeItIsAgreedToAndAfter()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var conditions = (await own.QueryAsync(new RecordQuery.Timeline(50, null) { Types = ["Condition"] }, Cancel)).Entries.Where(static entry => entry.Labels.Count == 0);
        var seen = 0;
        foreach (var condition in conditions)
        {
            var begin = $"/share/new?entry={condition.Reference}";
            var draft = ShareWalk.DraftInForm(await patient.ReadAsync(begin));
            using var first = await patient.PostAsync(begin, "/share/new", ("draft", draft), ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
            var until = await patient.StepAsync(first.Headers.Location!.OriginalString, "/share/what", ("scope", "around"), ("step", "on"));
            var address = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
            var review = WebUtility.HtmlDecode(await patient.ReadAsync(address));
            if (!review.Contains("Stays home: marked as", StringComparison.Ordinal))
            {
                continue;
            }

            seen++;
            Assert.DoesNotContain(SharingText.NothingOfThisMarked, review);
            Assert.Contains("by this agreement", review);
            Assert.Equal("/share?done=shared", await patient.StepAsync(address, "/share", ("step", "agree")));
            var held = (await own.PreviewAsync(Household.ActorOf(home.Doctor.Person), "TREAT", null, Cancel)).Entries().Count(static entry => entry.Reason.Kind == Consent.ReasonKind.Sensitive);
            Assert.Contains(Say.Count(SharingText.HeldBack, held), review);
            Assert.Contains(Say.Count(SeeAsText.HeldBack, held), WebUtility.HtmlDecode(await patient.ReadAsync($"/share/see?who={home.Doctor.Person.Reference}")));
            break;
        }

        Assert.Equal(1, seen);
    }

    /// <summary>Opening a link to a summary releases what its medicines refer to as well, of which the summary before it did not tell; and who has it is told by name, never by a reference.</summary>
    [Fact]
    public async Task ALinkReleasesAsMuchAsWasShownAndIsToldByItsName()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var begin = ShareWalk.DraftInForm(await patient.ReadAsync(LinkPlaces.What));
        using var what = await patient.PostAsync(LinkPlaces.What, LinkPlaces.What, ("draft", begin), ("scope", "summary"), ("purpose", "TREAT"), ("step", "on"));
        var review = await patient.StepAsync(what.Headers.Location!.OriginalString, LinkPlaces.Until, ("name", "For Dr Meyer"), ("lasting", "open"), ("often", "any"), ("step", "on"));
        var shown = await patient.ReadAsync(review);
        using var given = await patient.PostAsync(review, LinkPlaces.All, ("draft", ShareWalk.DraftOf(review)), ("without", "on"), ("step", "give"));
        var address = WebUtility.HtmlDecode((await patient.ReadAsync(given.Headers.Location!.OriginalString)).Split("class=\"address\"")[1].Split('>')[1].Split('<')[0]);
        using var holder = new LinkHolder(server, address);
        await holder.OpenAsync();

        var own = await home.Patient.OpenAsync(server);
        var look = (await own.HistoryAsync(Cancel)).Deeds.Last(static deed => deed.IsLook);
        Assert.Contains(Say.Count(SharingText.TheySee, look.EntryCount), shown);
        Assert.Contains(Say.Count(SeeAsText.TheySee, look.EntryCount), await patient.ReadAsync($"/share/see?who={look.Actor}&for=TREAT"));

        var condition = (await own.QueryAsync(new RecordQuery.Timeline(50, null) { Types = ["Condition"] }, Cancel)).Entries.First(static entry => entry.Labels.Count == 0);
        var who = WebUtility.HtmlDecode(await patient.ReadAsync($"/record/{condition.Reference}/who"));
        Assert.Contains($">{Say.Sentence(Say.Fill(GivenLinkText.HolderInside, "For Dr Meyer"))}<", who);
        Assert.DoesNotContain("with Device/", who);
        Assert.DoesNotContain(">Device/", who);
    }

    [Theory]
    [InlineData("Aunt Rosa", "Aunt Rosa")]
    [InlineData(null, "omebody whom this server does not know any more")]
    public async Task WhoeverIsNotKnownAnyMoreIsToldByTheNameOfTheAgreement(string? name, string told)
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var terms = new SharingTerms { Recipient = "RelatedPerson/gone", RecipientName = "gone", Purpose = "FAMRQT", Types = ["Condition"] };
        var consent = JsonNode.Parse(terms.ToConsent(home.Patient.Person.Record!.Value, server.Clock.GetUtcNow()).Json.Span)!;

        // Of more than the pages can tell in their own terms: with two purposes.
        var provision = consent["provision"]!;
        provision["purpose"]!.AsArray().Add(JsonNode.Parse("{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActReason\",\"code\":\"PATRQT\"}"));
        var reference = provision["actor"]![0]!["reference"]!.AsObject();
        reference.Remove("display");
        if (name is not null)
        {
            reference["display"] = name;
        }

        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, Fhir.Resource.Parse(Encoding.UTF8.GetBytes(consent.ToJsonString())).Resource!, null, Cancel)).Status);
        var condition = (await own.QueryAsync(new RecordQuery.Timeline(50, null) { Types = ["Condition"] }, Cancel)).Entries[0];
        var who = await patient.ReadAsync($"/record/{condition.Reference}/who");
        Assert.Contains(told, who);
        Assert.DoesNotContain(">RelatedPerson/", who);
        Assert.DoesNotContain("with RelatedPerson/", who);
    }

    [Fact]
    public async Task NobodyLooksThroughEyesOfARecordThatIsNotTheirs()
    {
        var (home, other) = (await Household.MoveInAsync(server), await Household.MoveInAsync(server, withRecord: false));
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "everything")]);
        var condition = (await (await home.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Timeline(1, null) { Types = ["Condition"] }, Cancel)).Entries[0];
        using var stranger = await other.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        foreach (var visitor in new[] { stranger, doctor })
        {
            foreach (var path in new[] { $"/share/see?who={home.Doctor.Person.Reference}", $"/share/see/items?who={home.Doctor.Person.Reference}&in=seen.conditions", $"/record/{condition.Reference}/who" })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(path)).StatusCode);
            }
        }

        foreach (var path in new[] { "/share/see", "/share/see?who=Practitioner/nobody", $"/share/see/items?who={home.Doctor.Person.Reference}&in=gained.conditions", $"/record/Observation/{condition.Id}/who" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(path)).StatusCode);
        }
    }
}
