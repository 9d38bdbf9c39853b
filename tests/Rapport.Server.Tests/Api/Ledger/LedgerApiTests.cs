using System.Net;
using System.Text;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Ledger;

/// <summary>The ledger over HTTP: the patient's only, and provable.</summary>
public sealed class LedgerApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task AReadingIsToldWithWhoWhenWhyAndWhat()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        var consent = (await ada.ShareAsync(doctor, "Observation")).Json;
        await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}&category=laboratory");

        var entry = await ada.LastLedgerEntryAsync();

        Assert.Equal(3, (int)entry["index"]!);
        Assert.Equal("disclosed", (string)entry["kind"]!);
        Assert.Equal(server.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"), (string)entry["time"]!);
        Assert.Equal(doctor.Reference, (string)entry["actor"]!["reference"]!);
        Assert.Equal(doctor.Person.DisplayName, (string)entry["actor"]!["name"]!);
        Assert.Equal("TREAT", (string)entry["purpose"]!);
        Assert.Equal([(string)consent["id"]!], entry["consents"]!.AsArray().Select(c => (string)c!));
        Assert.Equal(Samples.Labs, (int)entry["entryCount"]!);
        Assert.Matches("^[0-9a-f]{64}$", (string)entry["digest"]!);
        Assert.Matches("^[0-9a-f]{64}$", (string)entry["leafHash"]!);
    }

    [Fact]
    public async Task PagesGoBackToTheBeginning()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");
        for (var i = 0; i < 4; i++)
        {
            await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}&_count=1");
        }

        List<int> indexes = [];
        var next = $"/api/ledger/{ada.Record}?count=3";
        while (next is not null)
        {
            var page = await ada.Client.ReadAsync(next);
            indexes.AddRange(page.Json["entries"]!.AsArray().Select(e => (int)e!["index"]!));
            next = (string?)page.Json["next"];
        }

        Assert.Equal([6, 5, 4, 3, 2, 1, 0], indexes);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.ReadAsync($"/api/ledger/{ada.Record}?count=0")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.ReadAsync($"/api/ledger/{ada.Record}?count=x")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/checkpoint")]
    [InlineData("/export")]
    public async Task ToAnyoneElseThereIsNone(string part)
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");
        var mallory = await server.AddPatientAsync();

        foreach (var person in new[] { doctor, mallory })
        {
            var refused = await person.Client.ReadAsync($"/api/ledger/{ada.Record}{part}");
            Assert.Equal(HttpStatusCode.NotFound, refused.Status);
            Assert.Equal((await person.Client.ReadAsync($"/api/ledger/{PatientId.New()}{part}")).ToString(), refused.ToString());
            Assert.Equal((await person.Client.ReadAsync($"/api/ledger/x{part}")).ToString(), refused.ToString());
        }
    }

    [Fact]
    public async Task TheExportVerifiesAndHoldsTheCheckpoint()
    {
        var ada = await server.AddAdaAsync();
        var checkpoint = await ada.Client.ReadAsync($"/api/ledger/{ada.Record}/checkpoint");

        var export = await ada.Client.ReadAsync($"/api/ledger/{ada.Record}/export");

        Assert.StartsWith("text/plain", checkpoint.Header("Content-Type"));
        Assert.Contains("attachment", export.Header("Content-Disposition"));
        var report = LedgerVerifier.Verify(
            new MemoryStream(Encoding.UTF8.GetBytes(export.Body)),
            new VerifyOptions { EarlierCheckpoint = checkpoint.Body, PinnedKey = checkpoint.Header("X-Ledger-Key"), Origin = Checkpoint.OriginOf(ada.Record.ToString()) });
        Assert.True(report.IsValid, string.Join("; ", report.Problems));
        Assert.Equal(2, report.Size);
        Assert.False(LedgerVerifier.Verify(new MemoryStream(Encoding.UTF8.GetBytes(export.Body.Replace("gathered", "consented")))).IsValid);
    }
}
