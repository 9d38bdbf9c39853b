using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages;

namespace Rapport.Server.SignIn;

/// <summary>Making an account, and getting back into one of which everything was lost.</summary>
internal static class SignUpEndpoints
{
    public static void MapSignUp(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/sign-up", AskAsync);
        group.MapPost("/sign-up", SignUpAsync).RequireRateLimiting(RateLimits.SignIn);
        group.MapPost("/sign-up/passkey/question", AskPasskeyAsync).RequireRateLimiting(RateLimits.SignIn);
        group.MapPost("/sign-up/passkey", SignUpWithPasskeyAsync).RequireRateLimiting(RateLimits.SignIn);
        group.MapGet("/closed", () => new RazorComponentResult<ClosedPage>());
        group.MapGet("/recover", () => ShowRecover(null, null, StatusCodes.Status200OK));
        group.MapPost("/recover", RecoverAsync).RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> AskAsync(HttpContext http, SignUpGate gate, CancellationToken cancel) =>
        await gate.FindAsync(http, cancel) is null ? TypedResults.NotFound()
        : http.FindPerson() is not null ? TypedResults.LocalRedirect("/")
        : Show(null, "", true, StatusCodes.Status200OK);

    private static async Task<IResult> SignUpAsync(
        IFormCollection form, HttpContext http, SignUpGate gate, PeopleModule people, Modules modules, CancellationToken cancel)
    {
        if (await gate.FindAsync(http, cancel) is not { } leave)
        {
            return TypedResults.NotFound();
        }

        var added = await people.Accounts.SignUpAsync(form["name"].ToString(), form["password"].ToString(), leave.Invitation, cancel);
        return await WelcomeAsync(added, SignInMethod.Password, form, http, modules, cancel);
    }

    private static async Task<IResult> AskPasskeyAsync(IFormCollection form, HttpContext http, SignUpGate gate, PeopleModule people, CancellationToken cancel)
    {
        if (await gate.FindAsync(http, cancel) is null)
        {
            return TypedResults.NotFound();
        }

        var question = await people.Passkeys.AskForFirstAsync(form["name"].ToString(), http);
        return question.IsOk ? PasskeyAnswer.Of(question.Value) : TypedResults.Json(new { problem = question.Problem }, statusCode: StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SignUpWithPasskeyAsync(
        IFormCollection form, HttpContext http, SignUpGate gate, PeopleModule people, Modules modules, CancellationToken cancel)
    {
        if (await gate.FindAsync(http, cancel) is not { } leave)
        {
            return TypedResults.NotFound();
        }

        var added = await people.Passkeys.SignUpAsync(DeviceName.Of(http), form["ticket"].ToString(), form["answer"].ToString(), leave.Invitation, http, cancel);
        return await WelcomeAsync(added, SignInMethod.Passkey, form, http, modules, cancel);
    }

    private static async Task<IResult> WelcomeAsync(
        Result<Person> added, SignInMethod method, IFormCollection form, HttpContext http, Modules modules, CancellationToken cancel)
    {
        var wantsRecord = form["record"] == "yes";
        if (added.Value is not { } person)
        {
            return Show(added.Problem, form["name"].ToString(), wantsRecord, StatusCodes.Status422UnprocessableEntity);
        }

        if (wantsRecord)
        {
            await Patients.MakeRecordAsync(modules, person, cancel);
        }

        await NewSession.StartAsync(http, modules.People, person, method, cancel);
        return new SeeOther("/account/welcome");
    }

    private static async Task<IResult> RecoverAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        var name = form["name"].ToString();
        var (person, check) = await people.SecondStep.RecoverAsync(name, form["code"].ToString(), NewSession.SourceOf(http), cancel);
        if (person is null || check.Method is not { } method)
        {
            NewSession.SetRetryAfter(http, check.RetryAfter);
            return ShowRecover(check.Problem, name, check.RetryAfter is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status429TooManyRequests);
        }

        await NewSession.StartAsync(http, people, person, method, cancel);
        return new SeeOther("/account");
    }

    private static RazorComponentResult<SignUpPage> Show(string? problem, string name, bool wantsRecord, int status) =>
        new(new Dictionary<string, object?>
        {
            [nameof(SignUpPage.Problem)] = problem,
            [nameof(SignUpPage.DisplayName)] = name,
            [nameof(SignUpPage.WantsRecord)] = wantsRecord,
        })
        { StatusCode = status };

    private static RazorComponentResult<RecoverPage> ShowRecover(string? problem, string? name, int status) =>
        new(new Dictionary<string, object?> { [nameof(RecoverPage.Problem)] = problem, [nameof(RecoverPage.SignInName)] = name }) { StatusCode = status };
}
