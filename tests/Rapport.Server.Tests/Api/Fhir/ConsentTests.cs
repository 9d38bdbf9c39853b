using System.Net;
using Rapport.Data;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>The patient's own consents over FHIR.</summary>
public sealed class ConsentTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task AConsentIsMadeAboutOnesOwnRecordAndAnsweredWithItsPlace()
    {
        var (ada, doctor) = await AddAsync();

        var made = await ada.Client.PostAsync("/fhir/Consent", Samples.Consent(doctor.Reference, "Observation"));

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal("W/\"1\"", made.Header("ETag"));
        Assert.Equal($"{server.Address}fhir/Consent/{made.Json["id"]}/_history/1", made.Header("Location"));
        Assert.Equal($"Patient/{ada.Record}", (string)made.Json["patient"]!["reference"]!);
        Assert.Equal("consented", (string)(await ada.LastLedgerEntryAsync())["kind"]!);
        Assert.Equal(made.Body, (await ada.Client.ReadAsync($"/fhir/Consent/{made.Json["id"]}")).Body);
    }

    [Fact]
    public async Task ARecipientNamedByItsWholeAddressHereIsTheSameRecipient()
    {
        var (ada, doctor) = await AddAsync();

        var made = await ada.Client.PostAsync("/fhir/Consent", Samples.Consent($"{server.Address}fhir/{doctor.Reference}", "Observation"));

        Assert.Contains($"\"reference\":\"{doctor.Reference}\"", made.Body);
        Assert.NotEqual(0, (await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}")).Total);
    }

    [Theory]
    [InlineData("Patient/{0}", 201)]
    [InlineData("{2}fhir/Patient/{0}", 201)]
    [InlineData("Patient/{1}", 422)]
    [InlineData("Patient/123", 422)]
    public async Task AConsentIsAboutOnesOwnRecordOnly(string patient, int status)
    {
        var (ada, doctor) = await AddAsync();
        var reference = string.Format(patient, ada.Record, PatientId.New(), server.Address);
        var consent = Samples.Consent(doctor.Reference, "Observation").Replace("\"status\":\"active\",", $"\"status\":\"active\",\"patient\":{{\"reference\":\"{reference}\"}},");

        Assert.Equal(status, (int)(await ada.Client.PostAsync("/fhir/Consent", consent)).Status);
    }

    [Fact]
    public async Task AReplacementNeedsTheVersionItWasMadeFrom()
    {
        var (ada, doctor) = await AddAsync();
        var made = (await ada.ShareAsync(doctor, "Observation")).Json;
        var path = $"/fhir/Consent/{made["id"]}";
        made["status"] = "inactive";
        var json = made.ToJsonString();

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ada.Client.PutAsync(path, json, ("If-Match", "W/\"2\""))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ada.Client.PutAsync(path, json, ("If-Match", "nonsense"))).Status);
        Assert.NotEqual(0, (await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}")).Total);

        var revoked = await ada.Client.PutAsync(path, json, ("If-Match", "W/\"1\""));

        Assert.Equal(HttpStatusCode.OK, revoked.Status);
        Assert.Equal("W/\"2\"", revoked.Header("ETag"));
        Assert.Equal(0, (await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}")).Total);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ada.Client.PutAsync(path, json, ("If-Match", "W/\"1\""))).Status);
    }

    [Fact]
    public async Task NobodyElseChangesAConsentOrLearnsThatItIsThere()
    {
        var (ada, doctor) = await AddAsync();
        var made = (await ada.ShareAsync(doctor, "Observation")).Json;
        var mallory = await server.AddPatientAsync();
        var json = made.ToJsonString();

        var refused = await mallory.Client.PutAsync($"/fhir/Consent/{made["id"]}", json);
        var absent = await mallory.Client.PutAsync($"/fhir/Consent/{PatientId.New()}.{LocalId.New()}", json);
        var own = await mallory.Client.PutAsync($"/fhir/Consent/{mallory.Record}.{LocalId.New()}", json.Replace((string)made["id"]!, $"{mallory.Record}.{LocalId.New()}"));
        var byDoctor = await doctor.Client.PutAsync($"/fhir/Consent/{made["id"]}", json);

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Equal(absent.ToString(), refused.ToString());
        Assert.Equal(absent.ToString(), byDoctor.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, own.Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await doctor.Client.PostAsync("/fhir/Consent", json)).Status);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("{\"resourceType\":\"Patient\"}", 400)]
    [InlineData("{\"resourceType\":\"Consent\",\"status\":\"active\"}", 422)]
    [InlineData("{\"resourceType\":\"Consent\",\"status\":\"maybe\",\"scope\":{\"text\":\"x\"},\"category\":[{\"text\":\"x\"}]}", 422)]
    public async Task WhatIsNoConsentIsRefused(string body, int status)
    {
        var ada = await server.AddPatientAsync();

        var answer = await ada.Client.PostAsync("/fhir/Consent", body);

        Assert.Equal(status, (int)answer.Status);
        Assert.NotEmpty(answer.Text);
        Assert.Equal(1, await ada.LedgerSizeAsync());
    }

    [Fact]
    public async Task AnIdThatIsNotTheOneInTheAddressIsRefused()
    {
        var (ada, doctor) = await AddAsync();
        var made = (await ada.ShareAsync(doctor, "Observation")).Json;
        var path = $"/fhir/Consent/{made["id"]}";
        made["id"] = $"{ada.Record}.{LocalId.New()}";

        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.PutAsync(path, made.ToJsonString())).Status);
    }

    [Fact]
    public async Task WhatCannotBeEvaluatedIsTakenAndTold()
    {
        var (ada, doctor) = await AddAsync();
        var consent = Samples.Consent(doctor.Reference, "Observation").Replace("\"type\":\"permit\",", "\"type\":\"permit\",\"modifierExtension\":[{\"url\":\"http://x.example/unless\",\"valueBoolean\":true}],");

        var plain = await ada.Client.PostAsync("/fhir/Consent", consent);
        var outcome = await ada.Client.PostAsync("/fhir/Consent", consent, ("Prefer", "return=OperationOutcome"));
        var minimal = await ada.Client.PostAsync("/fhir/Consent", consent, ("Prefer", "return=minimal"));

        Assert.Equal("Consent", (string)plain.Json["resourceType"]!);
        Assert.NotNull(plain.Header("Warning"));
        Assert.Equal(HttpStatusCode.Created, outcome.Status);
        Assert.Equal("warning", (string)outcome.Json["issue"]![0]!["severity"]!);
        Assert.Empty(minimal.Body);
        Assert.Equal(0, (await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}")).Total);
    }

    [Theory]
    [InlineData("OPTIN", "")]
    [InlineData("OPTOUT", ",\"provision\":{\"type\":\"permit\"}")]
    public async Task APermitForEverybodyIsTakenAndThePatientIsTold(string policy, string provision)
    {
        var (ada, stranger) = (await server.AddAdaAsync(), await server.AddStrangerAsync());
        var consent = $$$"""
            {"resourceType":"Consent","status":"active",
             "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
             "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
             "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"{{{policy}}}"}]}{{{provision}}}}
            """;

        var made = await ada.Client.PostAsync("/fhir/Consent", consent, ("Prefer", "return=OperationOutcome"));
        var ended = await ada.Client.PostAsync("/fhir/Consent", consent.Replace("\"active\"", "\"inactive\""));

        Assert.Equal("warning", (string)made.Json["issue"]![0]!["severity"]!);
        Assert.Contains("everybody with an account here", made.Text);
        Assert.Contains("everybody with an account here", (await ada.Client.PostAsync("/fhir/Consent", consent)).Header("Warning"));
        Assert.Null(ended.Header("Warning"));
        Assert.NotEqual(0, (await stranger.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}")).Total);
    }

    [Theory]
    [InlineData("\"patient\":{},")]
    [InlineData("\"patient\":{\"reference\":\"\"},")]
    [InlineData("\"patient\":{\"display\":\"me\"},")]
    public async Task AnEmptyReferenceToThePatientIsNotTakenForTheOwnRecord(string patient)
    {
        var (ada, doctor) = await AddAsync();
        var size = await ada.LedgerSizeAsync();

        var answer = await ada.Client.PostAsync("/fhir/Consent", Samples.Consent(doctor.Reference, "Observation").Replace("\"status\":\"active\",", "\"status\":\"active\"," + patient));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(size, await ada.LedgerSizeAsync());
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("Practitioner")]
    [InlineData("Practitioner/a b")]
    [InlineData("/Practitioner/1")]
    public async Task AnAddressHereThatIsNoReferenceOnceItIsShortIsRefused(string rest)
    {
        var ada = await server.AddAdaAsync();
        var size = await ada.LedgerSizeAsync();

        var answer = await ada.Client.PostAsync("/fhir/Consent", Samples.Consent($"{server.Address}fhir/{rest}", "Observation"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(size, await ada.LedgerSizeAsync());
    }

    private async Task<(TestPerson Ada, TestPerson Doctor)> AddAsync() => (await server.AddAdaAsync(), await server.AddDoctorAsync());
}
