using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>Every consent that HL7 and IHE publish goes in and comes out with nothing lost, and is understood the same before and after.</summary>
public sealed class ConsentRoundTripTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Whatever_a_consent_says_is_kept()
    {
        var ada = await server.AddPatientAsync();
        string[] files = [.. Directory.GetFiles(Repository.SharedData("consent/ihe-pcf"), "Consent-*.json"), .. Directory.GetFiles(Repository.SharedData("consent/hl7-r4"), "Consent-*.json")];
        Assert.InRange(files.Length, 30, 1000);
        foreach (var file in files)
        {
            var sent = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!.AsObject();
            sent["patient"] = new JsonObject { ["reference"] = ada.Reference };
            var written = await ada.Client.PostAsync("/fhir/Consent", sent.ToJsonString());
            Assert.True(written.Status == HttpStatusCode.Created, $"{Path.GetFileName(file)}: {written.Body}");
            var kept = (await ada.Client.ReadAsync($"/fhir/Consent/{written.Json["id"]}")).Json.AsObject();

            Assert.True(JsonNode.DeepEquals(Bare(sent), Bare(kept)), $"{Path.GetFileName(file)} came back as {kept.ToJsonString()}");
            var (before, after) = (Read(sent), Read(kept));
            Assert.Equal(before.Problems, after.Problems);
            Assert.Equal(before.Warnings, after.Warnings);
            Assert.Equal((before.Counts, before.ValidFrom, before.ValidUntil), (after.Counts, after.ValidFrom, after.ValidUntil));
            Assert.Equal(before.Recipients, after.Recipients);
        }
    }

    /// <summary>Without what a server gives each resource: id, version and when it was written.</summary>
    private static JsonObject Bare(JsonObject consent)
    {
        var bare = consent.DeepClone().AsObject();
        bare.Remove("id");
        if (bare["meta"] is JsonObject meta)
        {
            meta.Remove("versionId");
            meta.Remove("lastUpdated");
            if (meta.Count == 0)
            {
                bare.Remove("meta");
            }
        }

        return bare;
    }

    private static PatientConsent Read(JsonObject consent) => PatientConsent.Read(Rapport.Fhir.Resource.Read(Encoding.UTF8.GetBytes(consent.ToJsonString())));
}
