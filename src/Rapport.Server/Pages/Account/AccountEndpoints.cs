using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations.Export;
using Rapport.Server.SignIn;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Account;

/// <summary>One's own account: how one signs in, where one is signed in, what helps when something is lost.</summary>
internal static class AccountEndpoints
{
    private const string Home = "/account";
    private const string RecordFile = Home + "/record.json", ConversationsFile = Home + "/conversations.zip";

    public static void MapAccount(this IEndpointRouteBuilder pages)
    {
        var account = pages.MapGroup(Home);
        account.MapGet("", (HttpContext http, PeopleModule people, RecordDoor door, CancellationToken cancel) => ShowAsync(http, people, door, null, cancel));
        account.MapGet("/welcome", Welcome);
        account.MapPost("/sessions/end", EndSessionAsync);
        account.MapPost("/sessions/end-others", EndOthersAsync);

        // Whoever finds the device open must not change how its person signs in.
        var guarded = account.MapGroup("").AddEndpointFilter(RequireFreshAsync);
        guarded.MapGet("/passkeys/new", () => new RazorComponentResult<NewPasskeyPage>());
        guarded.MapPost("/passkeys/question", AskPasskeyAsync);
        guarded.MapPost("/passkeys", AddPasskeyAsync);
        guarded.MapPost("/passkeys/rename", RenamePasskeyAsync);
        guarded.MapPost("/passkeys/remove", RemovePasskeyAsync);
        guarded.MapGet("/password", (HttpContext http, PeopleModule people, CancellationToken cancel) => ShowPasswordAsync(http, people, null, cancel));
        guarded.MapPost("/password", SetPasswordAsync);
        guarded.MapPost("/password/remove", RemovePasswordAsync);
        guarded.MapPost("/app/new", BeginAppAsync);
        guarded.MapPost("/app", ConfirmAppAsync);
        guarded.MapPost("/app/remove", RemoveAppAsync);
        guarded.MapPost("/recovery-codes", NewRecoveryCodesAsync);
        guarded.MapGet(RecordFile[Home.Length..], ExportAsync);
        guarded.MapGet(ConversationsFile[Home.Length..], (HttpContext http, RecordDoor door, TalkArchive archive) => archive.AnswerAsync(http, door));
        guarded.MapGet("/close", (HttpContext http, RecordDoor door, Modules modules, CancellationToken cancel) => ShowCloseAsync(http, door, modules, null, cancel));
        guarded.MapPost("/close", CloseAsync);
    }

