using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Rapport.Data;

namespace Rapport.Server.Pages.Tokens;

/// <summary>
/// Carries the secret of a token that was just made to the one page that shows it: sealed for its person in a cookie that the page takes back. So it
/// stands in no address, loading the page anew shows it no second time and makes no second token, and no node keeps it. Thread safe.
/// </summary>
internal sealed class MadeToken(IDataProtectionProvider protection)
{
    private const string Cookie = "rapport-made";
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(2);

    /// <summary>Gives the secret to the browser, for the page that shows it.</summary>
    public void HandOver(HttpContext http, PersonId person, string secret, string page) =>
        http.Response.Cookies.Append(Cookie, For(person, page).Protect(secret, Lasting), Options(http, page));

    /// <summary>The secret that the browser brings to this page, which it then no longer has; null when it brings none.</summary>
    public string? Take(HttpContext http, PersonId person, string page)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } brought)
        {
            return null;
        }

        http.Response.Cookies.Delete(Cookie, Options(http, page));
        try
        {
            return For(person, page).Unprotect(brought);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static CookieOptions Options(HttpContext http, string page) =>
        new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = page, IsEssential = true };

    private ITimeLimitedDataProtector For(PersonId person, string page) => protection.CreateProtector("made-token", person.ToString(), page).ToTimeLimitedDataProtector();
}
