using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Account;
using Rapport.Server.SignIn;

namespace Rapport.Server.Offline.Copy;

/// <summary>Where somebody lets a device keep a copy, and where the device fetches it.</summary>
internal static class KeepEndpoints
{
    /// <summary>The page, what the device fetches, and where a password is checked before it seals something.</summary>
    public const string Home = "/account/offline", Copy = Home + "/copy", Key = Home + "/key", Password = Home + "/password";

    public static void MapKeeping(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, ShowAsync);
        pages.MapGet(Copy, CopyAsync);
        pages.MapGet(Key, GiveKey);
        pages.MapPost(Password, CheckAsync).RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, PeopleModule people, OfflineChildren children, UrgentHelp help, CancellationToken cancel) => new RazorComponentResult<KeepPage>(new Dictionary<string, object?>
    {
        [nameof(KeepPage.HasPassword)] = await people.Passwords.HasAsync(http.GetPerson().Id, cancel),
        [nameof(KeepPage.HasPasskey)] = (await people.Passkeys.ListAsync(http.GetPerson().Id, cancel)).Count > 0,
        [nameof(KeepPage.Help)] = help,
        [nameof(KeepPage.Children)] = await children.NamesAsync(http),
        [nameof(KeepPage.HasRecord)] = http.GetPerson().Record is not null,
    });

    /// <param name="http">Who asks.</param>
    /// <param name="copying">Makes it.</param>
    /// <param name="children">What names the children's cards that the device has, with a comma between; null where it keeps none.</param>
    private static async Task<IResult> CopyAsync(HttpContext http, OfflineCopying copying, string? children) => http.FindSession() is { } session
        ? TypedResults.Json(await copying.MakeAsync(http, session, children?.Split(',')), OfflineJson.Default.OfflineCopy) : TypedResults.NotFound();

    private static IResult GiveKey(HttpContext http, OfflineCopying copying) =>
        http.FindSession() is { } session ? TypedResults.Json(new OfflineKey(copying.KeyOf(session)), OfflineJson.Default.OfflineKey) : TypedResults.NotFound();

    /// <summary>Whether it is their password. What it seals would otherwise open to nobody.</summary>
    private static async Task<IResult> CheckAsync(IFormCollection fields, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        var check = await people.Passwords.CheckAsync(http.GetPerson().SignInName, fields["password"].ToString(), NewSession.SourceOf(http), cancel);
        if (check.Person is not null)
        {
            return TypedResults.NoContent();
        }

        NewSession.SetRetryAfter(http, check.RetryAfter);
        return TypedResults.Text(check.RetryAfter is null ? AccountText.PasswordWrong : check.Problem, statusCode: check.RetryAfter is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status429TooManyRequests);
    }
}
