using Microsoft.AspNetCore.Mvc;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary>The FHIR R4 API. Every endpoint requires a signed-in person but the statement of what the server can do.</summary>
internal static class FhirApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapFhir(this IEndpointRouteBuilder app)
    {
        var fhir = app.MapGroup("/fhir").WithTags("FHIR R4");
        fhir.MapMethods("/metadata", Reading, MetadataEndpoint.Metadata).AllowAnonymous()
            .WithSummary("What this server can do: a CapabilityStatement");
        fhir.MapPost("", ImportEndpoint.ImportAsync).RequireRateLimiting(RateLimits.Import).WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithSummary("A bundle into your own record, all of it or nothing");
        fhir.MapMethods("/{type}/{id}", Reading, ReadEndpoints.ReadAsync)
            .WithSummary("One resource");
        fhir.MapMethods("/{type}/{id}/_history/{version}", Reading, ReadEndpoints.ReadVersionAsync)
            .WithSummary("One version of a resource");
        fhir.MapMethods("/{type}/{id}/_history", Reading, ReadEndpoints.HistoryAsync)
            .WithSummary("All versions of a resource");
        fhir.MapMethods("/{type}", Reading, SearchEndpoints.SearchAsync)
            .WithSummary("Search one record for resources of a type: `?patient=ID&…`");
        fhir.MapMethods("/Patient/{patient}/{type}", Reading, SearchEndpoints.SearchCompartmentAsync)
            .WithSummary("Search the record of this patient");
        fhir.MapPost("/{type}/_search", SearchEndpoints.SearchByFormAsync).DisableAntiforgery()
            .WithSummary("Search with the parameters in a form");
        fhir.MapMethods("/Patient/{patient}/$everything", Reading, EverythingEndpoint.EverythingAsync)
            .WithSummary("All of a record that you may see");
        fhir.MapPost("/Consent", ConsentEndpoints.CreateAsync)
            .WithSummary("Make a consent about your own record");
        fhir.MapPut("/Consent/{id}", ConsentEndpoints.ReplaceAsync)
            .WithSummary("Change a consent of yours; status `inactive` revokes it");
    }
}
