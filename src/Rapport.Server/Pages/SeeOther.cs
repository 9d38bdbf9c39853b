using Microsoft.Net.Http.Headers;

namespace Rapport.Server.Pages;

/// <summary>After a form was sent: go and look there, so that going back or loading anew sends nothing twice.</summary>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers[HeaderNames.Location] = path;
        return Task.CompletedTask;
    }
}
