namespace Rapport.Server.Hosting;

/// <summary>
/// By which clock a page tells times: that of the zone its reader chose, else the one chosen in this browser or proposed by it, else UTC. Programs are answered in UTC.
/// </summary>
internal sealed class RequestTimeZone(RequestDelegate next)
{
    /// <summary>A script of ours sets it to the browser's own zone, once, while none is chosen.</summary>
    private const string CookieName = "rapport-zone";

    public Task InvokeAsync(HttpContext http)
    {
        TimeZones.Current = Of(http);
        return next(http);
    }

    /// <summary>The zone of a request, also of one that was refused before anybody was known to ask.</summary>
    public static TimeZoneInfo Of(HttpContext http) => Chosen(http) ?? TimeZoneInfo.Utc;

    /// <summary>Whether the reader or their browser said one; a name that this machine does not know says none.</summary>
    public static TimeZoneInfo? Chosen(HttpContext http) => TimeZones.Find(http.FindPerson()?.TimeZone) ?? TimeZones.Find(http.Request.Cookies[CookieName]);

    /// <summary>The cookie in which a script may propose the zone of the browser; null when there is one, or where the machine knows none.</summary>
    public static string? Proposable(HttpContext http) => Chosen(http) is null && TimeZones.All.Count > 0 ? CookieName : null;

    /// <summary>From now on this browser is told times by this clock.</summary>
    public static void Remember(HttpContext http, TimeZoneInfo zone) => http.Response.Cookies.Append(CookieName, zone.Id, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        MaxAge = TimeSpan.FromDays(365),
        IsEssential = true,
    });
}
