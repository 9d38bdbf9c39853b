using Microsoft.AspNetCore.Authentication;
using Microsoft.Net.Http.Headers;
using Rapport.People;

namespace Rapport.Server.Hosting;

/// <summary>
/// Tells who a request is from: <c>Authorization: Bearer</c> with a personal access token, or the session cookie. A request with an
/// <c>Authorization</c> header is judged by it alone.
/// </summary>
internal sealed class PersonAuthentication(PeopleModule people) : IAuthenticationHandler
{
    /// <summary>The name of the one scheme.</summary>
    public const string Scheme = "person";

    private const string Bearer = "Bearer ";
    private HttpContext _context = null!;

    /// <inheritdoc/>
    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<AuthenticateResult> AuthenticateAsync()
    {
        var header = _context.Request.Headers.Authorization;
        if (header.Count > 0)
        {
            return header.Count == 1 && header[0] is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                && await people.AccessTokens.FindAsync(value.AsSpan(Bearer.Length).Trim(), _context.RequestAborted) is { } person
                ? Success(PersonPrincipal.OfToken(person))
                : AuthenticateResult.Fail("no such token");
        }

        return SessionCookie.Find(_context) is { } secret && await people.Sessions.FindAsync(secret, _context.RequestAborted) is { } session
            ? Success(PersonPrincipal.OfSession(session))
            : AuthenticateResult.NoResult();
    }

    /// <summary>A program is told to bring a token; a browser that wants a page is led to the sign-in page.</summary>
    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        var request = _context.Request;
        if (Surfaces.Of(request.Path) == Surface.Pages && HttpMethods.IsGet(request.Method) && request.Headers.Authorization.Count == 0)
        {
            _context.Response.Redirect("/sign-in?then=" + Uri.EscapeDataString(request.PathBase + request.Path + request.QueryString));
            return Task.CompletedTask;
        }

        _context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        _context.Response.Headers[HeaderNames.WWWAuthenticate] =
            request.Headers.Authorization.Count > 0 ? "Bearer realm=\"rapport\", error=\"invalid_token\"" : "Bearer realm=\"rapport\"";
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        _context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static AuthenticateResult Success(PersonPrincipal principal) =>
        AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme));
}
