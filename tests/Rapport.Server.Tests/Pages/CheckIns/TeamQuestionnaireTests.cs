using System.Net;
using System.Text;
using Rapport.People;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages.Talks;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.CheckIns;

/// <summary>A team keeps a check-in and asks for it again, by pages and by programs.</summary>
public sealed class TeamQuestionnaireTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly (string, string)[] Form = [("title", "Running"), ("text-0", "Did you run?"), ("kind-0", "YesNo"), ("required-0", "yes"), ("text-1", ""), ("every", "Once")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_is_kept_found_again_asked_as_it_was_and_taken_away()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var page = $"{place}/check-ins/new";
        Assert.DoesNotContain(Html(CheckInText.TeamsOwn), await doctor.ReadAsync(page));
        using (var wrong = await doctor.PostAsync(page, page, [.. Form.Select(static field => field.Item1 == "title" ? ("title", "") : field), ("step", "keep")]))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        }

        using (var kept = await doctor.PostAsync(page, page, [.. Form, ("step", "keep")]))
        {
            Assert.Contains(Html(CheckInText.KeptForTeam), await kept.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Contains("value=\"own-Running\"", await doctor.ReadAsync(page));
        using (var used = await doctor.PostAsync(page, page, ("step", "own-Running")))
        {
            Assert.Matches("<textarea id=\"text-0\"[^>]*>Did you run\\?<", await used.Content.ReadAsStringAsync(Cancel));
        }

        // Nothing was asked by all that; asked unchanged, it is the one that is kept.
        Assert.DoesNotContain("Running", await patient.ReadAsync(place));
        using (var asked = await doctor.PostAsync(page, page, [.. Form, ("step", "ask")]))
        {
            Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        }

        var client = await ClientAsync(world.Home.Doctor);
        var team = await client.ReadAsync($"/api/teams/{world.Team.Id}/questionnaires");
        var asks = await client.ReadAsync($"/api{place}/check-ins/2");
        Assert.Equal((string)team.Json["questionnaires"]![0]!["url"]!, (string)asks.Json["questionnaire"]!["url"]!);

        using (await doctor.PostAsync(page, page, [.. Form, ("step", "drop-Running")]))
        {
            Assert.DoesNotContain(Html(CheckInText.TeamsOwn), await doctor.ReadAsync(page));
        }

        using var forged = await patient.PostAsync("/account", page, [.. Form, ("step", "keep")]);
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
    }

    [Fact]
    public async Task What_a_program_keeps_with_a_code_and_a_unit_is_asked_with_them_on_the_page()
    {
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", $"CareTeam/{world.Team.Id}")]);
        var client = await ClientAsync(world.Home.Doctor);
        var path = $"/api/teams/{world.Team.Id}/questionnaires";
        const string Weight = """
            {"resourceType":"Questionnaire","title":"Your weight","status":"active","item":[{"linkId":"w","code":[{"system":"http://loinc.org","code":"29463-7"}],"text":"How much do you weigh?","type":"quantity",
             "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unit","valueCoding":{"system":"http://unitsofmeasure.org","code":"kg","display":"kg"}}]}]}
            """;
        Assert.Equal(HttpStatusCode.OK, (await PutAsync($$"""{"questionnaires":[{{Weight}}],"version":0}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PutAsync("""{"questionnaires":[],"version":0}""")).Status);
        foreach (var wrong in new[] { $$"""{"questionnaires":[{{Weight}},{{Weight}}],"version":1}""", """{"questionnaires":[{"resourceType":"Patient"}],"version":1}""", """{"questionnaires":[]}""", """{"version":1}""", """{"questionnaires":["x"],"version":1}""" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(wrong)).Status);
        }

        var page = $"{place}/check-ins/new";
        using (var asked = await doctor.PostAsync(
            page, page, ("title", "My own weight"), ("text-0", "How much do you weigh?"), ("kind-0", "Number"), ("unit-0", "kg"), ("every", "Once"), ("step", "ask")))
        {
            Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        }

        Assert.Contains(Html(CheckInText.WhoSeesMeasured), await patient.ReadAsync($"{place}/check-ins/2/answer"));
        var stranger = await ClientAsync(world.Home.Stranger);
        Assert.Equal((await stranger.ReadAsync("/api/teams/x/questionnaires")).ToString(), (await stranger.ReadAsync(path)).ToString());

        Task<Answer> PutAsync(string body) => client.AskAsync(HttpMethod.Put, path, new StringContent(body, Encoding.UTF8, "application/json"));
    }

    private async Task<HttpClient> ClientAsync(Resident resident) =>
        server.Client((await server.Modules.People.AccessTokens.CreateAsync(resident.Person.Id, "test", TokenScopes.All, null, Cancel)).Value!.Secret);
}
