namespace Rapport.Server.Pages;

/// <summary>Random ids of things that somebody has dealt with, in a cookie of their browser: nothing of it is in a record, since nothing about the thing changes.</summary>
/// <param name="name">The name of the cookie.</param>
/// <param name="lasts">How long it is kept since something was added.</param>
internal sealed class IdCookie(string name, TimeSpan lasts)
{
    private const int MostIds = 40;

    /// <summary>The ids.</summary>
    public IReadOnlySet<string> Read(HttpContext http) =>
        (http.Request.Cookies[name] ?? "").Split('.', MostIds + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostIds).ToHashSet();

    /// <summary>Adds some; those that were added first go when there are too many.</summary>
    public void Add(HttpContext http, params IEnumerable<string> ids) =>
        http.Response.Cookies.Append(name, string.Join('.', ids.Concat(Read(http)).Distinct().Take(MostIds)), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            MaxAge = lasts,
            IsEssential = true,
        });
}
