using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Rapport.People;
using Rapport.Server.Pages;
using Rapport.Server.SignIn;

namespace Rapport.Server.Hosting;

/// <summary>
/// In which language a page is: the one its reader chose, else the one chosen in this browser, else the browser's own. Programs are answered in English.
/// </summary>
internal static class RequestLanguage
{
    private const string CookieName = "rapport-language";

    public static void Configure(RequestLocalizationOptions options)
    {
        options.SupportedCultures = [CultureInfo.InvariantCulture];
        options.SupportedUICultures = [.. Languages.All.Select(static language => language.Culture)];
        options.DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, Languages.English.Culture);

        // By this a browser knows in which language it opens the page for no network.
        options.ApplyCurrentCultureToResponseHeaders = true;
        options.RequestCultureProviders =
        [
            new CustomRequestCultureProvider(static http => Told(http.FindPerson()?.Language)),
            new CustomRequestCultureProvider(static http => Told(http.Request.Cookies[CookieName])),
            new CustomRequestCultureProvider(static http => Told(AskedFor(http))),
        ];
    }

    /// <summary>The culture of a request, also of one that was refused before anybody was known to ask.</summary>
    public static CultureInfo Of(HttpContext http) =>
        http.Features.Get<IRequestCultureFeature>()?.RequestCulture.UICulture
        ?? (Languages.Find(http.Request.Cookies[CookieName]) ?? Languages.Find(AskedFor(http)) ?? Languages.English).Culture;

    /// <summary>From now on this browser is spoken to in this language.</summary>
    public static void Remember(HttpContext http, SpokenLanguage language) => http.Response.Cookies.Append(CookieName, language.Code, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        MaxAge = TimeSpan.FromDays(365),
        IsEssential = true,
    });

    /// <summary>Choosing a language, on any page, signed in or not.</summary>
    public static void MapLanguage(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/language", ChooseAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> ChooseAsync(IFormCollection form, HttpContext http, PeopleModule people, CancellationToken cancel)
    {
        if (Languages.Find(form["language"].ToString()) is not { } language)
        {
            return TypedResults.BadRequest();
        }

        Remember(http, language);
        if (http.FindPerson() is { } person)
        {
            await people.Accounts.SetLanguageAsync(person.Id, language, cancel);
        }

        return new SeeOther(SignInEndpoints.LocalOr(form["back"].ToString(), "/"));
    }

    /// <summary>Of the languages a browser asks for, the one it likes best that Rapport speaks, wherever it is spoken: <c>es-MX</c> is Spanish. The framework's own reader of
    /// the header would ask the culture for its parent, and without the machine's culture data it has none.</summary>
    private static string? AskedFor(HttpContext http) => (
        from language in http.Request.GetTypedHeaders().AcceptLanguage
        orderby language.Quality ?? 1 descending
        let code = language.Value.Value?.Split('-')[0].ToLowerInvariant()
        where Languages.Find(code) is not null && language.Quality is not 0
        select code).FirstOrDefault();

    private static Task<ProviderCultureResult?> Told(string? code) => Task.FromResult(
        Languages.Find(code) is { } language ? new ProviderCultureResult("", language.Code) : null);
}
