using System.Net;
using Rapport.Fhir;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>What the server says of itself is valid and true.</summary>
public sealed class MetadataTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task TheCapabilityStatementIsValidR4()
    {
        var answer = await server.Client().ReadAsync("/fhir/metadata");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var parsed = Resource.Parse(System.Text.Encoding.UTF8.GetBytes(answer.Body));
        Assert.Empty(parsed.Issues);
    }

    [Fact]
    public async Task EverySearchParameterItNamesIsAccepted()
    {
        var ada = await server.AddPatientAsync();
        var statement = (await server.Client().ReadAsync("/fhir/metadata")).Json;
        var resources = statement["rest"]![0]!["resource"]!.AsArray();
        Assert.Equal(SearchParameters.ResourceTypes, resources.Select(r => (string)r!["type"]!));

        foreach (var type in new[] { "Observation", "Patient", "Condition", "Consent", "MedicationRequest", "DocumentReference" })
        {
            var parameters = resources.Single(r => (string)r!["type"]! == type)!["searchParam"]!.AsArray();
            Assert.NotEmpty(parameters);
            foreach (var parameter in parameters)
            {
                var name = (string)parameter!["name"]!;
                var value = (string)parameter["type"]! switch { "date" => "2026", "number" or "quantity" => "1", "reference" => "Patient/" + ada.Record, _ => "x" };
                var answer = await ada.Client.ReadAsync($"/fhir/{type}?{name}={value}");
                Assert.True(answer.Status == HttpStatusCode.OK, $"{type}?{name}: {answer.Body}");
            }
        }
    }

    [Fact]
    public async Task HealthTellsWithoutSigningInAndTellsNothingElse()
    {
        var answer = await server.Client().ReadAsync("/health");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("""{"status":"ok"}""", answer.Body);
    }

    [Fact]
    public async Task TheOpenApiDocumentNamesTheEndpoints()
    {
        var document = (await server.Client().ReadAsync("/openapi/v1.json")).Json;
        var paths = document["paths"]!.AsObject().Select(p => p.Key).ToList();

        Assert.Contains("/fhir/{type}/{id}", paths);
        Assert.Contains("/fhir/Consent", paths);
        Assert.Contains("/api/ledger/{patient}", paths);
        Assert.DoesNotContain("/gather", paths);
        Assert.All(document["paths"]!["/fhir/{type}/{id}"]!["get"]!["responses"]!.AsObject(), r => Assert.NotNull(r.Value!["content"]!["application/fhir+json"]));
        Assert.Equal("bearer", (string)document["components"]!["securitySchemes"]!["token"]!["scheme"]!);
    }
}
