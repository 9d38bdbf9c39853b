using System.Net;
using System.Text;
using Rapport.Gathering;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>Documents by the FHIR API, as what they are or as JSON, and what is behind entries in everything.</summary>
public sealed class BinaryTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly (string, string) AsJson = ("Accept", "application/fhir+json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_comes_as_what_it_is_unless_json_is_named()
    {
        var ada = await server.AddAdaAsync();
        var bytes = new byte[1_300_000];
        new Random(7).NextBytes(bytes);
        await GiveAsync(ada, bytes, "application/pdf");
        var id = Assert.Single(await ada.IdsAsync("Binary"));
        foreach (var accept in new[] { null, "*/*", "application/pdf", "image/png, */*;q=0.1" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/fhir/Binary/{id}");
            request.Headers.TryAddWithoutValidation("Accept", accept ?? "");
            using var answer = await ada.Client.SendAsync(request, Cancel);
            Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(Cancel));
            Assert.Equal(("application/pdf", "attachment; filename=document.pdf"), (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentDisposition!.ToString()));
            Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
            Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single());
        }

        foreach (var path in new[] { $"/fhir/Binary/{id}", $"/fhir/Binary/{id}/_history/1" })
        {
            var json = await ada.Client.ReadAsync(path, AsJson);
            Assert.Equal(("application/pdf", bytes.Length), ((string)json.Json["contentType"]!, Convert.FromBase64String((string)json.Json["data"]!).Length));
            Assert.Equal(bytes, Convert.FromBase64String((string)json.Json["data"]!));
        }

        Assert.Equal(HttpStatusCode.NotModified, (await ada.Client.ReadAsync($"/fhir/Binary/{id}", ("If-None-Match", "W/\"1\""))).Status);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await ada.Client.ReadAsync($"/fhir/Binary/{id}", ("Accept", "application/fhir+xml"))).Status);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await ada.Client.ReadAsync($"/fhir/Binary/{id}?_format=xml")).Status);
        Assert.Equal("", (await ada.Client.AskAsync(HttpMethod.Head, $"/fhir/Binary/{id}")).Body);
    }

    [Theory]
    [InlineData("text/html", "text/html")]
    [InlineData("text/html; charset=\u00e9", "application/octet-stream")]
    [InlineData("no type", "application/octet-stream")]
    public async Task Whatever_type_somebody_gave_a_document_it_is_only_saved(string given, string sent)
    {
        var ada = await server.AddAdaAsync();
        Assert.Equal(HttpStatusCode.OK, (await ada.Client.PostAsync("/fhir", $$"""{"resourceType":"Binary","id":"b","contentType":"{{given}}","data":"PHNjcmlwdD4="}""")).Status);
        var answer = await ada.Client.ReadAsync($"/fhir/Binary/{Assert.Single(await ada.IdsAsync("Binary"))}");
        Assert.Equal((HttpStatusCode.OK, "<script>", sent), (answer.Status, answer.Body, answer.Header("Content-Type")));
        Assert.StartsWith("attachment", answer.Header("Content-Disposition"));
        Assert.StartsWith("sandbox", answer.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task Others_get_documents_and_points_as_far_as_they_are_shared_and_each_is_written_down()
    {
        var (ada, doctor) = (await server.AddAdaAsync(), await server.AddDoctorAsync());
        await GiveAsync(ada, Encoding.UTF8.GetBytes("letter"), "text/plain");
        await GivePulseAsync(ada);
        var (document, series) = ((await ada.IdsAsync("Binary")).Single(), (await ada.IdsAsync("Observation", "code=8867-4")).Single());
        await ada.ShareAsync(doctor, "Binary");
        var before = await ada.LedgerSizeAsync();
        Assert.Equal("letter", (await doctor.Client.ReadAsync($"/fhir/Binary/{document}")).Body);
        Assert.Equal(before + 1, await ada.LedgerSizeAsync());
        var everything = await doctor.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything");
        Assert.Equal("letter", Encoding.UTF8.GetString(Convert.FromBase64String((string)Assert.Single(everything.Resources)["data"]!)));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.Client.ReadAsync($"/fhir/Observation/{series}")).Status);

        await ada.ShareAsync(doctor, "Observation");
        var points = (await doctor.Client.ReadAsync($"/fhir/Observation/{series}")).Json["extension"]![0]!["valueAttachment"]!;
        Assert.Equal("application/gzip", (string)points["contentType"]!);
        everything = await doctor.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything?_type=Observation");
        Assert.Equal((string)points["data"]!, (string)everything.Resources.Single(r => (string)r["id"]! == series)["extension"]![0]!["valueAttachment"]!["data"]!);
        Assert.All(everything.Entries, entry => Assert.Equal("match", (string)entry["search"]!["mode"]!));
    }

    [Fact]
    public async Task What_stays_home_changes_no_byte_of_what_others_get()
    {
        var (ada, doctor) = (await server.AddAdaAsync(), await server.AddDoctorAsync());
        await GiveAsync(ada, Encoding.UTF8.GetBytes("letter"), "text/plain");
        await ada.ShareAsync(doctor, "Binary", "Condition");
        var (document, everything) = ($"/fhir/Binary/{(await ada.IdsAsync("Binary")).Single()}", $"/fhir/Patient/{ada.Record}/$everything");
        var before = (await doctor.Client.ReadAsync(document) + "\n" + await doctor.Client.ReadAsync(document, AsJson) + await doctor.Client.ReadAsync(everything)).ToString();

        await GivePulseAsync(ada);
        await GiveAsync(ada, Encoding.UTF8.GetBytes("hidden"), "text/plain", "[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"PSY\"}]");
        var hidden = (await ada.IdsAsync("Binary")).Single(id => !document.EndsWith(id, StringComparison.Ordinal));
        Assert.Equal(before, (await doctor.Client.ReadAsync(document) + "\n" + await doctor.Client.ReadAsync(document, AsJson) + await doctor.Client.ReadAsync(everything)).ToString());
        foreach (var accept in new[] { "application/fhir+json", "text/plain" })
        {
            Assert.Equal(
                (await doctor.Client.ReadAsync($"/fhir/Binary/{ada.Record}.{Rapport.Data.LocalId.New()}", ("Accept", accept))).ToString(),
                (await doctor.Client.ReadAsync($"/fhir/Binary/{hidden}", ("Accept", accept))).ToString());
        }
    }

    private static async Task GiveAsync(TestPerson person, byte[] bytes, string type, string security = "[]")
    {
        var meta = security == "[]" ? "" : $"\"meta\":{{\"security\":{security}}},";
        var answer = await person.Client.PostAsync("/fhir", $$"""{"resourceType":"Binary",{{meta}}"contentType":"{{type}}","data":"{{Convert.ToBase64String(bytes)}}"}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    private async Task GivePulseAsync(TestPerson person)
    {
        var own = await Patients.OpenAsync(server.Modules, person.Record, Cancel);
        const string export = """
            <?xml version="1.0" encoding="UTF-8"?><HealthData locale="en_US"><ExportDate value="2026-03-01 12:00:00 +0100"/>
            <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" startDate="2026-02-03 07:00:00 +0100" endDate="2026-02-03 07:00:00 +0100" value="61"/>
            <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" startDate="2026-02-03 07:05:00 +0100" endDate="2026-02-03 07:05:00 +0100" value="62"/></HealthData>
            """;
        var result = await Importer.ImportAsync(own, SourceContent.Of("export.xml", Encoding.UTF8.GetBytes(export)), new ImportOptions { SourceName = "export.xml" }, Cancel);
        Assert.Equal(ImportStatus.Taken, result.Status);
    }
}
