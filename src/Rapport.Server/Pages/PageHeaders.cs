namespace Rapport.Server.Pages;

/// <summary>
/// What every answer tells a browser: run and load only what comes from here, be framed by nobody, tell nobody where a visitor came from,
/// keep no copy. Pages need no script and no style of their own, so the policy has no exception.
/// </summary>
internal sealed class PageHeaders(RequestDelegate next)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>For what is saved and not shown: should a browser show it all the same, nothing in it runs.</summary>
    public const string NothingRuns = "sandbox; default-src 'none'; frame-ancestors 'none'";

    /// <summary>For what is somebody's and is neither kept in their browser nor on the way.</summary>
    public const string NotKept = "private, no-store";

    /// <summary>For two years; of this name alone, since others below it may be somebody else's.</summary>
    private const string StayWithTls = "max-age=63072000";

    private const string Permissions = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

    /// <summary>Stands on a page in which somebody may record what they say, after their browser asked them.</summary>
    public static readonly object MayRecord = new MicrophoneMark();

    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.ContentSecurityPolicy = headers.ContentDisposition.Count > 0 ? NothingRuns : Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Permissions-Policy"] = ((HttpContext)state).GetEndpoint()?.Metadata.GetMetadata<MicrophoneMark>() is null ? Permissions : Permissions.Replace("microphone=()", "microphone=(self)", StringComparison.Ordinal);
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers.Remove("blazor-enhanced-nav");
            if (((HttpContext)state).Request.IsHttps)
            {
                headers.StrictTransportSecurity = StayWithTls;
            }

            // Whatever did not say that it may be kept must not be: a shared computer keeps no page of a record.
            if (headers.CacheControl.ToString() is var kept && kept != NotKept && !kept.Contains("immutable", StringComparison.Ordinal))
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        }, http);
        return next(http);
    }

    private sealed class MicrophoneMark;
}
