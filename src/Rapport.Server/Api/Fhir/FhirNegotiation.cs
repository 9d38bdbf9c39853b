using Microsoft.Extensions.Primitives;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary>
/// Looks at what form of answer a FHIR request wants (<c>_format</c>, else <c>Accept</c>): there is JSON. And keeps whatever is
/// answered out of caches.
/// </summary>
internal sealed class FhirNegotiation(RequestDelegate next)
{
    /// <summary>The media type of every answer.</summary>
    public const string Json = "application/fhir+json; charset=utf-8";

    private static readonly Failure NotJson = new(
        StatusCodes.Status406NotAcceptable, "not-supported", "answers come as JSON only: ask for `application/fhir+json`");

    public Task InvokeAsync(HttpContext context)
    {
        if (Surfaces.Of(context.Request.Path) != Surface.Fhir)
        {
            return next(context);
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return WantsJson(context.Request) || WantsBytes(context.Request) ? next(context) : context.WriteAsync(NotJson);
    }

    /// <summary>Whether a media type is FHIR in JSON; parameters are of no interest here.</summary>
    public static bool IsJson(ReadOnlySpan<char> mediaType)
    {
        var end = mediaType.IndexOf(';');
        var name = (end < 0 ? mediaType : mediaType[..end]).Trim();
        return name.Equals("application/fhir+json", StringComparison.OrdinalIgnoreCase)
            || name.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || name.Equals("application/json+fhir", StringComparison.OrdinalIgnoreCase)
            || name.Equals("text/json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Whether a request asks for JSON by name. One for a Binary that does not is answered with the document itself, as FHIR has it
    /// (<see href="https://hl7.org/fhir/R4/binary.html#rest"/>).
    /// </summary>
    public static bool NamesJson(HttpRequest request) =>
        (request.QueryString.HasValue && request.Query.ContainsKey("_format")) || Names(request.Headers.Accept, static type => IsJson(type));

    private static bool WantsBytes(HttpRequest request) =>
        request.Path.StartsWithSegments("/fhir/Binary", StringComparison.Ordinal, out var rest) && rest.HasValue && !rest.Value.EndsWith("/_history", StringComparison.Ordinal)
        && !(request.QueryString.HasValue && request.Query.ContainsKey("_format"))
        && !Names(request.Headers.Accept, static type => type.StartsWith("application/fhir+", StringComparison.OrdinalIgnoreCase));

    private static bool WantsJson(HttpRequest request)
    {
        // Asking the query parses it, which most reads need not.
        if (request.QueryString.HasValue && request.Query.TryGetValue("_format", out var format))
        {
            // A plus that was not encoded arrives as a space.
            var text = format.ToString().Replace(' ', '+');
            return text is "json" || IsJson(text);
        }

        var accept = request.Headers.Accept;
        return accept.Count == 0
            || Names(accept, static type => type.StartsWith("*/*") || type.StartsWith("application/*", StringComparison.OrdinalIgnoreCase) || IsJson(type));
    }

    private static bool Names(StringValues accept, Func<ReadOnlySpan<char>, bool> isIt)
    {
        foreach (var line in accept)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                if (isIt(line.AsSpan()[range].Trim()))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
