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

        var secret = await people.Sessions.StartAsync(person.Id, DeviceName.Of(http), method, cancel, isConfirmed);
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
