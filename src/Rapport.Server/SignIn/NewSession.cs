using Rapport.People;

namespace Rapport.Server.SignIn;

/// <summary>Starts a session in the browser of who has just shown who they are.</summary>
internal static class NewSession
{
    public static async Task StartAsync(HttpContext http, PeopleModule people, Person person, SignInMethod method, CancellationToken cancel, bool isConfirmed = true)
    {
        // Whoever knew a secret from before signing in must not share the session: the old one ends, and the new secret is new.
        if (Hosting.SessionCookie.Find(http) is { } old)
        {
            await people.Sessions.EndAsync(old, cancel);
        }

        var secret = await people.Sessions.StartAsync(person.Id, Describe(http.Request.Headers.UserAgent.ToString()), method, cancel, isConfirmed);
        Hosting.SessionCookie.Set(http, secret, new PeopleOptions().SessionLength);

        // The page before signing in speaks their language the next time, and tells times by their clock.
        if (Languages.Find(person.Language) is { } language)
        {
            Hosting.RequestLanguage.Remember(http, language);
        }

        if (TimeZones.Find(person.TimeZone) is { } zone)
        {
            Hosting.RequestTimeZone.Remember(http, zone);
        }
    }

    /// <summary>The browser and the system in two words, which is all that a list of sessions needs.</summary>
    public static string Describe(string userAgent)
    {
        string[] browsers = ["Edg", "OPR", "Firefox", "Chrome", "Safari"];
        string[] systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];
        var browser = Array.Find(browsers, name => userAgent.Contains(name, StringComparison.Ordinal)) ?? "A browser";
        var system = Array.Find(systems, name => userAgent.Contains(name, StringComparison.Ordinal));
        return (browser switch { "Edg" => "Edge", "OPR" => "Opera", _ => browser }) + (system is null ? "" : " on " + system);
    }

    /// <summary>Where an attempt comes from.</summary>
    public static string SourceOf(HttpContext http) => Hosting.CallerAddress.Of(http).ToString();

    /// <summary>Tells how long to wait, in the header that programs read.</summary>
    public static void SetRetryAfter(HttpContext http, TimeSpan? wait)
    {
        if (wait is { } time)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)).ToString();
        }
    }
}
