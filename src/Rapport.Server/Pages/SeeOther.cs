using System.Text;
using Microsoft.Net.Http.Headers;

namespace Rapport.Server.Pages;

/// <summary>After a form was sent: go and look there, so that going back or loading anew sends nothing twice.</summary>
internal sealed class SeeOther(string path) : IResult
{
    /// <summary>Where.</summary>
    public string Address => path;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers[HeaderNames.Location] = Ascii(path);
        return Task.CompletedTask;
    }

    /// <summary>Headers are ASCII; whoever made a link may have typed anything.</summary>
    private static string Ascii(string path) => string.Concat(Encoding.UTF8.GetBytes(path).Select(static b => b < 0x80 ? ((char)b).ToString() : $"%{b:X2}"));
}