    private static async ValueTask<object?> RequireFreshAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var isGet = HttpMethods.IsGet(http.Request.Method);
        return (isGet ? http.IsFresh() : http.IsFreshEnough())
            ? await next(context)
            : new SeeOther(Fresh.ConfirmPath(!isGet ? Home : http.Request.Path == RecordFile || http.Request.Path == ConversationsFile ? $"{Home}?take=1#leave" : http.Request.Path.Value!));
    }

    private static RazorComponentResult<WelcomePage> Welcome(HttpContext http) =>
        new(new Dictionary<string, object?> { [nameof(WelcomePage.Person)] = http.GetPerson() });

    private static async Task<IResult> EndSessionAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        if (!SessionId.TryParse(form["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        await people.Sessions.EndAsync(http.GetPerson().Id, id, cancel);
        return new SeeOther(Home + "#sessions");
    }

    private static async Task<IResult> EndOthersAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        await people.Sessions.EndOthersAsync(http.GetPerson().Id, http.FindSession()?.Id, cancel);
        return new SeeOther(Home + "#sessions");
    }

    private static async Task<IResult> AskPasskeyAsync(IFormCollection form, HttpContext http, PeopleModule people)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        return PasskeyAnswer.Of(await people.Passkeys.AskForNewAsync(http.GetPerson(), http));
    }

    private static async Task<IResult> AddPasskeyAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        var added = await people.Passkeys.AddAsync(
            http.GetPerson(), form["label"].ToString(), form["ticket"].ToString(), form["answer"].ToString(), http, cancel);
        return added.IsOk
            ? new SeeOther(Home + "#passkeys")
            : new RazorComponentResult<NewPasskeyPage>(new Dictionary<string, object?> { [nameof(NewPasskeyPage.Problem)] = added.Problem })
            {
                StatusCode = StatusCodes.Status422UnprocessableEntity,
            };
    }

    private static async Task<IResult> RenamePasskeyAsync(IFormCollection form, HttpContext http, PeopleModule people, RecordDoor door, CancellationToken cancel)
    {
        if (!PasskeyId.TryParse(form["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        return await people.Passkeys.RenameAsync(http.GetPerson().Id, id, form["label"].ToString(), cancel) is { } problem
            ? await ShowAsync(http, people, door, problem, cancel)
            : new SeeOther(Home + "#passkeys");
    }

    private static async Task<IResult> RemovePasskeyAsync(IFormCollection form, HttpContext http, PeopleModule people, RecordDoor door, CancellationToken cancel)
    {
        var person = http.GetPerson();
        if (!PasskeyId.TryParse(form["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        if (!await people.Passkeys.RemoveAsync(person.Id, id, cancel) && (await people.Passkeys.ListAsync(person.Id, cancel)).Any(passkey => passkey.Id == id))
        {
            return await ShowAsync(http, people, door, AccountText.OnlyWayInPasskey, cancel);
        }

        // Whoever has the lost device may be signed in on it.
        await people.Sessions.EndOthersAsync(person.Id, http.FindSession()?.Id, cancel);
        return new SeeOther(Home + "#passkeys");
    }

    private static async Task<IResult> SetPasswordAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        var set = await people.Passwords.ChangeAsync(http.GetPerson().Id, form["password"].ToString(), http.FindSession()?.Id, cancel);
        return set.IsOk ? new SeeOther(Home + "#password") : await ShowPasswordAsync(http, people, set.Problem, cancel);
    }

    private static async Task<IResult> RemovePasswordAsync(IFormCollection form, HttpContext http, PeopleModule people, RecordDoor door, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        var person = http.GetPerson().Id;
        return await people.Passwords.RemoveAsync(person, cancel) || !await people.Passwords.HasAsync(person, cancel)
            ? new SeeOther(Home + "#password")
            : await ShowAsync(http, people, door, AccountText.OnlyWayInPassword, cancel);
    }

    private static async Task<IResult> BeginAppAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        return ShowApp(await people.SecondStep.BeginAppAsync(http.GetPerson(), cancel), null);
    }

    private static async Task<IResult> ConfirmAppAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        var person = http.GetPerson();
        if (!await people.SecondStep.ConfirmAppAsync(person.Id, form["code"].ToString(), cancel))
        {
            return ShowApp(await people.SecondStep.BeginAppAsync(person, cancel), AccountText.CodeDidNotFit);
        }

        return (await people.SecondStep.FindAsync(person.Id, cancel)).RecoveryCodes > 0
            ? new SeeOther(Home + "#app")
            : await NewRecoveryCodesAsync(form, http, people, cancel);
    }

    private static async Task<IResult> RemoveAppAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        await people.SecondStep.RemoveAppAsync(http.GetPerson().Id, cancel);
        return new SeeOther(Home + "#app");
    }

    private static async Task<IResult> NewRecoveryCodesAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        _ = form; // Bound so that its antiforgery token is checked.
        return new RazorComponentResult<RecoveryCodesPage>(new Dictionary<string, object?>
        {
            [nameof(RecoveryCodesPage.Codes)] = await people.SecondStep.NewRecoveryCodesAsync(http.GetPerson().Id, cancel),
            [nameof(RecoveryCodesPage.Person)] = http.GetPerson(),
        });
    }

    private static async Task<IResult> ExportAsync(HttpContext http, RecordDoor door) =>
        await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own
            ? TypedResults.Stream(stream => RecordExport.WriteAsync(own, stream, http.RequestAborted), "application/fhir+json", AccountText.FileName)
            : TypedResults.NotFound();

    /// <summary>
    /// The record first, and the account last: when the account went first and the rest failed, nobody could finish it. What they do for others ends just before the account: when it ended first and the rest failed, the account
    /// would be open, and nobody might look after a child any more.
    /// </summary>
    private static async Task<IResult> CloseAsync(IFormCollection form, HttpContext http, Modules modules, RecordDoor door, StoryDesk stories, TalkDoor talks, CancellationToken cancel)
    {
        var person = http.GetPerson();
        if (!string.Equals(form["name"].ToString().Trim(), person.SignInName, StringComparison.OrdinalIgnoreCase))
        {
            return await ShowCloseAsync(http, door, modules, AccountText.NotYourName, cancel);
        }

        // What they say that they know is said of the children who stood on the page.
        var known = form["nobody"] == "on" ? form["alone"].Where(id => PatientId.TryParse(id, out _)).Select(static id => PatientId.Parse(id)).ToHashSet() : [];
        var ends = await ActingEnds.OfAsync(http, door, modules.Records, cancel);
        if (await ends.UnknownAsync(known, cancel) is not [])
        {
            return await ShowCloseAsync(http, door, modules, AccountText.NobodyLeft, cancel);
        }

        try
        {
            if (await door.OpenOwnAsync(http, TokenScopes.All) is { } own)
            {
                await stories.TakeBackAllAsync(own, cancel);
                await own.EraseAsync(cancel);
            }
        }
        catch (RecordErasedException)
        {
            // An earlier attempt got as far as this: go on where it stopped.
        }

        await talks.Desk.LeaveAllAsync(await talks.OpenAsync(http), http.GetActor(), cancel);
        if (await ends.LayDownAsync(known, cancel) is { Count: > 0 } alone)
        {
            return await ShowCloseAsync(http, door, modules, Say.Fill(AccountText.StillOpen, Say.List([.. alone.Select(static access => access.PatientName)])), cancel);
        }

        await modules.People.Accounts.CloseAsync(person.Id, cancel);
        SessionCookie.Clear(http);
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return new SeeOther("/closed");
    }

    private static async Task<IResult> ShowCloseAsync(HttpContext http, RecordDoor door, Modules modules, string? problem, CancellationToken cancel)
    {
        var ends = await ActingEnds.OfAsync(http, door, modules.Records, cancel);
        return new RazorComponentResult<ClosePage>(new Dictionary<string, object?>
        {
            [nameof(ClosePage.ActsFor)] = ends.Acting.Select(static access => access.PatientName).ToList(),
            [nameof(ClosePage.LeftAlone)] = (await ends.LeftAloneAsync(cancel)).Select(static access => (access.Patient, access.PatientName)).ToList(),
            [nameof(ClosePage.Damaged)] = ends.Damaged,
            [nameof(ClosePage.Person)] = http.GetPerson(),
            [nameof(ClosePage.FileBytes)] = await SizeAsync(http, door, cancel),
            [nameof(ClosePage.Tells)] = await TellsAsync(http, door, cancel),
            [nameof(ClosePage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    /// <summary>About how many bytes the record is as a file; null when there is none any more.</summary>
    private static async Task<long?> SizeAsync(HttpContext http, RecordDoor door, CancellationToken cancel)
    {
        try
        {
            return await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own ? RecordExport.EstimateBytes(await own.SizeAsync(cancel)) : null;
        }
        catch (RecordErasedException)
        {
            return null;
        }
    }

    /// <summary>Whether they let others learn something without their name.</summary>
    private static async Task<bool> TellsAsync(HttpContext http, RecordDoor door, CancellationToken cancel)
    {
        try
        {
            return await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own && (await own.Stories.NotesAsync(cancel)).Values.Any(static note => !note.IsTakenBack);
        }
        catch (RecordErasedException)
        {
            return false;
        }
    }

    private static RazorComponentResult<AppPage> ShowApp(AuthenticatorSetup setup, string? problem) =>
        new(new Dictionary<string, object?> { [nameof(AppPage.Setup)] = setup, [nameof(AppPage.Problem)] = problem })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static async Task<IResult> ShowPasswordAsync(HttpContext http, PeopleModule people, string? problem, CancellationToken cancel) =>
        new RazorComponentResult<PasswordPage>(new Dictionary<string, object?>
        {
            [nameof(PasswordPage.Problem)] = problem,
            [nameof(PasswordPage.Person)] = http.GetPerson(),
            [nameof(PasswordPage.HasPassword)] = await people.Passwords.HasAsync(http.GetPerson().Id, cancel),
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static async Task<IResult> ShowAsync(HttpContext http, PeopleModule people, RecordDoor door, string? problem, CancellationToken cancel)
    {
        var person = http.GetPerson();
        return new RazorComponentResult<AccountPage>(new Dictionary<string, object?>
        {
            [nameof(AccountPage.Person)] = person,
            [nameof(AccountPage.Problem)] = problem,
            [nameof(AccountPage.MayTake)] = http.Request.Query.ContainsKey("take") && http.IsFresh(),
            [nameof(AccountPage.FileBytes)] = await SizeAsync(http, door, cancel),
            [nameof(AccountPage.Passkeys)] = await people.Passkeys.ListAsync(person.Id, cancel),
            [nameof(AccountPage.HasPassword)] = await people.Passwords.HasAsync(person.Id, cancel),
            [nameof(AccountPage.SecondStep)] = await people.SecondStep.FindAsync(person.Id, cancel),
            [nameof(AccountPage.Sessions)] = await people.Sessions.ListAsync(person.Id, cancel),
            [nameof(AccountPage.Here)] = http.FindSession()!.Id,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }
}
