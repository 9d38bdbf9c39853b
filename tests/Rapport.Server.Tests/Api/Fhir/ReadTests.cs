using System.Net;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>Reading one resource: versions, conditions, purposes, forms of answers.</summary>
public sealed class ReadTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task AResourceComesWithItsVersionAndNumbersAsTheyCame()
    {
        var ada = await server.AddAdaAsync();
        var id = (await ada.IdsAsync("Observation", "code=2339-0&_sort=date"))[0];

        var answer = await ada.Client.ReadAsync($"/fhir/Observation/{id}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/fhir+json; charset=utf-8", answer.Header("Content-Type"));
        Assert.Equal("W/\"1\"", answer.Header("ETag"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.NotNull(answer.Header("Last-Modified"));
        Assert.Contains("\"value\":91.00", answer.Body);
        Assert.Equal($"Patient/{ada.Record}", (string)answer.Json["subject"]!["reference"]!);
    }

    [Fact]
    public async Task AnUnchangedVersionIs304AndTheReadIsRecordedAllTheSame()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");
        var id = (await ada.IdsAsync("Observation"))[0];
        var before = await ada.LedgerSizeAsync();

        var unchanged = await doctor.Client.ReadAsync($"/fhir/Observation/{id}", ("If-None-Match", "W/\"1\""));
        var since = await doctor.Client.ReadAsync($"/fhir/Observation/{id}", ("If-Modified-Since", server.Clock.GetUtcNow().ToString("R")));
        var changed = await doctor.Client.ReadAsync($"/fhir/Observation/{id}", ("If-None-Match", "W/\"2\""));

        Assert.Equal(HttpStatusCode.NotModified, unchanged.Status);
        Assert.Equal("W/\"1\"", unchanged.Header("ETag"));
        Assert.Empty(unchanged.Body);
        Assert.Equal(HttpStatusCode.NotModified, since.Status);
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(before + 3, await ada.LedgerSizeAsync());
    }

    [Fact]
    public async Task ConditionsOpenNothingThatIsNotPermitted()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        var id = (await ada.IdsAsync("Observation"))[0];

        Assert.Equal(HttpStatusCode.NotFound, (await doctor.Client.ReadAsync($"/fhir/Observation/{id}", ("If-None-Match", "W/\"1\""))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.Client.ReadAsync($"/fhir/Observation/{id}", ("If-None-Match", "*"))).Status);
    }

    [Fact]
    public async Task ThePurposeIsRecorded()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        var friend = await server.AddStrangerAsync();
        await ada.ShareAsync(doctor, "Observation");
        await ada.ShareAsync(friend, "Observation");
        var path = $"/fhir/Observation/{(await ada.IdsAsync("Observation"))[0]}";

        await doctor.Client.ReadAsync(path);
        Assert.Equal("TREAT", (string)(await ada.LastLedgerEntryAsync())["purpose"]!);
        await friend.Client.ReadAsync(path);
        Assert.Equal("FAMRQT", (string)(await ada.LastLedgerEntryAsync())["purpose"]!);
        await doctor.Client.ReadAsync(path, ("X-Purpose-Of-Use", "HRESCH"));
        Assert.Equal("HRESCH", (string)(await ada.LastLedgerEntryAsync())["purpose"]!);
        await doctor.Client.ReadAsync(path, ("X-Purpose-Of-Use", "http://terminology.hl7.org/CodeSystem/v3-ActReason|COC"));
        Assert.Equal("COC", (string)(await ada.LastLedgerEntryAsync())["purpose"]!);
    }

    [Theory]
    [InlineData("treat")]
    [InlineData("CURIOSITY")]
    [InlineData("TREAT,HRESCH")]
    [InlineData("")]
    public async Task AnUnknownPurposeIsRefusedAndNamed(string purpose)
    {
        var doctor = await server.AddDoctorAsync();

        var answer = await doctor.Client.ReadAsync("/fhir/Observation/x", ("X-Purpose-Of-Use", purpose));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains($"`{purpose}` is no purpose of use", answer.Text);
    }

    [Theory]
    [InlineData("?_format=json", "*/*", true)]
    [InlineData("?_format=application/fhir%2Bjson", "application/xml", true)]
    [InlineData("?_format=application/fhir+json", "*/*", true)]
    [InlineData("?_format=xml", "*/*", false)]
    [InlineData("", "application/fhir+json", true)]
    [InlineData("", "application/json;q=0.9, text/html", true)]
    [InlineData("", "application/fhir+xml, application/*;q=0.1", true)]
    [InlineData("", "application/fhir+xml", false)]
    [InlineData("", "text/html", false)]
    public async Task AnswersAreJsonOrNotAtAll(string query, string accept, bool isAnswered)
    {
        var ada = await server.AddPatientAsync();

        var answer = await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}{query}", ("Accept", accept));

        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.NotAcceptable, answer.Status);
    }

    [Fact]
    public async Task HistoryTellsEveryVersionNewestFirst()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        var consent = (await ada.ShareAsync(doctor, "Condition")).Json;
        consent["status"] = "inactive";
        await ada.Client.PutAsync($"/fhir/Consent/{consent["id"]}", consent.ToJsonString());

        var history = await ada.Client.ReadAsync($"/fhir/Consent/{consent["id"]}/_history");

        Assert.Equal("history", (string)history.Json["type"]!);
        Assert.Equal(2, history.Total);
        Assert.Equal(["inactive", "active"], history.Resources.Select(r => (string)r["status"]!));
        Assert.Equal(["PUT", "POST"], history.Entries.Select(e => (string)e["request"]!["method"]!));
        var first = await ada.Client.ReadAsync($"/fhir/Consent/{consent["id"]}/_history/1");
        Assert.Equal("active", (string)first.Json["status"]!);
        Assert.Equal("W/\"1\"", first.Header("ETag"));
    }

    [Fact]
    public async Task ThePatientResourceHasAHistoryToo()
    {
        var ada = await server.AddAdaAsync();

        var history = await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/_history");

        Assert.Equal(["2", "1"], history.Resources.Select(r => (string)r["meta"]!["versionId"]!));
        Assert.Equal(history.Resources[1].ToJsonString(), (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/_history/1")).Json.ToJsonString());
    }

    [Theory]
    [InlineData("DELETE", "/fhir/Observation/x")]
    [InlineData("PUT", "/fhir/Observation/x")]
    [InlineData("POST", "/fhir/Observation")]
    [InlineData("PATCH", "/fhir/Consent/x")]
    [InlineData("GET", "/fhir")]
    public async Task WhatCannotBeDoneIsSaidWithWhatCan(string method, string path)
    {
        var ada = await server.AddPatientAsync();

        var answer = await ada.Client.AskAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal("not-supported", answer.Code);
        Assert.NotNull(answer.Header("Allow"));
    }

    [Fact]
    public async Task PathsThatLeadNowhereAreNotFoundInTheFormOfTheirSurface()
    {
        var ada = await server.AddPatientAsync();

        Assert.Equal("not-found", (await ada.Client.ReadAsync("/fhir/a/b/c/d/e")).Code);
        Assert.Equal(404, (int)(await ada.Client.ReadAsync("/api/nothing")).Json["status"]!);
    }
}
