using System.Net;
using System.Text;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>Bundles into one's own record: what is taken, what the answer tells, and every bad input: a clear error, and nothing changed.</summary>
public sealed class ImportTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheAnswerTellsForEachEntryWhereItIsNow()
    {
        var ada = await server.AddPatientAsync();

        var answer = await ada.Client.PostAsync("/fhir", Samples.Bundle());

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("transaction-response", (string)answer.Json["type"]!);
        Assert.Equal(Samples.Labs + 5, answer.Entries.Count);
        Assert.Equal($"{server.Address}fhir/Patient/{ada.Record}/_history/2", (string)answer.Entries[0]["response"]!["location"]!);
        Assert.All(answer.Entries.Skip(1), e => Assert.Equal("201 Created", (string)e["response"]!["status"]!));
        var location = new Uri((string)answer.Entries[1]["response"]!["location"]!).PathAndQuery;
        Assert.Equal("2026-05-01", (string)(await ada.Client.ReadAsync(location)).Json["effectiveDateTime"]!);
        var told = await ada.LastLedgerEntryAsync();
        Assert.Equal("gathered", (string)told["kind"]!);
        Assert.Equal(Samples.Labs + 5, (int)told["entryCount"]!);
    }

    [Fact]
    public async Task WhatTheRecordHasNoRoomForIsRefusedAndNothingChanges()
    {
        await using var small = new RunningServer { Room = new Records.RecordRoom(1024 * 1024 * 1024, Samples.Labs + 3) };
        await small.InitializeAsync();
        var ada = await small.AddPatientAsync();
        var size = await ada.LedgerSizeAsync();

        var answer = await ada.Client.PostAsync("/fhir", Samples.Bundle());

        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.Status);
        Assert.Equal("OperationOutcome", (string)answer.Json["resourceType"]!);
        Assert.Contains("no more room", answer.Text);
        Assert.Equal(size, await ada.LedgerSizeAsync());
        Assert.Equal(0, (await ada.Client.ReadAsync("/fhir/Observation")).Total);
    }

    [Fact]
    public async Task TheSameAgainChangesNothingAndSaysWhereItIs()
    {
        var ada = await server.AddPatientAsync();
        var first = await ada.Client.PostAsync("/fhir", Samples.Bundle());
        var size = await ada.LedgerSizeAsync();

        var again = await ada.Client.PostAsync("/fhir", Samples.Bundle());

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.All(again.Entries, e => Assert.Equal("200 OK", (string)e["response"]!["status"]!));
        Assert.Equal(first.Entries.Select(Location), again.Entries.Select(Location));
        Assert.Equal(size, await ada.LedgerSizeAsync());

        static string Location(System.Text.Json.Nodes.JsonNode entry) => (string)entry["response"]!["location"]!;
    }

    [Fact]
    public async Task ABundleAboutSomebodyElseWaitsForConfirmation()
    {
        var ada = await server.AddAdaAsync();
        var before = await StateAsync(ada);
        var other = Samples.Bundle("Stranger", "1999-09-09");

        var doubted = await ada.Client.PostAsync("/fhir", other);

        Assert.Equal(HttpStatusCode.Conflict, doubted.Status);
        Assert.Contains("Stranger", doubted.Text);
        Assert.Contains("1999-09-09", doubted.Text);
        Assert.Contains("`/fhir?confirm=identity`", doubted.Text);
        Assert.Equal(before, await StateAsync(ada));
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.PostAsync("/fhir?confirm=yes", other)).Status);
        Assert.Equal(before, await StateAsync(ada));
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PostAsync("/fhir?confirm=identity", other)).Status);
        Assert.NotEqual(before, await StateAsync(ada));
    }

    [Fact]
    public async Task AConsentInABundleIsADocumentAndDecidesNothing()
    {
        var ada = await server.AddPatientAsync();
        var doctor = await server.AddDoctorAsync();
        var consent = Samples.Consent(doctor.Reference, "Observation").Trim()[1..];
        var bundle = $$"""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:0d5b1a3e-6f2f-4c58-9b9a-0c8f5a3d2b10","resource":{{{consent}}}]}""";

        var answer = await ada.Client.PostAsync("/fhir", bundle);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains("decides nothing", answer.Entries[0]["response"]!["outcome"]!.ToJsonString());
        Assert.Equal(0, (await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}")).Total);
    }

    [Fact]
    public async Task WhoHasNoRecordIsToldSo()
    {
        var doctor = await server.AddDoctorAsync();

        var answer = await doctor.Client.PostAsync("/fhir", Samples.Bundle());

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("no record of your own", answer.Text);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\"", 400)]
    [InlineData("<Bundle xmlns=\"http://hl7.org/fhir\"/>", 400)]
    [InlineData("{\"type\":\"transaction\"}", 422)]
    [InlineData("{\"resourceType\":\"Potion\"}", 422)]
    [InlineData("{\"resourceType\":\"Bundle\"}", 422)]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"party\"}", 422)]
    public async Task WhatIsNoBundleIsRefused(string body, int status)
    {
        var ada = await server.AddAdaAsync();
        var before = await StateAsync(ada);

        var answer = await ada.Client.PostAsync("/fhir", body);

        Assert.Equal(status, (int)answer.Status);
        Assert.NotEmpty(answer.Text);
        Assert.Equal(before, await StateAsync(ada));
    }

    [Fact]
    public async Task ATruncatedBundleIsRefusedWhereverItIsCut()
    {
        var ada = await server.AddAdaAsync();
        var before = await StateAsync(ada);
        var whole = Samples.Bundle("Sample", "1970-01-01").Replace("2339-0", "15074-8");
        for (var length = 1; length < whole.Length; length += 397)
        {
            var answer = await ada.Client.PostAsync("/fhir", whole[..length]);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        }

        Assert.Equal(before, await StateAsync(ada));
    }

    [Fact]
    public async Task DeepNestingIsRefused()
    {
        var ada = await server.AddAdaAsync();
        var before = await StateAsync(ada);
        var bomb = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":" + new string('[', 100_000) + new string(']', 100_000) + "}";
        var extensions = string.Concat(Enumerable.Repeat("{\"url\":\"http://x.example\",\"extension\":[", 200)) + string.Concat(Enumerable.Repeat("]}", 200));

        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.PostAsync("/fhir", bomb)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.PostAsync("/fhir", $$"""{"resourceType":"Patient","extension":[{{extensions}}]}""")).Status);
        Assert.Equal(before, await StateAsync(ada));
    }

    [Fact]
    public async Task OneInvalidResourceAmongGoodOnesKeepsAllOutAndIsNamed()
    {
        var ada = await server.AddAdaAsync();
        var before = await StateAsync(ada);

        var answer = await ada.Client.PostAsync("/fhir", Samples.Bundle().Replace("15074-8", "x").Replace("\"2026-05-03\"", "\"2026-05-33\""));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal("Bundle.entry[3].resource.effectiveDateTime", (string)answer.Json["issue"]![0]!["expression"]![0]!);
        Assert.Contains("`2026-05-33`", answer.Text);
        Assert.Equal(before, await StateAsync(ada));
    }

    [Fact]
    public async Task TwoPatientsInOneBundleAreRefused()
    {
        var ada = await server.AddAdaAsync();
        var before = await StateAsync(ada);
        const string bundle = """
            {"resourceType":"Bundle","type":"collection","entry":[
             {"fullUrl":"urn:uuid:0d5b1a3e-6f2f-4c58-9b9a-0c8f5a3d2b11","resource":{"resourceType":"Patient","name":[{"family":"One"}]}},
             {"fullUrl":"urn:uuid:0d5b1a3e-6f2f-4c58-9b9a-0c8f5a3d2b12","resource":{"resourceType":"Patient","name":[{"family":"Two"}]}}]}
            """;

        var answer = await ada.Client.PostAsync("/fhir?confirm=identity", bundle);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(before, await StateAsync(ada));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/fhir+xml")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/fhir+json; charset=iso-8859-1")]
    public async Task AnotherContentTypeIsRefused(string? type)
    {
        var ada = await server.AddPatientAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Samples.Bundle()));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var answer = await ada.Client.AskAsync(HttpMethod.Post, "/fhir", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.NotEmpty(answer.Text);
    }

    [Fact]
    public async Task CompressedContentIsRefusedRatherThanUnpacked()
    {
        var ada = await server.AddPatientAsync();
        using var content = Asking.Fhir(Samples.Bundle());
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await ada.Client.AskAsync(HttpMethod.Post, "/fhir", content)).Status);
    }

    [Fact]
    public async Task BadUtf8IsRefused()
    {
        var ada = await server.AddPatientAsync();
        var bytes = Encoding.UTF8.GetBytes(Samples.Bundle());
        bytes[Array.IndexOf(bytes, (byte)'S')] = 0xFF;
        using var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/fhir+json");

        var status = (await ada.Client.AskAsync(HttpMethod.Post, "/fhir", content)).Status;

        Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task AGigabyteIsRefusedBeforeItIsSent()
    {
        var ada = await server.AddPatientAsync();

        using var connection = await RawConnection.OpenAsync(server.Address, Cancel);
        await connection.SendAsync($"POST /fhir HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ada.Token.Secret}\r\nContent-Type: application/fhir+json\r\nContent-Length: 1073741824\r\n\r\n", Cancel);
        var answer = await connection.ReadHeadAsync(Cancel);

        Assert.StartsWith("HTTP/1.1 413", answer);
        Assert.Contains("application/fhir+json", answer);
    }

    [Fact]
    public async Task AnEndlessBodyIsRefusedWhereTheLimitIsPassed()
    {
        var ada = await server.AddPatientAsync();
        var chunk = "10000\r\n" + new string(' ', 0x10000) + "\r\n";

        using var connection = await RawConnection.OpenAsync(server.Address, Cancel);
        await connection.SendAsync($"POST /fhir HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ada.Token.Secret}\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\n", Cancel);
        for (var sent = 0L; sent <= server.Settings.MaxImportBytes; sent += 0x10000)
        {
            await connection.SendAsync(chunk, Cancel);
        }

        Assert.StartsWith("HTTP/1.1 413", await connection.ReadHeadAsync(Cancel));
        Assert.Equal(1, await ada.LedgerSizeAsync());
    }

    private static async Task<(int Total, int LedgerSize)> StateAsync(TestPerson patient) =>
        ((await patient.Client.ReadAsync($"/fhir/Patient/{patient.Record}/$everything?_count=1")).Total, await patient.LedgerSizeAsync());
}
