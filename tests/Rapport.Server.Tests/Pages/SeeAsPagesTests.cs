using System.Net;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeeAs;
using Rapport.Server.Tests.Hosting;

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
        Assert.Contains(WebUtility.HtmlEncode("no consent shares it with Sam"), ordinary);
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
