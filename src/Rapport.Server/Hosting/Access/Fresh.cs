namespace Rapport.Server.Hosting;

/// <summary>
/// What could hurt most (how one signs in, sharing what is sensitive, taking everything along) is done by somebody who has shown within the last minutes
/// who they are, so that a device left open gives nobody these things.
/// </summary>
internal static class Fresh
{
    /// <summary>How long showing it holds.</summary>
    public static readonly TimeSpan For = TimeSpan.FromMinutes(10);

    // A page that was opened while it held is sent back a little later.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>Whether a page may offer such things now.</summary>
    public static bool IsFresh(this HttpContext http) => Age(http) < For;

    /// <summary>Whether such a thing may be done now.</summary>
    public static bool IsFreshEnough(this HttpContext http) => Age(http) < For + Grace;

    /// <summary>For the APIs: what the pages would ask again for is not had with the cookie of a device left open either. Access tokens have their scopes.</summary>
    /// <exception cref="NotFreshException">A session asks that was not confirmed lately.</exception>
    public static void RequireFreshSession(this HttpContext http)
    {
        if (http.FindSession() is not null && !http.IsFreshEnough())
        {
            throw new NotFreshException();
        }
    }

    /// <summary>Leads to the page that asks, and from there to <paramref name="then"/>.</summary>
    public static string ConfirmPath(string then) => "/confirm?then=" + Uri.EscapeDataString(then);

    private static TimeSpan Age(HttpContext http) =>
        http.FindSession() is { } session ? http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() - session.ConfirmedAt : TimeSpan.MaxValue;
}

/// <summary>A session asks for what only somebody may have who has shown lately who they are.</summary>
internal sealed class NotFreshException() : Exception("show on the page `/confirm` that it is you, then try again: or use an access token");
