using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Language;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Talks;

namespace Rapport.Server.Tests.Pages;

/// <summary>Leaving, taking out and blocking over plain HTTP: what ends with it, and what whoever is blocked can tell.</summary>
public sealed partial class PartingPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PeopleModule People => server.Modules.People;

    [Fact]
    public async Task WhoLeavesIsGoneAndThePatientIsToldUntilTheyHaveSeenIt()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var record = home.Patient.Person.Record!.Value;
        await People.Circle.SetEmergencyContactAsync(record, home.Carer.Person, true, "carer", Cancel);
        using var carer = await home.Carer.SignInAsync(server);
        Assert.Contains("Maya Castellanos", await carer.ReadAsync(CirclePlaces.Mine));
        var asked = await carer.ReadAsync($"{CirclePlaces.Leave}?patient={record}");
        Assert.Contains(PartingText.LeaveContact, WebUtility.HtmlDecode(asked));
        using var left = await carer.PostAsync(CirclePlaces.Mine, CirclePlaces.Leave, ("patient", record.ToString()));
        Assert.Equal(CirclePlaces.Mine + "?done=left", left.Headers.Location!.ToString());
        Assert.DoesNotContain("Maya Castellanos", await carer.ReadAsync(CirclePlaces.Mine));
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync($"{CirclePlaces.Leave}?patient={record}")).StatusCode);

        using var patient = await home.Patient.SignInAsync(server);
        var told = Say.Fill(PartingText.LeftCircle, "Sam", Say.Day(server.Clock.GetUtcNow()));
        Assert.Contains(told, WebUtility.HtmlDecode(await patient.ReadAsync("/circle")));
        using var seen = await patient.PostAsync("/circle", CirclePlace.Own.Left, ("who", home.Carer.Person.Id.ToString()));
        Assert.DoesNotContain(told, WebUtility.HtmlDecode(await patient.ReadAsync("/circle")));
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("keep")]
    public async Task WhoIsTakenOutSeesNothingMoreWhereThePatientStopsItInTheSameStep(string sharing)
    {
        var home = await Household.MoveInAsync(server);
        var record = home.Patient.Person.Record!.Value;
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on")]);
        await patient.ShareAsync(home.Carer, [("kind", "results")], [("lasting", "open"), ("more", "on")], aim: "help");
        using var doctor = await home.Doctor.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync($"/shared/{record}/summary")).StatusCode);

        var asked = WebUtility.HtmlDecode(await patient.ReadAsync(CirclePlace.Own.RemoveOf(home.Doctor.Person.Reference)));
        Assert.Contains(PartingText.SharedLegend, asked);
        Assert.Contains("Dr Lee", asked);
        using var removed = await patient.PostAsync("/circle", CirclePlace.Own.Remove, ("who", home.Doctor.Person.Reference), ("sharing", sharing));
        Assert.Equal(CirclePlaces.All + (sharing == "stop" ? "?done=removed-and-stopped" : "?done=removed"), removed.Headers.Location!.ToString());
        Assert.DoesNotContain(await People.Circle.OfPatientAsync(record, Cancel), member => member.Person.Id == home.Doctor.Person.Id);
        Assert.Equal(sharing == "stop" ? HttpStatusCode.NotFound : HttpStatusCode.OK, (await doctor.GetAsync($"/shared/{record}/summary")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await carer.GetAsync($"/shared/{record}/summary?for=FAMRQT")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(CirclePlace.Own.RemoveOf(home.Doctor.Person.Reference))).StatusCode);
    }

    /// <summary>An agreement that denies somebody something protects the patient: it does not end because they part.</summary>
    [Fact]
    public async Task WhatIsKeptFromSomebodyStaysKeptFromThem()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var own = await home.Patient.OpenAsync(server);
        await AgreeAsync(own, new JsonObject { ["type"] = "deny" }, home.Doctor.Person.Reference);
        using var patient = await home.Patient.SignInAsync(server);
        using var removed = await patient.PostAsync("/circle", CirclePlace.Own.Remove, ("who", home.Doctor.Person.Reference), ("sharing", "stop"));
        Assert.Equal("active", Assert.Single(await own.ConsentsAsync(Cancel)).Consent.Status);
    }

    [Fact]
    public async Task WhoIsBlockedHearsNothingAndCannotTell()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var stranger = await home.Stranger.SignInAsync(server);
        var nobody = await LookForAsync(stranger, "nobody-of-this-name");
        Assert.NotEqual(nobody, await LookForAsync(stranger, home.Patient.SignInName));
        var circleBefore = await SeenAsync(stranger, "/circle");

        using var found = await patient.PostAsync(CirclePlace.Own.Blocked, CirclePlace.Own.Blocked, ("name", home.Stranger.SignInName));
        var place = found.Headers.Location!.ToString();
        Assert.DoesNotContain(home.Stranger.SignInName, place);
        Assert.Contains(Say.Fill(PartingText.BlockHeading, "Mallory"), WebUtility.HtmlDecode(await patient.ReadAsync(place)));
        using var blocked = await patient.PostAsync(CirclePlace.Own.Blocked, CirclePlace.Own.Block, ("who", place.Split("who=")[1]));
        Assert.Equal(CirclePlace.Own.Blocked + "?done=blocked", blocked.Headers.Location!.ToString());
        Assert.Contains("Mallory", await patient.ReadAsync(CirclePlace.Own.Blocked));

        Assert.Equal(nobody, await LookForAsync(stranger, home.Patient.SignInName));
        Assert.Equal(circleBefore, await SeenAsync(stranger, "/circle"));

        using var unblocked = await patient.PostAsync(CirclePlace.Own.Blocked, CirclePlace.Own.Unblock, ("who", home.Stranger.Person.Id.ToString()));
        Assert.Equal(CirclePlace.Own.Blocked + "?done=unblocked", unblocked.Headers.Location!.ToString());
        Assert.NotEqual(nobody, await LookForAsync(stranger, home.Patient.SignInName));
    }

    [Fact]
    public async Task AnIntroductionFromBeforeOpensNothingForTheBlocked()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var other = await Household.MoveInAsync(server, withRecord: false);
        var introduced = People.Introductions.Of(other.Patient.Person.Id, home.Stranger.Person.Reference);
        var recipients = new Recipients(People);
        Assert.NotNull(await recipients.ResolveAsync(introduced, other.Patient.Person.Id, Cancel));
        await People.Blocks.AddAsync(home.Stranger.Person, other.Patient.Person, Cancel);
        Assert.Null(await recipients.ResolveAsync(introduced, other.Patient.Person.Id, Cancel));
        Assert.Null(await recipients.ResolveAsync(home.Stranger.Person.Reference, other.Patient.Person.Id, Cancel));
    }

    [Fact]
    public async Task WhoeverBlocksMayStopWhatTheyShareAndTakeThemOutInTheSameStep()
    {
        var home = await Household.MoveInAsync(server);
        var record = home.Patient.Person.Record!.Value;
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on")]);
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync($"/shared/{record}/summary")).StatusCode);
        var asked = WebUtility.HtmlDecode(await patient.ReadAsync(CirclePlace.Own.BlockOf(home.Doctor.Person.Reference)));
        Assert.Contains(PartingText.StopSharing, asked);
        Assert.Contains(PartingText.AlsoRemove, asked);
        using var blocked = await patient.PostAsync("/circle", CirclePlace.Own.Block, ("who", home.Doctor.Person.Reference), ("sharing", "stop"), ("remove", "on"));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{record}/summary")).StatusCode);
        Assert.DoesNotContain(await People.Circle.OfPatientAsync(record, Cancel), member => member.Person.Id == home.Doctor.Person.Id);
        Assert.True(await People.Blocks.IsBlockedAsync(home.Patient.Person.Id, home.Doctor.Person.Id, Cancel));
    }

    [Theory]
    [InlineData("/circle/remove", "part")]
    [InlineData("/circle/block", "part")]
    [InlineData("/circle/remove", "")]
    public async Task WhoPartsIsAskedWhetherTheConversationsEndTooAndThenTheyDo(string place, string talks)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var record = home.Patient.Person.Record!.Value;
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        var room = await TalkHome.BeginAsync(patient, "the room", [("with", home.Carer.Person.Reference), ("with", home.Doctor.Person.Reference)]);
        var asked = WebUtility.HtmlDecode(await patient.ReadAsync($"{place}?who={Uri.EscapeDataString(home.Carer.Person.Reference)}"));
        Assert.Contains(Say.Count(PartingText.TakeOut, 1), asked);
        using var parted = await patient.PostAsync("/circle", place, ("who", home.Carer.Person.Reference), ("talks", talks));
        Assert.Equal(talks == "part" ? HttpStatusCode.NotFound : HttpStatusCode.OK, (await carer.GetAsync(room)).StatusCode);
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(room)).StatusCode);
    }

    [Fact]
    public async Task WhoBlocksAPatientLeavesTheConversationWithThemAloneAndStaysInRooms()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        var alone = await TalkHome.BeginAsync(patient, "the two of us", [("with", home.Carer.Person.Reference)]);
        var room = await TalkHome.BeginAsync(patient, "the room", [("with", home.Carer.Person.Reference), ("with", home.Doctor.Person.Reference)]);
        using var found = await carer.PostAsync(CirclePlace.Own.Blocked, CirclePlace.Own.Blocked, ("name", home.Patient.SignInName));
        var place = found.Headers.Location!.ToString();
        var asked = WebUtility.HtmlDecode(await carer.ReadAsync(place));
        Assert.Contains(Say.Count(PartingText.LeaveTalks, 1), asked);
        Assert.Contains(Say.Count(PartingText.TalksStay, 1), asked);
        using var blocked = await carer.PostAsync(CirclePlace.Own.Blocked, CirclePlace.Own.Block, ("who", place.Split("who=")[1]), ("talks", "part"));
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(alone)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await carer.GetAsync(room)).StatusCode);
    }

    [Fact]
    public async Task WhoIsNotKnownIsBlockedAndTakenOutByNobody()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var other = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        foreach (var who in new[] { other.Stranger.Person.Reference, other.Patient.Person.Reference, home.Patient.Person.Reference, "RelatedPerson/nobody", "Organization/x", "" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(CirclePlace.Own.BlockOf(who))).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(CirclePlace.Own.RemoveOf(who))).StatusCode);
            using var blocked = await patient.PostAsync("/circle", CirclePlace.Own.Block, ("who", who));
            using var removed = await patient.PostAsync("/circle", CirclePlace.Own.Remove, ("who", who), ("sharing", "stop"));
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (blocked.StatusCode, removed.StatusCode));
        }

        Assert.Empty(await People.Blocks.ListAsync(home.Patient.Person.Id, Cancel));
    }

    [Fact]
    public async Task ATeamIsShownWithWhoIsInItAndWhoSaysSo()
    {
        var home = await Household.MoveInAsync(server);
        var clinic = (await People.Directory.AddOrganisationAsync("Hill Clinic", Cancel)).Value!;
        await People.Directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "cardiologist", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        var team = (await People.CareTeams.AddAsync(clinic.Id, "Heart team", Cancel)).Value!;
        await People.CareTeams.SetMemberAsync(team.Id, home.Doctor.Person.Id, true, Cancel);
        var own = await home.Patient.OpenAsync(server);
        await AgreeAsync(own, ConsentJson.Permit(), team.Reference);
        using var patient = await home.Patient.SignInAsync(server);
        var page = WebUtility.HtmlDecode(await patient.ReadAsync("/circle"));
        Assert.Contains(Say.Fill(CircleText.Behind, "Hill Clinic", Say.Fill(CircleText.MemberAs, "Dr Lee", "cardiologist (doctor for the heart)")), page);
        Assert.Contains(Say.Fill(CircleText.VouchedForBy, "Hill Clinic"), page);
    }

    private async Task AgreeAsync(OwnAccess own, JsonObject provision, string recipient)
    {
        ConsentJson.Name(provision, recipient, null, "TREAT");
        var consent = ConsentJson.Checked(ConsentJson.Of($"Patient/{own.Patient}", Say.Iso(server.Clock.GetUtcNow()), provision));
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, consent, null, Cancel)).Status);
    }

    private static async Task<string> LookForAsync(FormVisitor visitor, string name)
    {
        using var answer = await visitor.PostAsync(CirclePlace.Own.Blocked, CirclePlace.Own.Blocked, ("name", name));
        return $"{answer.StatusCode} {Token().Replace((await answer.Content.ReadAsStringAsync(Cancel)).Replace(name, "NAME", StringComparison.Ordinal), "")}";
    }

    private static async Task<string> SeenAsync(FormVisitor visitor, string path) => Token().Replace(await visitor.ReadAsync(path), "");

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
