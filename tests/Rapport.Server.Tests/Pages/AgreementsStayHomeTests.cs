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

        Assert.Contains("You agreed to share with Dr Lee, today.", await patient.ReadAsync("/ledger"));
        Assert.Contains("Your agreement with Dr Lee", await patient.ReadAsync($"/record/Consent/{made.Json["id"]}"));
    }

    [Fact]
    public void NoKindThatCanBeTickedHoldsConsents()
    {
        Assert.Equal(Kind.Agreements, Kind.Of("Consent"));
        Assert.DoesNotContain(Kind.Agreements, Kind.Shareable);
        Assert.All(Kind.Shareable, kind => Assert.DoesNotContain("Consent", kind.Types));
        var doctor = new RecipientChoice("Practitioner/x", "Dr Lee", null, "TREAT", ["Practitioner/x"]);
        var reading = DraftReading.Of(
            new SharingDraft { Aim = "treat", Kinds = ["agreements"] }, doctor, null, null, new Records.RecordOverview(new Dictionary<string, int> { ["Consent"] = 1 }, new Dictionary<string, int>(), 0, 0), new(2026, 6, 1));
        Assert.Null(reading.Terms);
        Assert.Equal(["what"], reading.Problems.Keys);
    }

    [Fact]
    public async Task TheShareFormDoesNotOfferThem()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);
        await ShareAsync(patient, home.Carer, "kinds", ["conditions"], []);
        var what = await patient.StepAsync("/share/new", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));

        var html = await patient.ReadAsync(what);
        Assert.Contains("value=\"conditions\"", html);
        Assert.DoesNotContain("value=\"agreements\"", html);
    }

    [Theory]
    [InlineData("entry")]
    [InlineData("around")]
    public async Task AnAgreementIsNotSharedByItsAddressEither(string scope)
    {
        var home = await Household.MoveInAsync(server);
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);
        await ShareAsync(patient, home.Carer, "kinds", ["conditions"], []);
        var own = await home.Patient.OpenAsync(server);
        var made = (await own.ConsentsAsync(Cancel))[0];

        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync($"/share/new?entry={made.Entry.Reference}")).StatusCode);
        var refused = await patient.ToReviewAsync(home.Doctor, [("scope", scope), ("about", made.Entry.Reference)]);
        Assert.StartsWith("/share/what?draft=", refused);
        Assert.EndsWith("&check=1", refused);
    }

    /// <summary>To share an entry is to name it, whatever it is marked as: so it is asked again who does.</summary>
    [Fact]
    public async Task ASensitiveEntryIsSharedOnlyAfterShowingWhoOneIs()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var own = await home.Patient.OpenAsync(server);
        const string condition = """{"resourceType":"Condition","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]},"code":{"text":"Marked"},"subject":{"reference":"Patient/p"}}""";
        Assert.Equal(ImportStatus.Taken, (await FhirImporter.ImportAsync(own, Encoding.UTF8.GetBytes(condition), new ImportOptions { SourceName = "file" }, Cancel)).Status);
        var entry = (await own.QueryAsync(new Records.RecordQuery.Timeline { Types = ["Condition"] }, Cancel)).Entries[0].Reference;
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);
        var begun = System.Text.RegularExpressions.Regex.Match(await patient.ReadAsync($"/share/new?entry={entry}"), "name=\"draft\" value=\"(?<draft>[^\"]+)\"", System.Text.RegularExpressions.RegexOptions.NonBacktracking).Groups["draft"].Value;
        var what = await patient.StepAsync($"/share/new?draft={begun}", "/share/new", ("who", home.Doctor.Person.Reference), ("aim", "treat"), ("step", "on"));
        Assert.Contains("marked as sensitive (HIV)", await patient.ReadAsync(what));
        var until = await patient.StepAsync(what, "/share/what", ("scope", "entry"), ("step", "on"));
        var review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(review)).StatusCode);

        server.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.StartsWith("/confirm", (await patient.GetAsync(review)).Headers.Location!.OriginalString);
        using var agreed = await patient.PostAsync("/share", "/share", ("draft", ShareWalk.DraftOf(review)), ("step", "agree"));
        Assert.StartsWith("/confirm", agreed.Headers.Location!.OriginalString);
        Assert.Empty(await own.ConsentsAsync(Cancel));
    }

    private static string Classes(Fhir.Resource consent) => Encoding.UTF8.GetString(consent.Json.Span).Split("\"class\"") is [_, var rest] ? rest : "";

    private static async Task ShareAsync(FormVisitor patient, Resident with, string scope, IReadOnlyList<string> kinds, IReadOnlyList<string> labels)
    {
        await patient.ShareAsync(with, [("scope", scope), .. kinds.Select(kind => ("kind", kind)), .. labels.Select(label => ("label", label))]);
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
