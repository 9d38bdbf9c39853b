using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages;
using Rapport.Server.Pages.Gather;

namespace Rapport.Server.SignIn;

/// <summary>Signing in with a password, and out.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/sign-in", Ask);
        group.MapPost("/sign-in", SignInAsync).RequireRateLimiting(RateLimits.SignIn);
        group.MapPost("/sign-out", SignOutAsync);
    }

    /// <summary>A path on this server and nothing else: an address that leads elsewhere is not followed after signing in.</summary>
    public static string LocalOr(string? then, string otherwise) =>
        then is ['/', ..] && then is not ['/', '/' or '\\', ..] && !then.Any(char.IsControl) ? then : otherwise;

    private static IResult Ask(HttpContext http, ServerSettings settings, string? then) =>
        http.FindPerson() is not null
            ? TypedResults.LocalRedirect(LocalOr(then, "/"))
            : Show(settings, null, null, then, StatusCodes.Status200OK);

    private static async Task<IResult> SignInAsync(
        IFormCollection form, HttpContext http, ServerSettings settings, PeopleModule people, CancellationToken cancel)
    {
        var (name, then) = (form["name"].ToString(), form["then"].ToString());
        var source = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var check = await people.Accounts.CheckPasswordAsync(name, form["password"].ToString(), source, cancel);
        if (check.Person is not { } person)
        {
            if (check.RetryAfter is { } wait)
            {
                http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
            }

            var status = check.RetryAfter is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status429TooManyRequests;
            return Show(settings, check.Problem, name, then, status);
        }

        // Whoever knew a secret from before signing in must not share the session: the old one ends, and the new secret is new.
        if (SessionCookie.Find(http) is { } old)
        {
            await people.Sessions.EndAsync(old, cancel);
        }

        var secret = await people.Sessions.StartAsync(person.Id, Describe(http.Request.Headers.UserAgent.ToString()), SignInMethod.Password, cancel);
        SessionCookie.Set(http, secret, new PeopleOptions().SessionLength);
        return new SeeOther(LocalOr(then, "/"));
    }

    private static async Task<IResult> SignOutAsync(IFormCollection form, HttpContext http, PeopleModule people, HeldFiles held, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (SessionCookie.Find(http) is { } secret)
        {
            await people.Sessions.EndAsync(secret, cancel);
        }

        if (http.FindPerson() is { } person)
        {
            held.Drop(person.Id);
        }

        SessionCookie.Clear(http);

        // What the browser keeps of the pages goes with the session.
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return new SeeOther("/sign-in");
    }

    private static RazorComponentResult<SignInPage> Show(ServerSettings settings, string? problem, string? name, string? then, int status) =>
        new(new Dictionary<string, object?>
        {
            [nameof(SignInPage.Problem)] = problem,
            [nameof(SignInPage.SignInName)] = name,
            [nameof(SignInPage.Then)] = LocalOr(then, "/"),
            [nameof(SignInPage.Demo)] = DemoInvitation.List(settings),
        })
        { StatusCode = status };

    /// <summary>The browser and the system in two words, which is all that a list of sessions needs.</summary>
    private static string Describe(string userAgent)
    {
        string[] browsers = ["Edg", "OPR", "Firefox", "Chrome", "Safari"];
        string[] systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];
        var browser = Array.Find(browsers, name => userAgent.Contains(name, StringComparison.Ordinal)) ?? "A browser";
        var system = Array.Find(systems, name => userAgent.Contains(name, StringComparison.Ordinal));
        return (browser switch { "Edg" => "Edge", "OPR" => "Opera", _ => browser }) + (system is null ? "" : " on " + system);
    }
}
