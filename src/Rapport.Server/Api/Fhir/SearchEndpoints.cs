using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary>Searching one record for resources of one type.</summary>
internal static class SearchEndpoints
{
    public static Task SearchAsync(HttpContext context, string type, RecordDoor door) =>
        AnswerAsync(context, type, null, Parameters(context.Request.Query), door);

    public static Task SearchCompartmentAsync(HttpContext context, string patient, string type, RecordDoor door) =>
        AnswerAsync(context, type, patient, Parameters(context.Request.Query), door);

    /// <summary>The same with the parameters in a form, which keeps them out of addresses.</summary>
    public static async Task SearchByFormAsync(HttpContext context, string type, RecordDoor door)
    {
        if (!context.Request.HasFormContentType)
        {
            await context.WriteAsync(new(StatusCodes.Status415UnsupportedMediaType, "not-supported", "send the parameters as `application/x-www-form-urlencoded`"));
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        await AnswerAsync(context, type, null, [.. Parameters(context.Request.Query), .. Parameters(form)], door);
    }

    private static async Task AnswerAsync(
        HttpContext context, string type, string? compartment, List<KeyValuePair<string, string>> parameters, RecordDoor door)
    {
        if (SearchParameters.Find(type, "_id") is null)
        {
            await context.WriteAsync(new(StatusCodes.Status404NotFound, "not-supported", $"`{Failure.Short(type)}` is no resource type of FHIR R4"));
            return;
        }

        if (await PurposeOfUse.ReadAsync(context) is not { } purpose)
        {
            return;
        }

        if (!SearchRequest.TryRead(context, type, compartment, parameters, out var search, out var issues))
        {
            await context.WriteOutcomeAsync(StatusCodes.Status400BadRequest, issues);
            return;
        }

        var answer = search.Patient is { } patient ? await door.AskAsync(context, patient, purpose, new RecordQuery.Search(search.Query)) : null;
        await BundleAnswer.WriteSearchsetAsync(
            context,
            answer,
            search.Query.Total == SearchTotal.None ? null : answer?.Total ?? 0,
            !search.Query.CountOnly,
            Links(context, type, compartment, search, answer?.NextCursor),
            search.Notes);
    }

    private static List<BundleLink> Links(HttpContext context, string type, string? compartment, SearchRequest search, string? next)
    {
        var path = compartment is null ? type : $"Patient/{compartment}/{type}";
        var url = $"{FhirUrls.BaseOf(context.Request)}/{path}";
        List<BundleLink> links = [new("self", FhirUrls.WithQuery(url, search.Parameters))];
        if (next is not null && !search.Query.CountOnly)
        {
            links.Add(new("next", FhirUrls.WithQuery(url, search.Parameters.Where(p => p.Key != "_cursor").Append(new("_cursor", next)))));
        }

        return links;
    }

    private static List<KeyValuePair<string, string>> Parameters(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> pairs) =>
        [.. pairs.SelectMany(pair => pair.Value.Select(value => new KeyValuePair<string, string>(pair.Key, value ?? "")))];
}
