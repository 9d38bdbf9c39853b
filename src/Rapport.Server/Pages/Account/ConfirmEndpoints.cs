using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.SignIn;

namespace Rapport.Server.Pages.Account;

/// <summary>Asks once more who it is, by the strongest that the person has: see <see cref="Fresh"/>.</summary>
internal static class ConfirmEndpoints
{
    public static void MapConfirm(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/confirm", (HttpContext http, PeopleModule people, string? then, CancellationToken cancel) => ShowAsync(http, people, null, then, null, cancel));
        pages.MapPost("/confirm", ConfirmAsync).RequireRateLimiting(RateLimits.SignIn);
        pages.MapPost("/confirm/passkey/question", AskPasskeyAsync).RequireRateLimiting(RateLimits.SignIn);
        pages.MapPost("/confirm/passkey", ConfirmByPasskeyAsync).RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> ConfirmAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        var (person, then) = (http.GetPerson(), form["then"].ToString());
        string? problem;
        TimeSpan? wait;
        if (await HasStrongerAsync(people, person.Id, cancel) is { HasApp: true } or { HasPasskey: true })
        {
            var check = await people.SecondStep.CheckAsync(person.Id, form["code"].ToString(), NewSession.SourceOf(http), cancel);
            (problem, wait) = (check.Problem, check.RetryAfter);
        }
        else
        {
            var check = await people.Passwords.CheckAsync(person.SignInName, form["password"].ToString(), NewSession.SourceOf(http), cancel);
            (problem, wait) = (check.Person is null ? check.RetryAfter is null ? AccountText.PasswordWrong : check.Problem : null, check.RetryAfter);
        }

        return problem is null ? await ConfirmedAsync(http, people, then, cancel) : await ShowAsync(http, people, problem, then, wait, cancel);
    }

    private static async Task<IResult> AskPasskeyAsync(IFormCollection form, HttpContext http, PeopleModule people)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        return PasskeyAnswer.Of(await people.Passkeys.AskAsync(http.GetPerson(), http));
    }

    private static async Task<IResult> ConfirmByPasskeyAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel) =>
        await people.Passkeys.CheckAsync(http.GetPerson(), form["ticket"].ToString(), form["answer"].ToString(), http, cancel) is not null
            ? await ConfirmedAsync(http, people, form["then"].ToString(), cancel)
            : await ShowAsync(http, people, AccountText.PasskeyRefused, form["then"].ToString(), null, cancel);

    private static async Task<IResult> ConfirmedAsync(HttpContext http, PeopleModule people, string then, CancellationToken cancel)
    {
        await people.Sessions.ConfirmAsync(http.GetPerson().Id, http.FindSession()!.Id, cancel);
        return new SeeOther(SignInEndpoints.LocalOr(then, "/account"));
    }

    private static async Task<(bool HasApp, bool HasPasskey)> HasStrongerAsync(PeopleModule people, Rapport.Data.PersonId person, CancellationToken cancel) =>
        ((await people.SecondStep.FindAsync(person, cancel)).HasApp, (await people.Passkeys.ListAsync(person, cancel)).Count > 0);

    /// <summary>Where who does not want to show it now goes on: pages that would ask at once again are left out.</summary>
    private static string InsteadOf(string then) =>
        then.StartsWith("/account", StringComparison.Ordinal) ? "/account" : then.StartsWith(BreakGlassEndpoints.Door, StringComparison.Ordinal) ? "/" : then;

    private static async Task<IResult> ShowAsync(HttpContext http, PeopleModule people, string? problem, string? then, TimeSpan? wait, CancellationToken cancel)
    {
        NewSession.SetRetryAfter(http, wait);
        var (hasApp, hasPasskey) = await HasStrongerAsync(people, http.GetPerson().Id, cancel);
        return new RazorComponentResult<ConfirmPage>(new Dictionary<string, object?>
        {
            [nameof(ConfirmPage.Problem)] = problem,
            [nameof(ConfirmPage.Then)] = SignInEndpoints.LocalOr(then, "/account"),
            [nameof(ConfirmPage.Instead)] = InsteadOf(SignInEndpoints.LocalOr(then, "/account")),
            [nameof(ConfirmPage.HasApp)] = hasApp,
            [nameof(ConfirmPage.HasPasskey)] = hasPasskey,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : wait is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status429TooManyRequests };
    }
}
