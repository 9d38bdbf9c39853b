using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages;

namespace Rapport.Server.SignIn;

/// <summary>Signing in, with a passkey or a password and what comes after it, and out.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/sign-in", Ask);
        group.MapPost("/sign-in", SignInAsync).RequireRateLimiting(RateLimits.SignIn);
        group.MapPost("/sign-in/code", CheckCodeAsync).RequireRateLimiting(RateLimits.SignIn);
        group.MapPost("/sign-in/passkey/question", AskPasskeyAsync).RequireRateLimiting(RateLimits.SignIn);
        group.MapPost("/sign-in/passkey", CheckPasskeyAsync).RequireRateLimiting(RateLimits.SignIn);
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
        IFormCollection form, HttpContext http, ServerSettings settings, PeopleModule people, HalfwayIn halfway, CancellationToken cancel)
    {
        var (name, then) = (form["name"].ToString(), form["then"].ToString());
        var check = await people.Passwords.CheckAsync(name, form["password"].ToString(), NewSession.SourceOf(http), cancel);
        if (check.Person is not { } person)
        {
            NewSession.SetRetryAfter(http, check.RetryAfter);
            return Show(settings, check.Problem, name, then, StatusOf(check.RetryAfter));
        }

        if ((await people.SecondStep.FindAsync(person.Id, cancel)).HasApp)
        {
            return ShowCode(halfway.Seal(person.Id, await people.Passwords.VersionAsync(person.Id, cancel)), null, then, StatusCodes.Status200OK);
        }

        // Where there is a passkey, a password alone does not confirm what is asked again for.
        var hasPasskey = (await people.Passkeys.ListAsync(person.Id, cancel)).Count > 0;
        await NewSession.StartAsync(http, people, person, SignInMethod.Password, cancel, isConfirmed: !hasPasskey);
        return new SeeOther(LocalOr(then, "/"));
    }

    private static async Task<IResult> CheckCodeAsync(
        IFormCollection form, HttpContext http, ServerSettings settings, PeopleModule people, HalfwayIn halfway, CancellationToken cancel)
    {
        var then = form["then"].ToString();
        var ticket = form["halfway"].ToString();
        if (halfway.Open(ticket) is not var (id, version)
            || await people.Passwords.VersionAsync(id, cancel) != version
            || await people.Accounts.FindAsync(id, cancel) is not { } person)
        {
            return Show(settings, SignInText.TookTooLong, null, then, StatusCodes.Status422UnprocessableEntity);
        }

        var check = await people.SecondStep.CheckAsync(id, form["code"].ToString(), NewSession.SourceOf(http), cancel);
        if (check.Method is not { } method)
        {
            NewSession.SetRetryAfter(http, check.RetryAfter);
            return ShowCode(ticket, check.Problem, then, StatusOf(check.RetryAfter));
        }

        await NewSession.StartAsync(http, people, person, method, cancel);
        return new SeeOther(method == SignInMethod.RecoveryCode ? "/account" : LocalOr(then, "/"));
    }

    private static async Task<IResult> AskPasskeyAsync(IFormCollection form, HttpContext http, PeopleModule people)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        return PasskeyAnswer.Of(await people.Passkeys.AskAsync(null, http));
    }

    private static async Task<IResult> CheckPasskeyAsync(
        IFormCollection form, HttpContext http, ServerSettings settings, PeopleModule people, CancellationToken cancel)
    {
        var then = form["then"].ToString();
        if (await people.Passkeys.CheckAsync(null, form["ticket"].ToString(), form["answer"].ToString(), http, cancel) is not { } person)
        {
            return Show(settings, SignInText.PasskeyRefused, null, then, StatusCodes.Status422UnprocessableEntity);
        }

        await NewSession.StartAsync(http, people, person, SignInMethod.Passkey, cancel);
        return new SeeOther(LocalOr(then, "/"));
    }

    private static async Task<IResult> SignOutAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        if (SessionCookie.Find(http) is { } secret)
        {
            await people.Sessions.EndAsync(secret, cancel);
        }

        SessionCookie.Clear(http);
        Pages.Circle.InvitationCookie.Forget(http);

        // What the browser keeps of the pages goes with the session. Its storage stays, because it also holds how the ledger stood: a browser that forgot that each time would never notice that lines were
        // taken away. What it holds of a person, sealed, for when there is no network, the page deletes before it sends this form, and the next page once more.
        http.Response.Headers["Clear-Site-Data"] = "\"cache\"";
        return new SeeOther("/sign-in");
    }

    private static int StatusOf(TimeSpan? retryAfter) => retryAfter is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status429TooManyRequests;

    private static RazorComponentResult<SignInPage> Show(ServerSettings settings, string? problem, string? name, string? then, int status) =>
        new(new Dictionary<string, object?>
        {
            [nameof(SignInPage.Problem)] = problem,
            [nameof(SignInPage.SignInName)] = name,
            [nameof(SignInPage.Then)] = LocalOr(then, "/"),
            [nameof(SignInPage.Demo)] = DemoInvitation.List(settings),
            [nameof(SignInPage.CanSignUp)] = settings.SignUp == SignUpRule.Open,
        })
        { StatusCode = status };

    private static RazorComponentResult<CodePage> ShowCode(string halfway, string? problem, string? then, int status) =>
        new(new Dictionary<string, object?>
        {
            [nameof(CodePage.Halfway)] = halfway,
            [nameof(CodePage.Problem)] = problem,
            [nameof(CodePage.Then)] = LocalOr(then, "/"),
        })
        { StatusCode = status };
}
