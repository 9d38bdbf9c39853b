using System.Net;
using System.Text;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Whom a patient trusts, and what in their record is sensitive, stands in their agreements: no agreement made on a page hands out others.</summary>
public sealed class AgreementsStayHomeTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kinds", "documents")]
    [InlineData("kinds", "documents", "agreements")]
    [InlineData("kinds", "documents", "other", "Consent")]
    [InlineData("everything")]
    public async Task ARecipientSeesNoAgreementWhateverTheFormSays(string scope, params string[] kinds)
    {
        var home = await Household.MoveInAsync(server);
        await GatherAConsentAsync(home.Patient);
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);
        await ShareAsync(patient, home.Carer, "kinds", ["conditions"], ["HIV"]);
        await ShareAsync(patient, home.Doctor, scope, [.. kinds, "you"], []);

        var own = await home.Patient.OpenAsync(server);
        var made = (await own.ConsentsAsync(Cancel))[0];
        Assert.DoesNotContain("Consent\"}", Classes(made.Resource));
        var preview = await own.PreviewAsync(Household.ActorOf(home.Doctor.Person), "TREAT", null, Cancel);
        Assert.Equal((0, 3), preview.ByType()["Consent"]);

        using var doctor = new FormVisitor(server);
        await doctor.SignInAsync(home.Doctor.SignInName);
        var record = home.Patient.Person.Record!.Value;
        Assert.DoesNotContain("Consent/", await doctor.ReadAsync($"/shared/{record}"));
        Assert.DoesNotContain("kind=agreements", await doctor.ReadAsync($"/shared/{record}"));
        Assert.DoesNotContain("Consent/", await doctor.ReadAsync($"/shared/{record}?kind=documents"));
        Assert.DoesNotContain("with Sam", await doctor.ReadAsync($"/shared/{record}?kind=agreements"));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{record}/Consent/{made.Entry.Id}")).StatusCode);

        var token = (await server.Modules.People.AccessTokens.CreateAsync(home.Doctor.Person.Id, "test", TokenScopes.All, null, Cancel)).Value!;
        using var api = server.Client(token.Secret);
        Assert.Equal(0, (await api.ReadAsync($"/fhir/Consent?patient={record}")).Total);
        Assert.NotEqual(0, (await api.ReadAsync($"/fhir/Patient?_id={record}&_revinclude=Consent:patient")).Total);
        Assert.DoesNotContain("\"Consent\"", (await api.ReadAsync($"/fhir/Patient?_id={record}&_revinclude=Consent:patient")).Body);
        Assert.DoesNotContain("\"resourceType\":\"Consent\"", (await api.ReadAsync($"/fhir/Patient/{record}/$everything")).Body);
    }

    [Fact]
    public async Task AnAgreementThatAProgramMadeIsToldWithWhomItIs()
    {
        var home = await Household.MoveInAsync(server);
        var token = (await server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, "test", TokenScopes.All, null, Cancel)).Value!;
        using var api = server.Client(token.Secret);
        var made = await api.PostAsync("/fhir/Consent", Samples.Consent(home.Doctor.Person.Reference, "Condition"));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);

        Assert.Contains("You agreed to share with Dr Lee.", await patient.ReadAsync("/ledger"));
        Assert.Contains("Your agreement with Dr Lee", await patient.ReadAsync($"/record/Consent/{made.Json["id"]}"));
    }

    [Fact]
    public void NoKindThatCanBeTickedHoldsConsents()
    {
        Assert.Equal(Kind.Agreements, Kind.Of("Consent"));
        Assert.DoesNotContain(Kind.Agreements, Kind.Shareable);
        Assert.All(Kind.Shareable, kind => Assert.DoesNotContain("Consent", kind.Types));
        var doctor = new RecipientChoice("Practitioner/x", "Dr Lee", null, "TREAT", ["Practitioner/x"]);
        Assert.Null(new SharingForm { Kinds = ["agreements"] }.ToTerms(doctor, ["Consent"], [], new(2026, 6, 1), out var problems));
        Assert.Equal(["kinds"], problems.Keys);
    }

    [Fact]
    public async Task TheShareFormDoesNotOfferThem()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);
        await ShareAsync(patient, home.Carer, "kinds", ["conditions"], []);

        Assert.DoesNotContain("value=\"agreements\"", await patient.ReadAsync("/share/new"));
    }

    private static string Classes(Fhir.Resource consent) => Encoding.UTF8.GetString(consent.Json.Span).Split("\"class\"") is [_, var rest] ? rest : "";

    private static async Task ShareAsync(FormVisitor patient, Resident with, string scope, IReadOnlyList<string> kinds, IReadOnlyList<string> labels)
    {
        using var answer = await patient.PostAsync(
            "/share/new", "/share",
            [("who", with.Person.Reference), ("scope", scope), ("lasting", "open"), .. kinds.Select(kind => ("kind", kind)), .. labels.Select(label => ("label", label))]);
        Assert.Equal("/share?done=shared", answer.Headers.Location?.OriginalString);
    }

    /// <summary>A consent out of a file decides nothing, and tells as much.</summary>
    private async Task GatherAConsentAsync(Resident patient)
    {
        var own = await patient.OpenAsync(server);
        var consent = Samples.Consent("Practitioner/somebody", "Observation").Replace("\"status\"", $"\"patient\":{{\"reference\":\"Patient/{own.Patient}\"}},\"status\"");
        var result = await FhirImporter.ImportAsync(own, Encoding.UTF8.GetBytes(consent), new ImportOptions { SourceName = "consent.json" }, Cancel);
        Assert.Equal(ImportStatus.Taken, result.Status);
    }
}
