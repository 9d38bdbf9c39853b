namespace Rapport.Server.Hosting;

/// <summary>
/// A request that changes something and carries a session cookie must come from our own pages: a foreign page can make a browser send the
/// cookie, but not these headers. Access tokens are not sent by browsers on their own, so requests with one are free of this. The pages'
/// own forms carry an antiforgery token instead.
/// </summary>
internal sealed class SameOrigin(RequestDelegate next)
{
    private static readonly Failure Foreign = new(
        StatusCodes.Status403Forbidden, "forbidden", "a request with the session cookie must come from this server's own pages: use a personal access token");

    public Task InvokeAsync(HttpContext context) =>
        context.FindSession() is null || IsSafe(context.Request.Method) || Surfaces.Of(context.Request.Path) == Surface.Pages || IsFromHere(context.Request)
            ? next(context)
            : context.WriteAsync(Foreign);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>Browsers of the last years send <c>Sec-Fetch-Site</c>; the older ones send <c>Origin</c> with whatever is not safe.</summary>
    private static bool IsFromHere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        return site.Count > 0
            ? site == "same-origin"
            : request.Headers.Origin == $"{request.Scheme}://{request.Host}";
    }
}
