namespace Rapport.Server.Hosting;

/// <summary>The cookie that holds the secret of a session.</summary>
/// <remarks>
/// Over https it is called <c>__Host-rapport</c>, so that no other host of the domain can set it. Browsers refuse that prefix on
/// plain http, which is what a server on this machine speaks.
/// </remarks>
internal static class SessionCookie
{
    private const string PlainName = "rapport";
    private const string SecureName = "__Host-rapport";

    /// <summary>The secret the browser sent, or null.</summary>
    public static string? Find(HttpContext context) => context.Request.Cookies[NameFor(context)];

    /// <summary>Gives the browser the secret, to keep for so long whatever its clock says; the server decides when the session ends.</summary>
    public static void Set(HttpContext context, string secret, TimeSpan keep) => context.Response.Cookies.Append(NameFor(context), secret, Options(context, keep));

    /// <summary>Takes the cookie back.</summary>
    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(NameFor(context), Options(context, null));

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : PlainName;

    private static CookieOptions Options(HttpContext context, TimeSpan? keep) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,

        // Lax, so that a link in a message leads to the page it names; whatever changes something is checked on its own.
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = keep,
        IsEssential = true,
    };
}
