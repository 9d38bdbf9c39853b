namespace Rapport.Server.LinksGiven;

/// <summary>
/// What every answer to whoever has a link tells a browser: viewers of any site may read it, as the SMART Health Links guide wants, and nobody keeps it, lists it or runs it. No cookie is ever read or set there.
/// </summary>
internal sealed class LinkHeaders(RequestDelegate next)
{
    /// <summary>Whether a path is one of links.</summary>
    public static bool AreFor(PathString path) => path.StartsWithSegments(HolderEndpoints.Path, StringComparison.Ordinal);

    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlExposeHeaders = "Retry-After";
            headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = Pages.PageHeaders.NothingRuns;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["X-Robots-Tag"] = "noindex, nofollow";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            return Task.CompletedTask;
        }, http);
        if (!HttpMethods.IsOptions(http.Request.Method))
        {
            return next(http);
        }

        // What a browser asks before it lets a viewer of another site ask: the same of whatever link.
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.AccessControlAllowMethods = "GET, POST";
        http.Response.Headers.AccessControlAllowHeaders = "content-type";
        http.Response.Headers.AccessControlMaxAge = "86400";
        return Task.CompletedTask;
    }
}
