namespace Rapport.Server.Pages;

/// <summary>Answers HEAD for a page like GET, without the body, which the web server leaves out by itself: monitors and link checkers ask so.</summary>
internal sealed class HeadLikeGet(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    }
}
