namespace Rapport.Server.Api.Fhir;

/// <summary>Addresses of this server as the caller knows it.</summary>
internal static class FhirUrls
{
    /// <summary>The base, without a slash at the end.</summary>
    public static string BaseOf(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}/fhir";

    /// <summary>Where a version of a resource is.</summary>
    public static string Version(HttpRequest request, string reference, int version) => $"{BaseOf(request)}/{reference}/_history/{version}";

    /// <summary>An address with these parameters.</summary>
    public static string WithQuery(string url, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var query = string.Join('&', parameters.Select(p => Uri.EscapeDataString(p.Key) + "=" + Uri.EscapeDataString(p.Value)));
        return query.Length == 0 ? url : url + "?" + query;
    }
}
