using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Rapport.Server.Pages.Circle;

/// <summary>
/// Keeps the invitation that a browser brought while its person signs up or signs in: sealed, for a day, until they answer or sign out. So its secret stands in no address of this server, and whatever way of
/// signing in leads back to it. Thread safe.
/// </summary>
internal sealed class InvitationCookie(IDataProtectionProvider protection)
{
    private const string Cookie = "rapport-invitation";
    private const int MostLetters = 100;
    private static readonly TimeSpan Lasting = TimeSpan.FromDays(1);

    private ITimeLimitedDataProtector Protector => protection.CreateProtector("invitation").ToTimeLimitedDataProtector();

    /// <summary>Keeps what somebody brought: the secret, or the whole address that it stands in.</summary>
    public void Keep(HttpContext http, string brought)
    {
        var secret = brought[(brought.LastIndexOf('#') + 1)..].Trim();
        http.Response.Cookies.Append(Cookie, Protector.Protect(secret.Length > MostLetters ? "" : secret, Lasting), Options(http, Lasting));
    }

    /// <summary>The secret that this browser keeps; null for none.</summary>
    public string? Find(HttpContext http)
    {
        try
        {
            return http.Request.Cookies[Cookie] is { Length: > 0 } kept ? Protector.Unprotect(kept) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Takes it back.</summary>
    public static void Forget(HttpContext http)
    {
        if (http.Request.Cookies.ContainsKey(Cookie))
        {
            http.Response.Cookies.Delete(Cookie, Options(http, null));
        }
    }

    // Lax: whoever opens the page again from a message finds it too.
    private static CookieOptions Options(HttpContext http, TimeSpan? keep) =>
        new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = keep, IsEssential = true };
}
