namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// Which agreements a patient lets end without being reminded again: random ids in a cookie of their browser. Nothing of it is in the record, for nothing about the agreement changes.
/// </summary>
internal static class LetEnd
{
    private const string CookieName = "rapport-let-end";
    private const int MostIds = 40;

    /// <summary>The local ids.</summary>
    public static IReadOnlySet<string> Read(HttpContext http) =>
        (http.Request.Cookies[CookieName] ?? "").Split('.', MostIds + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostIds).ToHashSet();

    /// <summary>Adds one.</summary>
    public static void Add(HttpContext http, string localId) =>
        http.Response.Cookies.Append(CookieName, string.Join('.', Read(http).Prepend(localId).Distinct().Take(MostIds)), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            MaxAge = Agreement.Reminding * 2,
            IsEssential = true,
        });
}
