using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Talks;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.CheckIns;

/// <summary>What a check-in measures stands among the patient's results, over plain HTTP.</summary>
public sealed class CheckInMeasurementTests(RunningServer server) : IClassFixture<RunningServer>
{
    /// <summary>A question of the one about blood pressure that is offered: with these words it has its code and its unit.</summary>
    private static readonly (string, string)[] Pressure =
    [
        ("title", "Your blood pressure at home"), ("text-0", "The upper number, after five minutes of rest"), ("kind-0", "Number"), ("unit-0", "mmHg"), ("required-0", "yes"), ("text-1", "Have you been dizzy?"), ("kind-1", "YesNo"), ("step", "ask"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blood_pressure_that_was_asked_for_stands_in_the_chart_of_the_patients_results_and_is_seen_by_who_asked()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "my heart", [("with", $"CareTeam/{world.Team.Id}")]);
        foreach (var value in new[] { "131", "127" })
        {
            using var made = await doctor.PostAsync("/account", $"{place}/check-ins/new", [.. Pressure, ("every", "Once")]);
            Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
            var asked = $"{place}/check-ins/{made.Headers.Location!.OriginalString.Split("#m")[1]}";
            Assert.Contains(Html(CheckInText.WhoSeesMeasured), await patient.ReadAsync($"{asked}/answer"));
            using var sent = await patient.PostAsync("/account", $"{asked}/answer", ("a-0", value), ("a-1", "false"), ("step", "send"));
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
            server.Clock.Advance(TimeSpan.FromHours(1));
        }

        var measured = await MeasuredAsync(world);
        Assert.Equal(["127", "131"], measured.Select(static one => one["valueQuantity"]!["value"]!.ToString()).Order(StringComparer.Ordinal));
        var chart = await patient.ReadAsync($"/record/Observation/{measured[0]["id"]}/chart");
        Assert.Contains("131", chart);
        Assert.Contains("127", chart);
        Assert.Contains("<svg", chart);

        // Who asked sees it in the record, as far as it was what they asked for.
        var shared = await doctor.ReadAsync($"/shared/{world.Home.Patient.Person.Record}?for=TREAT");
        Assert.Equal(2, measured.Count(one => shared.Contains($"Observation/{one["id"]}", StringComparison.Ordinal)));
        using var stranger = await world.Home.Stranger.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/shared/{world.Home.Patient.Person.Record}?for=TREAT")).StatusCode);
    }

    [Fact]
    public async Task Who_acts_adds_measurements_only_where_they_may_add_and_share_such()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        using var carer = await world.Home.Carer.SignInAsync(server);
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse);
        await world.ActAsync(world.Home.Carer, ["QuestionnaireResponse"], ConsentAction.Collect, ConsentAction.ShareOn);
        var place = await BeginAsync(patient, "my heart", [("with", $"CareTeam/{world.Team.Id}")]);
        await AnswerAsync(doctor, carer, place, 131);
        Assert.Empty(await MeasuredAsync(world));

        await world.ActAsync(world.Home.Carer, [], ConsentAction.Collect, ConsentAction.ShareOn);
        await AnswerAsync(doctor, carer, place, 127);
        var measured = Assert.Single(await MeasuredAsync(world));
        Assert.Equal(("127", "Sam"), (measured["valueQuantity"]!["value"]!.ToString(), (string)measured["performer"]![0]!["display"]!));
        Assert.Contains($"Observation/{measured["id"]}", await doctor.ReadAsync($"/shared/{world.Home.Patient.Person.Record}?for=TREAT"));
    }

    [Fact]
    public async Task What_is_measured_where_the_patient_is_alone_is_not_for_who_acts_for_them_either()
    {
        var world = await TalkHome.MoveInAsync(server, withRecord: false);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        await world.ActAsync(world.Home.Carer, [], ConsentAction.Converse, ConsentAction.Collect, ConsentAction.ShareOn);
        var team = $"CareTeam/{world.Team.Id}";
        await AnswerAsync(doctor, patient, await BeginAsync(patient, "my heart", [("with", team)]), 131);
        await AnswerAsync(doctor, patient, await BeginAsync(patient, "mine alone", [("with", team), ("private", "on")]), 127);
        Assert.Equal(2, (await MeasuredAsync(world)).Count);
        var seen = await server.Modules.Records.Gate.DiscloseAsync(
            new DisclosureAsk(Household.ActorOf(world.Home.Carer.Person), world.Home.Patient.Person.Record!.Value, PurposeOfUse.ActingForPatient, new RecordQuery.Everything { Types = ["Observation"] }), Cancel);
        Assert.Equal(1, seen!.Count);
        Assert.Contains("131", System.Text.Encoding.UTF8.GetString(seen.ReadResource(0).Json.Span));
        var shared = await doctor.ReadAsync($"/shared/{world.Home.Patient.Person.Record}?for=TREAT");
        Assert.All(await MeasuredAsync(world), one => Assert.Contains($"Observation/{one["id"]}", shared));
    }

    private static async Task AnswerAsync(FormVisitor asker, FormVisitor who, string place, int value)
    {
        using var made = await asker.PostAsync("/account", $"{place}/check-ins/new", [.. Pressure, ("every", "Once")]);
        var asked = $"{place}/check-ins/{made.Headers.Location!.OriginalString.Split("#m")[1]}";
        using var sent = await who.PostAsync("/account", $"{asked}/answer", ("a-0", value.ToString(CultureInfo.InvariantCulture)), ("step", "send"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
    }

    private async Task<IReadOnlyList<JsonNode>> MeasuredAsync(TalkHome world)
    {
        var answer = await (await world.Home.Patient.OpenAsync(server)).QueryAsync(new RecordQuery.Everything { Types = ["Observation"] }, Cancel);
        return [.. Enumerable.Range(0, answer.Count).Select(i => JsonNode.Parse(answer.ReadResource(i).Json.Span)!)];
    }
}
