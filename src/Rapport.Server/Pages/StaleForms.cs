using Microsoft.AspNetCore.Antiforgery;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages;

/// <summary>Tells in plain words what became of a form whose antiforgery token does not fit: too old, of another session, or not ours.</summary>
internal sealed class StaleForms(RequestDelegate next)
{
    /// <summary>What is answered.</summary>
    public static Failure TooOld { get; } = new(StatusCodes.Status403Forbidden, "expired", "this form is too old: go back, load the page anew and try again");

    public Task InvokeAsync(HttpContext http) =>
        http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } ? http.WriteAsync(TooOld) : next(http);
}
