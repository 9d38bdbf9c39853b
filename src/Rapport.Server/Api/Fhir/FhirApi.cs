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
            .WithSummary("A bundle into your own record, all of it or nothing")
            .WithDescription("The answer tells for each entry where it is now. A bundle that names somebody else is refused with 409 until it comes with `confirm=identity`.");
        fhir.MapMethods("/{type}/{id}", Reading, ReadEndpoints.ReadAsync)
            .WithSummary("One resource")
            .WithDescription("`If-None-Match` and `If-Modified-Since` are honoured; the read is recorded all the same.");
        fhir.MapMethods("/{type}/{id}/_history/{version}", Reading, ReadEndpoints.ReadVersionAsync)
            .WithSummary("One version of a resource");
        fhir.MapMethods("/{type}/{id}/_history", Reading, ReadEndpoints.HistoryAsync)
            .WithSummary("All versions of a resource");
        // Named, or the search of a patient's record would take the word for a type.
        fhir.MapMethods("/Patient/{id}/_history", Reading, ReadEndpoints.PatientHistoryAsync)
            .WithSummary("All versions of a Patient resource");
        fhir.MapMethods("/{type}", Reading, SearchEndpoints.SearchAsync)
            .WithSummary("Search one record for resources of a type: `?patient=ID&…`")
            .WithDescription("`patient`, `subject` or `_id` names the record; without one it is your own. The search parameters are in `/fhir/metadata`. "
                + "`_sort`, `_count`, `_total`, `_include`, `_revinclude` and `_summary=count` are understood; what is unknown is an error unless `Prefer: handling=lenient`.");
        fhir.MapMethods("/Patient/{patient}/{type}", Reading, SearchEndpoints.SearchCompartmentAsync)
            .WithSummary("Search the record of this patient");
        fhir.MapPost("/{type}/_search", SearchEndpoints.SearchByFormAsync).DisableAntiforgery()
            .WithSummary("Search with the parameters in a form");
        fhir.MapMethods("/Patient/{patient}/$everything", Reading, EverythingEndpoint.EverythingAsync)
            .WithSummary("All of a record that you may see")
            .WithDescription("`_type`, `_since` and `_count` narrow and page it.");
        fhir.MapPost("/Consent", ConsentEndpoints.CreateAsync)
            .WithSummary("Make a consent about your own record")
            .WithDescription("It is in force when the answer comes. `Prefer: return=OperationOutcome` tells what of it cannot be evaluated and therefore permits nothing.");
        fhir.MapPut("/Consent/{id}", ConsentEndpoints.ReplaceAsync)
            .WithSummary("Change a consent of yours; status `inactive` revokes it")
            .WithDescription("When the answer comes, no server discloses anything under what it replaced. `If-Match` is honoured.");
    }
}
