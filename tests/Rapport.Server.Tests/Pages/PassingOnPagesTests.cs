using System.Net;
using Rapport.Language;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.PassingOn;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Sharing on over plain HTTP: what the patient ticks, whom it reaches, that the patient is told, and that it ends.</summary>
public sealed class PassingOnPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsSharedOnIsSeenThePatientIsToldAndStopsItAlone()
    {
        using var scene = await BeginAsync();
        var (home, meyer, patient, doctor, colleague) = scene;
        var record = scene.Record;
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "share")]);
        Assert.Contains(Html(Say.Fill(SharingText.AlsoMay, SharingText.DoesShareOn)), await patient.ReadAsync("/share"));

        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync(record)).StatusCode);
        Assert.Contains(record + "/pass-on", await doctor.ReadAsync(record));
        using var found = await doctor.PostAsync(record + "/pass-on", record + "/pass-on", ("find", meyer.DisplayName), ("step", "find"));
        Assert.Contains(meyer.Reference, await found.Content.ReadAsStringAsync(Cancel));
        using var nobody = await doctor.PostAsync(record + "/pass-on", record + "/pass-on", ("who", home.Stranger.Person.Reference), ("step", "on"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nobody.StatusCode);
        await PassOnAsync(doctor, record, meyer);

        // Whom it reached reads what the doctor reads and no more, and cannot share it further.
        var seen = await colleague.ReadAsync(record);
        Assert.Contains("Observation/", seen);
        Assert.DoesNotContain("Encounter/", seen);
        Assert.Contains(Html(Say.Fill(PassingOnText.PassedOnBy, "Dr Lee")), seen);
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync(record + "/pass-on")).StatusCode);

        // The patient is told where they look first, and reads of whom it came.
        foreach (var page in new[] { "/record", "/share" })
        {
            Assert.Contains(Html(Say.Fill(SharingText.PassedOnNotice, "Dr Lee", meyer.DisplayName, "|").Split('|')[0]), await patient.ReadAsync(page));
        }

        Assert.Contains(Html(Say.Fill(Rapport.Server.Pages.Ledger.LedgerText.PassedOn, "Dr Lee", meyer.DisplayName, "|", "Dr Lee").Split('|')[0]), await patient.ReadAsync("/ledger"));
        var through = await patient.ReadAsync($"/share/see?who={Uri.EscapeDataString(meyer.VerifiedReference)}");
        Assert.Contains(Html(Say.Fill(Rapport.Server.Pages.Sharing.SeeAs.SeeAsText.Heading, meyer.DisplayName)), through);
        Assert.DoesNotContain(Html(SharingText.DoesShareOn), through);
        Assert.Contains(Html(Say.Fill(SharingText.AlsoMay, SharingText.DoesShareOn)), await patient.ReadAsync($"/share/see?who={Uri.EscapeDataString(home.Doctor.Person.Reference)}"));

        // Stopped alone.
        var passed = (await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel)).Single(static consent => consent.Consent.PassedOn is not null);
        using var stopped = await patient.PostAsync("/share", "/share/stop", ("id", passed.Entry.Id));
        Assert.Equal("/share?done=stopped", stopped.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync(record)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(record)).StatusCode);
        Assert.DoesNotContain(Html(Say.Fill(SharingText.PassedOnNotice, "Dr Lee", meyer.DisplayName, "|").Split('|')[0]), await patient.ReadAsync("/record"));
    }

    /// <summary>What was shared on and taken back before the patient came by was told nowhere but in the ledger; of more than three the page told three.</summary>
    [Fact]
    public async Task ThePatientIsToldOfAllThatWasSharedOnAlsoWhenItWasTakenBackAtOnce()
    {
        using var scene = await BeginAsync();
        var (home, meyer, patient, doctor, _) = scene;
        var record = scene.Record;
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "share")]);
        await PassOnAsync(doctor, record, meyer);
        var own = await home.Patient.OpenAsync(server);
        var passed = (await own.ConsentsAsync(Cancel)).Single(static consent => consent.Consent.PassedOn is not null);
        using var back = await doctor.PostAsync(record + "/pass-on", record + "/pass-on/stop", ("id", passed.Entry.Id[(Data.PatientId.TextLength + 1)..]));
        Assert.Equal(record + "/pass-on?done=stopped", back.Headers.Location?.ToString());
        Assert.Contains(Html(Say.Fill(SharingText.PassedOnAndTakenBack, "Dr Lee", meyer.DisplayName, "|").Split('|')[0]), await patient.ReadAsync("/record"));
        for (var i = 0; i < 4; i++)
        {
            var organisation = (await server.Modules.People.Directory.AddOrganisationAsync($"Practice {i} {home.Doctor.SignInName}", Cancel)).Value!;
            using var on = await doctor.PostAsync(record + "/pass-on", record + "/pass-on", ("who", $"Organization/{organisation.Id}"), ("step", "on"));
            Assert.Equal(record + "/pass-on?done=passed", on.Headers.Location?.ToString());
        }

        Assert.Contains(Html(Say.Count(SharingText.PassedOnMore, 2)), await patient.ReadAsync("/record"));

        // What the patient stops is not shared on again.
        await PassOnAsync(doctor, record, meyer);
        var again = (await own.ConsentsAsync(Cancel)).First(static consent => consent.Consent.PassedOn is not null);
        using var stopped = await patient.PostAsync("/share", "/share/stop", ("id", again.Entry.Id));
        using var refused = await doctor.PostAsync(record + "/pass-on", record + "/pass-on", ("who", meyer.Reference), ("step", "on"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains(Html(Say.Fill(PassingOnText.Refused, home.Patient.Person.DisplayName, meyer.DisplayName)), await refused.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task ItEndsWithTheAgreementAndWithAnyChangeOfIt()
    {
        using var scene = await BeginAsync();
        var (home, meyer, patient, doctor, colleague) = scene;
        var record = scene.Record;
        await patient.ShareAsync(home.Doctor, [("kind", "results"), ("kind", "medicines")], [("lasting", "open"), ("more", "on"), ("may", "share")]);
        await PassOnAsync(doctor, record, meyer);
        Assert.Equal(HttpStatusCode.OK, (await colleague.GetAsync(record)).StatusCode);

        // The change tells of it before, and what they may do no more.
        var agreement = (await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel)).Single(static consent => consent.Consent.PassedOn is null);
        using var change = await patient.GetAsync($"/share/change?id={agreement.Entry.Id}&at=until");
        var review = await patient.StepAsync(change.Headers.Location!.OriginalString, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        var told = await patient.ReadAsync(review);
        Assert.Contains(Html(Say.Fill(SharingText.MayNoMore, SharingText.DoesShareOn)), told);
        Assert.Contains(Html(Say.Fill(SharingText.PassedOnEnds, meyer.DisplayName)), told);
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync(record)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(record + "/pass-on")).StatusCode);
        Assert.Contains(SharingText.EndedWithOrigin, await patient.ReadAsync("/share"));
        Assert.Empty(await (await home.Patient.OpenAsync(server)).CheckAsync(Cancel));
    }

    /// <summary>What is shared on names a professional as long as somebody vouches for them, what the patient shares names them for good: they stood twice among the people around, once as somebody with whom nothing is shared.</summary>
    [Fact]
    public async Task WhoIsReachedInTwoWaysStandsOnceAroundThePatient()
    {
        using var scene = await BeginAsync();
        var (home, meyer, patient, doctor, _) = scene;
        await server.Modules.People.Circle.AddAsync(home.Patient.Person.Record!.Value, meyer.Id, "specialist", Cancel);
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "share")]);
        await PassOnAsync(doctor, scene.Record, meyer);
        var circle = await patient.ReadAsync("/circle");
        Assert.Equal(2, circle.Split($">{meyer.DisplayName}</h3>").Length);
        var theirs = circle.Split($">{meyer.DisplayName}</h3>")[1].Split("</li>")[0];
        Assert.Contains(Html(Say.Fill(CircleText.VouchedForBy, $"Harbour Clinic {home.Doctor.SignInName}")), theirs);
        Assert.DoesNotContain(CircleText.SharesNothing, theirs);

        var own = await home.Patient.OpenAsync(server);
        var entry = (await own.QueryAsync(new RecordQuery.Timeline(1) { Types = ["Observation"] }, Cancel)).Entries[0].Reference;
        var who = await patient.ReadAsync($"/record/{entry}/who");
        Assert.Equal(2, who.Split($">{meyer.DisplayName}</a></h2>").Length);
        foreach (var reference in new[] { meyer.Reference, meyer.VerifiedReference })
        {
            using var through = await patient.GetAsync($"/share/see?who={Uri.EscapeDataString(reference)}");
            Assert.Equal(HttpStatusCode.OK, through.StatusCode);
        }
    }

    [Fact]
    public async Task NothingIsTickedUnlessItIsAndNobodySharesOnWithoutIt()
    {
        using var scene = await BeginAsync();
        var (home, meyer, patient, doctor, _) = scene;
        var record = scene.Record;
        var until = await patient.ToReviewAsync(home.Doctor, [("kind", "results")], [("lasting", "looks"), ("looks", "3"), ("may", "share")]);
        Assert.StartsWith("/share/until", until);
        Assert.Contains(SharingText.LooksAreNotSharedOn, await patient.ReadAsync(until));
        await patient.ShareAsync(home.Doctor, [("kind", "results")]);
        Assert.DoesNotContain("/pass-on", await doctor.ReadAsync(record));
        Assert.Equal((await doctor.ReadAsync($"/shared/{Data.PatientId.New()}/pass-on")).Length, (await doctor.ReadAsync(record + "/pass-on")).Length);
        var token = await doctor.TokenAsync("/shared");
        using var forged = await doctor.PostWithAsync(record + "/pass-on", ("__RequestVerificationToken", token), ("who", meyer.Reference), ("step", "on"));
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        Assert.DoesNotContain((await (await home.Patient.OpenAsync(server)).ConsentsAsync(Cancel)), static consent => consent.Consent.Actions.Count > 1);
    }

    private static async Task PassOnAsync(FormVisitor doctor, string record, Person to)
    {
        using var passed = await doctor.PostAsync(record + "/pass-on", record + "/pass-on", ("find", to.DisplayName), ("who", to.Reference), ("step", "on"));
        Assert.Equal(record + "/pass-on?done=passed", passed.Headers.Location?.ToString());
        Assert.Contains(to.DisplayName, await doctor.ReadAsync(record + "/pass-on?done=passed"));
    }

    private async Task<Scene> BeginAsync()
    {
        var home = await Household.MoveInAsync(server);
        var meyer = await ColleagueAsync(home);
        var colleague = new FormVisitor(server);
        await colleague.SignInAsync(meyer.SignInName);
        return new Scene(home, meyer, await home.Patient.SignInAsync(server), await home.Doctor.SignInAsync(server), colleague);
    }

    /// <summary>A professional whom a clinic vouches for, with a name of their own.</summary>
    private async Task<Person> ColleagueAsync(Household home)
    {
        var people = server.Modules.People;
        var name = $"Dr Meyer {home.Doctor.SignInName}";
        var added = (await people.Accounts.AddAsync(new NewPerson { SignInName = home.Doctor.SignInName.Replace("lee", "meyer", StringComparison.Ordinal), DisplayName = name, Password = Household.Password, IsProfessional = true, Role = "cardiologist" }, Cancel)).Value!;
        var clinic = (await people.Directory.AddOrganisationAsync($"Harbour Clinic {home.Doctor.SignInName}", Cancel)).Value!;
        return (await people.Directory.VouchAsync(clinic.Id, added.Id, new Vouching { Role = "cardiologist", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel)).Value!;
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A patient, their doctor, and Dr Meyer, a colleague of the doctor's whom a clinic vouches for: each signed in.</summary>
    private sealed record Scene(Household Home, Person Meyer, FormVisitor Patient, FormVisitor Doctor, FormVisitor Colleague) : IDisposable
    {
        public string Record => $"/shared/{Home.Patient.Person.Record}";

        public void Dispose()
        {
            Patient.Dispose();
            Doctor.Dispose();
            Colleague.Dispose();
        }
    }
}
