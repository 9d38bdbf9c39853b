using Microsoft.AspNetCore.Authentication;
using Microsoft.Net.Http.Headers;
using Rapport.People;
using Rapport.Server.Api.Devices;

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
    private static readonly Task<AuthenticateResult> Nobody = Task.FromResult(AuthenticateResult.NoResult());
    private static readonly Task<AuthenticateResult> Unknown = Task.FromResult(AuthenticateResult.Fail("no such token"));
    private HttpContext _context = null!;

    /// <inheritdoc/>
    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<AuthenticateResult> AuthenticateAsync()
    {
        var header = _context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return SessionCookie.Find(_context) is { } secret ? FindSessionAsync(secret) : Nobody;
        }

        if (Surfaces.Of(_context.Request.Path) == Surface.Pages)
        {
            // Pages are for people: a token, which may be good for little, opens none of them.
            return Unknown;
        }

        if (header.Count > 1 || header[0] is not { } value || !value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return Unknown;
        }

        // Tokens in use are in memory, so this is mostly answered at once.
        var token = people.AccessTokens.FindAsync(value.AsSpan(Bearer.Length).Trim(), _context.RequestAborted);
        return token.IsCompletedSuccessfully ? Told(token.Result, _context.Request) : FindTokenAsync(token.AsTask(), _context.Request);
    }

    /// <summary>A program is told to bring a token; a browser that wants a page is led to the sign-in page, and one that listens for events is not: it would take the form for them.</summary>
    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        var request = _context.Request;
        if (Surfaces.Of(request.Path) == Surface.Pages && HttpMethods.IsGet(request.Method) && request.Headers.Authorization.Count == 0 && request.Headers.Accept is not ["text/event-stream" or "application/json"])
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

    /// <summary>A device's token is one at a single place; everywhere else it is none, whatever that place asks for.</summary>
    private static Task<AuthenticateResult> Told(TokenUse? token, HttpRequest request) =>
        token is null || (token.Scopes == TokenScopes.Measure && !DeviceEndpoints.IsTheirs(request)) ? Unknown : PersonPrincipal.OfToken(token).Authenticated;

    private static async Task<AuthenticateResult> FindTokenAsync(Task<TokenUse?> token, HttpRequest request) => await Told(await token, request);

    private async Task<AuthenticateResult> FindSessionAsync(string secret) =>
        await people.Sessions.FindAsync(secret, _context.RequestAborted) is { } session
            ? await PersonPrincipal.OfSession(session).Authenticated
            : AuthenticateResult.NoResult();
}
