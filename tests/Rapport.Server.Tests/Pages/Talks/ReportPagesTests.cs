using System.Net;
using Rapport.Conversations;
using Rapport.Server.Pages.Conversations.Reports;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Somebody reports a message, whoever looks after it sees that and what stands around it, and answers.</summary>
public sealed class ReportPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_privacy_officer_of_a_professional_sees_the_message_with_two_before_and_after_it_and_answers_to_who_reported()
    {
        var world = await TalkHome.MoveInAsync(server);
        var officer = await Household.MoveInAsync(server, withRecord: false);
        await server.Modules.People.Directory.SetPrivacyOfficerAsync(world.Team.Id.Organisation, officer.Stranger.Person.Id, true, Cancel);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "zqsubject", [("with", world.Home.Doctor.Person.Reference)]);
        foreach (var text in new[] { "zqone", "zqtwo", "zqthree" })
        {
            await SaidAsync(patient, place, text);
        }

        await SaidAsync(doctor, place, "zqbad");
        foreach (var text in new[] { "zqfive", "zqsix", "zqseven" })
        {
            await SaidAsync(patient, place, text);
        }

        Assert.Contains($"href=\"{place}/report/5\"", await patient.ReadAsync(place));
        Assert.DoesNotContain($"href=\"{place}/report/2\"", await patient.ReadAsync(place));
        var form = await patient.ReadAsync(place + "/report/5");
        Assert.Contains(Html(Language.Say.Fill(ReportText.WhatTheySee, "Dr Lee")), form);
        Assert.Contains("Hill Clinic", form);
        Assert.Contains("/circle/block?who=", form);
        using (var nothing = await patient.PostAsync("/account", place + "/report/5", ("words", "zqwords")))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.StatusCode);
            Assert.Contains("zqwords", await nothing.Content.ReadAsStringAsync(Cancel));
        }

        using (var sent = await patient.PostAsync("/account", place + "/report/5", ("reason", "Insult"), ("words", "zqwords"), ("person", "on")))
        {
            Assert.Equal("/conversations/reports?done=reported", sent.Headers.Location?.OriginalString);
        }

        Assert.Contains(Html(ReportText.IsOpen), await patient.ReadAsync("/conversations/reports"));
        using var office = await officer.Stranger.SignInAsync(server);
        var queue = await office.ReadAsync(ReportEndpoints.Queue);
        Assert.All(["zqtwo", "zqthree", "zqbad", "zqfive", "zqsix", "zqwords", "Maya Castellanos"], seen => Assert.Contains(seen, queue));
        Assert.All(["zqone", "zqseven", "zqsubject"], hidden => Assert.DoesNotContain(hidden, queue));

        // Whom it is about finds nothing, and neither does anybody else, nor whoever runs the server.
        foreach (var who in new[] { world.Home.Doctor, world.Home.Carer })
        {
            using var other = await who.SignInAsync(server);
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(ReportEndpoints.Queue)).StatusCode);
            Assert.DoesNotContain("Dr Lee:", await other.ReadAsync("/conversations/reports"));
        }

        Assert.DoesNotContain("report", (await doctor.ReadAsync(place)).Split("id=\"m5\"")[1].Split("</li>")[0]);
        Assert.Empty(await server.Modules.Reports.OfQueueAsync(null, Cancel));
        var id = queue.Split("name=\"report\" value=\"")[1].Split('"')[0];
        var fields = new[] { ("queue", world.Team.Id.Organisation.ToString()), ("report", id), ("outcome", "ToldOff"), ("answer", "zqanswer") };

        // One is found in its own queue alone, and what is no id finds nothing.
        foreach (var (organisation, wrong) in new[] { (null, id), ("another", id), (world.Team.Id.Organisation.ToString(), "0000000000000"), (world.Team.Id.Organisation.ToString(), "\0") })
        {
            Assert.Null(await server.Modules.Reports.FindAsync(organisation, wrong, Cancel));
            Assert.False(await server.Modules.Reports.AnswerAsync(organisation, wrong, ReportOutcome.ToldOff, null, Cancel));
        }

        using (var forged = await doctor.PostAsync("/account", ReportEndpoints.Queue, fields))
        {
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        }

        using (var answered = await office.PostAsync(ReportEndpoints.Queue, ReportEndpoints.Queue, fields))
        {
            Assert.Equal($"{ReportEndpoints.Queue}?done=answered", answered.Headers.Location?.OriginalString);
        }

        using (var again = await office.PostAsync(ReportEndpoints.Queue, ReportEndpoints.Queue, fields))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        }

        var told = await patient.ReadAsync("/conversations/reports");
        Assert.Contains(Html(ReportText.ToldOff), told);
        Assert.Contains("zqanswer", told);
        Assert.DoesNotContain("zqanswer", await doctor.ReadAsync(place));
    }

    [Fact]
    public async Task Where_nobody_vouches_whoever_runs_the_server_looks_and_only_what_one_sees_of_others_is_reported()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await SaidAsync(patient, place, "zqbefore");
        using (var added = await patient.PostAsync("/account", $"{place}/people", ("with", world.Home.Carer.Person.Reference), ("step", "add")))
        {
            Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);
        }

        await SaidAsync(carer, place, "zqbad");
        await SaidAsync(patient, place, "zqafter");
        foreach (var (who, line) in new[] { (stranger, 4), (carer, 2), (carer, 3), (carer, 4), (carer, 9), (patient, 2) })
        {
            using var refused = await who.GetAsync($"{place}/report/{line}");
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        // Who came later reports what they see: what was said before they came does not go along.
        using (var sent = await carer.PostAsync("/account", place + "/report/5", ("reason", "Other")))
        {
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        }

        var report = Assert.Single(await server.Modules.Reports.OfReporterAsync(world.Home.Carer.Person.Id, Cancel));
        Assert.Null(report.Organisation);
        Assert.Equal(["zqbad", "zqafter"], report.Messages.Select(static message => message.Text));
        Assert.Contains(await server.Modules.Reports.OfQueueAsync(null, Cancel), known => known.Id == report.Id);
        await (await world.Home.Patient.OpenAsync(server)).EraseAsync(Cancel);
        Assert.Empty(await server.Modules.Reports.OfReporterAsync(world.Home.Carer.Person.Id, Cancel));
    }

    [Fact]
    public async Task One_reports_so_much_in_a_day_and_no_more()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var world = await TalkHome.MoveInAsync(own);
        using var patient = await world.Home.Patient.SignInAsync(own);
        using var doctor = await world.Home.Doctor.SignInAsync(own);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        await SaidAsync(doctor, place, "bad");
        for (var i = 0; i < ReportDesk.MostADay; i++)
        {
            using var sent = await patient.PostAsync("/account", place + "/report/2", ("reason", "Pestering"));
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        }

        own.Clock.Advance(TimeSpan.FromMinutes(2));
        using var more = await patient.PostAsync("/account", place + "/report/2", ("reason", "Pestering"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, more.StatusCode);
        own.Clock.Advance(TimeSpan.FromDays(1));
        using var back = await world.Home.Patient.SignInAsync(own);
        using var tomorrow = await back.PostAsync("/account", place + "/report/2", ("reason", "Pestering"));
        Assert.Equal(HttpStatusCode.SeeOther, tomorrow.StatusCode);
    }
}
