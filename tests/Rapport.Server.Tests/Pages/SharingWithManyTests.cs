using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Recipients who are not one person, and agreements that end with something else than a day. A server of its own: these tests move the clock.</summary>
public sealed class SharingWithManyTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly (string, string)[] Everything = [("scope", "everything")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithATeamOfAHospitalAsLongAsSomebodyIsInIt()
    {
        var (home, hill) = await AtHospitalAsync("Herzklinik Hill");
        await server.Modules.People.Accounts.SetOperatorAsync(home.Stranger.Person.Id, true, Cancel);
        using var operatorPages = await home.Stranger.SignInAsync(server);
        var page = $"/operator/organisations/{hill}";
        using var made = await operatorPages.PostAsync(page, page + "/teams", ("team", "Heart failure team"));
        Assert.Equal(page + "#teams", made.Headers.Location!.OriginalString);
        using var again = await operatorPages.PostAsync(page, page + "/teams", ("team", "heart failure TEAM"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        Assert.Contains("There is a team", await again.Content.ReadAsStringAsync(Cancel));
        var team = (await server.Modules.People.Directory.FindOrganisationAsync(hill, Cancel))!.Teams.Single();
        var members = $"{page}/teams/{team.Id.Local}/members";
        using var joined = await operatorPages.PostAsync(page, members, ("person", home.Doctor.Person.Id.ToString()));

        using var patient = await home.Patient.SignInAsync(server);
        var found = await SeesAsync(patient, await patient.StepAsync("/share/new", "/share/new", ("find", "heart failure herzklinik"), ("step", "find")));
        Assert.Contains(Say.Fill(SharingText.TeamAt, "Heart failure team", "Herzklinik Hill"), found);
        Assert.Contains(SharingText.TeamMeans, found);
        await ShareAsync(patient, team.Reference, [("lasting", "open"), ("more", "on")]);
        Assert.Contains(Say.Sentence(Say.Fill(SharingText.TeamAtInside, "Heart failure team", "Herzklinik Hill")), await SeesAsync(patient, "/share"));

        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Contains("Hyperlipidemia", await SeesAsync(doctor, Shared(home)));
        var other = await Household.MoveInAsync(server, withRecord: false);
        await VouchAsync(hill, other.Doctor.Person, "cardiologist");
        using var colleague = await other.Doctor.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync(Shared(home))).StatusCode);

        using var left = await operatorPages.PostAsync(page, members, ("person", home.Doctor.Person.Id.ToString()), ("step", "end"));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Shared(home))).StatusCode);
        Assert.DoesNotContain(home.Patient.Person.DisplayName, await SeesAsync(doctor, "/shared"));
        using var taken = await operatorPages.PostAsync(page, page + "/teams", ("remove", team.Id.Local.ToString()));
        Assert.Empty((await server.Modules.People.Directory.FindOrganisationAsync(hill, Cancel))!.Teams);
    }

    [Fact]
    public async Task WithWhoeverWorksSomewhereInARole()
    {
        var (home, hill) = await AtHospitalAsync("Klinik Ost", "diabetes nurse");
        var role = new OrganisationRole(hill, "diabetes nurse");
        using var patient = await home.Patient.SignInAsync(server);
        await ShareAsync(patient, role.Reference, [("lasting", "open"), ("more", "on")]);
        Assert.Contains(Say.Sentence(Say.Fill(SharingText.RoleAtInside, "diabetes nurse", "Klinik Ost")), await SeesAsync(patient, "/share"));
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Contains("Hyperlipidemia", await SeesAsync(doctor, Shared(home)));
        await VouchAsync(hill, home.Doctor.Person, "head of nursing");
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Shared(home))).StatusCode);
    }

    [Fact]
    public async Task WithAnAppOfOnesOwnThatSeesWhatWasAgreedAndNothingElse()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        using var mixed = await patient.PostAsync("/tokens", "/tokens", ("label", "Diary"), ("scope", "app"), ("scope", "read-own"), ("lasting", "year"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, mixed.StatusCode);
        Assert.Contains("An app that sees what you share with it may do nothing else", await mixed.Content.ReadAsStringAsync(Cancel));
        using var made = await patient.PostAsync("/tokens", "/tokens", ("label", "Diary"), ("scope", "app"), ("lasting", "year"));
        var page = await SeesAsync(patient, "/tokens");
        var secret = page.Split("tabindex=\"0\">")[1].Split('<')[0];
        var reference = page.Split("/share/new?who=")[1].Split('"')[0];
        using var app = new HttpClient { BaseAddress = server.Address };
        app.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        var record = home.Patient.Person.Record!.Value;

        Assert.Equal(0, (int)(await ReadAsync(app, "/fhir/Condition"))["total"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"/fhir/Patient/{record}", Cancel)).StatusCode);
        foreach (var closed in new[] { "/api/ledger", $"/api/ledger/{record}", "/api/labels", "/api/links" })
        {
            Assert.NotEqual(HttpStatusCode.OK, (await app.GetAsync(closed, Cancel)).StatusCode);
        }

        Assert.Contains(Say.Fill(SharingText.YourApp, "Diary"), await SeesAsync(patient, "/share/new"));
        await ShareAsync(patient, reference, [("lasting", "open"), ("more", "on")], [("scope", "kinds"), ("kind", "conditions")]);
        var conditions = await ReadAsync(app, "/fhir/Condition");
        Assert.InRange((int)conditions["total"]!, 1, 1000);
        Assert.Equal((int)conditions["total"]!, (int)(await ReadAsync(app, $"/fhir/Condition?patient={record}"))["total"]!);
        Assert.Equal(0, (int)(await ReadAsync(app, "/fhir/Observation"))["total"]!);
        Assert.Equal(HttpStatusCode.Forbidden, (await app.PostAsync("/fhir", JsonContent.Create(new { resourceType = "Bundle" }, new MediaTypeHeaderValue("application/fhir+json"), null), Cancel)).StatusCode);

        var own = await home.Patient.OpenAsync(server);
        var look = (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!;
        Assert.Equal((LedgerKind.Disclosed, reference, "Diary", "PATRQT"), (look.Kind, look.Actor, look.ActorName, look.Purpose));
        Assert.Contains("Diary", await SeesAsync(patient, "/ledger"));

        // What its person may see of others, it may not.
        var other = await Household.MoveInAsync(server);
        using var otherPatient = await other.Patient.SignInAsync(server);
        await ShareAsync(otherPatient, server.Modules.People.Introductions.Of(other.Patient.Person.Id, home.Patient.Person.Reference), [("lasting", "open"), ("more", "on")], aim: "help");
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"/fhir/Patient/{other.Patient.Person.Record}", Cancel)).StatusCode);

        using var revoked = await patient.PostAsync("/tokens", "/tokens/revoke", ("id", reference["Device/".Length..]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/fhir/Condition", Cancel)).StatusCode);
    }

    [Fact]
    public async Task ForOneLookThatLastsAnHour()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await ShareAsync(patient, home.Doctor.Person.Reference, [("lasting", "looks"), ("looks", "1"), ("more", "on")]);
        Assert.Contains(Say.Fill(SharingText.LooksUsed, "0", "1"), await SeesAsync(patient, "/share"));
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Contains("0 of 1 looks used", await SeesAsync(doctor, "/shared"));
        Assert.Contains("Hyperlipidemia", await SeesAsync(doctor, Shared(home)));
        server.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Contains("Hyperlipidemia", await SeesAsync(doctor, Shared(home)));
        Assert.Contains(Say.Fill(SharingText.LooksUsed, "1", "1"), await SeesAsync(patient, "/share"));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Shared(home))).StatusCode);
        Assert.DoesNotContain(home.Patient.Person.DisplayName, await SeesAsync(doctor, "/shared"));
        Assert.Contains("Dr Lee began look 1 of 1 that you allowed Dr Lee", await SeesAsync(patient, "/ledger"));
    }

    [Theory]
    [InlineData("looks", "2", "2 as the number of looks")]
    [InlineData("treatment", "CarePlan/x", "You named a treatment")]
    [InlineData("until", "2027-01-01", "You wrote a last day")]
    public async Task AnEndThatIsWrittenAndNotChosenIsNotPassedOver(string field, string value, string told)
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var until = await patient.StepAsync(
            await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on")), "/share/what", [.. Everything, ("step", "on")]);
        var asked = await patient.StepAsync(until, "/share/until", ("lasting", "months"), (field, value), ("more", "on"), ("step", "on"));
        Assert.StartsWith("/share/until", asked);
        Assert.Contains(told, await SeesAsync(patient, asked));
    }

    [Theory]
    [InlineData("times", "3", "You wrote 3 as the number of times")]
    [InlineData("until", "2027-01-01", "You wrote a last day")]
    public async Task ALimitOfALinkThatIsWrittenAndNotChosenIsNotPassedOver(string field, string value, string told)
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var until = await patient.StepAsync("/share/links/new", "/share/links/new", ("scope", "summary"), ("purpose", "TREAT"), ("step", "on"));
        var asked = await patient.StepAsync(until, "/share/links/until", ("name", "For my aunt"), ("lasting", "week"), ("often", "any"), (field, value), ("step", "on"));
        Assert.StartsWith("/share/links/until", asked);
        Assert.Contains(told, await SeesAsync(patient, asked));
    }

    [Fact]
    public async Task UntilATreatmentEnds()
    {
        var home = await Household.MoveInAsync(server);
        await home.Patient.ImportAsync(server, Plan("active"));
        using var patient = await home.Patient.SignInAsync(server);
        var until = await patient.StepAsync(
            await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on")), "/share/what", [.. Everything, ("step", "on")]);
        var plan = (await SeesAsync(patient, until)).Split("value=\"CarePlan/").Skip(1).Select(rest => rest.Split("</li>")[0]).Single(option => option.Contains("Knee rehabilitation"));
        var none = await patient.StepAsync(until, "/share/until", ("lasting", "treatment"), ("more", "on"), ("step", "on"));
        Assert.Contains(SharingText.ChooseTreatment, await SeesAsync(patient, none));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "treatment"), ("treatment", "CarePlan/" + plan.Split('"')[0]), ("more", "on"), ("step", "on"));
        Assert.Contains("Until this ends: Knee rehabilitation", await SeesAsync(patient, review));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Contains("Hyperlipidemia", await SeesAsync(doctor, Shared(home)));

        await home.Patient.ImportAsync(server, Plan("completed"));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Shared(home))).StatusCode);
        Assert.DoesNotContain(home.Patient.Person.DisplayName, await SeesAsync(doctor, "/shared"));
        Assert.Contains(SharingText.EndedAgreements.Split('|')[0].Replace("{0}", "1"), await SeesAsync(patient, "/share"));
    }

    private static string Plan(string status) => $$"""
        {"resourceType":"CarePlan","id":"knee","status":"{{status}}","intent":"plan","title":"Knee rehabilitation","subject":{"reference":"Patient/p"},"period":{"start":"2026-05-01"} }
        """;

    private static string Shared(Household home) => $"/shared/{home.Patient.Person.Record}?kind=conditions";

    private static async Task<string> SeesAsync(FormVisitor visitor, string path) => WebUtility.HtmlDecode(await visitor.ReadAsync(path));

    private static async Task<JsonNode> ReadAsync(HttpClient client, string path) => (await client.GetFromJsonAsync<JsonNode>(path, Cancel))!;

    private static async Task ShareAsync(
        FormVisitor patient, string with, IEnumerable<(string Name, string Value)> until, IEnumerable<(string Name, string Value)>? what = null, string aim = "treat")
    {
        var first = await patient.StepAsync("/share/new", "/share/new", ("who", with), ("aim", aim), ("step", "on"));
        var second = await patient.StepAsync(first, "/share/what", [.. what ?? Everything, ("step", "on")]);
        var review = await patient.StepAsync(second, "/share/until", [.. until, ("step", "on")]);
        Assert.StartsWith("/share/review?draft=", review);
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
    }

    private async Task<(Household Home, OrganisationId Hospital)> AtHospitalAsync(string name, string role = "cardiologist")
    {
        var home = await Household.MoveInAsync(server);
        var hospital = (await server.Modules.People.Directory.AddOrganisationAsync(name, Cancel)).Value!;
        await VouchAsync(hospital.Id, home.Doctor.Person, role);
        return (home, hospital.Id);
    }

    private async Task VouchAsync(OrganisationId hospital, Person person, string role) => Assert.NotNull((await server.Modules.People.Directory.VouchAsync(
        hospital, person.Id, new Vouching { Role = role, Until = server.Clock.GetUtcNow().AddDays(100), VerifiedBy = "Olga" }, Cancel)).Value);
}
